"""What may be paused, for which reasons, by whom, and what then stands still.

A medical dispute accepted on Wednesday 18 November 2026: its village limit ends on Monday 23 November, its mediation
limit of thirty working days on Wednesday 30 December.
"""

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from cases.enums import Category, ClockKind, ClockState, EventKind, PauseReason, Step
from cases.models import Case, ClockStep, Pause
from cases.services.clocks import start_clock
from cases.services.pause import start_pause
from core.errors import DomainError, IllegalTransition
from supervision.services.sweep import sweep
from tests.factories import agreed, at, mediating, race

NOW = at("2026-11-18")
FRIDAY = at("2026-11-20", 10)
MEDICAL = PauseReason.MEDICAL_APPRAISAL
GROUND = "已委托医学会鉴定（示例）"


@pytest.fixture
def case(house):
    return mediating(house, now=NOW, category=Category.MEDICAL)


def _pause(house, case, *, reason=MEDICAL, now=FRIDAY, who="mediator"):
    return start_pause(case.pk, reason=reason, ground=GROUND, actor=getattr(house, who), now=now)


def _states(case):
    return {row.kind: row.state for row in case.clocks.exclude(kind=ClockKind.SIGN_FOR)}


def test_a_medical_appraisal_stops_the_mediation_and_the_level_beside_it(house, case):
    pauses = _pause(house, case)
    assert _states(case) == {
        ClockKind.LVL_VILLAGE: ClockState.PAUSED,
        ClockKind.MED_MEDICAL: ClockState.PAUSED,
        ClockKind.PAUSE: ClockState.RUNNING,
    }
    assert {(pause.started_on, pause.until_on, pause.ground) for pause in pauses} == {
        (date(2026, 11, 20), date(2027, 1, 19), GROUND)
    }


def test_a_paused_limit_does_nothing_and_makes_nothing_late(house, case):
    _pause(house, case, now=at("2026-11-19"))
    assert Case.objects.get(pk=case.pk).due_at is None
    assert sweep(now=at("2026-12-31")) == 0
    waiting = ClockStep.objects.waiting().filter(clock__case=case).values_list("step", flat=True)
    assert set(waiting) == {Step.REMIND, Step.PREWARN, Step.RESUME}


def test_what_has_fired_before_the_pause_stays_fired(house, case):
    sweep(now=at("2026-11-20", 8, 30))
    fired = ClockStep.objects.exclude(fired_at=None)
    before = list(fired.values())
    _pause(house, case)
    assert (list(fired.values()), len(before)) == (before, 2)


def test_the_pause_stands_on_the_timeline_once_for_each_limit(house, case):
    _pause(house, case)
    events = case.events.filter(kind=EventKind.CLOCK_PAUSED).values_list("data", flat=True)
    assert {event["clock"] for event in events} == {ClockKind.LVL_VILLAGE, ClockKind.MED_MEDICAL}
    assert {(event["started_on"], event["pause"]) for event in events} == {("2026-11-20", MEDICAL)}


def test_a_limit_that_has_passed_goes_on_being_late_while_the_others_pause(house, case):
    sweep(now=at("2026-11-24", 9))  # the village limit is over, the matter has climbed to the town
    _pause(house, case, now=at("2026-11-24", 10))
    assert _states(case)[ClockKind.LVL_VILLAGE] == ClockState.RUNNING
    assert {kind for kind, state in _states(case).items() if state == ClockState.PAUSED} == {
        ClockKind.MED_MEDICAL,
        ClockKind.LVL_TOWN,
    }


@pytest.mark.parametrize(
    ("category", "reason"),
    [
        (Category.NEIGHBOUR, MEDICAL),
        (Category.LABOUR, MEDICAL),
        (Category.MEDICAL, PauseReason.COURT_APPRAISAL),
        (Category.MEDICAL, PauseReason.REREVIEW_HEARING),
    ],
)
def test_a_reason_that_stops_no_limit_here_is_refused_and_the_articles_are_named(house, category, reason):
    case = mediating(house, now=NOW, category=category)
    with pytest.raises(DomainError, match=r"第36条.*第38条.*第26条"):
        _pause(house, case, reason=reason)
    assert not Pause.objects.exists()
    assert ClockState.PAUSED not in _states(case).values()


@pytest.mark.parametrize(
    ("kind", "reason"),
    [
        (ClockKind.PET_REREVIEW, PauseReason.REREVIEW_HEARING),
        (ClockKind.MED_COURT_PRE, PauseReason.COURT_APPRAISAL),
        (ClockKind.MED_COURT_ORD, PauseReason.COURT_APPRAISAL),
        (ClockKind.MED_COURT_SUM, PauseReason.COURT_APPRAISAL),
    ],
)
def test_every_listed_reason_stops_the_limit_it_is_listed_for(house, case, kind, reason):
    start_clock(case, kind, now=NOW)
    _pause(house, case, reason=reason, now=NOW)
    levels = ClockState.RUNNING if reason == PauseReason.REREVIEW_HEARING else ClockState.PAUSED
    assert (_states(case)[kind], _states(case)[ClockKind.LVL_VILLAGE]) == (ClockState.PAUSED, levels)
    assert _states(case)[ClockKind.MED_MEDICAL] == ClockState.RUNNING


@pytest.mark.parametrize(("now", "is_refused"), [(at("2026-12-30", 23, 59), False), (at("2026-12-31", 0), True)])
def test_after_its_last_day_a_limit_is_not_paused_any_more(house, case, now, is_refused):
    if is_refused:
        with pytest.raises(DomainError, match="已经届满"):
            _pause(house, case, now=now)
    else:
        assert [pause.clock.kind for pause in _pause(house, case, now=now)] == [ClockKind.MED_MEDICAL]


def test_there_is_no_second_pause_while_one_is_open(house, case):
    _pause(house, case)
    with pytest.raises(DomainError, match="已经中止"):
        _pause(house, case)
    assert Pause.objects.count() == 2


def test_a_matter_whose_result_waits_is_not_paused(house):
    case = agreed(house, now=NOW, category=Category.MEDICAL)
    with pytest.raises(IllegalTransition):
        _pause(house, case)


@pytest.mark.parametrize(
    "who", ["unit_leader", "town_supervisor", "village_triage", "neighbour_clerk", "town_mediator"]
)
def test_nobody_but_the_handler_pauses(house, case, who):
    with pytest.raises(Case.DoesNotExist):
        _pause(house, case, who=who)
    assert not Pause.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_of_two_simultaneous_pauses_one_is_refused(house):
    case = mediating(house, now=NOW, category=Category.MEDICAL)
    outcomes = race(lambda: _pause(house, case), lambda: _pause(house, case))
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["DomainError", "list"]


@pytest.mark.parametrize(
    ("values", "rule"),
    [
        ({"reason": "holiday"}, "pause_for_a_listed_reason"),
        ({"ground": ""}, "pause_has_ground"),
        ({"ended_on": date(2026, 11, 21)}, "pause_ends_after_it_starts"),
    ],
)
def test_the_database_knows_the_listed_reasons_and_wants_a_ground(house, case, values, rule):
    _pause(house, case)
    with pytest.raises(IntegrityError, match=rule), transaction.atomic():
        Pause.objects.update(**values)
