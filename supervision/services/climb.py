"""Escalation: a matter whose level's limit has passed moves to the next center above where somebody is in office."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from django.db import connection
from django.utils.translation import gettext as _

from cases.enums import ClockKind, EventKind, TransferReason
from cases.models import ClockStep, Event, Transfer
from cases.rules.kinds import LEVEL_CLOCKS
from cases.rules.matters import levels_to_climb
from cases.services.clocks import ClockStart, refresh_due, start_clocks
from centers.enums import Level, Role
from centers.models import Center
from core import clock
from supervision.services.batch import Batch

INSTANT: Final = timedelta(microseconds=1)  # what happens at 24:00 of a day belongs to that day


@dataclass(frozen=True, slots=True)
class Move:
    """One case on its way from a center to one above."""

    step: ClockStep
    origin: Center
    target: Center


def climb(batch: Batch, steps: list[ClockStep]) -> None:
    """Move the cases of ``steps`` up and start the limit of the level they come to, counted from the day they were due.

    The handler keeps the matter until the upper center has named another, and the limit below stays late until
    the upper center has signed. Where nobody above is in office the case stays, those who watch it are told, and
    the step tries again each working day: a vacancy never ends the matter's way up.
    """
    targets = {step.pk: _target_id(batch, step) for step in steps}
    centers = Center.objects.in_bulk({pk for pk in targets.values() if pk})
    moves = [Move(step, step.clock.case.holder, centers[pk]) for step in steps if (pk := targets[step.pk])]
    _move(batch, moves)
    _start_level_clocks(batch, moves)
    refresh_due([move.step.clock.case_id for move in moves])
    stuck = [step for step in steps if not targets[step.pk]]
    batch.put_off(stuck)
    told = Event.objects.filter(case__in=[step.clock.case_id for step in stuck], kind=EventKind.NOT_ESCALATED)
    told_of = set(told.values_list("case_id", flat=True))
    for step in stuck:
        if step.clock.case_id not in told_of:
            _report_stuck(batch, step)


def _target_id(batch: Batch, step: ClockStep) -> int | None:
    case = step.clock.case
    above = [getattr(case, f"{level}_id") for level in levels_to_climb(Level(case.holder.level))]
    return next((pk for pk in above if pk and batch.is_staffed(pk) and not batch.is_recused(case.pk, pk)), None)


def _move(batch: Batch, moves: list[Move]) -> None:
    case_ids = [move.step.clock.case_id for move in moves]
    Transfer.objects.waiting().filter(case__in=case_ids).update(superseded_at=batch.now)
    Transfer.objects.bulk_create(
        Transfer(
            case=move.step.clock.case,
            reason=TransferReason.ESCALATION,
            from_center=move.origin,
            to_center=move.target,
            clock=move.step.clock,
            moved_at=move.step.at,
        )
        for move in moves
    )
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE cases_case SET holder_id = moved.holder_id"
            " FROM unnest(%s::bigint[], %s::bigint[]) AS moved (case_id, holder_id)"
            " WHERE cases_case.id = moved.case_id",
            [case_ids, [move.target.pk for move in moves]],
        )
    for move in moves:
        move.step.clock.case.holder = move.target
        _record(batch, move)


def _record(batch: Batch, move: Move) -> None:
    case, late = move.step.clock.case, move.step.clock
    names = {"number": case.number, "origin": move.origin.name, "target": move.target.name}
    batch.note(move.step, EventKind.ESCALATED, origin=move.origin.name, target=move.target.name, clock=late.kind)
    concerned = batch.people([move.target.pk], Role.TRIAGE_OFFICER, Role.SUPERVISOR, Role.CENTER_DIRECTOR)
    concerned |= batch.leaders(late) | ({case.handler_id} if case.handler_id else set())
    batch.tell(
        move.step,
        concerned,
        subject=_("%(number)s: escalated from %(origin)s to %(target)s") % names,
        body=_("The limit of %(origin)s for case %(number)s has passed; %(target)s now holds it.") % names,
        reason=_("Your center receives the matter, or you handled it before."),
        always=True,
    )


def _start_level_clocks(batch: Batch, moves: list[Move]) -> None:
    limited = [(move, kind) for move in moves if (kind := LEVEL_CLOCKS.get(Level(move.target.level)))]
    starts = [
        ClockStart(late.case, kind, move.target, None, move.step.at, clock.local_day(move.step.at - INSTANT))
        for move, kind in limited
        for late in (move.step.clock,)
    ]
    clocks = start_clocks(starts, book=batch.book, calendars=batch.calendars)
    for (move, _kind), started in zip(limited, clocks, strict=True):
        batch.note(
            move.step, EventKind.CLOCK_STARTED, clock=ClockKind(started.kind).value, due_on=started.due_on.isoformat()
        )


def _report_stuck(batch: Batch, step: ClockStep) -> None:
    names = {"number": step.clock.case.number, "center": step.clock.case.holder.name}
    batch.note(step, EventKind.NOT_ESCALATED, center=names["center"])
    batch.tell(
        step,
        batch.watchers(step.clock) | batch.leaders(step.clock),
        subject=_("%(number)s: the limit has passed and nobody above %(center)s is in office") % names,
        body=_("The case stays at %(center)s. Fill a post above, or the matter waits.") % names,
        reason=_("You supervise the center that holds the matter."),
    )
