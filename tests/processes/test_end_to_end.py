import os
import signal
from datetime import timedelta

import pytest

from cases.enums import EventKind, Step
from cases.models import Case, ClockStep, Event, Transfer
from core import clock
from core.models import Heartbeat, InboxMessage, OutboxMessage
from supervision.models import SupervisionNotice
from tests.factories import triaged
from tests.processes.conftest import WORKER

pytestmark = pytest.mark.processes


def _falls_due_soon(house) -> Case:
    """Return a case that was triaged long ago and whose village limit passes three seconds from now."""
    case = triaged(house, now=clock.now() - timedelta(days=12))
    ClockStep.objects.filter(clock__case=case).update(at=clock.now() - timedelta(days=1))
    ClockStep.objects.filter(clock__case=case, step=Step.CLIMB).update(at=clock.now() + timedelta(seconds=3))
    ClockStep.objects.filter(clock__case=case, step=Step.YELLOW).update(at=clock.now() + timedelta(seconds=4))
    return case


def _is_told() -> bool:
    """Say whether all have been told; what would wait for office hours is made urgent, as this runs at any hour."""
    OutboxMessage.objects.filter(sent_at=None).update(is_urgent=True)
    return SupervisionNotice.objects.exists() and not OutboxMessage.objects.filter(sent_at=None).exists()


def _has_beaten_since(moment) -> bool:
    return Heartbeat.objects.filter(job="supervision.sweep_clocks", beat_at__gt=moment).exists()


def _effects(case: Case) -> dict[str, int]:
    return {
        "moves": Transfer.objects.filter(case=case, reason="escalation").count(),
        "escalated": Event.objects.filter(case=case, kind=EventKind.ESCALATED).count(),
        "notices": SupervisionNotice.objects.filter(case=case).count(),
        "twice in an inbox": InboxMessage.objects.count() - InboxMessage.objects.values("outbox").distinct().count(),
    }


ONCE = {"moves": 1, "escalated": 1, "notices": 1, "twice in an inbox": 0}


def test_a_limit_that_passes_moves_the_case_issues_the_notice_and_reaches_the_inbox_once(
    served_house, celery, beat, eventually
):
    case = _falls_due_soon(served_house)
    celery(*WORKER)
    assert eventually(_is_told)
    settled_at = clock.now()
    assert eventually(lambda: _has_beaten_since(settled_at + timedelta(seconds=3)))
    case.refresh_from_db()
    assert (case.holder, _effects(case)) == (served_house.town, ONCE)
    assert (
        InboxMessage.objects.filter(recipient=served_house.town_supervisor, subject__contains="督字第0001号").count()
        == 1
    )


def test_a_worker_that_is_killed_loses_nothing_and_its_successor_repeats_nothing(
    served_house, celery, beat, eventually
):
    case = _falls_due_soon(served_house)
    first = celery(*WORKER)
    assert eventually(Heartbeat.objects.exists)
    os.killpg(first.pid, signal.SIGKILL)
    first.wait()
    celery(*WORKER)
    assert eventually(_is_told)
    settled_at = clock.now()
    assert eventually(lambda: _has_beaten_since(settled_at + timedelta(seconds=3)))
    assert _effects(case) == ONCE
