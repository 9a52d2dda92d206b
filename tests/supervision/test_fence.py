"""What a clock that jumps cannot do to people's matters."""

from datetime import timedelta

import pytest

from cases.enums import Step
from cases.models import ClockStep, Transfer
from centers.tasks import deliver_messages
from core import clock
from core.fence import lets_pass, release
from core.models import FenceEntry, InboxMessage, OutboxMessage
from core.outbox import Message, queue_messages
from supervision.models import SupervisionNotice
from supervision.tasks import sweep_clocks
from tests.factories import triaged

DAY = timedelta(days=1)


@pytest.fixture
def matter(house):
    """Return a case whose village limit passed yesterday and whose notice is due tomorrow, with a message waiting."""
    case = triaged(house, now=clock.now() - 12 * DAY)
    OutboxMessage.objects.update(sent_at=clock.now())
    steps = ClockStep.objects.filter(clock__case=case)
    steps.update(at=clock.now() - 5 * DAY, fired_at=clock.now() - 5 * DAY)
    steps.filter(step=Step.CLIMB, clock__kind="LVL_VILLAGE").update(at=clock.now() - DAY, fired_at=None)
    steps.filter(step=Step.YELLOW, clock__kind="LVL_VILLAGE").update(at=clock.now() + DAY, fired_at=None)
    queue_messages([Message("waiting", house.mediator.pk, "标题", "正文", "缘由", urgent=True)], now=clock.now())
    return case


@pytest.fixture
def clock_set(monkeypatch):
    """Return a way to set the wall clock of this process against its uptime."""
    right = clock.now

    def set_by(difference):
        monkeypatch.setattr("core.clock.now", lambda: right() + difference)

    return set_by


def effects(case):
    return {
        "climbed": Transfer.objects.filter(case=case, reason="escalation").count(),
        "notices": SupervisionNotice.objects.filter(case=case).count(),
        "delivered": InboxMessage.objects.filter(subject="标题").count(),
    }


NOTHING = {"climbed": 0, "notices": 0, "delivered": 0}


@pytest.mark.parametrize("jump", [2 * DAY, timedelta(minutes=10), -timedelta(hours=1)])
def test_nothing_happens_by_a_clock_that_jumped_nor_after_it_is_right_again(house, matter, clock_set, jump):
    assert lets_pass(clock.read())
    clock_set(jump)
    assert (sweep_clocks(), deliver_messages()) == (0, 0)
    clock_set(timedelta())
    assert (sweep_clocks(), deliver_messages()) == (0, 0)
    assert effects(matter) == NOTHING


def test_after_the_release_only_what_is_truly_due_happens(house, matter, clock_set):
    assert lets_pass(clock.read())
    clock_set(2 * DAY)
    sweep_clocks()
    clock_set(timedelta())
    release(FenceEntry.objects.get().pk, actor=house.sysadmin, reason="已校准（示例）", now=clock.now())
    sweep_clocks()
    deliver_messages()
    assert effects(matter) == {"climbed": 1, "notices": 0, "delivered": 1}
