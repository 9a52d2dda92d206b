from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from cases.enums import ClockKind, ClockState, Step
from cases.models import Case, Clock, ClockRule, ClockStep
from cases.services.clocks import end_clocks, hold_steps, open_clocks, refresh_due, release_steps, start_clock
from core import clock
from core.errors import CalendarMissing, DomainError
from tests.factories import at, registered, triaged

NOW = at("2026-11-18")
LAST_DAY = at("2026-11-23", 23, 59)
VILLAGE = ClockKind.LVL_VILLAGE


@pytest.fixture
def case(house):
    return triaged(house, now=NOW)


def _waiting(case):
    return set(ClockStep.objects.waiting().filter(clock__case=case).values_list("step", flat=True))


def _end(case, moment):
    end_clocks(open_clocks(case), ended_at=moment, now=moment)
    return case.clocks.get(kind=VILLAGE)


def test_the_nearest_running_limit_is_the_cases_own(case):
    start_clock(case, ClockKind.MED_GENERAL, now=NOW)
    assert Case.objects.get(pk=case.pk).due_at == at("2026-11-24", 0)
    _end(case, NOW)
    assert Case.objects.get(pk=case.pk).due_at is None


def test_the_limit_to_answer_a_notice_does_not_make_the_case_late(case):
    _end(case, NOW)
    start_clock(case, ClockKind.NOTICE_REPLY, now=NOW, subject="1")
    refresh_due([case.pk])
    refresh_due([])
    assert Case.objects.get(pk=case.pk).due_at is None


def test_a_clock_may_count_from_an_earlier_day(case):
    started = start_clock(case, ClockKind.MED_LABOUR, now=NOW, started_on=clock.local_day(NOW) - timedelta(days=7))
    assert (started.started_on.isoformat(), started.due_on.isoformat()) == ("2026-11-11", "2026-11-26")


@pytest.mark.parametrize(
    ("moment", "state", "late_days", "owed"),
    [
        (LAST_DAY, ClockState.MET, None, set()),
        (at("2026-11-24", 0), ClockState.LAPSED, 1, {Step.YELLOW}),
        (at("2026-11-26", 23, 59), ClockState.LAPSED, 3, {Step.YELLOW}),
    ],
)
def test_ending_a_clock_freezes_its_days_and_leaves_only_the_notice_of_a_late_one(case, moment, state, late_days, owed):
    ended = _end(case, moment)
    assert (ended.state, ended.late_days, ended.ended_at) == (state, late_days, moment)
    assert _waiting(case) == owed


def test_a_clock_that_is_over_is_not_ended_again(case):
    stale = open_clocks(case)
    _end(case, at("2026-11-25"))
    end_clocks(case.clocks.all(), ended_at=at("2026-12-20"), now=at("2026-12-20"))
    assert case.clocks.get(kind=VILLAGE).late_days == 2
    assert len(stale) == 1


def test_one_limit_runs_once_in_a_round(case):
    with pytest.raises(IntegrityError, match="clock_once_per_key"), transaction.atomic():
        start_clock(case, VILLAGE, now=NOW)


def test_answers_to_two_notices_run_side_by_side(case):
    for subject in ("1", "2"):
        start_clock(case, ClockKind.NOTICE_REPLY, now=NOW, subject=subject)
    keys = case.clocks.filter(kind=ClockKind.NOTICE_REPLY).values_list("key", flat=True)
    assert sorted(keys) == ["1:NOTICE_REPLY:1", "1:NOTICE_REPLY:2"]


def test_held_steps_wait_and_come_back_and_those_cancelled_before_stay_so(case):
    ClockStep.objects.filter(clock__case=case, step=Step.REMIND).update(cancelled_at=NOW)
    hold_steps(case, now=NOW + timedelta(hours=1))
    assert _waiting(case) == set()
    release_steps(case, held_at=NOW + timedelta(hours=1), now=NOW + timedelta(hours=2))
    assert _waiting(case) == {Step.PREWARN, Step.CLIMB, Step.YELLOW, Step.RED, Step.MEASURES}


def test_holding_does_not_keep_the_notice_of_a_limit_that_was_late_already(case):
    _end(case, at("2026-11-24", 1))
    hold_steps(case, now=at("2026-11-24", 2))
    assert _waiting(case) == {Step.YELLOW}


def test_no_limit_starts_without_a_rule(case):
    ClockRule.objects.filter(kind=ClockKind.MED_GENERAL).update(valid_until="2026-10-31")
    with pytest.raises(DomainError):
        start_clock(case, ClockKind.MED_GENERAL, now=NOW)


def test_no_limit_starts_that_ends_past_the_calendar(case):
    with pytest.raises(CalendarMissing), transaction.atomic():
        start_clock(case, ClockKind.MED_GENERAL, now=at("2027-12-20"))
    assert not Clock.objects.filter(case=case, kind=ClockKind.MED_GENERAL).exists()


@pytest.mark.parametrize(
    ("values", "rule"),
    [
        ({"state": "met"}, "clock_over_has_end"),
        ({"ended_at": NOW}, "clock_over_has_end"),
        ({"state": "lapsed", "ended_at": NOW}, "clock_lapsed_has_late_days"),
        ({"state": "lapsed", "ended_at": NOW, "late_days": 0}, "clock_lapsed_has_late_days"),
        ({"state": "met", "ended_at": NOW, "late_days": 1}, "clock_lapsed_has_late_days"),
    ],
)
def test_the_database_keeps_state_end_and_late_days_together(case, values, rule):
    with pytest.raises(IntegrityError, match=rule), transaction.atomic():
        case.clocks.filter(kind=VILLAGE).update(**values)


def test_a_clock_and_its_steps_have_names_for_programmers(house):
    case = registered(house, now=NOW)
    row = case.clocks.get()
    assert (str(row), str(row.steps.first())) == ("SIGN_FOR 2026-11-19", f"{row.pk} climb")
