"""When a limit ends and when its steps fall, worked out by hand around the holidays of 2026.

Free: 15 to 23 February, 25 September, 1 to 7 October. Made up: 14 and 28 February, 20 September, 10 October.
"""

from datetime import date, timedelta

import pytest

from cases.enums import ClockKind, Step
from cases.rules.kinds import LADDERS
from cases.rules.plan import plan_clock
from core import clock
from core.errors import CalendarMissing
from core.workdays import Day, Limit, LimitUnit, Span, WorkCalendar
from tests.factories import at

FREE = [date(2026, 2, 15) + timedelta(days=index) for index in range(9)]
FREE += [date(2026, 9, 25)] + [date(2026, 10, 1) + timedelta(days=index) for index in range(7)]
MADE_UP = [date(2026, 2, 14), date(2026, 2, 28), date(2026, 9, 20), date(2026, 10, 10)]
FIRST, LAST = date(2026, 1, 5), date(2026, 12, 25)


def _day(on):
    works = on in MADE_UP or (on.weekday() < 5 and on not in FREE)
    return Day(on, works, "假日" if on in FREE else "", is_provisional=on >= date(2026, 12, 1))


@pytest.fixture(scope="module")
def calendar():
    return WorkCalendar(_day(FIRST + timedelta(days=index)) for index in range((LAST - FIRST).days + 1))


def _plan(kind, limit, calendar, start, hour=9):
    return plan_clock(kind, Span(date.fromisoformat(start), limit), calendar, started_at=at(start, hour))


def _steps(plan):
    return {step: moment.astimezone(clock.SHANGHAI).strftime("%m-%d %H:%M") for step, moment in plan.steps}


VILLAGE, TOWN, COUNTY = ClockKind.LVL_VILLAGE, ClockKind.LVL_TOWN, ClockKind.LVL_COUNTY
THREE, SEVEN = Limit(3, LimitUnit.WORKING_DAYS), Limit(7, LimitUnit.WORKING_DAYS)
FIFTEEN, MONTH = Limit(15, LimitUnit.WORKING_DAYS), Limit(1, LimitUnit.MONTHS)
FIFTEEN_DAYS, THIRTY = Limit(15, LimitUnit.DAYS), Limit(30, LimitUnit.WORKING_DAYS)


@pytest.mark.parametrize(
    ("kind", "limit", "start", "due"),
    [
        (VILLAGE, THREE, "2026-11-18", "2026-11-23"),  # Wed: Thu, Fri, Mon
        (VILLAGE, THREE, "2026-02-12", "2026-02-24"),  # Fri, made-up Sat 14, then nothing until Tue 24
        (VILLAGE, THREE, "2026-02-13", "2026-02-25"),  # made-up Sat 14, Tue 24, Wed 25
        (VILLAGE, THREE, "2026-09-17", "2026-09-21"),  # Fri, made-up Sun 20, Mon
        (VILLAGE, THREE, "2026-09-29", "2026-10-09"),  # Wed 30, Thu 8, Fri 9
        (VILLAGE, THREE, "2026-10-08", "2026-10-12"),  # Fri 9, made-up Sat 10, Mon 12
        (TOWN, SEVEN, "2026-11-23", "2026-12-02"),
        (TOWN, SEVEN, "2026-02-10", "2026-02-26"),  # Wed 11, 12, 13, made-up 14, 24, 25, 26
        (TOWN, SEVEN, "2026-09-28", "2026-10-13"),  # 29, 30, 8, 9, made-up 10, 12, 13
        (COUNTY, FIFTEEN, "2026-09-21", "2026-10-19"),
        (ClockKind.MED_GENERAL, MONTH, "2026-01-31", "2026-02-28"),  # no 31st; a made-up Saturday
        (ClockKind.MED_GENERAL, MONTH, "2026-01-20", "2026-02-24"),  # 20 February lies in Spring Festival
        (ClockKind.MED_LABOUR, FIFTEEN_DAYS, "2026-09-18", "2026-10-08"),  # 3 October lies in National Day
        (ClockKind.MED_MEDICAL, THIRTY, "2026-09-30", "2026-11-17"),
    ],
)
def test_the_last_day_of_a_limit_around_the_holidays(calendar, kind, limit, start, due):
    plan = _plan(kind, limit, calendar, start)
    assert (plan.started_on.isoformat(), plan.due_on.isoformat()) == (start, due)
    assert plan.due_at == clock.end_of(plan.due_on)


def test_the_steps_of_a_short_limit_are_one_warning_day_and_the_end(calendar):
    assert _steps(_plan(VILLAGE, THREE, calendar, "2026-11-18")) == {
        Step.REMIND: "11-20 08:30",
        Step.PREWARN: "11-20 08:30",
        Step.CLIMB: "11-24 00:00",
        Step.YELLOW: "11-24 08:30",
        Step.RED: "11-30 08:30",
        Step.MEASURES: "12-07 08:30",
    }


def test_the_steps_of_a_long_limit_are_a_hint_at_half_time_and_warnings_three_days_and_one_day_before(calendar):
    assert _steps(_plan(TOWN, SEVEN, calendar, "2026-11-23")) == {
        Step.NUDGE: "11-26 08:30",
        Step.REMIND: "11-27 08:30",
        Step.PREWARN: "12-01 08:30",
        Step.CLIMB: "12-03 00:00",
        Step.YELLOW: "12-03 08:30",
        Step.RED: "12-09 08:30",
        Step.MEASURES: "12-16 08:30",
    }


def test_a_limit_of_four_working_days_is_long_and_one_of_three_is_short(calendar):
    four = _steps(_plan(TOWN, Limit(4, LimitUnit.WORKING_DAYS), calendar, "2026-11-16"))
    three = _steps(_plan(TOWN, THREE, calendar, "2026-11-16"))
    assert (four[Step.NUDGE], four[Step.REMIND], four[Step.PREWARN]) == ("11-18 08:30", "11-17 08:30", "11-19 08:30")
    assert (Step.NUDGE in three, three[Step.REMIND]) == (False, "11-18 08:30")


def test_a_limit_at_the_top_lapses_instead_of_climbing(calendar):
    steps = _steps(_plan(COUNTY, FIFTEEN, calendar, "2026-11-02"))
    assert (steps[Step.LAPSE], steps[Step.YELLOW], Step.CLIMB in steps) == ("11-24 00:00", "11-24 08:30", False)


def test_warnings_count_back_from_the_day_before_it_gave_way_to_the_holiday(calendar):
    steps = _steps(_plan(ClockKind.MED_GENERAL, MONTH, calendar, "2026-01-20"))
    assert (steps[Step.PREWARN], steps[Step.REMIND]) == ("02-14 08:30", "02-12 08:30")
    assert (steps[Step.LAPSE], steps[Step.YELLOW]) == ("02-25 00:00", "02-25 08:30")


def test_the_notice_goes_out_on_the_first_working_day_after_the_holiday(calendar):
    steps = _steps(_plan(VILLAGE, THREE, calendar, "2026-09-25"))  # Mon 28, Tue 29, Wed 30
    assert (steps[Step.CLIMB], steps[Step.YELLOW]) == ("10-01 00:00", "10-08 08:30")


def test_without_giving_way_a_limit_ends_on_the_rest_day(calendar):
    plan = _plan(ClockKind.MED_LABOUR, Limit(15, LimitUnit.DAYS, roll_forward=False), calendar, "2026-09-18")
    assert plan.due_on == date(2026, 10, 3)
    assert _steps(plan)[Step.YELLOW] == "10-08 08:30"


def test_a_triage_limit_only_climbs_and_is_noted(calendar):
    plan = _plan(ClockKind.SIGN_FOR, Limit(1, LimitUnit.WORKING_DAYS), calendar, "2026-11-20")
    assert list(_steps(plan)) == [Step.CLIMB, Step.YELLOW, Step.RED, Step.MEASURES]


def test_a_step_whose_moment_has_come_when_the_clock_starts_is_left_out(calendar):
    early = _steps(_plan(VILLAGE, Limit(2, LimitUnit.WORKING_DAYS), calendar, "2026-11-18", hour=8))
    moment = at("2026-11-19", 8, 30)
    span = Span(date(2026, 11, 18), Limit(2, LimitUnit.WORKING_DAYS))
    late = plan_clock(VILLAGE, span, calendar, started_at=moment)
    assert (Step.REMIND in early, list(_steps(late))) == (True, [Step.CLIMB, Step.YELLOW, Step.RED, Step.MEASURES])


def test_the_steps_stand_in_the_order_of_their_ladder(calendar):
    for kind, limit in ((VILLAGE, THREE), (COUNTY, FIFTEEN), (ClockKind.NOTICE_REPLY, THREE)):
        steps = [step for step, _moment in _plan(kind, limit, calendar, "2026-11-02").steps]
        assert steps == [step for step in LADDERS[kind] if step in steps]


def test_every_kind_of_limit_has_a_ladder():
    assert set(LADDERS) == set(ClockKind)


@pytest.mark.parametrize(("start", "is_provisional"), [("2026-11-25", False), ("2026-11-26", True)])
def test_a_limit_that_touches_an_unpublished_day_is_provisional(calendar, start, is_provisional):
    assert _plan(VILLAGE, THREE, calendar, start).is_provisional is is_provisional


def test_a_limit_past_the_loaded_calendar_is_refused(calendar):
    with pytest.raises(CalendarMissing):
        _plan(VILLAGE, THREE, calendar, "2026-12-23")


def test_a_limit_whose_ladder_reaches_past_the_loaded_calendar_is_refused(calendar):
    with pytest.raises(CalendarMissing):
        _plan(VILLAGE, THREE, calendar, "2026-12-09")  # ends on Monday 14; ten working days later is Monday 28
    assert _plan(VILLAGE, THREE, calendar, "2026-12-08").due_on == date(2026, 12, 11)


def test_a_limit_in_hours_ends_at_its_moment_without_warnings(calendar):
    plan = _plan(ClockKind.PET_URGENT, Limit(2, LimitUnit.HOURS), calendar, "2026-11-18", hour=23)
    assert (plan.due_at, plan.due_on) == (at("2026-11-19", 1), date(2026, 11, 19))
    assert list(_steps(plan).items())[:2] == [(Step.LAPSE, "11-19 01:00"), (Step.YELLOW, "11-20 08:30")]
