"""What a batch is: a few statements whatever it holds, in the order of time; one refused step is no other's loss."""

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from cases.enums import ClockKind, EventKind, Step
from cases.models import Clock, ClockStep
from cases.services.clocks import start_clock
from centers.models import Center, Post
from core.models import OutboxMessage
from supervision.models import SupervisionNotice
from supervision.services.sweep import sweep, sweep_batch, sweep_batches
from tests.factories import LONG_AGO, at, mediating, race, recused, registered, rolled_back, triaged

WEDNESDAY = at("2026-11-18")
EXPIRY = at("2026-11-24", 0)
MORNING = at("2026-11-24", 8, 30)
LONG_AFTER = at("2026-12-24", 9)


def _queries_of_each_batch(now):
    counts, more = [], True
    while more:
        with CaptureQueriesContext(connection) as asked:
            more = sweep_batch(now=now)
        counts.append(len(asked))
    return counts


@pytest.mark.parametrize("now", [MORNING, LONG_AFTER])
def test_a_batch_asks_and_writes_as_often_for_one_matter_as_for_four(house, now):
    counts = []
    for number in (1, 1, 4):  # the first also asks what a process asks once
        with rolled_back():
            for _ in range(number):
                mediating(house, now=WEDNESDAY)
            counts.append(_queries_of_each_batch(now))
    assert counts[1] == counts[2]


def test_a_sweep_with_nothing_due_asks_for_what_was_set_aside_and_for_the_oldest_step(house):
    triaged(house, now=WEDNESDAY)
    with CaptureQueriesContext(connection) as asked:
        assert sweep(now=WEDNESDAY) == 0
    spoken = [query["sql"].split()[0] for query in asked if "SAVEPOINT" not in query["sql"]]
    assert spoken == ["UPDATE", "SELECT"]


def test_a_case_goes_on_in_the_batch_after_its_climb(house):
    triaged(house, now=WEDNESDAY)
    assert list(sweep_batches(now=MORNING)) == [3, 1]  # reminder, warning and climb; then the notice


@pytest.mark.django_db(transaction=True)
def test_what_comes_after_a_step_that_somebody_holds_waits_for_it(house):
    case = triaged(house, now=WEDNESDAY)
    with transaction.atomic():
        reminder = ClockStep.objects.filter(clock__case=case, clock__kind=ClockKind.LVL_VILLAGE, step=Step.REMIND)
        reminder.select_for_update(of=("self",)).get()
        assert race(lambda: sweep(now=MORNING)) == [0]
    assert sweep(now=MORNING) == 4


def test_the_steps_that_are_refused_are_found_among_many_and_set_aside_alone(house):
    matters = [triaged(house, now=WEDNESDAY) for _ in range(7)]
    poisoned = {matters[2], matters[5]}
    for case in poisoned:
        start_clock(case, ClockKind.LVL_TOWN, now=WEDNESDAY)  # the clock that the climb is to start is there already
    sweep(now=EXPIRY)
    failed = ClockStep.objects.exclude(failed_at=None)
    assert {(step.clock.case, step.step) for step in failed} == {(case, Step.CLIMB) for case in poisoned}
    moved = {case for case in matters if case.transfers.filter(reason="escalation").exists()}
    assert moved == {*matters} - poisoned


def test_a_notice_that_is_refused_leaves_no_gap_in_the_numbers(house):
    first, poisoned, last = (triaged(house, now=WEDNESDAY) for _ in range(3))
    step = ClockStep.objects.get(clock__case=poisoned, clock__kind=ClockKind.LVL_VILLAGE, step=Step.YELLOW)
    start_clock(poisoned, ClockKind.NOTICE_REPLY, now=WEDNESDAY, subject=str(step.pk))
    sweep(now=MORNING)
    step.refresh_from_db()
    assert "clock_once_per_key" in step.error
    numbers = SupervisionNotice.objects.order_by("number").values_list("case", "number")
    assert list(numbers) == [(first.pk, "(2026)枫桥督字第0001号"), (last.pk, "(2026)枫桥督字第0002号")]


def test_who_heard_that_a_matter_is_stuck_also_hears_that_it_climbed_after_all(house):
    case = triaged(house, now=WEDNESDAY)
    Post.objects.exclude(center=house.village).update(ends_on=LONG_AGO)
    sweep(now=EXPIRY)
    Post.objects.filter(center=house.town).update(ends_on=None)
    sweep(now=at("2026-11-25", 8, 30))
    climb = ClockStep.objects.get(clock__case=case, clock__kind=ClockKind.LVL_VILLAGE, step=Step.CLIMB)
    told = OutboxMessage.objects.filter(recipient=house.unit_leader, key__startswith=f"step:{climb.pk}:")
    assert {message.key.split(":")[2] for message in told} == {"stuck", "climb"}
    assert case.events.filter(kind=EventKind.ESCALATED).exists()


def test_a_center_that_the_matter_is_about_is_passed_by_on_the_way_up(house):
    about_the_town, other = triaged(house, now=WEDNESDAY), triaged(house, now=WEDNESDAY)
    recused(about_the_town, center=house.town, by=house.clerk, now=WEDNESDAY)
    sweep(now=EXPIRY)
    for case in (about_the_town, other):
        case.refresh_from_db()
    assert (about_the_town.holder, other.holder) == (house.centers["330681"], house.town)


def test_the_supervisors_of_the_center_that_is_above_now_are_told(house):
    case = triaged(house, now=WEDNESDAY)
    Center.objects.filter(pk=house.village.pk).update(parent=house.centers["330681110"])
    sweep(now=at("2026-11-20", 8, 30))
    told = OutboxMessage.objects.filter(link__endswith=f"/{case.pk}/change/")
    assert "neighbour_town_supervisor" in set(told.values_list("recipient__username", flat=True))


def test_a_matter_without_a_unit_gets_its_notice(house):
    case = registered(house, now=WEDNESDAY)
    Clock.objects.filter(case=case).update(unit=None)
    sweep(now=MORNING)
    assert SupervisionNotice.objects.get().unit is None
