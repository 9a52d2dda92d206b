"""Fills the work calendar: from the State Council's notices where they are known, otherwise from the law alone."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from chinese_calendar import Holiday, get_holiday_detail
from chinese_calendar import holidays as noticed_holidays
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from centers.enums import CalendarSource
from centers.models import CalendarChange, WorkCalendarDay
from centers.reports import CALENDAR_LOCK
from centers.reports.calendar import loaded_years, plan_notice
from centers.rules.calendar import DayValue, gap_year
from centers.rules.statute import FIRST_YEAR, LAST_YEAR, days_of, expected_days
from centers.services.change_days import change_days
from core import locks
from core.errors import DomainError
from core.jobs import SYSTEM_USERNAME, system_account

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
NOTICE_TITLE: Final = "国务院办公厅关于{}年部分节假日安排的通知"
BY_LAW: Final = "《全国年节及纪念日放假办法》（{}年，通知未发布）"


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
def load_calendar(years: Iterable[int], *, now: datetime) -> list[LoadedYear]:
    """Fill the calendar for ``years`` in the system's name and return what was done to each.

    A day entered by staff, or read by them from a notice, is never touched, and a noticed day never gives way to an
    expected one. A day that was there and changes is put on record; one that is new touches no limit yet. Raises
    DomainError for a year outside 2004-2099 or for a gap between loaded years, before anything is written.
    """
    locks.hold(CALENDAR_LOCK)
    wanted = sorted(set(years))
    check_years(wanted)
    return [_load_year(year, now=now) for year in wanted]


def check_years(wanted: Iterable[int]) -> None:
    """Raise DomainError for a year that cannot be computed, or that would leave a gap after the loaded ones."""
    for year in wanted:
        if not FIRST_YEAR <= year <= LAST_YEAR:
            raise DomainError(
                _("The calendar of %(year)s cannot be computed. Choose years from %(first)s to %(last)s."),
                year=year,
                first=FIRST_YEAR,
                last=LAST_YEAR,
            )
    gap = gap_year(loaded_years(), wanted)
    if gap is not None:
        raise DomainError(_("The calendar of %(year)s would be missing in between. Load it as well."), year=gap)


def is_noticed(year: int) -> bool:
    """Return whether the notice for ``year`` is known. A notice may name days of the next January as well."""
    return date(year, *NATIONAL_DAY) in noticed_holidays


def _load_year(year: int, *, now: datetime) -> LoadedYear:
    source = CalendarSource.NOTICE if is_noticed(year) else CalendarSource.EXPECTED
    days = _noticed_days(year) if source is CalendarSource.NOTICE else expected_days(year).items()
    plan = plan_notice(days, year=year)
    by_hand = _entered_by_hand(year)
    added = [change for change in plan.changes if change.was is None]
    changed = [change for change in plan.changes if change.was is not None and change.on not in by_hand]
    WorkCalendarDay.objects.bulk_create(_new_day(change.on, change.becomes) for change in added if change.becomes)
    if changed:
        ground = NOTICE_TITLE if source is CalendarSource.NOTICE else BY_LAW
        change_days(changed, ground=ground.format(year), actor=system_account(), now=now)
    kept = len(plan.kept) + len(plan.changes) - len(added) - len(changed)
    return LoadedYear(year, source, len(added), len(changed), kept)


def _entered_by_hand(year: int) -> set[date]:
    """Return the days that people read from a notice themselves: a package that says otherwise came later or erred."""
    rows = CalendarChange.objects.filter(center=None, date__year=year).exclude(changed_by__username=SYSTEM_USERNAME)
    return set(rows.values_list("date", flat=True))


def _new_day(on: date, value: DayValue) -> WorkCalendarDay:
    return WorkCalendarDay(date=on, is_workday=value.is_workday, name=value.name, source=value.source)


def _noticed_days(year: int) -> Iterator[tuple[date, DayValue]]:
    for on in days_of(year):
        is_free, holiday = get_holiday_detail(on)
        name = NAMES.get(holiday, Holiday(holiday).chinese) if holiday else ""
        makeup = "" if is_free or not name else MADE_UP
        yield on, DayValue(not is_free, name + makeup, CalendarSource.NOTICE)
