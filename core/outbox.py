"""Messages to people: a row in the transaction that causes it, delivered by a worker afterwards, once."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from core.models import InboxMessage, OutboxMessage

BATCH = 500


@dataclass(frozen=True, slots=True)
class Message:
    """What is to be told to one account. ``key`` names the occasion: the same key to the same account goes out once."""

    key: str
    recipient_id: int
    subject: str
    body: str
    reason: str
    link: str = ""
    urgent: bool = False


def queue_messages(messages: Iterable[Message], *, now: datetime) -> None:
    """Write ``messages`` to the outbox, in the caller's transaction; those queued before are left alone."""
    OutboxMessage.objects.bulk_create(
        [
            OutboxMessage(
                key=f"{message.key}:{message.recipient_id}",
                recipient_id=message.recipient_id,
                subject=message.subject,
                body=message.body,
                reason=message.reason,
                link=message.link,
                is_urgent=message.urgent,
                queued_at=now,
            )
            for message in messages
        ],
        ignore_conflicts=True,
    )


@transaction.atomic
def deliver_batch(*, now: datetime) -> int:
    """Put the oldest waiting messages into their inboxes and return how many.

    Delivery and the mark "sent" are one transaction on rows that no other worker holds, so a message arrives
    exactly once whatever is killed in between.
    """
    waiting = list(
        OutboxMessage.objects.filter(sent_at=None)
        .select_for_update(skip_locked=True)
        .order_by("queued_at", "pk")[:BATCH]
    )
    InboxMessage.objects.bulk_create(
        InboxMessage(
            outbox=row,
            recipient_id=row.recipient_id,
            subject=row.subject,
            body=row.body,
            reason=row.reason,
            link=row.link,
            delivered_at=now,
        )
        for row in waiting
    )
    OutboxMessage.objects.filter(pk__in=[row.pk for row in waiting]).update(sent_at=now)
    return len(waiting)
