"""Working-day arithmetic as pure functions over a calendar that the caller has read.

A limit does not count the day it starts on (Civil Code, art. 201), a month ends on the corresponding day
(art. 202), and a last day that is a rest day gives way to the next working day (art. 203).
"""

from bisect import bisect_left, bisect_right
from calendar import monthrange
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from django.utils.translation import gettext_lazy as _

from core.errors import CalendarMissing


class LimitUnit(StrEnum):
    HOURS = "hours"
    WORKING_DAYS = "working_days"
    DAYS = "days"
    MONTHS = "months"


@dataclass(frozen=True, slots=True)
class Limit:
    """How long a limit is, and whether a last day on a rest day gives way to the next working day."""

    amount: int
    unit: LimitUnit
    roll_forward: bool = True


@dataclass(frozen=True, slots=True)
class Excluded:
    """Days that do not count: those after ``after`` up to and including ``through``."""

    after: date
    through: date

    def holds(self, on: date) -> bool:
        """Return whether no limit can end on ``on``: at the end of that day the time has begun, and it is not over."""
        return self.after <= on <= self.through and self.after < self.through


@dataclass(frozen=True, slots=True)
class Span:
    """A limit on the calendar: its first day (day 0), its length, what was added to it, and what does not count."""

    start: date
    limit: Limit
    added: tuple[Limit, ...] = ()
    excluded: tuple[Excluded, ...] = ()

    def excludes(self, on: date) -> bool:
        """Return whether ``on`` lies in a time that does not count."""
        return any(time.after < on <= time.through for time in self.excluded)

    def goes_on_after(self, on: date) -> date:
        """Return ``on``, or the first day on which the limit runs again if it is paused at the end of ``on``.

        The day on which a pause starts counts, but a limit that had that day alone left does not end with it.
        """
        return max((time.through + timedelta(days=1) for time in self.excluded if time.holds(on)), default=on)


class DayKind(StrEnum):
    """What one square of a due date's day strip stands for."""

    START = "start"
    COUNTED = "counted"
    REST = "rest"
    HOLIDAY = "holiday"
    MAKEUP = "makeup"
    PAUSED = "paused"
    EXTENDED = "extended"
    ROLLED = "rolled"


NUMBERED: Final = frozenset({DayKind.COUNTED, DayKind.MAKEUP, DayKind.EXTENDED})


@dataclass(frozen=True, slots=True)
class Day:
    """One calendar day: whether offices work on it, and under what name it is free or made up."""

    on: date
    is_workday: bool
    name: str = ""
    is_provisional: bool = False


@dataclass(frozen=True, slots=True)
class StripDay:
    """One day of an explanation: ``number`` is the count it received, None for a day that did not count."""

    on: date
    kind: DayKind
    number: int | None = None
    name: str = ""
    is_last: bool = False


class WorkCalendar:
    """The loaded days, from the first to the last without a gap; asking beyond them raises CalendarMissing."""

    def __init__(self, days: Iterable[Day]) -> None:
        self._days = {day.on: day for day in days}
        self._workdays = sorted(on for on, day in self._days.items() if day.is_workday)
        self._provisional = sorted(on for on, day in self._days.items() if day.is_provisional)

    def overlaid(self, days: Iterable[Day]) -> "WorkCalendar":
        """Return this calendar with ``days`` in place of its own, as a region that has holidays of its own sees it."""
        return WorkCalendar((self._days | {day.on: day for day in days if day.on in self._days}).values())

    def day(self, on: date) -> Day:
        try:
            return self._days[on]
        except KeyError:
            raise self._missing(on.year) from None

    def is_workday(self, on: date) -> bool:
        return self.day(on).is_workday

    def add_workdays(self, start: date, count: int) -> date:
        """Return the working day that lies ``count`` working days after ``start``, which is not counted.

        A negative ``count`` goes back. Raises ValueError for 0.
        """
        if count == 0:
            raise ValueError("a count of 0 working days names no day")
        self.day(start)
        if count > 0:
            index = bisect_right(self._workdays, start) + count - 1
        else:
            index = bisect_left(self._workdays, start) + count
        if not 0 <= index < len(self._workdays):
            raise self._missing(self._year_beyond(start, count))
        return self._workdays[index]

    def on_or_after(self, day: date) -> date:
        """Return ``day`` if it is a working day, otherwise the next one."""
        return day if self.is_workday(day) else self.add_workdays(day, 1)

    def workdays_between(self, start: date, end: date) -> int:
        """Return the working days after ``start`` up to and including ``end``; negative for an earlier ``end``."""
        return bisect_right(self._workdays, end) - bisect_right(self._workdays, start)

    def is_provisional(self, first: date, last: date) -> bool:
        """Return whether a day from ``first`` to ``last`` is only expected, its notice not yet published."""
        return bisect_right(self._provisional, last) > bisect_left(self._provisional, first)

    def _year_beyond(self, start: date, count: int) -> int:
        """Return the year of the first day that is not loaded on the way from ``start``, to name it."""
        edge = max(self._days, default=start) if count > 0 else min(self._days, default=start)
        return (edge + timedelta(days=1 if count > 0 else -1)).year

    @staticmethod
    def _missing(year: int) -> CalendarMissing:
        return CalendarMissing(
            _(
                "The work calendar of %(year)s is not loaded, so no due date can be computed. "
                "Ask the system administrator to load it."
            ),
            year=year,
        )


def add_months(start: date, months: int) -> date:
    """Return the corresponding day ``months`` later, or the month's last day where there is none (art. 202).

    >>> add_months(date(2026, 1, 31), 1)
    datetime.date(2026, 2, 28)
    """
    index = start.month - 1 + months
    year, month = start.year + index // 12, index % 12 + 1
    return date(year, month, min(start.day, monthrange(year, month)[1]))


def unrolled_day(span: Span, calendar: WorkCalendar) -> date:
    """Return the last day of a limit, with all that was added to it, before it gives way to rest days.

    Each addition counts on from the last day before it. Raises ValueError for a unit of hours, which ends at a
    moment and not on a day, and CalendarMissing past the loaded calendar.
    """
    last = span.start
    for part in (span.limit, *span.added):
        last = _count_on(last, part, span, calendar)
    return last


def due_day(span: Span, calendar: WorkCalendar) -> date:
    """Return the last day of a limit (its first is day 0, not counted).

    A last day on a rest day gives way to the next working day (art. 203) where the limit says so, and one on which
    the limit does not run gives way to the first day after the pause. Raises CalendarMissing when the limit reaches
    past the loaded calendar.
    """
    rolls = span.limit.roll_forward or span.limit.unit is LimitUnit.WORKING_DAYS
    last, settled = unrolled_day(span, calendar), None
    while last != settled:
        settled = last
        calendar.day(last)
        last = span.goes_on_after(calendar.on_or_after(last) if rolls else last)
    return last


def day_strip(span: Span, calendar: WorkCalendar) -> list[StripDay]:
    """Return every day from the start of a limit to its last day, each with what it counted for."""
    nominal, last = unrolled_day(span, calendar), due_day(span, calendar)
    granted = unrolled_day(replace(span, added=()), calendar)
    strip = [StripDay(span.start, DayKind.START, name=calendar.day(span.start).name)]
    number = 0
    for on in _days(span.start, last):
        day = calendar.day(on)
        kind = _kind(day, span, granted=granted, nominal=nominal)
        number += kind in NUMBERED
        strip.append(StripDay(on, kind, number if kind in NUMBERED else None, day.name, on == last))
    return strip


def _count_on(start: date, limit: Limit, span: Span, calendar: WorkCalendar) -> date:
    """Return the day on which ``limit`` has been counted off from ``start``, leaving out what does not count."""
    if limit.unit is LimitUnit.WORKING_DAYS:
        if not span.excluded:
            return calendar.add_workdays(start, limit.amount)
        return _nth(start, limit.amount, lambda on: calendar.is_workday(on) and not span.excludes(on))
    if limit.unit is LimitUnit.HOURS:
        raise ValueError("a limit in hours has no last day")
    length = limit.amount if limit.unit is LimitUnit.DAYS else (add_months(start, limit.amount) - start).days
    if not span.excluded:
        return start + timedelta(days=length)
    return _nth(start, length, lambda on: not span.excludes(on))


def _nth(start: date, count: int, counts: Callable[[date], bool]) -> date:
    day = start
    while count:
        day += timedelta(days=1)
        count -= counts(day)
    return day


def _days(start: date, last: date) -> Iterator[date]:
    return (start + timedelta(days=offset) for offset in range(1, (last - start).days + 1))


def _kind(day: Day, span: Span, *, granted: date, nominal: date) -> DayKind:
    if span.excludes(day.on):
        return DayKind.PAUSED
    if day.on > nominal:
        return DayKind.ROLLED
    if span.limit.unit is LimitUnit.WORKING_DAYS and not day.is_workday:
        return DayKind.HOLIDAY if day.name else DayKind.REST
    if day.on > granted:
        return DayKind.EXTENDED
    return DayKind.MAKEUP if day.is_workday and day.on.weekday() >= 5 else DayKind.COUNTED  # noqa: PLR2004
