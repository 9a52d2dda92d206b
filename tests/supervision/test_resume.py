"""A pause that nobody ends is over by itself on its own last day."""

from datetime import timedelta

import pytest

from cases.enums import Category, ClockKind, ClockState, EventKind, PauseReason
from cases.models import Pause
from cases.services.pause import start_pause
from core.models import OutboxMessage
from supervision.services.sweep import sweep
from tests.factories import at, mediating

NOW = at("2026-11-18")
PAUSABLE = [ClockKind.LVL_VILLAGE, ClockKind.MED_MEDICAL]


@pytest.fixture
def case(house):
    case = mediating(house, now=NOW, category=Category.MEDICAL)
    reason = PauseReason.MEDICAL_APPRAISAL
    start_pause(case.pk, reason=reason, ground="鉴定（示例）", actor=house.mediator, now=at("2026-11-20"))
    return case


def _states(case):
    return set(case.clocks.filter(kind__in=PAUSABLE).values_list("state", flat=True))


def test_a_paused_limit_stays_paused_until_the_last_moment_of_the_pause(case):
    sweep(now=case.clocks.get(kind=ClockKind.PAUSE).due_at - timedelta(seconds=1))
    assert _states(case) == {ClockState.PAUSED}


@pytest.mark.parametrize("delay", [0, 3])
def test_the_limits_go_on_by_themselves_even_where_the_sweep_comes_days_later(case, delay):
    longest = case.clocks.get(kind=ClockKind.PAUSE)
    sweep(now=longest.due_at + timedelta(days=delay))
    assert _states(case) == {ClockState.RUNNING}
    assert set(Pause.objects.values_list("ended_on", flat=True)) == {longest.due_on}
    assert case.events.filter(kind=EventKind.CLOCK_RESUMED, at=longest.due_at).count() == 2


def test_whoever_handles_the_matter_is_told_once(house, case):
    over = case.clocks.get(kind=ClockKind.PAUSE).due_at
    for later in (0, 1):
        sweep(now=over + timedelta(minutes=later))
    assert OutboxMessage.objects.filter(key__contains=":resume", recipient=house.mediator).count() == 1
