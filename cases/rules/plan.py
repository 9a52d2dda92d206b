"""When a limit ends and when its steps fall: pure functions over plain values."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from cases.enums import ClockKind, ClockState, Step
from cases.rules.kinds import LADDERS
from core import clock
from core.workdays import LimitUnit, Span, WorkCalendar, due_day, unrolled_day

SHORT_LIMIT_WORKDAYS: Final = 3
REMIND_WORKDAYS: Final = 3
RED_WORKDAYS: Final = 5
MEASURES_WORKDAYS: Final = 10
ENDS: Final = (Step.CLIMB, Step.LAPSE, Step.RESUME)


@dataclass(frozen=True, slots=True)
class ClockPlan:
    """What a clock will do: its last day, the moment it is over, and the moments of its steps, in order."""

    started_on: date
    due_on: date
    due_at: datetime
    steps: tuple[tuple[Step, datetime], ...]
    is_provisional: bool


def plan_clock(kind: ClockKind, span: Span, calendar: WorkCalendar, *, started_at: datetime) -> ClockPlan:
    """Return the plan of a limit that lies as ``span`` on the calendar; its first day is day 0 (Civil Code, art. 201).

    Steps that would fall at or before ``started_at`` are left out. Warnings count back from the last day before
    it gave way to rest days, so that a holiday never delays one. A limit in hours runs from ``started_at`` and has
    no warnings. Raises CalendarMissing when the limit, or a step of its ladder, lies beyond the loaded calendar.
    """
    if span.limit.unit is LimitUnit.HOURS:
        due_at = started_at + timedelta(hours=span.limit.amount)
        due_on = clock.local_day(due_at)
        calendar.day(due_on)
        moments = {}
    else:
        due_on = due_day(span, calendar)
        due_at = clock.end_of(due_on)
        moments = _warning_moments(calendar, started_on=span.start, unrolled=unrolled_day(span, calendar))
    moments |= {**dict.fromkeys(ENDS, due_at), **_notice_moments(calendar, due_on=due_on)}
    steps = tuple((step, moments[step]) for step in LADDERS[kind] if step in moments and moments[step] > started_at)
    return ClockPlan(span.start, due_on, due_at, steps, calendar.is_provisional(span.start, due_on))


def _notice_moments(calendar: WorkCalendar, *, due_on: date) -> dict[Step, datetime]:
    overdue = {Step.YELLOW: 1, Step.RED: RED_WORKDAYS, Step.MEASURES: MEASURES_WORKDAYS}
    return {step: clock.duty_start_of(calendar.add_workdays(due_on, days)) for step, days in overdue.items()}


def _warning_moments(calendar: WorkCalendar, *, started_on: date, unrolled: date) -> dict[Step, datetime]:
    length = calendar.workdays_between(started_on, unrolled)
    is_short = length <= SHORT_LIMIT_WORKDAYS
    moments = {
        Step.REMIND: clock.duty_start_of(calendar.add_workdays(unrolled, -1 if is_short else -REMIND_WORKDAYS)),
        Step.PREWARN: clock.duty_start_of(calendar.add_workdays(unrolled, -1)),
    }
    if not is_short:
        moments[Step.NUDGE] = clock.duty_start_of(calendar.add_workdays(started_on, length // 2))
    return moments


def verdict(due_on: date, *, ended_on: date) -> tuple[ClockState, int | None]:
    """Return how a clock ends on ``ended_on``, and how many calendar days late it was, None if it was not.

    >>> verdict(date(2026, 11, 23), ended_on=date(2026, 11, 25))
    (ClockState.LAPSED, 2)
    """
    late_days = (ended_on - due_on).days
    return (ClockState.LAPSED, late_days) if late_days > 0 else (ClockState.MET, None)
