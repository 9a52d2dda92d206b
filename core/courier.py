"""Carries messages out of the house: who may try which row when, and what an attempt ends in.

A row is claimed and the claim committed before anything is sent; afterwards it is settled only by the courier whose
fence number it still bears. A courier that dies on the way is followed by another one, under the same key: at least
once, and recognisable where it arrives twice.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from core.channels import Channel, DeliveryState, Failure
from core.errors import IllegalTransition
from core.models import ExternalDelivery, User, WebhookEndpoint
from core.outbox import KeptFrom

# How long after an attempt the next one may be made; after the last attempt there is none.
RETRY_AFTER: Final = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 4 * 60, 8 * 60, 12 * 60))
MAX_ATTEMPTS: Final = len(RETRY_AFTER) + 1
LEASE: Final = timedelta(seconds=45)
# Of a task that carries: it is dead before its lease ends.
SOFT_LIMIT_SECONDS: Final = 35
HARD_LIMIT_SECONDS: Final = 40
REST: Final = timedelta(minutes=1)
STALE: Final = timedelta(days=14)  # more than the longest holiday; a door opened later does not pour out old news
ADDRESSES: Final = ("recipient__email", "endpoint__url", "endpoint__secret")
LOCKS: Final = 0x6D617065  # the advisory locks of doors; the second number is the gateway's, 0 for e-mail


@dataclass(frozen=True, slots=True)
class Door:
    """One way out of the house: e-mail, or one gateway. One courier at a time stands at it."""

    channel: Channel
    endpoint: WebhookEndpoint | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one attempt ended in; ``answer`` is the number the other side said, where it said one."""

    failure: Failure | None = None
    answer: int | None = None


def open_doors(channel: Channel) -> list[Door]:
    """Return the doors of ``channel`` that are in use; e-mail is when a mail server is named."""
    if channel is Channel.EMAIL:
        return [Door(channel)] if settings.EMAIL_HOST else []
    gateways = WebhookEndpoint.objects.filter(is_active=True).defer("url", "secret")
    return [Door(channel, endpoint) for endpoint in gateways]


@transaction.atomic
def claim(door: Door, *, at_work: Q, kept_from: KeptFrom, now: datetime) -> ExternalDelivery | None:
    """Take the oldest row that is due at ``door`` into one's hands, until its lease ends; None if there is none.

    What is not urgent goes only to those who are ``at_work``. What its recipient may not be told of any more, by
    ``kept_from``, stays in the house for good.

    The next attempt is put off and this one counted before it is made, so that a row that kills its courier does not
    come first for ever. While a row is in somebody's hands, and for a minute after nobody has answered, the door gives
    out nothing.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [LOCKS, door.endpoint.pk if door.endpoint else 0])
    while row := _next_due(door, now, at_work=at_work):
        if _is_withheld(row, kept_from):
            _give_up(row, DeliveryState.WITHHELD, now)
        elif _take(row, now):
            return row
    return None


def _next_due(door: Door, now: datetime, *, at_work: Q) -> ExternalDelivery | None:
    """Return the next row, locked; none goes before an older one to the same person that is as urgent.

    Its addresses are read when it is sent: one that cannot be decrypted stops nothing but its own row.
    """
    waiting = ExternalDelivery.objects.filter(channel=door.channel, endpoint=door.endpoint, state=DeliveryState.WAITING)
    in_hand = waiting.filter(lease_until__gt=now)
    unanswered = waiting.filter(failure=Failure.UNREACHABLE, tried_at__gt=now - REST)
    older = waiting.filter(recipient=OuterRef("recipient"), pk__lt=OuterRef("pk"), is_urgent__gte=OuterRef("is_urgent"))
    due = waiting.filter(~Exists(in_hand), ~Exists(unanswered), ~Exists(older), due_at__lte=now)
    due = due.filter(Q(is_urgent=True) | at_work)
    rows = due.select_related("message__outbox", "recipient", "endpoint").defer(*ADDRESSES)
    rows = rows.order_by("-is_urgent", "pk")
    return rows.select_for_update(of=("self",), skip_locked=True).first()


def _take(row: ExternalDelivery, now: datetime) -> bool:
    """Write the claim into ``row``; one that was never settled, or has waited too long, is given up instead."""
    is_stale = row.due_at < now - STALE
    if is_stale or row.attempts >= MAX_ATTEMPTS:
        row.failure = Failure.STALE if is_stale else row.failure
        _give_up(row, DeliveryState.DEAD, now)
        return False
    row.due_at = now + (RETRY_AFTER[row.attempts] if row.attempts < len(RETRY_AFTER) else LEASE)
    row.attempts += 1
    row.fence += 1
    row.lease_until, row.tried_at = now + LEASE, now
    row.failure, row.answer = Failure.ABANDONED, None
    row.save(update_fields=["due_at", "attempts", "fence", "lease_until", "tried_at", "failure", "answer"])
    return True


def _is_withheld(row: ExternalDelivery, kept_from: KeptFrom) -> bool:
    matter = row.message.outbox.matter_id
    return matter is not None and bool(kept_from([(matter, row.recipient_id)]))


def _give_up(row: ExternalDelivery, state: DeliveryState, now: datetime) -> None:
    row.state, row.settled_at, row.lease_until = state, now, None
    row.save(update_fields=["state", "settled_at", "lease_until", "failure"])


def settle(row: ExternalDelivery, outcome: Outcome, *, now: datetime) -> bool:
    """Write down what the attempt ended in; return False when the row is in other hands by now and was left alone."""
    changes: dict[str, object] = {
        "failure": outcome.failure or "",
        "answer": outcome.answer,
        "lease_until": None,
    }
    if outcome.failure is None:
        changes |= {"state": DeliveryState.SENT, "settled_at": now}
    elif outcome.failure.is_final or row.attempts >= MAX_ATTEMPTS:
        changes |= {"state": DeliveryState.DEAD, "settled_at": now}
    mine = ExternalDelivery.objects.filter(pk=row.pk, fence=row.fence, state=DeliveryState.WAITING)
    return bool(mine.update(**changes))


@transaction.atomic
def send_again(delivery_id: int, *, actor: User, now: datetime) -> ExternalDelivery:
    """Let a message that was given up be tried anew, from the first attempt, under the key it has.

    The row is locked. Raises ExternalDelivery.DoesNotExist for one the actor does not see, IllegalTransition for one
    that was not given up.
    """
    row = ExternalDelivery.objects.visible_to(actor).select_for_update(of=("self",)).get(pk=delivery_id)
    if row.state != DeliveryState.DEAD:
        raise IllegalTransition(_("Only what was given up is sent again; this delivery has moved on."))
    row.state, row.settled_at, row.due_at, row.attempts = DeliveryState.WAITING, None, now, 0
    row.failure, row.answer = "", None
    row.renewed_by, row.renewed_at = actor, now
    row.save(
        update_fields=["state", "settled_at", "due_at", "attempts", "failure", "answer", "renewed_by", "renewed_at"]
    )
    return row
