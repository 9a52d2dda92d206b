"""How long the limits are, when their steps fall, and how a case is numbered. Pure functions over plain values."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from cases.enums import Category, ClockKind, ClockState, Grade, Step
from centers.enums import Level
from centers.rules import levels_above
from core import clock
from core.workdays import LimitUnit, WorkCalendar, due_day, unrolled_day

LEVEL_CLOCKS: Final[Mapping[Level, ClockKind]] = {
    Level.VILLAGE: ClockKind.LVL_VILLAGE,
    Level.TOWN: ClockKind.LVL_TOWN,
    Level.COUNTY: ClockKind.LVL_COUNTY,
}
MEDIATION_CLOCKS: Final[Mapping[Category, ClockKind]] = {
    Category.MEDICAL: ClockKind.MED_MEDICAL,
    Category.LABOUR: ClockKind.MED_LABOUR,
    Category.MIGRANT_WAGES: ClockKind.MED_LABOUR,
}

MEDIATION_KINDS: Final = (ClockKind.MED_GENERAL, ClockKind.MED_MEDICAL, ClockKind.MED_LABOUR)

# A notice's own answer is watched on the notice; every other running limit makes the case itself late.
KINDS_THAT_MAKE_A_CASE_LATE: Final = tuple(kind for kind in ClockKind if kind is not ClockKind.NOTICE_REPLY)

SHORT_LIMIT_WORKDAYS: Final = 3
REMIND_WORKDAYS: Final = 3

_WARNINGS: Final = (Step.NUDGE, Step.REMIND, Step.PREWARN)
LADDERS: Final[Mapping[ClockKind, tuple[Step, ...]]] = {
    ClockKind.SIGN_FOR: (Step.CLIMB, Step.YELLOW),
    ClockKind.LVL_VILLAGE: (*_WARNINGS, Step.CLIMB, Step.YELLOW),
    ClockKind.LVL_TOWN: (*_WARNINGS, Step.CLIMB, Step.YELLOW),
    ClockKind.LVL_COUNTY: (*_WARNINGS, Step.LAPSE, Step.YELLOW),
    ClockKind.MED_GENERAL: (*_WARNINGS, Step.LAPSE, Step.YELLOW),
    ClockKind.MED_MEDICAL: (*_WARNINGS, Step.LAPSE, Step.YELLOW),
    ClockKind.MED_LABOUR: (*_WARNINGS, Step.LAPSE, Step.YELLOW),
    ClockKind.NOTICE_REPLY: (Step.LAPSE,),
}


@dataclass(frozen=True, slots=True)
class Limit:
    """How long a limit is, and whether a last day on a rest day gives way to the next working day."""

    amount: int
    unit: LimitUnit
    roll_forward: bool = True


@dataclass(frozen=True, slots=True)
class DefaultRule:
    """One limit as it is seeded: its length, for which grade, and the article or practice behind it."""

    kind: ClockKind
    limit: Limit
    article: str
    grade: Grade | None = None


_LOCAL: Final = "综治中心办理规程（默认配置，可由当地收紧）"
_WORKDAYS: Final = LimitUnit.WORKING_DAYS

DEFAULT_RULES: Final = (
    DefaultRule(ClockKind.SIGN_FOR, Limit(1, _WORKDAYS), _LOCAL),
    DefaultRule(ClockKind.LVL_VILLAGE, Limit(3, _WORKDAYS), _LOCAL, Grade.GENERAL),
    DefaultRule(ClockKind.LVL_VILLAGE, Limit(2, _WORKDAYS), _LOCAL, Grade.MAJOR),
    DefaultRule(ClockKind.LVL_TOWN, Limit(7, _WORKDAYS), _LOCAL, Grade.GENERAL),
    DefaultRule(ClockKind.LVL_TOWN, Limit(7, _WORKDAYS), _LOCAL, Grade.MAJOR),
    DefaultRule(ClockKind.LVL_TOWN, Limit(5, _WORKDAYS), _LOCAL, Grade.CRITICAL),
    DefaultRule(ClockKind.LVL_COUNTY, Limit(15, _WORKDAYS), _LOCAL),
    DefaultRule(ClockKind.MED_GENERAL, Limit(1, LimitUnit.MONTHS), "人民调解工作若干规定（司法部令第75号）第33条"),
    DefaultRule(ClockKind.MED_MEDICAL, Limit(30, _WORKDAYS), "医疗纠纷预防和处理条例第38条"),
    DefaultRule(ClockKind.MED_LABOUR, Limit(15, LimitUnit.DAYS), "劳动争议调解仲裁法第14条"),
    DefaultRule(ClockKind.NOTICE_REPLY, Limit(3, _WORKDAYS), _LOCAL),
)


@dataclass(frozen=True, slots=True)
class ClockPlan:
    """What a clock will do: its last day, the moment it is over, and the moments of its steps, in order."""

    started_on: date
    due_on: date
    due_at: datetime
    steps: tuple[tuple[Step, datetime], ...]
    is_provisional: bool


def plan_clock(
    kind: ClockKind, limit: Limit, calendar: WorkCalendar, *, started_at: datetime, started_on: date
) -> ClockPlan:
    """Return the plan of a limit that starts on ``started_on`` (day 0, not counted; Civil Code, art. 201).

    Steps that would fall at or before ``started_at`` are left out. Warnings count back from the last day before
    it gave way to rest days, so that a holiday never delays one. Raises CalendarMissing when the limit, or the
    working day after it, lies beyond the loaded calendar.
    """
    due_on = due_day(started_on, limit.amount, limit.unit, calendar, roll_forward=limit.roll_forward)
    unrolled = unrolled_day(started_on, limit.amount, limit.unit, calendar)
    moments = {
        Step.CLIMB: clock.end_of(due_on),
        Step.LAPSE: clock.end_of(due_on),
        Step.YELLOW: clock.duty_start_of(calendar.add_workdays(due_on, 1)),
        **_warning_moments(calendar, started_on=started_on, unrolled=unrolled),
    }
    steps = tuple((step, moments[step]) for step in LADDERS[kind] if step in moments and moments[step] > started_at)
    return ClockPlan(started_on, due_on, clock.end_of(due_on), steps, calendar.is_provisional(started_on, due_on))


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


def first_level(grade: Grade, level: Level) -> Level:
    """Return the level that takes up a matter of ``grade`` that arose at ``level``: critical ones skip the village."""
    if grade is Grade.CRITICAL and level is Level.VILLAGE:
        return Level.TOWN
    return level


def levels_to_climb(level: Level) -> tuple[Level, ...]:
    """Return the levels a late matter may climb to from ``level``, the nearest first."""
    return levels_above(level)


def mediation_clock(category: Category) -> ClockKind:
    """Return which mediation limit binds a dispute of ``category``."""
    return MEDIATION_CLOCKS.get(category, ClockKind.MED_GENERAL)


def case_code(series_code: str, year: int, number: int) -> str:
    """Return the code of one case (一案一码), unique in the whole system.

    >>> case_code("330681109", 2026, 31)
    '330681109-2026-00031'
    """
    return f"{series_code}-{year}-{number:05d}"


def case_number(series_name: str, year: int, number: int) -> str:
    """Return the number that stands on papers.

    >>> case_number("枫桥", 2026, 31)
    '枫桥〔2026〕31号'
    """
    return f"{series_name}〔{year}〕{number}号"
