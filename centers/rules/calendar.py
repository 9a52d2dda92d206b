"""What the calendar says of a day, what a change makes of it, and from when on a missing notice is alarming."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from centers.enums import CalendarSource

# Whoever knows better keeps the day: staff before the notice, the notice before what is merely expected.
WEIGHT: Final = {CalendarSource.EXPECTED: 0, CalendarSource.NOTICE: 1, CalendarSource.STAFF: 2}
NOTICES_COME_IN: Final = 11  # the month from whose first day on next year's notice is missed


@dataclass(frozen=True, slots=True)
class DayValue:
    """What the calendar says of one day: whether offices work, under what name, and where that is known from."""

    is_workday: bool
    name: str
    source: CalendarSource


@dataclass(frozen=True, slots=True)
class DayChange:
    """One day that is to change, everywhere or in the region ``center_id``: what it was and what it becomes.

    ``was`` is None for a day that is not there yet; ``becomes`` is None for a region's own day that is taken away.
    """

    on: date
    was: DayValue | None
    becomes: DayValue | None
    center_id: int | None = None


@dataclass(frozen=True, slots=True)
class CalendarPlan:
    """What loading days would do: those that change, and those that stay because somebody knew better."""

    changes: tuple[DayChange, ...]
    kept: tuple[DayChange, ...]


def plan_days(present: Mapping[date, DayValue], wanted: Iterable[tuple[date, DayValue]]) -> CalendarPlan:
    """Return what has to change so that everybody's calendar says what is wanted; days that already do are left out."""
    changes: list[DayChange] = []
    kept: list[DayChange] = []
    for on, value in wanted:
        was = present.get(on)
        if was != value:
            gives_way = was is None or WEIGHT[value.source] >= WEIGHT[was.source]
            (changes if gives_way else kept).append(DayChange(on, was, value))
    return CalendarPlan(tuple(changes), tuple(kept))


def gap_year(loaded: Iterable[int], wanted: Iterable[int]) -> int | None:
    """Return the first year that would be missing between loaded ones once ``wanted`` are loaded, None if none would.

    Counting over a year that is not there would give a wrong day without a word.

    >>> gap_year([2025, 2026], [2028])
    2027
    """
    years = {*loaded, *wanted}
    return next((year for year in range(min(years), max(years)) if year not in years), None)


def calendar_alarm(today: date, last_noticed_year: int | None) -> int | None:
    """Return the year whose days off are not known from a notice although they should be, None while all is well.

    The notice for a year comes in autumn of the year before; from 1 November on its absence is an alarm.

    >>> calendar_alarm(date(2026, 10, 31), 2026), calendar_alarm(date(2026, 11, 1), 2026)
    (None, 2027)
    """
    wanted = today.year + (today.month >= NOTICES_COME_IN)
    if last_noticed_year is None:
        return today.year
    return None if last_noticed_year >= wanted else max(last_noticed_year + 1, today.year)
