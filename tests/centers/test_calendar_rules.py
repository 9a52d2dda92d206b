"""What the calendar's rules say, without a database."""

from datetime import date

import pytest

from centers.enums import CalendarSource
from centers.rules.calendar import CalendarPlan, DayChange, DayValue, calendar_alarm, gap_year, plan_days
from centers.rules.statute import days_of, expected_days, statutory_days

EXPECTED, NOTICE, STAFF = CalendarSource.EXPECTED, CalendarSource.NOTICE, CalendarSource.STAFF
DAY = date(2027, 2, 20)
STATUTORY_2027 = ["01-01", "02-05", "02-06", "02-07", "02-08", "04-05", "05-01", "05-02", "06-09", "09-15"]
STATUTORY_2027 += ["10-01", "10-02", "10-03"]


def value(source, *, is_workday=True, name=""):
    return DayValue(is_workday, name, source)


@pytest.mark.parametrize(
    ("today", "last_noticed_year", "missing"),
    [
        (date(2026, 10, 31), 2026, None),
        (date(2026, 11, 1), 2026, 2027),
        (date(2026, 12, 31), 2026, 2027),
        (date(2027, 1, 1), 2026, 2027),
        (date(2027, 6, 30), 2026, 2027),
        (date(2026, 11, 22), 2027, None),
        (date(2026, 11, 22), 2025, 2026),
        (date(2026, 3, 1), 2023, 2026),
        (date(2026, 3, 1), None, 2026),
    ],
)
def test_a_missing_notice_is_an_alarm_from_the_first_of_november_on(today, last_noticed_year, missing):
    assert calendar_alarm(today, last_noticed_year) == missing


@pytest.mark.parametrize(
    ("was", "wanted", "gives_way"),
    [
        (EXPECTED, EXPECTED, True),
        (EXPECTED, NOTICE, True),
        (EXPECTED, STAFF, True),
        (NOTICE, EXPECTED, False),
        (NOTICE, NOTICE, True),
        (NOTICE, STAFF, True),
        (STAFF, EXPECTED, False),
        (STAFF, NOTICE, False),
        (STAFF, STAFF, True),
    ],
)
def test_who_knows_better_keeps_the_day(was, wanted, gives_way):
    before, after = value(was), value(wanted, is_workday=False, name="春节")
    change = (DayChange(DAY, before, after),)
    assert plan_days({DAY: before}, [(DAY, after)]) == (
        CalendarPlan(change, ()) if gives_way else CalendarPlan((), change)
    )


def test_a_day_that_says_so_already_is_not_planned_and_a_new_one_is():
    same, new = value(NOTICE), value(NOTICE, is_workday=False)
    plan = plan_days({DAY: same}, [(DAY, same), (date(2027, 2, 21), new)])
    assert plan == CalendarPlan((DayChange(date(2027, 2, 21), None, new),), ())


@pytest.mark.parametrize(
    ("loaded", "wanted", "gap"),
    [
        (range(0), [2026], None),
        (range(2025, 2028), [2026, 2028], None),
        (range(2025, 2028), [2024], None),
        (range(2025, 2028), [2029], 2028),
        (range(2025, 2028), [2023], 2024),
        (range(0), [2025, 2027], 2026),
    ],
)
def test_no_year_is_left_out_between_loaded_ones(loaded, wanted, gap):
    assert gap_year(loaded, wanted) == gap


def test_the_thirteen_statutory_holidays_of_2027_are_those_of_the_law():
    assert [f"{on:%m-%d}" for on in sorted(statutory_days(2027))] == STATUTORY_2027


def test_a_year_whose_notice_is_known_has_its_statutory_holidays_alone():
    assert date(2026, 1, 2) not in statutory_days(2026)
    assert len(statutory_days(2026)) == 13


def test_without_a_notice_a_year_has_weekends_and_the_laws_own_days_off():
    days = expected_days(2027)
    assert list(days) == list(days_of(2027))
    assert [days[date(2027, 2, day)].is_workday for day in (4, 5, 8, 9, 10, 11, 13)] == [
        True,
        *[False] * 4,
        True,
        False,
    ]
    assert sum(day.is_workday for day in days.values()) == 248
