"""Fills the work calendar: from the State Council's notices where they are known, otherwise from the law alone."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

import holidays
from chinese_calendar import Holiday, get_holiday_detail
from chinese_calendar import holidays as noticed_holidays
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from centers.enums import CalendarSource
from centers.models import WorkCalendarDay
from core.errors import DomainError

FIRST_YEAR: Final = 2004  # the first whose notice is known
LAST_YEAR: Final = 2099  # the last whose lunar festivals are known
SATURDAY: Final = 5
NATIONAL_DAY: Final = (10, 1)

# Data, not interface: these names are stored with the days, in the language of the notices.
NAMES: Final = {
    Holiday.new_years_day.value: "元旦",
    Holiday.spring_festival.value: "春节",
    Holiday.tomb_sweeping_day.value: "清明",
    Holiday.labour_day.value: "劳动节",
    Holiday.dragon_boat_festival.value: "端午",
    Holiday.mid_autumn_festival.value: "中秋",
    Holiday.national_day.value: "国庆",
}
MADE_UP: Final = "调休"

# Whoever knows better keeps the day: staff before the notice, the notice before what is merely expected.
WEIGHT: Final = {CalendarSource.EXPECTED: 0, CalendarSource.NOTICE: 1, CalendarSource.STAFF: 2}


@dataclass(frozen=True, slots=True)
class LoadedYear:
    """How many days of a year were added, changed, and left as staff or a notice has them."""

    year: int
    source: CalendarSource
    added: int
    changed: int
    kept: int


def years_around(today: date) -> range:
    """Return the years a calendar needs on ``today``: last year, this one and the next."""
    return range(today.year - 1, today.year + 2)


@transaction.atomic
def load_calendar(years: Iterable[int]) -> list[LoadedYear]:
    """Fill the calendar for ``years`` and return what was done to each.

    A day entered by staff is never touched, and a noticed day never gives way to an expected one. Raises DomainError
    for a year outside 2004-2099, before anything is written.
    """
    wanted = sorted(set(years))
    for year in wanted:
        if not FIRST_YEAR <= year <= LAST_YEAR:
            raise DomainError(
                _("The calendar of %(year)s cannot be computed. Choose years from %(first)s to %(last)s."),
                year=year,
                first=FIRST_YEAR,
                last=LAST_YEAR,
            )
    return [_load_year(year) for year in wanted]


def is_noticed(year: int) -> bool:
    """Return whether the notice for ``year`` is known. A notice may name days of the next January as well."""
    return date(year, *NATIONAL_DAY) in noticed_holidays


def _load_year(year: int) -> LoadedYear:
    source = CalendarSource.NOTICE if is_noticed(year) else CalendarSource.EXPECTED
    days = list(_noticed_days(year) if source is CalendarSource.NOTICE else _expected_days(year))
    present = {
        row.date: row
        for row in WorkCalendarDay.objects.everywhere().select_for_update().filter(date__year=year).order_by("date")
    }
    added = [day for day in days if day.date not in present]
    differing = [day for day in days if day.date in present and not _says_the_same(present[day.date], day)]
    for day in differing:
        day.pk = present[day.date].pk
    changed = [day for day in differing if WEIGHT[source] >= WEIGHT[CalendarSource(present[day.date].source)]]
    WorkCalendarDay.objects.bulk_create(added)
    WorkCalendarDay.objects.bulk_update(changed, ["is_workday", "name", "source"])
    return LoadedYear(year, source, len(added), len(changed), len(differing) - len(changed))


def _says_the_same(one: WorkCalendarDay, other: WorkCalendarDay) -> bool:
    return (one.is_workday, one.name, one.source) == (other.is_workday, other.name, other.source)


def _noticed_days(year: int) -> Iterator[WorkCalendarDay]:
    for on in _days_of(year):
        is_free, holiday = get_holiday_detail(on)
        name = NAMES.get(holiday, Holiday(holiday).chinese) if holiday else ""
        makeup = "" if is_free or not name else MADE_UP
        yield WorkCalendarDay(date=on, is_workday=not is_free, name=name + makeup, source=CalendarSource.NOTICE)


def _expected_days(year: int) -> Iterator[WorkCalendarDay]:
    """Yield the days as the law alone has them: no exchange of working days, which only a notice can make."""
    statutory = holidays.country_holidays("CN", years=year, language="zh_CN")
    for on in _days_of(year):
        name = statutory.get(on, "")
        is_workday = not name and on.weekday() < SATURDAY
        yield WorkCalendarDay(date=on, is_workday=is_workday, name=name, source=CalendarSource.EXPECTED)


def _days_of(year: int) -> Iterator[date]:
    first = date(year, 1, 1)
    return (first + timedelta(days=number) for number in range((date(year + 1, 1, 1) - first).days))
