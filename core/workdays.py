"""Working-day arithmetic as pure functions over a calendar that the caller has read.

A limit does not count the day it starts on (Civil Code, art. 201), a month ends on the corresponding day
(art. 202), and a last day that is a rest day gives way to the next working day (art. 203).
"""

from bisect import bisect_left, bisect_right
from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from django.utils.translation import gettext_lazy as _

from core.errors import CalendarMissing


class LimitUnit(StrEnum):
    HOURS = "hours"
    WORKING_DAYS = "working_days"
    DAYS = "days"
    MONTHS = "months"


class DayKind(StrEnum):
    """What one square of a due date's day strip stands for."""

    START = "start"
    COUNTED = "counted"
    REST = "rest"
    HOLIDAY = "holiday"
    MAKEUP = "makeup"
    ROLLED = "rolled"


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

    def day(self, on: date) -> Day:
        try:
            return self._days[on]
        except KeyError:
            raise self._missing(on) from None

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
            raise self._missing(start + timedelta(days=count))
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

    @staticmethod
    def _missing(on: date) -> CalendarMissing:
        return CalendarMissing(
            _(
                "The work calendar of %(year)s is not loaded, so no due date can be computed. "
                "Ask the system administrator to load it."
            ),
            year=on.year,
        )


def add_months(start: date, months: int) -> date:
    """Return the corresponding day ``months`` later, or the month's last day where there is none (art. 202).

    >>> add_months(date(2026, 1, 31), 1)
    datetime.date(2026, 2, 28)
    """
    index = start.month - 1 + months
    year, month = start.year + index // 12, index % 12 + 1
    return date(year, month, min(start.day, monthrange(year, month)[1]))


def unrolled_day(start: date, amount: int, unit: LimitUnit, calendar: WorkCalendar) -> date:
    """Return the last day of a limit before it gives way to rest days; ``start`` is day 0.

    Raises ValueError for a unit of hours, which ends at a moment and not on a day.
    """
    if unit is LimitUnit.WORKING_DAYS:
        return calendar.add_workdays(start, amount)
    if unit is LimitUnit.DAYS:
        return start + timedelta(days=amount)
    if unit is LimitUnit.MONTHS:
        return add_months(start, amount)
    raise ValueError("a limit in hours has no last day")


def due_day(start: date, amount: int, unit: LimitUnit, calendar: WorkCalendar, *, roll_forward: bool = True) -> date:
    """Return the last day of a limit that starts on ``start`` (day 0, not counted).

    ``amount`` is in ``unit``; with ``roll_forward`` a last day on a rest day gives way to the next working day
    (art. 203). Raises CalendarMissing when the limit reaches past the loaded calendar.
    """
    last = unrolled_day(start, amount, unit, calendar)
    calendar.day(last)
    return calendar.on_or_after(last) if roll_forward else last


def day_strip(
    start: date, amount: int, unit: LimitUnit, calendar: WorkCalendar, *, roll_forward: bool = True
) -> list[StripDay]:
    """Return every day from the start of a limit to its last day, each with what it counted for."""
    nominal = unrolled_day(start, amount, unit, calendar)
    last = calendar.on_or_after(nominal) if roll_forward else nominal
    strip = [StripDay(start, DayKind.START, name=calendar.day(start).name)]
    number = 0
    for offset in range(1, (last - start).days + 1):
        day = calendar.day(start + timedelta(days=offset))
        counts = day.is_workday if unit is LimitUnit.WORKING_DAYS else day.on <= nominal
        number += counts
        strip.append(
            StripDay(day.on, _kind(day, nominal, counts=counts), number if counts else None, day.name, day.on == last)
        )
    return strip


def _kind(day: Day, nominal: date, *, counts: bool) -> DayKind:
    if day.on > nominal:
        return DayKind.ROLLED
    if counts:
        return DayKind.MAKEUP if day.is_workday and day.on.weekday() >= 5 else DayKind.COUNTED  # noqa: PLR2004
    return DayKind.HOLIDAY if day.name else DayKind.REST
