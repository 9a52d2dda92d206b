from datetime import date, timedelta

import chinese_calendar
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import CalendarMissing
from core.workdays import Day, DayKind, LimitUnit, WorkCalendar, add_months, day_strip, due_day

# The days of the State Council's notice for 2026, written out by hand: free on weekdays, worked on weekends.
FREE = ["2026-01-01", "2026-01-02", "2026-02-16", "2026-02-17", "2026-02-18", "2026-02-19", "2026-02-20", "2026-02-23"]
FREE += ["2026-04-06", "2026-05-01", "2026-05-04", "2026-05-05", "2026-06-19", "2026-09-25"]
FREE += ["2026-10-01", "2026-10-02", "2026-10-05", "2026-10-06", "2026-10-07"]
MADE_UP = ["2026-01-04", "2026-02-14", "2026-02-28", "2026-05-09", "2026-09-20", "2026-10-10"]


def _day(on: date) -> Day:
    text = on.isoformat()
    works = text in MADE_UP or (on.weekday() < 5 and text not in FREE)
    return Day(on, works, "假日" if text in FREE else "")


@pytest.fixture(scope="module")
def calendar() -> WorkCalendar:
    return WorkCalendar(_day(date(2026, 1, 1) + timedelta(days=offset)) for offset in range(365))


def _slowly(start: date, count: int, calendar: WorkCalendar) -> date:
    """Walk day by day: the reference written independently of the arithmetic."""
    day = start
    while count:
        day += timedelta(days=1)
        count -= _day(day).is_workday
    return day


def test_the_hand_written_2026_is_the_one_the_library_knows(calendar):
    days = [date(2026, 1, 1) + timedelta(days=offset) for offset in range(365)]
    assert [day for day in days if calendar.is_workday(day) != chinese_calendar.is_workday(day)] == []


@pytest.mark.parametrize(
    ("start", "count", "expected"),
    [
        ("2026-11-18", 3, "2026-11-23"),  # Wed: Thu, Fri, Mon
        ("2026-02-13", 1, "2026-02-14"),  # the Saturday before Spring Festival is made up
        ("2026-02-13", 2, "2026-02-24"),  # nothing counts from 15 to 23 February
        ("2026-02-25", 3, "2026-02-28"),  # Thu, Fri, and the made-up Saturday
        ("2026-09-18", 1, "2026-09-20"),  # a made-up Sunday
        ("2026-09-30", 1, "2026-10-08"),  # all of National Day
        ("2026-09-30", 3, "2026-10-10"),  # Thu, Fri, and the made-up Saturday
        ("2026-10-10", 1, "2026-10-12"),
    ],
)
def test_working_days_around_the_holidays_of_2026(calendar, start, count, expected):
    assert due_day(date.fromisoformat(start), count, LimitUnit.WORKING_DAYS, calendar).isoformat() == expected


@pytest.mark.parametrize(
    ("start", "amount", "unit", "roll", "expected"),
    [
        ("2026-02-01", 15, LimitUnit.DAYS, True, "2026-02-24"),  # the 16th lies in Spring Festival
        ("2026-02-01", 15, LimitUnit.DAYS, False, "2026-02-16"),
        ("2026-01-31", 1, LimitUnit.MONTHS, True, "2026-02-28"),  # a month without a 31st; a made-up Saturday
        ("2026-09-01", 1, LimitUnit.MONTHS, True, "2026-10-08"),
        ("2026-11-18", 1, LimitUnit.MONTHS, True, "2026-12-18"),
    ],
)
def test_calendar_days_and_months_roll_past_rest_days(calendar, start, amount, unit, roll, expected):
    assert due_day(date.fromisoformat(start), amount, unit, calendar, roll_forward=roll).isoformat() == expected


@given(offset=st.integers(0, 330), count=st.integers(1, 20))
def test_the_arithmetic_equals_a_walk_day_by_day(calendar, offset, count):
    start = date(2026, 1, 1) + timedelta(days=offset)
    if _slowly_fits(start, count):
        assert calendar.add_workdays(start, count) == _slowly(start, count, calendar)


def _slowly_fits(start: date, count: int) -> bool:
    return start + timedelta(days=count * 2 + 14) < date(2027, 1, 1)


def test_a_limit_past_the_loaded_calendar_is_refused_and_names_the_year(calendar):
    with pytest.raises(CalendarMissing, match="2027"):
        due_day(date(2026, 12, 20), 15, LimitUnit.WORKING_DAYS, calendar)


def test_working_days_count_back_from_a_rest_day(calendar):
    assert calendar.add_workdays(date(2026, 11, 22), -1) == date(2026, 11, 20)


def test_a_month_without_the_day_ends_on_its_last_day():
    assert [add_months(date(2027, 12, 31), months).isoformat() for months in (2, 14)] == ["2028-02-29", "2029-02-28"]


def test_the_strip_tells_what_each_day_counted_for(calendar):
    strip = day_strip(date(2026, 9, 30), 3, LimitUnit.WORKING_DAYS, calendar)
    assert [(day.on.day, day.kind, day.number) for day in strip] == [
        (30, DayKind.START, None),
        *((day, DayKind.HOLIDAY, None) for day in (1, 2)),
        *((day, DayKind.REST, None) for day in (3, 4)),
        *((day, DayKind.HOLIDAY, None) for day in (5, 6, 7)),
        (8, DayKind.COUNTED, 1),
        (9, DayKind.COUNTED, 2),
        (10, DayKind.MAKEUP, 3),
    ]


def test_the_strip_of_calendar_days_shows_the_days_it_rolled_over(calendar):
    strip = day_strip(date(2026, 2, 1), 15, LimitUnit.DAYS, calendar)
    assert [day.kind for day in strip[15:]] == [DayKind.COUNTED] + [DayKind.ROLLED] * 8
    assert strip[-1].is_last


@given(
    offset=st.integers(0, 300),
    amount=st.integers(1, 20),
    unit=st.sampled_from([LimitUnit.DAYS, LimitUnit.WORKING_DAYS]),
)
def test_every_strip_counts_exactly_its_limit_and_ends_on_the_due_day(calendar, offset, amount, unit):
    start = date(2026, 1, 1) + timedelta(days=offset)
    strip = day_strip(start, amount, unit, calendar)
    assert [day.number for day in strip if day.number] == list(range(1, amount + 1))
    assert strip[-1].on == due_day(start, amount, unit, calendar)


def test_a_count_of_no_working_days_names_no_day(calendar):
    with pytest.raises(ValueError, match="0 working days"):
        calendar.add_workdays(date(2026, 11, 18), 0)
