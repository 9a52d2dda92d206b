from datetime import date
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from centers.enums import CalendarSource
from centers.models import CalendarChange, WorkCalendarDay
from centers.reports import work_calendar
from centers.reports.calendar import plan_day
from centers.rules.calendar import DayValue
from centers.services.change_days import change_days
from centers.services.load_calendar import LoadedYear, is_noticed, load_calendar
from core.errors import DomainError
from tests.factories import at

NOW = at("2026-11-22")

MAKEUP_DAYS_2026 = {
    "2026-01-04": "元旦调休",
    "2026-02-14": "春节调休",
    "2026-02-28": "春节调休",
    "2026-05-09": "劳动节调休",
    "2026-09-20": "国庆调休",
    "2026-10-10": "国庆调休",
}
SPRING_FESTIVAL_2026 = [f"2026-02-{day}" for day in range(15, 24)]
MID_AUTUMN_2026 = ["2026-09-25", "2026-09-26", "2026-09-27"]
NATIONAL_DAY_2026 = [f"2026-10-0{day}" for day in range(1, 8)]


def days(**conditions):
    return [str(on) for on in WorkCalendarDay.objects.filter(**conditions).values_list("date", flat=True)]


def stored(day):
    return WorkCalendarDay.objects.get(date=day)


def test_every_weekend_day_that_the_notice_makes_a_working_day_is_one(db):
    load_calendar([2026], now=NOW)
    weekend_work = WorkCalendarDay.objects.filter(date__iso_week_day__gte=6, is_workday=True)
    assert {str(day.date): day.name for day in weekend_work} == MAKEUP_DAYS_2026


@pytest.mark.parametrize(
    ("name", "free"), [("春节", SPRING_FESTIVAL_2026), ("中秋", MID_AUTUMN_2026), ("国庆", NATIONAL_DAY_2026)]
)
def test_a_holiday_is_free_from_its_first_day_to_its_last_under_its_chinese_name(db, name, free):
    load_calendar([2026], now=NOW)
    assert days(name=name) == free
    assert days(name=name, is_workday=True) == []


def test_a_year_has_as_many_working_days_as_the_notice_leaves(db):
    load_calendar([2026], now=NOW)
    assert len(days()) == 365
    assert len(days(is_workday=True)) == 248
    assert set(WorkCalendarDay.objects.values_list("source", flat=True)) == {CalendarSource.NOTICE}


def test_days_around_the_holidays_of_2026_are_what_they_are(db):
    load_calendar([2026], now=NOW)
    rest, work = ["2026-02-16", "2026-02-22", "2026-10-05", "2026-10-11"], ["2026-02-13", "2026-02-24", "2026-10-08"]
    assert [stored(day).is_workday for day in rest] == [False] * 4
    assert [stored(day).is_workday for day in work] == [True] * 3


def test_a_year_without_notice_is_provisional_throughout(db):
    load_calendar([2027], now=NOW)
    assert days(source=CalendarSource.EXPECTED) == days()
    assert work_calendar().is_provisional(date(2027, 1, 1), date(2027, 1, 1))


def test_a_year_without_notice_has_its_statutory_days_and_no_invented_working_weekend(db):
    load_calendar([2027], now=NOW)
    assert days(date__iso_week_day__gte=6, is_workday=True) == []
    assert [stored(day).name for day in ("2027-01-01", "2027-02-06", "2027-10-01")] == ["元旦", "春节", "国庆节"]
    assert not stored("2027-02-05").is_workday
    assert stored("2027-02-11").is_workday


def test_a_notice_is_known_only_for_a_year_it_covers_whole():
    assert [is_noticed(year) for year in (2025, 2026, 2027)] == [True, True, False]


def test_a_second_load_changes_nothing(db):
    assert load_calendar([2026, 2027], now=NOW)[0] == LoadedYear(2026, CalendarSource.NOTICE, 365, 0, 0)
    assert [(year.added, year.changed, year.kept) for year in load_calendar([2027, 2026], now=NOW)] == [(0, 0, 0)] * 2


def test_a_day_entered_by_staff_stays(db):
    load_calendar([2026], now=NOW)
    WorkCalendarDay.objects.filter(date="2026-07-01").update(is_workday=False, name="停电", source=CalendarSource.STAFF)
    (year,) = load_calendar([2026], now=NOW)
    assert (year.changed, year.kept, stored("2026-07-01").name) == (0, 1, "停电")


def test_an_expected_day_gives_way_to_the_notice(db):
    load_calendar([2026], now=NOW)
    WorkCalendarDay.objects.filter(date="2026-02-14").update(is_workday=False, name="", source=CalendarSource.EXPECTED)
    (year,) = load_calendar([2026], now=NOW)
    assert (year.changed, stored("2026-02-14").is_workday) == (1, True)
    assert stored("2026-02-14").source == CalendarSource.NOTICE


def test_an_amended_notice_is_followed(db):
    load_calendar([2026], now=NOW)
    WorkCalendarDay.objects.filter(date="2026-02-14").update(is_workday=False, name="")
    (year,) = load_calendar([2026], now=NOW)
    assert (year.changed, stored("2026-02-14").is_workday) == (1, True)


def test_a_noticed_day_does_not_give_way_to_an_expected_one(db):
    WorkCalendarDay.objects.create(date="2027-02-20", is_workday=True, name="春节调休", source=CalendarSource.NOTICE)
    (year,) = load_calendar([2027], now=NOW)
    assert (year.added, year.kept, stored("2027-02-20").is_workday) == (364, 1, True)


@pytest.mark.parametrize("year", [2003, 2100])
def test_a_year_nobody_can_know_is_refused_and_nothing_is_written(db, year):
    with pytest.raises(DomainError):
        load_calendar([2026, year], now=NOW)
    assert not WorkCalendarDay.objects.exists()


def test_the_command_loads_from_last_year_to_next_year(db, monkeypatch):
    monkeypatch.setattr("core.clock.today", lambda: date(2026, 11, 23))
    out = StringIO()
    call_command("load_calendar", stdout=out)
    assert [line[:5] for line in out.getvalue().splitlines()] == ["2025:", "2026:", "2027:"]
    assert len(days()) == 365 * 3


def test_the_command_loads_the_years_it_is_given(db):
    call_command("load_calendar", "2024", stdout=StringIO())
    assert len(days()) == 366


def test_the_command_refuses_a_year_in_words(db):
    with pytest.raises(CommandError, match="1999"):
        call_command("load_calendar", "1999")


def test_a_day_that_changes_is_put_on_record_in_the_systems_name_and_a_new_one_is_not(db):
    load_calendar([2026], now=NOW)
    WorkCalendarDay.objects.filter(date="2026-02-14").update(is_workday=False, name="", source=CalendarSource.EXPECTED)
    load_calendar([2026], now=NOW)
    record = CalendarChange.objects.get()
    assert (record.changed_by.username, record.was_source, record.source) == ("system", "expected", "notice")
    assert record.ground == "国务院办公厅关于2026年部分节假日安排的通知"


def test_a_day_that_people_read_from_a_notice_is_not_taken_back_by_the_package(db, person):
    load_calendar([2026], now=NOW)
    amended = DayValue(is_workday=False, name="纪念日", source=CalendarSource.NOTICE)
    change_days([plan_day(date(2026, 9, 3), center=None, becomes=amended)], ground="通知", actor=person("x"), now=NOW)
    assert [year.kept for year in load_calendar([2026], now=NOW)] == [1]
    assert stored("2026-09-03").name == "纪念日"


@pytest.mark.parametrize(("wanted", "missing"), [([2028], "2027"), ([2023], "2024"), ([2030, 2029], "2027")])
def test_a_year_is_not_loaded_over_a_gap(db, wanted, missing):
    load_calendar([2026], now=NOW)
    with pytest.raises(DomainError, match=missing):
        load_calendar(wanted, now=NOW)
    assert len(days()) == 365


def test_the_next_year_is_loaded_behind_the_last(db):
    load_calendar([2026], now=NOW)
    assert load_calendar([2027, 2028], now=NOW)[1].added == 366
