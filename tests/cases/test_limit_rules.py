"""Which limits may be paused or extended, by how much and on what ground: tables written out by hand."""

import pytest

from cases.enums import ClockKind, PauseReason
from cases.rules.extensions import (
    EXTENDABLE,
    EXTENSION_ARTICLES,
    extension_number,
    needs_agreement,
    room_to_extend,
)
from cases.rules.kinds import CAPS
from cases.rules.pauses import PAUSE_ARTICLES, PAUSED_BESIDE, PAUSED_BY, fitting_reasons
from core.workdays import Limit, LimitUnit

LEVELS = {ClockKind.LVL_VILLAGE, ClockKind.LVL_TOWN, ClockKind.LVL_COUNTY}
COURT = {ClockKind.MED_COURT_PRE, ClockKind.MED_COURT_ORD, ClockKind.MED_COURT_SUM}
BY_AGREEMENT = {ClockKind.MED_GENERAL, ClockKind.MED_MEDICAL, *COURT}

PAUSES = {
    PauseReason.REREVIEW_HEARING: ({ClockKind.PET_REREVIEW}, set(), "信访工作条例（2022）第36条"),
    PauseReason.MEDICAL_APPRAISAL: ({ClockKind.MED_MEDICAL}, LEVELS, "医疗纠纷预防和处理条例第38条"),
    PauseReason.COURT_APPRAISAL: (COURT, LEVELS, "人民法院在线调解规则第26条"),
}


@pytest.mark.parametrize("reason", PauseReason)
def test_every_listed_reason_stops_its_limits_by_its_article(reason):
    assert (set(PAUSED_BY[reason]), set(PAUSED_BESIDE[reason]), PAUSE_ARTICLES[reason]) == PAUSES[reason]


@pytest.mark.parametrize(
    ("running", "reasons"),
    [
        ([], ()),
        ([ClockKind.LVL_VILLAGE, ClockKind.MED_GENERAL], ()),
        ([ClockKind.LVL_VILLAGE, ClockKind.MED_MEDICAL], (PauseReason.MEDICAL_APPRAISAL,)),
        ([ClockKind.MED_COURT_SUM], (PauseReason.COURT_APPRAISAL,)),
        ([ClockKind.PET_REREVIEW, ClockKind.PET_HANDLE], (PauseReason.REREVIEW_HEARING,)),
    ],
)
def test_a_reason_fits_where_a_limit_runs_that_it_stops(running, reasons):
    assert fitting_reasons(running) == reasons


def _days(amount):
    return Limit(amount, LimitUnit.DAYS)


def _workdays(amount):
    return Limit(amount, LimitUnit.WORKING_DAYS)


@pytest.mark.parametrize(
    ("kind", "length", "granted", "ceiling", "room"),
    [
        (ClockKind.PET_HANDLE, _days(60), [], _days(30), _days(30)),
        (ClockKind.PET_HANDLE, _days(60), [_days(10)], _days(30), _days(20)),
        (ClockKind.PET_HANDLE, _days(60), [_days(10), _days(19)], _days(30), _days(1)),
        (ClockKind.PET_HANDLE, _days(60), [_days(10), _days(20)], _days(30), None),
        (ClockKind.PET_HANDLE, _days(60), [_days(25)], _days(20), None),  # the rule was tightened since
        (ClockKind.PET_HANDLE, _days(60), [_workdays(5)], _days(30), None),  # nobody can say how many days that was
        (ClockKind.PET_HANDLE, _days(60), [], None, None),
        (ClockKind.MED_GENERAL, Limit(1, LimitUnit.MONTHS), [], _days(30), _days(30)),
        (ClockKind.LVL_VILLAGE, _workdays(3), [], None, _workdays(3)),
        (ClockKind.LVL_VILLAGE, _workdays(3), [_workdays(1)], None, None),
        (ClockKind.MED_LABOUR, _days(15), [], _days(30), None),
        (ClockKind.PET_REVIEW, _days(30), [], _days(30), None),
        (ClockKind.NOTICE_REPLY, _workdays(3), [], None, None),
    ],
)
def test_how_much_longer_a_limit_may_be_made(kind, length, granted, ceiling, room):
    assert room_to_extend(kind, length, granted=granted, ceiling=ceiling) == room


def test_a_mediation_depends_on_the_parties_and_nothing_else_does():
    assert {kind for kind in ClockKind if needs_agreement(kind)} == BY_AGREEMENT


def test_every_limit_that_may_be_extended_names_its_basis():
    assert set(EXTENSION_ARTICLES) == EXTENDABLE == {ClockKind.PET_HANDLE, ClockKind.LVL_GRID, *LEVELS, *BY_AGREEMENT}


def test_a_petition_takes_ninety_days_at_the_very_most():
    assert CAPS[ClockKind.PET_HANDLE].amount + CAPS[ClockKind.PET_EXTEND].amount == 90


def test_a_notice_of_extension_has_a_number():
    assert extension_number("枫桥", 2026, 12) == "(2026)枫桥延字第0012号"
