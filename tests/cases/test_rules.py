from datetime import date

import pytest

from cases.enums import Category, ClockKind, ClockState, Grade
from cases.rules.defaults import DEFAULT_RULES
from cases.rules.kinds import CAPS, KINDS_THAT_MAKE_A_CASE_LATE, exceeds, longest, mediation_clock
from cases.rules.matters import case_code, case_number, first_level, levels_to_climb
from cases.rules.plan import verdict
from centers.enums import Level
from core.workdays import Limit, LimitUnit

DUE = date(2026, 11, 23)
WORKDAYS, DAYS = LimitUnit.WORKING_DAYS, LimitUnit.DAYS


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


def test_answers_to_notices_citizens_windows_courts_limits_and_ceilings_do_not_make_the_case_late():
    assert set(ClockKind) - set(KINDS_THAT_MAKE_A_CASE_LATE) == {
        *(ClockKind.NOTICE_REPLY, ClockKind.NOTICE_REPLY_RED, ClockKind.NOTICE_REPLY_TOP),
        *(ClockKind.PET_ASKREVIEW, ClockKind.PET_ASKREREVIEW, ClockKind.MED_JUDCONF),
        *(ClockKind.COURT_JC_ACCEPT, ClockKind.COURT_JC_DECIDE),
        *(ClockKind.PET_EXTEND, ClockKind.MED_EXTEND, ClockKind.PAUSE, ClockKind.MED_PERFORM),
    }


# The table of limits, written out by hand.
TABLE = {
    (ClockKind.SIGN_FOR, None): (1, WORKDAYS),
    (ClockKind.SIGN_OBJECT, None): (2, WORKDAYS),
    (ClockKind.LVL_GRID, Grade.GENERAL): (1, WORKDAYS),
    (ClockKind.LVL_VILLAGE, Grade.GENERAL): (3, WORKDAYS),
    (ClockKind.LVL_VILLAGE, Grade.MAJOR): (2, WORKDAYS),
    (ClockKind.LVL_TOWN, Grade.GENERAL): (7, WORKDAYS),
    (ClockKind.LVL_TOWN, Grade.MAJOR): (7, WORKDAYS),
    (ClockKind.LVL_TOWN, Grade.CRITICAL): (5, WORKDAYS),
    (ClockKind.LVL_COUNTY, None): (15, WORKDAYS),
    (ClockKind.MED_GENERAL, None): (1, LimitUnit.MONTHS),
    (ClockKind.MED_MEDICAL, None): (30, WORKDAYS),
    (ClockKind.MED_LABOUR, None): (15, DAYS),
    (ClockKind.NOTICE_REPLY, None): (3, WORKDAYS),
    (ClockKind.NOTICE_REPLY_RED, None): (2, WORKDAYS),
    (ClockKind.NOTICE_REPLY_TOP, None): (5, WORKDAYS),
    (ClockKind.PET_TRIAGE, None): (15, DAYS),
    (ClockKind.PET_NOTICE_DIRECT, None): (15, DAYS),
    (ClockKind.PET_NOTICE_REFERRED, None): (15, DAYS),
    (ClockKind.PET_OBJECT, None): (5, WORKDAYS),
    (ClockKind.PET_HANDLE, None): (60, DAYS),
    (ClockKind.PET_EXTEND, None): (30, DAYS),
    (ClockKind.PET_ASKREVIEW, None): (30, DAYS),
    (ClockKind.PET_REVIEW, None): (30, DAYS),
    (ClockKind.PET_ASKREREVIEW, None): (30, DAYS),
    (ClockKind.PET_REREVIEW, None): (30, DAYS),
    (ClockKind.PET_COMPETENCE, None): (5, WORKDAYS),
    (ClockKind.PET_URGENT, None): (2, LimitUnit.HOURS),
    (ClockKind.PET_SUGG_FEEDBACK, None): (30, DAYS),
    (ClockKind.PET_SIMPLE_HOP, None): (1, WORKDAYS),
    (ClockKind.PET_SIMPLE_ACCEPT, None): (3, WORKDAYS),
    (ClockKind.PET_SIMPLE_HANDLE, None): (10, WORKDAYS),
    (ClockKind.MED_EXTEND, None): (30, DAYS),
    (ClockKind.MED_COURT_PRE, None): (30, DAYS),
    (ClockKind.MED_COURT_ORD, None): (15, DAYS),
    (ClockKind.MED_COURT_SUM, None): (7, DAYS),
    (ClockKind.MED_JUDCONF, None): (30, DAYS),
    (ClockKind.COURT_JC_ACCEPT, None): (3, DAYS),
    (ClockKind.COURT_JC_DECIDE, None): (15, DAYS),
    (ClockKind.PAUSE, None): (60, DAYS),
}


def test_the_limits_are_those_of_the_table_in_the_law():
    lengths = {(rule.kind, rule.grade): (rule.limit.amount, rule.limit.unit) for rule in DEFAULT_RULES}
    assert lengths == TABLE


def test_every_limit_gives_way_to_rest_days_but_the_longest_pause_and_names_its_basis():
    assert all(rule.article for rule in DEFAULT_RULES)
    assert {rule.kind for rule in DEFAULT_RULES if not rule.limit.roll_forward} == {ClockKind.PAUSE}


def test_a_case_has_a_code_for_machines_and_a_number_for_papers():
    assert case_code("330681109", 2026, 7) == "330681109-2026-00007"
    assert case_number("枫桥", 2026, 12345) == "枫桥〔2026〕12345号"


def test_every_kind_of_limit_but_a_day_that_people_name_has_a_length():
    named = {ClockKind.MED_PERFORM, ClockKind.PET_EXECUTE, ClockKind.PET_ASSIGNED}
    assert {rule.kind for rule in DEFAULT_RULES} == set(ClockKind) - named


def test_no_default_is_longer_than_the_law():
    assert [rule for rule in DEFAULT_RULES if exceeds(rule.kind, rule.limit)] == []


@pytest.mark.parametrize(
    ("kind", "limit", "is_too_long"),
    [
        (ClockKind.PET_HANDLE, Limit(60, DAYS), False),
        (ClockKind.PET_HANDLE, Limit(61, DAYS), True),
        (ClockKind.PET_HANDLE, Limit(1, WORKDAYS), True),  # over a long holiday nobody can say how long that is
        (ClockKind.PET_HANDLE, Limit(1440, LimitUnit.HOURS), False),
        (ClockKind.PET_OBJECT, Limit(5, DAYS), False),
        (ClockKind.PET_OBJECT, Limit(6, DAYS), True),
        (ClockKind.MED_GENERAL, Limit(28, DAYS), False),  # February
        (ClockKind.MED_GENERAL, Limit(29, DAYS), True),
        (ClockKind.SIGN_FOR, Limit(90, DAYS), False),  # no law binds it
    ],
)
def test_a_limit_may_be_shorter_than_the_law_never_longer(kind, limit, is_too_long):
    assert exceeds(kind, limit) is is_too_long


def test_a_bound_can_be_written_in_its_own_unit_at_its_own_length():
    assert all(longest(kind)[cap.unit] == cap.amount for kind, cap in CAPS.items())
