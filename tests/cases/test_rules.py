from datetime import date

import pytest

from cases.enums import Category, ClockKind, ClockState, Grade
from cases.rules import (
    DEFAULT_RULES,
    KINDS_THAT_MAKE_A_CASE_LATE,
    case_code,
    case_number,
    first_level,
    levels_to_climb,
    mediation_clock,
    verdict,
)
from centers.enums import Level
from core.workdays import LimitUnit

DUE = date(2026, 11, 23)
WORKDAYS = LimitUnit.WORKING_DAYS


@pytest.mark.parametrize(
    ("ended_on", "state", "late_days"),
    [
        ("2026-11-18", ClockState.MET, None),
        ("2026-11-23", ClockState.MET, None),
        ("2026-11-24", ClockState.LAPSED, 1),
        ("2026-11-30", ClockState.LAPSED, 7),
    ],
)
def test_a_clock_is_late_from_the_day_after_its_last(ended_on, state, late_days):
    assert verdict(DUE, ended_on=date.fromisoformat(ended_on)) == (state, late_days)


@pytest.mark.parametrize("level", Level)
@pytest.mark.parametrize("grade", Grade)
def test_only_a_critical_matter_skips_the_village(grade, level):
    skips = (grade, level) == (Grade.CRITICAL, Level.VILLAGE)
    assert first_level(grade, level) is (Level.TOWN if skips else level)


@pytest.mark.parametrize(
    ("level", "above"),
    [
        (Level.VILLAGE, (Level.TOWN, Level.COUNTY, Level.CITY, Level.PROVINCE)),
        (Level.TOWN, (Level.COUNTY, Level.CITY, Level.PROVINCE)),
        (Level.COUNTY, (Level.CITY, Level.PROVINCE)),
        (Level.CITY, (Level.PROVINCE,)),
        (Level.PROVINCE, ()),
    ],
)
def test_a_late_matter_climbs_to_the_nearest_level_first(level, above):
    assert levels_to_climb(level) == above


SPECIAL_LIMITS = {
    Category.MEDICAL: ClockKind.MED_MEDICAL,
    Category.LABOUR: ClockKind.MED_LABOUR,
    Category.MIGRANT_WAGES: ClockKind.MED_LABOUR,
}


@pytest.mark.parametrize("category", Category)
def test_every_category_has_its_mediation_limit(category):
    assert mediation_clock(category) is SPECIAL_LIMITS.get(category, ClockKind.MED_GENERAL)


def test_only_the_answer_to_a_notice_does_not_make_the_case_late():
    assert set(ClockKind) - set(KINDS_THAT_MAKE_A_CASE_LATE) == {ClockKind.NOTICE_REPLY}


def test_the_limits_are_those_of_the_table_in_the_law():
    lengths = {(rule.kind, rule.grade): (rule.limit.amount, rule.limit.unit) for rule in DEFAULT_RULES}
    assert lengths == {
        (ClockKind.SIGN_FOR, None): (1, WORKDAYS),
        (ClockKind.LVL_VILLAGE, Grade.GENERAL): (3, WORKDAYS),
        (ClockKind.LVL_VILLAGE, Grade.MAJOR): (2, WORKDAYS),
        (ClockKind.LVL_TOWN, Grade.GENERAL): (7, WORKDAYS),
        (ClockKind.LVL_TOWN, Grade.MAJOR): (7, WORKDAYS),
        (ClockKind.LVL_TOWN, Grade.CRITICAL): (5, WORKDAYS),
        (ClockKind.LVL_COUNTY, None): (15, WORKDAYS),
        (ClockKind.MED_GENERAL, None): (1, LimitUnit.MONTHS),
        (ClockKind.MED_MEDICAL, None): (30, WORKDAYS),
        (ClockKind.MED_LABOUR, None): (15, LimitUnit.DAYS),
        (ClockKind.NOTICE_REPLY, None): (3, WORKDAYS),
    }


def test_every_limit_gives_way_to_rest_days_and_names_its_basis():
    assert all(rule.limit.roll_forward and rule.article for rule in DEFAULT_RULES)


def test_a_case_has_a_code_for_machines_and_a_number_for_papers():
    assert case_code("330681109", 2026, 7) == "330681109-2026-00007"
    assert case_number("枫桥", 2026, 12345) == "枫桥〔2026〕12345号"
