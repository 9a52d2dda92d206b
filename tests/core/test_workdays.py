from datetime import date, timedelta

import chinese_calendar
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import CalendarMissing
from core.workdays import Day, DayKind, Excluded, Limit, LimitUnit, Span, WorkCalendar, add_months, day_strip, due_day

# The days of the State Council's notice for 2026, written out by hand: free on weekdays, worked on weekends.
FREE = ["2026-01-01", "2026-01-02", "2026-02-16", "2026-02-17", "2026-02-18", "2026-02-19", "2026-02-20", "2026-02-23"]
FREE += ["2026-04-06", "2026-05-01", "2026-05-04", "2026-05-05", "2026-06-19", "2026-09-25"]
FREE += ["2026-10-01", "2026-10-02", "2026-10-05", "2026-10-06", "2026-10-07"]
MADE_UP = ["2026-01-04", "2026-02-14", "2026-02-28", "2026-05-09", "2026-09-20", "2026-10-10"]


WORKDAYS = LimitUnit.WORKING_DAYS


def _span(start: str, amount: int, unit: LimitUnit, *, roll: bool = True) -> Span:
    return Span(date.fromisoformat(start), Limit(amount, unit, roll))


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
    assert due_day(_span(start, count, WORKDAYS), calendar).isoformat() == expected


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
    assert due_day(_span(start, amount, unit, roll=roll), calendar).isoformat() == expected


@given(offset=st.integers(0, 330), count=st.integers(1, 20))
def test_the_arithmetic_equals_a_walk_day_by_day(calendar, offset, count):
    start = date(2026, 1, 1) + timedelta(days=offset)
    if _slowly_fits(start, count):
        assert calendar.add_workdays(start, count) == _slowly(start, count, calendar)


def _slowly_fits(start: date, count: int) -> bool:
    return start + timedelta(days=count * 2 + 14) < date(2027, 1, 1)


def test_a_limit_past_the_loaded_calendar_is_refused_and_names_the_year(calendar):
    with pytest.raises(CalendarMissing, match="2027"):
        due_day(_span("2026-12-20", 15, WORKDAYS), calendar)


def test_working_days_count_back_from_a_rest_day(calendar):
    assert calendar.add_workdays(date(2026, 11, 22), -1) == date(2026, 11, 20)


def test_a_month_without_the_day_ends_on_its_last_day():
    assert [add_months(date(2027, 12, 31), months).isoformat() for months in (2, 14)] == ["2028-02-29", "2029-02-28"]


def test_the_strip_tells_what_each_day_counted_for(calendar):
    strip = day_strip(_span("2026-09-30", 3, WORKDAYS), calendar)
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
    strip = day_strip(_span("2026-02-01", 15, LimitUnit.DAYS), calendar)
    assert [day.kind for day in strip[15:]] == [DayKind.COUNTED] + [DayKind.ROLLED] * 8
    assert strip[-1].is_last


@given(
    offset=st.integers(0, 300),
    amount=st.integers(1, 20),
    unit=st.sampled_from([LimitUnit.DAYS, LimitUnit.WORKING_DAYS]),
)
def test_every_strip_counts_exactly_its_limit_and_ends_on_the_due_day(calendar, offset, amount, unit):
    start = date(2026, 1, 1) + timedelta(days=offset)
    span = _span(start.isoformat(), amount, unit)
    strip = day_strip(span, calendar)
    assert [day.number for day in strip if day.number] == list(range(1, amount + 1))
    assert strip[-1].on == due_day(span, calendar)


def test_a_count_of_no_working_days_names_no_day(calendar):
    with pytest.raises(ValueError, match="0 working days"):
        calendar.add_workdays(date(2026, 11, 18), 0)


APPRAISAL = (Excluded(date(2026, 11, 19), date(2026, 11, 24)),)


@pytest.mark.parametrize(
    ("start", "limit", "added", "excluded", "expected"),
    [
        # Thu 19 is 1; Fri 20, Mon 23 and Tue 24 do not count; Wed 25 is 2, Thu 26 is 3.
        ("2026-11-18", Limit(3, WORKDAYS), (), APPRAISAL, "2026-11-26"),
        # 19 is the first day, 20 to 24 do not count, 25 is the second: the thirteenth is 6 December, a Sunday.
        ("2026-11-18", Limit(13, LimitUnit.DAYS), (), APPRAISAL, "2026-12-07"),
        # One month ends on 18 December; five days did not count; the 23rd is a Wednesday.
        ("2026-11-18", Limit(1, LimitUnit.MONTHS), (), APPRAISAL, "2026-12-23"),
        # 23 November, and three more: 24, 25, 26.
        ("2026-11-18", Limit(3, WORKDAYS), (Limit(3, WORKDAYS),), (), "2026-11-26"),
        # Sixty days end on Monday 30 November; thirty more on Wednesday 30 December.
        ("2026-10-01", Limit(60, LimitUnit.DAYS), (Limit(30, LimitUnit.DAYS),), (), "2026-12-30"),
    ],
)
def test_what_does_not_count_and_what_was_added_move_the_last_day(calendar, start, limit, added, excluded, expected):
    span = Span(date.fromisoformat(start), limit, added, excluded)
    assert due_day(span, calendar).isoformat() == expected
    assert day_strip(span, calendar)[-1].on.isoformat() == expected


def test_the_strip_marks_the_days_that_do_not_count_and_those_that_were_added(calendar):
    span = Span(date(2026, 11, 18), Limit(3, WORKDAYS), (Limit(1, WORKDAYS),), APPRAISAL)
    assert [(day.on.day, day.kind, day.number) for day in day_strip(span, calendar)] == [
        (18, DayKind.START, None),
        (19, DayKind.COUNTED, 1),
        *((day, DayKind.PAUSED, None) for day in (20, 21, 22, 23, 24)),
        (25, DayKind.COUNTED, 2),
        (26, DayKind.COUNTED, 3),
        (27, DayKind.EXTENDED, 4),
    ]


def test_a_region_sees_its_own_holiday_and_the_rest_as_it_is(calendar):
    region = calendar.overlaid([Day(date(2026, 11, 20), is_workday=False, name="地方假日")])
    span = _span("2026-11-18", 3, WORKDAYS)
    assert (due_day(span, calendar).isoformat(), due_day(span, region).isoformat()) == ("2026-11-23", "2026-11-24")


@pytest.mark.parametrize(
    ("limit", "expected"),
    [
        # Its third day is Monday 23, on which the appraisal starts: it ends on the first working day after Tuesday.
        (Limit(3, WORKDAYS), "2026-11-25"),
        # Its third day is Saturday 21; the Monday it gives way to is the one on which the appraisal starts.
        (Limit(3, LimitUnit.DAYS), "2026-11-25"),
        (Limit(3, LimitUnit.DAYS, roll_forward=False), "2026-11-21"),
        # Its fifth day is Monday 23.
        (Limit(5, LimitUnit.DAYS, roll_forward=False), "2026-11-25"),
    ],
)
def test_a_limit_never_ends_while_it_is_paused(calendar, limit, expected):
    span = Span(date(2026, 11, 18), limit, (), (Excluded(date(2026, 11, 23), date(2026, 11, 24)),))
    assert due_day(span, calendar).isoformat() == expected
    assert day_strip(span, calendar)[-1].on.isoformat() == expected


def test_a_pause_that_ends_on_the_day_it_starts_takes_nothing_out(calendar):
    pause = Excluded(date(2026, 11, 23), date(2026, 11, 23))
    assert due_day(Span(date(2026, 11, 18), Limit(3, WORKDAYS), (), (pause,)), calendar) == date(2026, 11, 23)
