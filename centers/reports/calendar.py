"""Reads over the work calendar: the days of a year somewhere, who changed them, and how far the notices reach."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Final

from django.db.models import F, Max, Min, Q

from centers.enums import CalendarSource, Level
from centers.models import CalendarChange, Center, WorkCalendarDay
from centers.querysets import CenterQuerySet
from centers.reports import Calendars, centers_in_scope
from centers.rules.calendar import CalendarPlan, DayChange, DayValue, calendar_alarm, plan_days

if TYPE_CHECKING:
    from core.models import User

CHANGE: Final = "centers.change_workcalendarday"
# Who may set days of their own aside is a matter of the law's "local government": offered down to the county.
REGION_LEVELS: Final = (Level.PROVINCE, Level.CITY, Level.COUNTY)


def value_of(row: WorkCalendarDay) -> DayValue:
    """Return what a row says, as a plain value."""
    return DayValue(row.is_workday, row.name, CalendarSource(row.source))


def may_change_calendar(user: "User", center_id: int | None) -> bool:
    """Return whether ``user`` administers the calendar of a region with all below it, or everybody's for None."""
    centers = centers_in_scope(user, CHANGE)
    return centers.filter(parent=None).exists() if center_id is None else centers.filter(pk=center_id).exists()


def regions(user: "User", *, chosen: Center | None) -> CenterQuerySet:
    """Return the regions to choose from: those with days of their own, and those ``user`` may give some."""
    has_days = Q(pk__in=WorkCalendarDay.objects.regional().values("center"))
    posts = Q(posts__grants__permission__codename="change_workcalendarday", posts__user=user.pk)
    mine = Q(pk__in=centers_in_scope(user, CHANGE).open().filter(Q(level__in=REGION_LEVELS) | posts).values("pk"))
    return Center.objects.filter(has_days | mine | Q(pk=chosen.pk if chosen else None))


def everybodys_days(year: int) -> dict[date, DayValue]:
    """Return the days of ``year`` as they are where no region has its own."""
    rows = WorkCalendarDay.objects.everywhere().filter(date__year=year)
    return {row.date: value_of(row) for row in rows}


def loaded_years() -> range:
    """Return the years that are loaded, without a gap."""
    ends = WorkCalendarDay.objects.everywhere().aggregate(first=Min("date"), last=Max("date"))
    return range(ends["first"].year, ends["last"].year + 1) if ends["first"] else range(0)


def last_noticed_year(*, today: date) -> int | None:
    """Return the last year, from this one on, none of whose days waits for a notice; None for an empty calendar."""
    years = loaded_years()
    if not years or years[-1] < today.year:
        return years[-1] if years else None
    days = WorkCalendarDay.objects.everywhere().filter(source=CalendarSource.EXPECTED, date__year__gte=today.year)
    first = days.aggregate(first=Min("date"))["first"]
    return first.year - 1 if first else years[-1]


def missing_notice(*, today: date) -> int | None:
    """Return the year whose notice should be loaded by ``today`` and is not, None while all is well."""
    return calendar_alarm(today, last_noticed_year(today=today))


def plan_notice(wanted: Iterable[tuple[date, DayValue]], *, year: int) -> CalendarPlan:
    """Return what loading a year's days would change, and which of them staff keep as they entered them."""
    return plan_days(everybodys_days(year), wanted)


def plan_day(on: date, *, center: Center | None, becomes: DayValue | None) -> DayChange:
    """Return the change of one day; raise WorkCalendarDay.DoesNotExist for a day that is not loaded."""
    WorkCalendarDay.objects.everywhere().get(date=on)
    row = WorkCalendarDay.objects.filter(date=on, center=center).first()
    return DayChange(on, value_of(row) if row else None, becomes, center.pk if center else None)


@dataclass(frozen=True, slots=True)
class PlacedDay:
    """One day as it is in one place, and the region it comes from, None where it is everybody's."""

    on: date
    value: DayValue
    region: Center | None = None


def days_at(center: Center | None, *, since: date, until: date) -> list[PlacedDay]:
    """Return the days as they are under ``center``: of a region's own days the nearest region's hold."""
    everywhere = WorkCalendarDay.objects.everywhere().filter(date__range=(since, until))
    days = {row.date: PlacedDay(row.date, value_of(row)) for row in everywhere.order_by("date")}
    if center is not None:
        above = WorkCalendarDay.objects.filter(center__in=Center.objects.above(center), date__range=(since, until))
        own = above.annotate(path=F("center__path")).select_related("center").order_by("path")
        days |= {row.date: PlacedDay(row.date, value_of(row), row.center) for row in own if row.date in days}
    return list(days.values())


class PastCalendars:
    """The calendars as they are now, and the changes that led there, so that those of an earlier moment can be had."""

    def __init__(self, now: Calendars, changes: Sequence[CalendarChange]) -> None:
        self.now = now
        self._changes = changes
        self._known: dict[tuple[int, ...], Calendars] = {(): now}

    @classmethod
    def load(cls, now: Calendars, *, since: date, until: date) -> "PastCalendars":
        """Read the changes of the days from ``since`` to ``until``."""
        rows = CalendarChange.objects.filter(date__range=(since, until)).order_by("-changed_at", "-pk")
        return cls(now, list(rows))

    def as_of(self, moment: datetime) -> Iterator[Calendars]:
        """Yield the calendars by which a limit that was over at ``moment`` may have been counted.

        First as they stood at that moment; then as they stood for limits that a change had not reached by then.
        """
        yield self._without([row for row in self._changes if row.changed_at > moment])
        yield self._without([row for row in self._changes if row.applied_at is None or row.applied_at > moment])

    def _without(self, changes: Sequence[CalendarChange]) -> Calendars:
        """Return the calendars before ``changes``, the newest of which come first."""
        key = tuple(row.pk for row in changes)
        if key not in self._known:
            self._known[key] = self.now.changed(DayChange(row.date, None, _was(row), row.center_id) for row in changes)
        return self._known[key]


def _was(row: CalendarChange) -> DayValue | None:
    if row.was_workday is None:
        return None
    return DayValue(row.was_workday, row.was_name, CalendarSource(row.was_source))


def changes_at(center: Center | None, *, since: date, until: date) -> dict[date, Sequence[CalendarChange]]:
    """Return who changed what in a place, by day, the newest first: everybody's days, and those of its regions."""
    places = Q(center=None)
    if center is not None:
        places |= Q(center__in=Center.objects.above(center))
    rows = CalendarChange.objects.filter(places, date__range=(since, until)).select_related("changed_by", "center")
    found: dict[date, list[CalendarChange]] = defaultdict(list)
    for row in rows.order_by("-changed_at", "-pk"):
        found[row.date].append(row)
    return dict(found)
