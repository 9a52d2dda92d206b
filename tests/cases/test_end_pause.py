"""How a pause ends: by hand, by itself on its last day, or with the limit it stopped. Days up to its end do not count.

A medical dispute accepted on Wednesday 18 November 2026 and paused on Friday 20: of the village's three working days
two are gone, of the mediation's thirty as well.
"""

from datetime import date

import pytest

from cases.enums import Category, ClockKind, ClockState, EventKind, PauseReason, Step
from cases.models import Case, ClockStep, Pause
from cases.services.pause import end_longest_pause, end_pause, start_pause
from cases.services.recuse import recuse_center
from core import clock
from core.errors import IllegalTransition
from core.jobs import system_account
from disputes.services.mediate import record_agreement
from disputes.services.verify import confirm_dispute, return_dispute
from supervision.services.sweep import sweep
from tests.cases.papers import with_papers
from tests.factories import at, mediating, new_agreement

NOW = at("2026-11-18")
FRIDAY = at("2026-11-20", 10)
TUESDAY = at("2026-12-01", 15)
VILLAGE, MEDICAL = ClockKind.LVL_VILLAGE, ClockKind.MED_MEDICAL


@pytest.fixture
def case(house):
    case = mediating(house, now=NOW, category=Category.MEDICAL)
    start_pause(case.pk, reason=PauseReason.MEDICAL_APPRAISAL, ground="鉴定（示例）", actor=house.mediator, now=FRIDAY)
    return case


def _end(house, case, *, who="mediator", now=TUESDAY):
    return end_pause(case.pk, actor=getattr(house, who), now=now)


def _due(case):
    return {row.kind: row.due_on.isoformat() for row in case.clocks.filter(kind__in=[VILLAGE, MEDICAL])}


def _waiting(case, kind):
    steps = ClockStep.objects.waiting().filter(clock__case=case, clock__kind=kind)
    return {step.step: step.at.astimezone(clock.SHANGHAI).strftime("%m-%d %H:%M") for step in steps}


def test_the_limits_go_on_with_the_days_they_had_left(house, case):
    _end(house, case)
    assert _due(case) == {VILLAGE: "2026-12-02", MEDICAL: "2027-01-11"}  # 1 January is free
    assert Case.objects.get(pk=case.pk).due_at == at("2026-12-03", 0)
    first = case.clocks.get(kind=VILLAGE)
    assert (first.original_due_at, first.state) == (at("2026-11-24", 0), ClockState.RUNNING)


def test_the_steps_that_had_not_fired_get_their_new_moments(house, case):
    _end(house, case)
    assert _waiting(case, VILLAGE) == {  # reminder and warning fell on the morning of this day
        Step.CLIMB: "12-03 00:00",
        Step.YELLOW: "12-03 08:30",
        Step.RED: "12-09 08:30",
        Step.MEASURES: "12-16 08:30",
    }
    assert _waiting(case, ClockKind.PAUSE) == {}


def test_the_end_stands_on_the_timeline_with_the_new_last_day(house, case):
    _end(house, case)
    events = case.events.filter(kind=EventKind.CLOCK_RESUMED).values_list("data", flat=True)
    assert {event["clock"]: event["due_on"] for event in events} == _due(case)
    assert case.clocks.get(kind=ClockKind.PAUSE).state == ClockState.MET


def test_a_pause_that_ends_on_the_day_it_began_moves_nothing(house, case):
    _end(house, case, now=at("2026-11-20", 17))
    assert _due(case) == {VILLAGE: "2026-11-23", MEDICAL: "2026-12-30"}


def test_a_pause_on_the_last_day_leaves_the_first_working_day_after_it(house):
    case = mediating(house, now=NOW, category=Category.MEDICAL)
    reason = PauseReason.MEDICAL_APPRAISAL
    start_pause(case.pk, reason=reason, ground="鉴定（示例）", actor=house.mediator, now=at("2026-11-23"))
    _end(house, case)
    assert _due(case)[VILLAGE] == "2026-12-02"


def test_a_second_pause_adds_to_the_first(house, case):
    _end(house, case)
    reason = PauseReason.MEDICAL_APPRAISAL
    start_pause(case.pk, reason=reason, ground="补充鉴定（示例）", actor=house.mediator, now=at("2026-12-01", 16))
    _end(house, case, now=at("2026-12-08"))
    assert _due(case)[VILLAGE] == "2026-12-09"
    assert Pause.objects.filter(clock__case=case, clock__kind=VILLAGE).count() == 2


def _last(case):
    return case.clocks.get(kind=ClockKind.PAUSE)


def test_a_pause_is_over_by_itself_on_its_last_day(house, case):
    longest, over = _last(case), at("2027-01-20", 0)
    assert (longest.due_on, longest.due_at) == (date(2027, 1, 19), over)
    end_longest_pause(longest.pk, at=over, actor=system_account(), now=over)
    assert _due(case)[VILLAGE] == "2027-01-20"
    assert {pause.ended_on for pause in Pause.objects.all()} == {date(2027, 1, 19)}
    assert _last(case).state == ClockState.MET


@pytest.mark.parametrize("now", [at("2027-01-25", 9), at("2027-01-20", 0)])
def test_a_pause_found_over_later_ended_on_its_own_last_day(house, case, now):
    end_longest_pause(_last(case).pk, at=at("2027-01-20", 0), actor=system_account(), now=now)
    assert _due(case)[VILLAGE] == "2027-01-20"
    assert _waiting(case, VILLAGE)[Step.CLIMB] == "01-21 00:00"


def test_whoever_ends_it_by_hand_too_late_gains_no_days(house, case):
    _end(house, case, now=at("2027-01-25", 9))
    assert _due(case)[VILLAGE] == "2027-01-20"
    assert _waiting(case, ClockKind.PAUSE) == {}
    sweep(now=at("2027-01-25", 10))
    assert Case.objects.get(pk=case.pk).holder == house.town


def test_an_agreement_during_the_appraisal_is_judged_as_if_the_pause_had_ended_that_day(house, case):
    record_agreement(case.pk, new_agreement(TUESDAY, case), actor=house.mediator, now=TUESDAY)
    confirm_dispute(with_papers(case).pk, remark="已核实（示例）", actor=house.town_supervisor, now=at("2026-12-10"))
    rows = case.clocks.filter(kind__in=[VILLAGE, MEDICAL, ClockKind.PAUSE])
    assert {(row.state, row.late_days) for row in rows} == {(ClockState.MET, None)}
    assert _due(case)[VILLAGE] == "2026-12-02"
    assert {pause.ended_on for pause in Pause.objects.all()} == {date(2026, 12, 1)}
    assert not ClockStep.objects.waiting().filter(clock__case=case).exists()


def test_a_result_that_comes_back_leaves_the_pause_as_it_was(house, case):
    record_agreement(case.pk, new_agreement(TUESDAY, case), actor=house.mediator, now=TUESDAY)
    return_dispute(case.pk, remark="请补充（示例）", actor=house.town_supervisor, now=at("2026-12-02"))
    assert case.clocks.get(kind=VILLAGE).state == ClockState.PAUSED
    assert Step.RESUME in _waiting(case, ClockKind.PAUSE)


def test_a_pause_ended_while_a_result_waits_lets_nothing_fire(house, case):
    record_agreement(case.pk, new_agreement(TUESDAY, case), actor=house.mediator, now=TUESDAY)
    _end(house, case, now=at("2026-12-02"))
    assert sweep(now=at("2026-12-31")) == 0
    return_dispute(case.pk, remark="请补充（示例）", actor=house.town_supervisor, now=at("2026-12-31", 10))
    assert sweep(now=at("2026-12-31", 11)) > 0
    assert Case.objects.get(pk=case.pk).holder == house.town


def test_a_limit_that_a_center_loses_with_the_matter_ends_and_the_others_stay_paused(house, case):
    recuse_center(case.pk, center=house.village, ground="涉及本村（示例）", actor=house.village_triage, now=TUESDAY)
    states = {row.kind: row.state for row in case.clocks.all()}
    assert (states[VILLAGE], states[MEDICAL]) == (ClockState.MET, ClockState.PAUSED)
    assert (states[ClockKind.LVL_TOWN], states[ClockKind.PAUSE]) == (ClockState.RUNNING, ClockState.RUNNING)


@pytest.mark.parametrize("who", ["mediator", "town_supervisor", "county_supervisor"])
def test_the_handler_and_whoever_watches_may_end_it(house, case, who):
    _end(house, case, who=who)
    assert set(Pause.objects.values_list("ended_by", flat=True)) == {getattr(house, who).pk}


@pytest.mark.parametrize(
    "who", ["unit_leader", "village_triage", "clerk", "town_mediator", "neighbour_town_supervisor"]
)
def test_nobody_else_ends_it(house, case, who):
    with pytest.raises(Case.DoesNotExist):
        _end(house, case, who=who)
    assert not Pause.objects.exclude(ended_at=None).exists()


def test_what_is_not_paused_cannot_go_on(house, case):
    _end(house, case)
    with pytest.raises(IllegalTransition):
        _end(house, case)
