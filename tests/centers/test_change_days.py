"""The one door through which a day changes."""

from datetime import date
from time import monotonic

import pytest
from django.db import IntegrityError, ProgrammingError, connection, transaction

from centers.enums import CalendarSource, Role
from centers.models import CalendarChange, Center, WorkCalendarDay
from centers.reports import Calendars, work_calendar
from centers.reports.calendar import days_at, plan_day
from centers.rules.calendar import DayChange, DayValue
from centers.services.change_days import CalendarMoved, change_days, edit_calendar
from centers.services.load_calendar import load_calendar
from core.errors import DomainError, NotPermitted
from core.jobs import system_account
from tests.factories import at, race

NOW = at("2026-11-22")
DAY, OTHER = date(2026, 12, 1), date(2026, 12, 2)
FREE = DayValue(is_workday=False, name="停电", source=CalendarSource.STAFF)
GROUND = "市政府通知（示例）"


@pytest.fixture
def calendar(db):
    load_calendar([2026], now=NOW)


@pytest.fixture
def administrators(tree, person):
    return {code: person(f"admin{code}", (Role.SYSADMIN, tree[code])) for code in ("3306", "330681", "330602")}


def becomes(value, *, on=DAY, center=None):
    return [plan_day(on, center=center, becomes=value)]


def by_the_system(changes, ground=GROUND):
    return change_days(changes, ground=ground, actor=system_account(), now=NOW)


def test_a_changed_day_is_written_and_put_on_record_with_who_when_and_why(calendar):
    (record,) = by_the_system(becomes(FREE))
    day = WorkCalendarDay.objects.get(date=DAY)
    assert (day.is_workday, day.name, day.source) == (False, "停电", CalendarSource.STAFF)
    assert (record.was_workday, record.was_source, record.is_workday) == (True, CalendarSource.NOTICE, False)
    assert (record.ground, record.changed_by.username, record.changed_at) == (GROUND, "system", NOW)
    assert record.applied_at is None


def test_a_day_that_already_is_so_is_left_alone_and_not_on_record(calendar):
    by_the_system(becomes(FREE))
    assert by_the_system(becomes(FREE)) == []
    assert CalendarChange.objects.count() == 1


@pytest.mark.parametrize("ground", ["", "  "])
def test_nothing_changes_without_a_ground(calendar, ground):
    with pytest.raises(DomainError):
        by_the_system(becomes(FREE), ground=ground)
    assert WorkCalendarDay.objects.get(date=DAY).is_workday


def test_a_change_that_looked_at_another_state_is_refused_whole(calendar):
    stale = [*becomes(FREE, on=OTHER), *becomes(FREE)]
    by_the_system(becomes(DayValue(is_workday=False, name="", source=CalendarSource.STAFF)))
    with pytest.raises(CalendarMoved):
        by_the_system(stale)
    assert WorkCalendarDay.objects.get(date=OTHER).is_workday
    assert CalendarChange.objects.count() == 1


def test_everybodys_day_is_never_taken_away(calendar):
    with pytest.raises(DomainError):
        by_the_system(becomes(None))
    assert WorkCalendarDay.objects.filter(date=DAY).exists()


def test_a_region_gets_a_day_of_its_own_and_gives_it_back(calendar, tree):
    county = tree["330681"]
    (added,) = by_the_system(becomes(FREE, center=county))
    assert (added.was_workday, added.is_workday, added.center) == (None, False, county)
    (given_back,) = by_the_system(becomes(None, center=county))
    assert (given_back.was_workday, given_back.is_workday) == (False, None)
    assert not WorkCalendarDay.objects.regional().exists()


def test_a_regions_day_holds_below_it_and_nowhere_else_and_the_nearest_region_wins(calendar, tree):
    works = DayValue(is_workday=True, name="", source=CalendarSource.STAFF)
    by_the_system([*becomes(FREE, center=tree["330681"]), *becomes(works, center=tree["330681109"])])
    calendars = Calendars.load(since=date(2026, 11, 1))
    chains = (["3306"], ["3306", "330602"], ["3306", "330681"], ["3306", "330681", "330681109"])
    counted = [calendars.of([tree[code].pk for code in chain]).is_workday(DAY) for chain in chains]
    shown = [days_at(tree[chain[-1]], since=DAY, until=DAY)[0].value.is_workday for chain in chains]
    assert counted == shown == [True, True, False, True]


def test_a_day_that_is_not_loaded_cannot_be_changed(calendar):
    with pytest.raises(WorkCalendarDay.DoesNotExist):
        becomes(FREE, on=date(2027, 7, 1))


@pytest.mark.parametrize(("code", "refusal"), [("3306", None), ("330681", NotPermitted)])
def test_everybodys_calendar_is_changed_by_the_administrator_of_the_whole(calendar, administrators, code, refusal):
    call = {"ground": GROUND, "actor": administrators[code], "now": NOW}
    if refusal:
        with pytest.raises(refusal):
            edit_calendar(becomes(FREE), **call)
    else:
        edit_calendar(becomes(FREE), **call)
    assert WorkCalendarDay.objects.get(date=DAY).is_workday is (refusal is not None)


@pytest.mark.parametrize(("code", "may"), [("3306", True), ("330681", True), ("330602", False)])
def test_a_regions_day_is_changed_by_whoever_administers_the_region_or_what_lies_above(
    calendar, tree, administrators, code, may
):
    change = becomes(FREE, center=tree["330681"])
    call = {"ground": GROUND, "actor": administrators[code], "now": NOW}
    if may:
        assert edit_calendar(change, **call)[0].changed_by == administrators[code]
    else:
        with pytest.raises(Center.DoesNotExist):
            edit_calendar(change, **call)
    assert WorkCalendarDay.objects.regional().exists() is may


def test_the_database_too_knows_a_regions_days_as_staffs_and_wants_a_ground(calendar, tree):
    county = tree["330681"]
    with pytest.raises(IntegrityError, match="workcalendarday_of_a_region_is_staffs"), transaction.atomic():
        WorkCalendarDay.objects.create(date=DAY, center=county, is_workday=False, source=CalendarSource.NOTICE)
    with pytest.raises(IntegrityError, match="calendarchange_has_ground"), transaction.atomic():
        CalendarChange.objects.create(date=DAY, ground="", changed_by=system_account(), changed_at=NOW)


def test_the_record_of_changes_cannot_be_removed(calendar):
    by_the_system(becomes(FREE))
    with pytest.raises(ProgrammingError), transaction.atomic():
        CalendarChange.objects.all().delete()


@pytest.mark.django_db(transaction=True)
def test_of_two_who_change_a_day_at_the_same_moment_the_second_looks_again():
    load_calendar([2026], now=NOW)
    actor, change = system_account(), becomes(FREE)
    other = [DayChange(DAY, change[0].was, DayValue(is_workday=True, name="开放日", source=CalendarSource.STAFF))]
    outcomes = race(
        *(lambda days=days: change_days(days, ground=GROUND, actor=actor, now=NOW) for days in (change, other))
    )
    assert sorted(isinstance(outcome, CalendarMoved) for outcome in outcomes) == [False, True]
    assert CalendarChange.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_who_has_begun_to_count_a_limit_finishes_before_a_day_changes():
    load_calendar([2026], now=NOW)
    actor, change, order = system_account(), becomes(FREE), []

    def alter():
        _until(lambda: order)
        change_days(change, ground=GROUND, actor=actor, now=NOW)
        order.append("changed")

    race(lambda: _count_slowly(order), alter)
    assert order == ["read", (True, True), "changed"]
    assert not work_calendar().is_workday(DAY)


@transaction.atomic
def _count_slowly(order):
    """Read the calendar, wait until somebody wants to change it, and look at the day again."""
    calendars = Calendars.load(since=date(2026, 11, 1))
    order.append("read")
    _until(_somebody_waits)
    order.append((calendars.everywhere.is_workday(DAY), work_calendar().is_workday(DAY)))


def _until(condition):
    """Ask again and again for at most 20 seconds."""
    deadline = monotonic() + 20
    while not condition():
        assert monotonic() < deadline


def _somebody_waits():
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted")
        return cursor.fetchone()[0] > 0
