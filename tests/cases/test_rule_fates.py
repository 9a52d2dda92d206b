"""What a rule would have meant for the limits that run today, counted by hand in a small world."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cases import reports
from cases.enums import ClockKind, Grade
from cases.models import Clock, Pause
from cases.pages.rule_preview import preview_context
from cases.reports import fates_under
from cases.services.set_rule import NewRule, set_rule
from centers.enums import Role
from centers.models import WorkCalendarDay
from core.errors import CalendarMissing
from core.workdays import Limit, LimitUnit
from tests.factories import agreed, at, extended, make_person, triaged

WEDNESDAY, THURSDAY = at("2026-11-18"), at("2026-11-19")
MONDAY = date(2026, 11, 23)
KIND = ClockKind.LVL_VILLAGE
WORKDAYS, DAYS, HOURS = LimitUnit.WORKING_DAYS, LimitUnit.DAYS, LimitUnit.HOURS


@pytest.fixture
def house(house):
    """Return the city with a town's director and four matters of its villages, three of which run."""
    house.people["director"] = make_person("director", Role.CENTER_DIRECTOR, house.town)
    house.first = triaged(house, now=WEDNESDAY)  # 3 working days: Monday 23
    house.second = triaged(house, now=THURSDAY)  # Tuesday 24
    house.major = triaged(house, now=THURSDAY, grade=Grade.MAJOR)  # 2 working days: Monday 23
    agreed(house, now=WEDNESDAY)
    Clock.objects.filter(case__stage="reported").update(state="cancelled", ended_at=WEDNESDAY)
    return house


def proposed(house, amount, unit=WORKDAYS, center="330681109", **about):
    place = center and house.centers[center]
    return NewRule(KIND, place, Limit(amount, unit), "示例", MONDAY, **about).as_row()


def moved(house, rule):
    """Return by how many days the limits of the three matters would have moved, None for one it is not about."""
    days = {fate.case_id: fate.days for fate in fates_under(rule, today=MONDAY)[0]}
    return [days.get(case.pk) for case in (house.first, house.second, house.major)]


@pytest.mark.parametrize(
    ("amount", "unit", "days"),
    [
        (1, WORKDAYS, [-4, -4, -3]),
        (2, WORKDAYS, [-3, -1, 0]),
        (3, WORKDAYS, [0, 0, 1]),
        (5, WORKDAYS, [2, 2, 3]),
        (5, DAYS, [0, 0, 1]),
        (24, HOURS, [-4, -4, -3]),
    ],
)
def test_each_limit_is_counted_anew_from_its_own_first_day(house, amount, unit, days):
    assert moved(house, proposed(house, amount, unit)) == days


@pytest.mark.parametrize("center", [None, "3306", "330681", "330681109", "330681109201"])
def test_a_rule_of_a_place_is_about_what_lies_below_it(house, center):
    assert moved(house, proposed(house, 2, center=center, grade="general")) == [-3, -1, None]


@pytest.mark.parametrize("center", ["330681109202", "330681110", "330602"])
def test_a_rule_of_another_place_is_about_none_of_them(house, center):
    assert moved(house, proposed(house, 2, center=center)) == [None, None, None]


@pytest.mark.parametrize(
    ("about", "days"),
    [
        ({"grade": "major"}, [None, None, 0]),
        ({"category": "D02"}, [-3, -1, 0]),
        ({"category": "D13"}, [None, None, None]),
        ({"level": "village"}, [-3, -1, 0]),
        ({"level": "town"}, [None, None, None]),
    ],
)
def test_a_rule_is_about_its_grade_category_and_level(house, about, days):
    assert moved(house, proposed(house, 2, **about)) == days


def test_without_a_place_the_more_precise_rules_of_everywhere_still_hold(house):
    assert moved(house, proposed(house, 2, center=None)) == [None, None, None]


def test_where_a_nearer_rule_gave_the_length_nothing_would_have_moved(house):
    own = NewRule(KIND, house.village, Limit(1, WORKDAYS), "示例", WEDNESDAY.date())
    set_rule(own, actor=house.director, now=WEDNESDAY)
    assert moved(house, proposed(house, 2)) == [None, None, None]
    assert moved(house, proposed(house, 2, center="330681109201")) == [-3, -1, 0]


def test_what_was_granted_and_what_does_not_count_stays(house):
    running = house.first.clocks.get(kind=KIND)
    extended(running, asked_by=house.mediator, decided_by=house.director, now=WEDNESDAY)
    assert moved(house, proposed(house, 2))[0] == 0
    pause = {"reason": "medical_appraisal", "ground": "示例", "started_by": house.mediator, "started_at": WEDNESDAY}
    Pause.objects.create(clock=running, started_on=WEDNESDAY.date(), until_on=MONDAY, **pause)
    assert moved(house, proposed(house, 2))[0] == 3


def test_a_place_with_a_holiday_of_its_own_is_counted_by_its_own_calendar(house):
    friday = date(2026, 11, 20)
    WorkCalendarDay.objects.create(date=friday, center=house.town, is_workday=False, name="地方节日", source="staff")
    assert moved(house, proposed(house, 2)) == [0, 0, 1]


def test_a_limit_in_hours_is_counted_on_from_its_own_moment(house):
    ends = WEDNESDAY + timedelta(hours=30)
    same = Clock.objects.filter(case=house.first, kind=KIND)
    same.update(unit_of_time="hours", amount=30, due_at=ends, original_due_at=ends, due_on=ends.date())
    assert moved(house, proposed(house, 38, HOURS))[0] == 0
    assert moved(house, proposed(house, 39, HOURS))[0] == 1


def test_a_limit_past_the_calendar_is_refused_not_guessed(house):
    WorkCalendarDay.objects.filter(date__gt=date(2026, 12, 1)).delete()
    with pytest.raises(CalendarMissing):
        fates_under(proposed(house, 5), today=MONDAY)


def test_of_more_than_can_be_computed_those_that_end_first_are(house, monkeypatch):
    monkeypatch.setattr(reports, "FATES_AT_MOST", 1)
    assert moved(house, proposed(house, 2)) == [-3, None, None]


@pytest.mark.parametrize(("most", "is_capped"), [(3, False), (2, True)])
def test_the_preview_says_when_it_did_not_look_at_all_even_if_it_found_few(house, monkeypatch, most, is_capped):
    monkeypatch.setattr(reports, "FATES_AT_MOST", most)
    set_rule(
        NewRule(KIND, house.village, Limit(1, WORKDAYS), "示例", WEDNESDAY.date()), actor=house.director, now=WEDNESDAY
    )
    shown = preview_context(proposed(house, 2), house.director, today=MONDAY)
    assert (shown["total"], shown["is_capped"]) == (0, is_capped)


def test_the_preview_counts_by_hand(house):
    shown = preview_context(proposed(house, 2), house.director, today=MONDAY)
    assert [(one.name, one.count, one.days, one.late, one.would_be_late) for one in shown["groups"]] == [
        ("earlier", 2, "1 至 3，中位数 1", 0, 1),
        ("same", 1, "—", 0, 0),
    ]
    assert (shown["total"], shown["late"], shown["would_be_late"], shown["is_capped"]) == (3, 0, 1, False)
    assert [(row.number, row.days) for row in shown["groups"][0].cases] == [
        (house.first.number, -3),
        (house.second.number, -1),
    ]


@pytest.mark.parametrize(("today", "late", "would_be_late"), [("2026-11-23", 0, 0), ("2026-11-24", 2, 0)])
def test_a_longer_limit_would_be_late_later(house, today, late, would_be_late):
    shown = preview_context(proposed(house, 4), house.director, today=date.fromisoformat(today))
    assert (shown["late"], shown["would_be_late"]) == (late, would_be_late)
    assert [one.name for one in shown["groups"]] == ["later"]


def test_the_preview_names_the_rules_whose_place_is_taken(house):
    shown = preview_context(proposed(house, 2), house.director, today=MONDAY)
    assert [(about, length) for about, length, _row in shown["instead_of"]] == [
        ("一般", "3 个工作日"),
        ("较大", "2 个工作日"),
    ]


def test_the_preview_lists_no_case_that_its_reader_does_not_see(house):
    shown = preview_context(proposed(house, 2), house.nobody, today=MONDAY)
    assert [(one.count, one.cases) for one in shown["groups"]] == [(2, []), (1, [])]


def test_the_preview_takes_the_same_queries_for_three_limits_and_for_six(house):
    costs = []
    for _round in range(2):
        with CaptureQueriesContext(connection) as queries:
            preview_context(proposed(house, 2), house.director, today=MONDAY)
        costs.append(len(queries))
        for _number in range(3):
            triaged(house, now=WEDNESDAY)
    assert costs[0] == costs[1] <= 12
