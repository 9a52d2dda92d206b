"""Moving running clocks to another last day: what has fired stays as it was, what has not gets its new moment."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Final

from cases.enums import ClockKind
from cases.models import Clock, ClockStep, Result
from cases.reports import LOOK_BACK, span_of
from cases.rules.kinds import NOTICE_KINDS, WARNINGS
from cases.rules.plan import ClockPlan, plan_clock
from cases.services.clocks import refresh_due
from centers.enums import Level
from centers.reports import Calendars
from core import clock
from core.bulk import among, update_rows, write_objects
from core.workdays import Limit, LimitUnit, WorkCalendar

MOVED: Final = ("due_on", "due_at", "is_provisional")


def move_clock(row: Clock, *, plan: ClockPlan, now: datetime) -> None:
    """Let one running clock end, and its steps that have not fired fall, as ``plan`` says; see ``move_clocks``."""
    move_clocks([(row, plan)], now=now)


def move_clocks(moves: Sequence[tuple[Clock, ClockPlan]], *, now: datetime) -> None:
    """Let running clocks end, and their steps that have not fired fall, as their plans say, in a handful of statements.

    The caller holds the cases locked, records the ground, and leaves out clocks that are paused or over. A step that
    has fired is never touched, and ``original_due_at`` never changes. A warning whose moment has passed is left out;
    what follows the end of a limit still fires, at once if the move itself put its moment into the past. Steps of a
    case whose result waits to be checked stay held.
    """
    for row, plan in moves:
        row.due_on, row.due_at, row.is_provisional = plan.due_on, plan.due_at, plan.is_provisional
    update_rows(Clock, MOVED, [(row.pk, *(getattr(row, name) for name in MOVED)) for row, _plan in moves])
    _rewrite_steps(moves, now=now)
    refresh_due({row.case_id for row, _plan in moves})


def replan_clocks(rows: Sequence[Clock], *, today: date, now: datetime) -> None:
    """Move running clocks to where their lengths, pauses and extensions put them by the calendars of their places.

    An open pause counts up to ``today``. Raises CalendarMissing when one would end beyond the loaded calendar.
    """
    if not rows:
        return
    calendars = Calendars.load(since=min(row.started_on for row in rows) - LOOK_BACK)
    places = [calendars.of(row.case.center_ids(Level(row.holder.level))) for row in rows]
    plans = [plan_again(row, calendar=calendar, today=today) for row, calendar in zip(rows, places, strict=True)]
    move_clocks(list(zip(rows, plans, strict=True)), now=now)


def plan_again(row: Clock, *, calendar: WorkCalendar, today: date, granting: Limit | None = None) -> ClockPlan:
    """Return what a clock does by ``calendar``: its own length, what was granted, and its pauses up to ``today``.

    ``granting`` is what is about to be granted on top.
    """
    span = span_of(row, today=today)
    span = replace(span, added=(*span.added, granting)) if granting else span
    is_in_hours = row.unit_of_time == LimitUnit.HOURS
    began_at = row.original_due_at - timedelta(hours=row.amount) if is_in_hours else clock.start_of(row.started_on)
    return plan_clock(ClockKind(row.kind), span, calendar, started_at=began_at)


def _rewrite_steps(moves: Sequence[tuple[Clock, ClockPlan]], *, now: datetime) -> None:
    written, held = _written_steps(moves), _held_since(moves)
    changed, missing = [], []
    for row, plan in moves:
        held_at = None if row.kind in NOTICE_KINDS else held.get(row.case_id)
        planned = {step.value: at for step, at in plan.steps}
        for name, step in written[row.pk].items():
            if step.fired_at is None:
                _rewrite(step, planned.get(name), held_at=held_at, now=now)
                changed.append(step)
        missing += [
            ClockStep(clock=row, step=name, at=max(at, now), cancelled_at=held_at)
            for name, at in planned.items()
            if name not in written[row.pk] and (at > now or name not in WARNINGS)
        ]
    update_rows(ClockStep, ("at", "cancelled_at"), [(step.pk, step.at, step.cancelled_at) for step in changed])
    write_objects(missing)


def _rewrite(step: ClockStep, at: datetime | None, *, held_at: datetime | None, now: datetime) -> None:
    """Give a step that has not fired its new moment, or cancel it where the plan has none for it any more."""
    was_due = step.cancelled_at in (None, held_at) and step.at <= now  # the sweep is behind, or a result waits
    if at is None or (at <= now and step.step in WARNINGS and not was_due):
        step.cancelled_at = step.cancelled_at or now
    else:
        step.at = at if at > now or was_due else now
        step.cancelled_at = held_at


def _written_steps(moves: Sequence[tuple[Clock, ClockPlan]]) -> Mapping[int, dict[str, ClockStep]]:
    found: dict[int, dict[str, ClockStep]] = defaultdict(dict)
    for step in ClockStep.objects.filter(among("clock", [row.pk for row, _plan in moves])):
        found[step.clock_id][step.step] = step
    return found


def _held_since(moves: Sequence[tuple[Clock, ClockPlan]]) -> Mapping[int, datetime]:
    """Return, for the cases whose result waits to be checked, since when their steps are held."""
    waiting = Result.objects.filter(among("case", {row.case_id for row, _plan in moves}), verified_at=None)
    return dict(waiting.values_list("case", "reported_at"))
