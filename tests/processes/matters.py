"""A matter whose limit passes while the processes run, and what they may have done about it."""

from datetime import timedelta

from django.db import transaction

from cases.enums import EventKind, Step
from cases.models import Case, ClockStep, Event, Transfer
from core import clock
from core.models import Heartbeat, InboxMessage, OutboxMessage
from supervision.models import SupervisionNotice
from tests.factories import triaged

SWEEP = "supervision.sweep_clocks"
ONCE = {"moves": 1, "escalated": 1, "notices": 1, "twice in an inbox": 0}
NOTHING = dict.fromkeys(ONCE, 0)


@transaction.atomic
def falls_due_soon(house, *, after=timedelta(seconds=3)) -> Case:
    """Return a case that was triaged long ago and whose village limit passes three seconds from now.

    In one transaction: the sweep is at work, and would find it late before it is triaged.
    """
    case = triaged(house, now=clock.now() - timedelta(days=12))
    ends_at = clock.now() + after
    ClockStep.objects.filter(clock__case=case).update(at=clock.now() - timedelta(days=1))
    ClockStep.objects.filter(clock__case=case, step=Step.CLIMB).update(at=ends_at)
    ClockStep.objects.filter(clock__case=case, step=Step.YELLOW).update(at=ends_at + timedelta(seconds=1))
    return case


def is_told() -> bool:
    """Say whether all have been told; what would wait for office hours is made urgent, as this runs at any hour."""
    OutboxMessage.objects.filter(sent_at=None).update(is_urgent=True)
    return SupervisionNotice.objects.exists() and not OutboxMessage.objects.filter(sent_at=None).exists()


def has_beaten_since(moment) -> bool:
    return Heartbeat.objects.filter(job=SWEEP, beat_at__gt=moment).exists()


def effects(case: Case) -> dict[str, int]:
    return {
        "moves": Transfer.objects.filter(case=case, reason="escalation").count(),
        "escalated": Event.objects.filter(case=case, kind=EventKind.ESCALATED).count(),
        "notices": SupervisionNotice.objects.filter(case=case).count(),
        "twice in an inbox": InboxMessage.objects.count() - InboxMessage.objects.values("outbox").distinct().count(),
    }
