"""A clock that moves: what has fired stays, what has not gets its new moment, and nothing else changes."""

from dataclasses import replace
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cases.enums import ClockKind, Step
from cases.models import Case, ClockStep
from cases.rules.plan import plan_clock
from cases.services.clocks import release_steps
from cases.services.move import move_clock, move_clocks, plan_again, replan_clocks
from centers.models import WorkCalendarDay
from centers.reports import work_calendar
from core import clock
from core.workdays import Limit, LimitUnit, Span
from supervision.services.sweep import sweep
from tests.factories import agreed, at, triaged

NOW = at("2026-11-18")
VILLAGE, TOWN = ClockKind.LVL_VILLAGE, ClockKind.LVL_TOWN
# From Wednesday 18, over on: three working days Monday 23, five Wednesday 25, two Friday 20, one Thursday 19.


def _plan(days, kind=VILLAGE):
    span = Span(NOW.date(), Limit(days, LimitUnit.WORKING_DAYS))
    return plan_clock(kind, span, work_calendar(), started_at=clock.start_of(NOW.date()))


def _clock(case, kind=VILLAGE):
    return case.clocks.select_related("case", "holder").get(kind=kind)


def _waiting(case, kind=VILLAGE):
    steps = ClockStep.objects.waiting().filter(clock__case=case, clock__kind=kind)
    return {step.step: step.at.astimezone(clock.SHANGHAI).strftime("%m-%d %H:%M") for step in steps}


def test_a_moved_clock_has_a_new_end_and_keeps_the_one_it_was_given_at_first(house):
    case = triaged(house, now=NOW)
    move_clock(_clock(case), plan=_plan(5), now=NOW)
    moved = _clock(case)
    assert (moved.due_on, moved.due_at) == (date(2026, 11, 25), at("2026-11-26", 0))
    assert (moved.original_due_at, moved.started_on, moved.amount) == (at("2026-11-24", 0), NOW.date(), 3)
    assert Case.objects.get(pk=case.pk).due_at == at("2026-11-26", 0)


def test_what_has_fired_stays_and_what_has_not_gets_its_new_moment(house):
    case = triaged(house, now=NOW)
    sweep(now=at("2026-11-20", 9))
    fired = list(ClockStep.objects.exclude(fired_at=None).values())
    move_clock(_clock(case), plan=_plan(5), now=at("2026-11-20", 10))
    assert list(ClockStep.objects.exclude(fired_at=None).values()) == fired
    assert _waiting(case) == {
        Step.CLIMB: "11-26 00:00",
        Step.YELLOW: "11-26 08:30",
        Step.RED: "12-02 08:30",
        Step.MEASURES: "12-09 08:30",
    }


def test_a_step_that_the_shorter_limit_had_no_time_for_is_written_when_there_is_time(house):
    case = triaged(house, now=NOW)
    assert Step.NUDGE not in _waiting(case)
    move_clock(_clock(case), plan=_plan(5), now=NOW)
    assert (_waiting(case)[Step.NUDGE], _waiting(case)[Step.REMIND]) == ("11-20 08:30", "11-20 08:30")


def test_a_warning_that_would_have_been_is_left_out_and_what_follows_the_end_happens_at_once(house):
    case = triaged(house, now=NOW)
    move_clock(_clock(case), plan=_plan(1), now=at("2026-11-20", 8))  # it was over on the 19th
    assert _waiting(case) == {
        Step.CLIMB: "11-20 08:00",
        Step.YELLOW: "11-20 08:30",
        Step.RED: "11-26 08:30",
        Step.MEASURES: "12-03 08:30",
    }
    sweep(now=at("2026-11-20", 9))
    assert Case.objects.get(pk=case.pk).holder == house.town
    assert _clock(case, TOWN).started_on == date(2026, 11, 20)


def test_a_step_that_waits_for_a_sweep_that_is_behind_is_not_lost(house):
    case = triaged(house, now=NOW)
    move_clock(_clock(case), plan=_plan(2), now=at("2026-11-24", 9))  # nothing has been swept since the 18th
    assert _waiting(case)[Step.REMIND] == "11-19 08:30"
    assert _waiting(case)[Step.CLIMB] == "11-21 00:00"


def test_a_step_held_by_a_waiting_result_stays_held_and_has_its_new_moment(house):
    case = agreed(house, now=NOW)
    move_clock(_clock(case), plan=_plan(5), now=at("2026-11-19"))
    assert _waiting(case) == {}
    release_steps(case, held_at=case.results.get().reported_at, now=at("2026-11-19", 12))
    assert _waiting(case)[Step.CLIMB] == "11-26 00:00"


def test_what_the_new_plan_does_not_have_is_cancelled(house):
    case = triaged(house, now=NOW)
    plan = replace(_plan(5), steps=tuple((step, at) for step, at in _plan(5).steps if step == Step.CLIMB))
    move_clock(_clock(case), plan=plan, now=NOW)
    assert _waiting(case) == {Step.CLIMB: "11-26 00:00"}


def test_a_move_takes_the_same_statements_for_one_clock_and_for_three(house):
    counts = []
    for number in (1, 3):
        moves = [(_clock(triaged(house, now=NOW)), _plan(5)) for _index in range(number)]
        with CaptureQueriesContext(connection) as queries:
            move_clocks(moves, now=NOW)
        counts.append(len(queries))
    assert counts[0] == counts[1]
    move_clocks([], now=NOW)


@pytest.mark.parametrize(("region", "due"), [("330681109", "2026-11-24"), ("330681110", "2026-11-23")])
def test_a_clock_is_planned_again_by_the_calendar_of_its_own_place(house, region, due):
    case = triaged(house, now=NOW)
    day = {"date": date(2026, 11, 20), "is_workday": False, "name": "地方假日", "source": "staff"}
    WorkCalendarDay.objects.create(center=house.centers[region], **day)
    replan_clocks([_clock(case)], today=NOW.date(), now=NOW)
    assert _clock(case).due_on.isoformat() == due
    replan_clocks([], today=NOW.date(), now=NOW)


def test_a_limit_in_hours_is_planned_from_the_moment_it_began(house):
    case = triaged(house, now=NOW)
    case.clocks.filter(kind=VILLAGE).update(unit_of_time="hours", amount=2, original_due_at=at("2026-11-18", 11))
    plan = plan_again(_clock(case), calendar=work_calendar(), today=NOW.date())
    assert (plan.due_at, plan.due_on) == (at("2026-11-18", 11), NOW.date())
