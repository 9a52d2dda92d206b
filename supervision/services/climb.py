"""Escalation: a matter whose level's limit has passed moves to the next center above where somebody is in office."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from django.utils.translation import gettext as _

from cases.enums import EventKind, TransferReason
from cases.models import Event, Transfer
from cases.rules.kinds import LEVEL_CLOCKS
from cases.rules.matters import levels_to_climb
from cases.services.clocks import ClockStart, move_cases_up, start_clocks
from centers.enums import Level
from centers.models import Center
from core import clock
from core.bulk import among, write_rows
from supervision.services.batch import Batch, Words
from supervision.services.claim import DueStep

INSTANT: Final = timedelta(microseconds=1)  # what happens at 24:00 of a day belongs to that day
TRANSFER: Final = ("case_id", "reason", "from_center_id", "to_center_id", "clock_id", "moved_at")


@dataclass(frozen=True, slots=True)
class Move:
    """One case on its way from a center to one above."""

    step: DueStep
    origin: Center
    target: Center


def climb(batch: Batch, steps: list[DueStep]) -> None:
    """Move the cases of ``steps`` up and start the limit of the level they come to, counted from the day they were due.

    The handler keeps the matter until the upper center has named another, and the limit below stays late until
    the upper center has signed. Where nobody above is in office the case stays, those who watch it are told, and
    the step tries again each working day: a vacancy never ends the matter's way up.
    """
    targets = {step.pk: _target_id(batch, step) for step in steps}
    moves = [Move(step, batch.holder(step), batch.centers[pk]) for step in steps if (pk := targets[step.pk])]
    if moves:
        _move(batch, moves)
        _tell_moved(batch, moves)
    stuck = [step for step in steps if not targets[step.pk]]
    if stuck:
        batch.put_off(stuck)
        _tell_stuck(batch, stuck)


def _target_id(batch: Batch, step: DueStep) -> int | None:
    """Return the nearest center above that may take the case and where somebody is in office, None if there is none."""
    case = step.case
    above = [getattr(case, f"{level}_id") for level in levels_to_climb(Level(batch.holder(step).level))]
    return next((pk for pk in above if pk and batch.assigners(step, pk)), None)


def _move(batch: Batch, moves: Sequence[Move]) -> None:
    waiting = Transfer.objects.waiting().filter(among("case", [move.step.case.pk for move in moves]))
    waiting.update(superseded_at=batch.now)
    reason = TransferReason.ESCALATION.value
    write_rows(
        Transfer,
        TRANSFER,
        [
            (move.step.case.pk, reason, move.origin.pk, move.target.pk, move.step.clock.pk, move.step.at)
            for move in moves
        ],
    )
    for move in moves:
        batch.note(
            move.step, EventKind.ESCALATED, origin=move.origin.name, target=move.target.name, clock=move.step.clock.kind
        )
    _start_level_clocks(batch, moves)
    move_cases_up({move.step.case.pk: (move.target.pk, move.step.at) for move in moves})


def _start_level_clocks(batch: Batch, moves: Sequence[Move]) -> None:
    limited = [(move.step, move.target, kind) for move in moves if (kind := LEVEL_CLOCKS.get(Level(move.target.level)))]
    starts = [
        ClockStart(step.case, kind, target, None, step.at, clock.local_day(step.at - INSTANT))
        for step, target, kind in limited
    ]
    clocks = start_clocks(starts, book=batch.known.book, calendars=batch.known.calendars)
    for (step, _target, kind), started in zip(limited, clocks, strict=True):
        batch.note(step, EventKind.CLOCK_STARTED, clock=kind.value, due_on=started.due_on.isoformat())


def _tell_moved(batch: Batch, moves: Sequence[Move]) -> None:
    words = Words(
        "climb",
        subject=_("%(number)s: escalated from %(origin)s to %(target)s"),
        body=_("The limit of %(origin)s for case %(number)s has passed; %(target)s now holds it."),
        reason=_("Your center receives the matter, or you handled it before."),
    )
    for move in moves:
        names = {"number": move.step.case.number, "origin": move.origin.name, "target": move.target.name}
        people = batch.assigners(move.step, move.target.pk) | batch.leaders(move.step) | batch.handler(move.step)
        batch.tell(move.step, people, words, names=names, always=True)


def _tell_stuck(batch: Batch, steps: Sequence[DueStep]) -> None:
    """Say once for each case that it waits for somebody to be in office."""
    told = Event.objects.filter(among("case", [step.case.pk for step in steps]), kind=EventKind.NOT_ESCALATED)
    told_of = set(told.values_list("case_id", flat=True))
    words = Words(
        "stuck",
        subject=_("%(number)s: the limit has passed and nobody above %(center)s is in office"),
        body=_("The case stays at %(center)s. Fill a post above, or the matter waits."),
        reason=_("You supervise the center that holds the matter."),
    )
    for step in steps:
        if step.case.pk not in told_of:
            center = batch.holder(step).name
            batch.note(step, EventKind.NOT_ESCALATED, center=center)
            names = {"number": step.case.number, "center": center}
            batch.tell(step, batch.watchers(step) | batch.leaders(step), words, names=names)
