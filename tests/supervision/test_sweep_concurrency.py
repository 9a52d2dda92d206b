"""Workers side by side, batches of any size: every due step has its effect once, and none is lost."""

from collections import Counter

import pytest
from django.db import transaction

from cases.models import Case, ClockStep, Event, Transfer
from core.models import Heartbeat, NumberSeries, OutboxMessage
from supervision.models import SupervisionNotice
from supervision.services.sweep import sweep, sweep_batch
from supervision.tasks import sweep_clocks
from tests.factories import agreed, at, mediating, race, registered, triaged

WEDNESDAY = at("2026-11-18")
MORNING = at("2026-11-24", 8, 30)
LONG_AFTER = at("2026-12-24", 9)  # the limits of the town and of the mediation have passed as well


def _matters(house):
    for build in (registered, triaged, triaged, mediating, agreed):
        build(house, now=WEDNESDAY)


def _traces():
    """Return everything a sweep leaves behind, without the keys that depend on the order of writing."""
    steps = {step.pk: (step.clock.case.number, step.clock.kind, step.step) for step in ClockStep.objects.all()}
    return {
        "events": Counter(Event.objects.values_list("case__number", "kind", "at")),
        "moves": Counter(Transfer.objects.values_list("case__number", "to_center", "moved_at", "superseded_at")),
        "clocks": Counter(ClockStep.objects.values_list("clock__case", "clock__kind", "step", "at", "fired_at")),
        "holders": Counter(Case.objects.values_list("number", "holder", "due_at")),
        "notices": Counter(
            SupervisionNotice.objects.values_list("case__number", "clock__kind", "issuer", "facts__due_on")
        ),
        "numbers": Counter(SupervisionNotice.objects.values_list("issuer", "number")),
        "messages": Counter(
            (steps[int(key.split(":")[1])], recipient)
            for key, recipient in OutboxMessage.objects.values_list("key", "recipient__username")
        ),
    }


def _after(run):
    with transaction.atomic():
        run()
        traces = _traces()
        transaction.set_rollback(True)
    return traces


def _one_by_one(now):
    while sweep_batch(now=now, size=1):
        pass


@pytest.mark.parametrize("now", [MORNING, LONG_AFTER])
def test_batches_of_one_step_do_what_one_great_batch_does(house, now):
    _matters(house)
    before, whole = _after(lambda: None), _after(lambda: sweep(now=now))
    assert whole == _after(lambda: _one_by_one(now)) != before


def test_a_batch_smaller_than_what_is_due_takes_the_oldest_and_leaves_the_rest(house):
    triaged(house, now=WEDNESDAY)
    due = [step.pk for step in ClockStep.objects.due(at=MORNING)]
    assert (len(due), sweep_batch(now=MORNING, size=3)) == (4, 3)
    assert [step.pk for step in ClockStep.objects.due(at=MORNING)] == due[3:]
    assert [sweep_batch(now=MORNING, size=3), sweep_batch(now=MORNING, size=3)] == [1, 0]


def test_a_sweep_that_is_rolled_back_leaves_everything_due_and_no_gap_in_the_numbers(house):
    _matters(house)
    before = _traces()
    _after(lambda: sweep(now=MORNING))
    assert (_traces(), NumberSeries.objects.filter(scope__startswith="notice").count()) == (before, 0)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("size", [1000, 2])
def test_two_workers_at_the_same_moment_fire_every_step_once(house, size):
    for _ in range(4):
        triaged(house, now=WEDNESDAY)
    counts = race(*[lambda: sweep_batch(now=MORNING, size=size)] * 2)
    assert sum(counts) + sweep(now=MORNING) == 16
    assert set(Counter(Event.objects.values_list("case", "kind", "at")).values()) == {1}
    assert sorted(SupervisionNotice.objects.values_list("number", flat=True)) == [
        f"(2026)枫桥督字第000{number}号" for number in (1, 2, 3, 4)
    ]
    assert Transfer.objects.filter(reason="escalation").count() == 4


@pytest.mark.django_db(transaction=True)
def test_a_step_that_another_worker_holds_is_left_alone(house):
    case = triaged(house, now=WEDNESDAY)
    with transaction.atomic():
        Case.objects.select_for_update().get(pk=case.pk)
        assert race(lambda: sweep(now=MORNING)) == [0]
    assert sweep(now=MORNING) == 4


def test_the_task_fires_what_is_due_and_leaves_a_heartbeat(house):
    triaged(house, now=at("2025-11-18"))
    assert sweep_clocks() > 4
    assert Heartbeat.objects.get(job="supervision.sweep_clocks").handled > 4
    assert sweep_clocks() == 0
