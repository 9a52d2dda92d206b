"""The closing gate, below the procedures: who reports, who checks, and what the clocks do meanwhile."""

from functools import partial

import pytest
from django.db import IntegrityError, transaction

from cases.enums import ClockState, EventKind, Outcome, Stage, Step
from cases.models import Case, ClockStep, Result
from cases.services.results import confirm_result, report_result, return_result
from core.errors import IllegalTransition, SeparationOfDuties
from supervision.services.sweep import sweep
from tests.cases.papers import with_papers
from tests.factories import agreed, at, mediating

NOW = at("2026-11-18")
REPORTED = at("2026-11-18", 11)
LATE = at("2026-11-26")


send_back = partial(return_result, back_at=Stage.HANDLING)


def _waiting(case):
    return ClockStep.objects.waiting().filter(clock__case=case)


def test_reporting_a_result_stills_the_clocks_without_stopping_them(house):
    case = mediating(house, now=NOW)
    due_at = case.due_at
    result = report_result(case, outcome=Outcome.AGREED, summary="已付清", actor=house.mediator, now=REPORTED)
    assert (result.round, result.outcome, result.reported_by) == (1, Outcome.AGREED, house.mediator)
    assert (Case.objects.get(pk=case.pk).stage, Case.objects.get(pk=case.pk).due_at) == (Stage.REPORTED, due_at)
    assert not _waiting(case).exists()
    assert case.clocks.running().exists()


def _closed(house):
    case = agreed(house, now=NOW)
    confirm_result(with_papers(case), remark="", actor=house.town_supervisor, now=NOW)
    return case


@pytest.mark.parametrize("at_its_end", [lambda house: agreed(house, now=NOW), _closed])
def test_nothing_is_reported_twice_nor_of_a_closed_matter(house, at_its_end):
    case = at_its_end(house)
    with pytest.raises(IllegalTransition):
        report_result(case, outcome=Outcome.AGREED, summary="", actor=house.mediator, now=REPORTED)


@pytest.mark.parametrize("judge", [confirm_result, send_back])
def test_there_is_nothing_to_check_before_a_result_is_reported(house, judge):
    with pytest.raises(IllegalTransition):
        judge(mediating(house, now=NOW), remark="", actor=house.town_supervisor, now=LATE)


@pytest.mark.parametrize("judge", [confirm_result, send_back])
def test_neither_who_reported_nor_who_handles_the_matter_checks_it(house, judge):
    case = agreed(house, now=NOW)
    case.handler = house.town_mediator
    for actor in (house.mediator, house.town_mediator):
        with pytest.raises(SeparationOfDuties):
            judge(case, remark="", actor=actor, now=LATE)
    assert Result.objects.get().verified_at is None


def test_the_database_too_refuses_a_reporter_who_checks(house):
    agreed(house, now=NOW)
    with pytest.raises(IntegrityError, match="result_verified_by_another"), transaction.atomic():
        Result.objects.update(verified_by=house.mediator, verified_at=LATE)


def test_the_database_too_refuses_a_second_result_before_the_first_is_checked(house):
    case = agreed(house, now=NOW)
    with pytest.raises(IntegrityError, match="result_one_unverified_per_case"), transaction.atomic():
        Result.objects.create(case=case, round=1, outcome="agreed", reported_by=house.clerk, reported_at=LATE)


@pytest.mark.parametrize("values", [{"closed_at": LATE}, {"stage": Stage.CLOSED}])
def test_the_database_keeps_the_closed_stage_and_its_date_together(house, values):
    case = agreed(house, now=NOW)
    with pytest.raises(IntegrityError, match="case_closed_"), transaction.atomic():
        Case.objects.filter(pk=case.pk).update(**values)


def test_a_confirmed_result_closes_the_case_and_what_the_check_took_is_nobodys_lateness(house):
    case = agreed(house, now=NOW)
    confirm_result(with_papers(case), remark="已电话核实", actor=house.town_supervisor, now=LATE)
    case = Case.objects.get(pk=case.pk)
    assert (case.stage, case.closed_at, case.due_at) == (Stage.CLOSED, LATE, None)
    assert set(case.clocks.values_list("state", "ended_at")) >= {(ClockState.MET, REPORTED)}
    assert not case.clocks.running().exists()
    assert not _waiting(case).exists()


def test_a_result_reported_late_stays_late_when_it_is_confirmed(house):
    case = agreed(house, now=at("2026-11-18"), later=at("2026-11-25") - at("2026-11-18"))
    confirm_result(with_papers(case), remark="", actor=house.town_supervisor, now=at("2026-12-10"))
    assert list(case.clocks.exclude(late_days=None).values_list("kind", "late_days")) == [("LVL_VILLAGE", 2)]


def test_a_returned_result_goes_back_into_handling_with_the_reason(house):
    case = agreed(house, now=NOW)
    result = send_back(case, remark="缺少签字", actor=house.town_supervisor, now=LATE)
    assert (result.is_confirmed, result.remark, case.stage) == (False, "缺少签字", Stage.HANDLING)
    assert case.events.get(kind=EventKind.RETURNED).data == {}
    assert str(result) == f"{case.pk} agreed"


def test_a_climb_that_was_held_counts_from_the_return_for_the_center_it_reaches(house):
    case = agreed(house, now=NOW)
    sweep(now=LATE)
    assert not case.events.filter(kind=EventKind.ESCALATED).exists()
    send_back(case, remark="", actor=house.town_supervisor, now=LATE)
    sweep(now=LATE)
    escalated = case.events.get(kind=EventKind.ESCALATED)
    assert (escalated.at, escalated.recorded_at) == (LATE, LATE)
    assert not _waiting(case).filter(step=Step.CLIMB, clock__kind="LVL_VILLAGE").exists()


def test_the_next_result_after_a_return_is_checked_anew(house):
    case = agreed(house, now=NOW)
    send_back(case, remark="", actor=house.town_supervisor, now=LATE)
    report_result(case, outcome=Outcome.TERMINATED, summary="", actor=house.mediator, now=LATE)
    assert list(case.results.values_list("outcome", "is_confirmed")) == [("agreed", False), ("terminated", None)]
