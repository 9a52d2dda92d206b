"""Messages to people: a row in the transaction that causes it, put into inboxes by a worker afterwards, once.

What also leaves the house, by e-mail or through a gateway, is written down in the same transaction as the inbox
message; ``core.courier`` carries it.
"""

import uuid
from collections.abc import Callable, Collection, Container, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Final, NamedTuple

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.db.models.functions import Length
from django.utils.translation import gettext as _

from core.bulk import write_rows
from core.channels import Channel
from core.models import ExternalDelivery, InboxMessage, OutboxMessage, User, WebhookEndpoint

BATCH: Final = 500
QUEUED: Final = ("key", "recipient_id", "subject", "body", "reason", "link", "is_urgent", "matter_id", "queued_at")
KEYS: Final = uuid.UUID("5d1f1f0e-6a0c-4a0e-9c53-2f6d0f2b7f11")

# Conditions on a row with a recipient: to whom what is not urgent may go now.
EVERYBODY: Final = ~Q(pk__in=[])
NOBODY: Final = Q(pk__in=[])

# Returns, by the key of the message, who receives it for a recipient that is absent.
StandIns = Callable[[Sequence[OutboxMessage]], Mapping[int, User]]
# Returns those of some pairs of a matter and an account of which the account may not be told.
KeptFrom = Callable[[Collection[tuple[int, int]]], Collection[tuple[int, int]]]


class Message(NamedTuple):
    """What is to be told to one account. ``key`` names the occasion: the same key to the same account goes out once.

    Its first word, before the colon, is the message's kind.
    """

    key: str
    recipient_id: int
    subject: str
    body: str
    reason: str
    link: str = ""
    urgent: bool = False
    matter_id: int | None = None


def queue_messages(messages: Iterable[Message], *, now: datetime) -> None:
    """Write ``messages`` to the outbox, in the caller's transaction; those queued before are left alone."""
    rows = [
        (
            *(f"{message.key}:{message.recipient_id}", message.recipient_id, message.subject, message.body),
            *(message.reason, message.link, message.urgent, message.matter_id, now),
        )
        for message in messages
    ]
    try:
        with transaction.atomic():
            write_rows(OutboxMessage, QUEUED, rows)
    except IntegrityError:
        again = (OutboxMessage(**dict(zip(QUEUED, row, strict=True))) for row in rows)
        OutboxMessage.objects.bulk_create(again, ignore_conflicts=True)


def nobody_is_absent(_rows: Sequence[OutboxMessage]) -> Mapping[int, User]:
    return {}


def nothing_is_kept(_pairs: Collection[tuple[int, int]]) -> Collection[tuple[int, int]]:
    return ()


@transaction.atomic
def deliver_batch(
    *,
    now: datetime,
    at_work: Q = EVERYBODY,
    stand_ins: StandIns = nobody_is_absent,
    kept_from: KeptFrom = nothing_is_kept,
) -> int:
    """Put the oldest waiting messages into their inboxes, and into those of stand-ins; return how many went.

    What is not urgent goes only to those who are ``at_work``. What its recipient may not be told of any more goes to
    nobody.

    Delivery, the rows of what leaves the house and the mark "sent" are one transaction on rows that no other worker
    holds, so a message arrives exactly once whatever is killed in between.
    """
    waiting = OutboxMessage.objects.filter(sent_at=None).select_related("recipient").defer("recipient__email")
    waiting = waiting.filter(Q(is_urgent=True) | at_work)
    rows = list(waiting.select_for_update(skip_locked=True, of=("self",)).order_by("queued_at", "pk")[:BATCH])
    receiving = stand_ins(rows) if rows else {}
    kept = kept_from({(row.matter_id, row.recipient_id) for row in rows if row.matter_id is not None})
    letters = InboxMessage.objects.bulk_create(
        letter
        for row in rows
        if (row.matter_id, row.recipient_id) not in kept
        for letter in _letters(row, receiving.get(row.pk), now)
    )
    _write_deliveries(letters, now)
    OutboxMessage.objects.filter(pk__in=[row.pk for row in rows]).update(sent_at=now)
    return len(rows)


def _letters(row: OutboxMessage, stand_in: User | None, now: datetime) -> Iterator[InboxMessage]:
    """Yield the message to its recipient, and the copy to whoever stands in."""
    common = {"outbox": row, "body": row.body, "link": row.link, "delivered_at": now}
    yield InboxMessage(recipient=row.recipient, subject=row.subject, reason=row.reason, **common)
    if stand_in is not None:
        names = {"name": row.recipient.full_name, "subject": row.subject}
        yield InboxMessage(
            recipient=stand_in,
            on_behalf_of=row.recipient,
            subject=_("[for %(name)s] %(subject)s") % names,
            reason=_("You stand in for %(name)s, who is away.") % names,
            **common,
        )


def _write_deliveries(letters: list[InboxMessage], now: datetime) -> None:
    """Write one row for each door by which each letter leaves the house.

    No address and no secret is read here: one that cannot be decrypted is its own courier's trouble.
    """
    gateways = list(WebhookEndpoint.objects.filter(is_active=True).defer("url", "secret")) if letters else []
    addressed = _with_address(letters) if settings.EMAIL_HOST else frozenset()
    ExternalDelivery.objects.bulk_create(
        ExternalDelivery(
            key=_key_of(letter, channel, endpoint),
            message=letter,
            recipient_id=letter.recipient_id,
            channel=channel,
            endpoint=endpoint,
            is_urgent=letter.outbox.is_urgent,
            queued_at=now,
            due_at=now,
        )
        for letter in letters
        for channel, endpoint in _doors_of(letter, gateways, addressed)
    )


def _with_address(letters: Iterable[InboxMessage]) -> frozenset[int]:
    """Return which recipients have an e-mail address, whatever it is."""
    people = User.objects.get_queryset().filter(pk__in={letter.recipient_id for letter in letters})
    return frozenset(people.annotate(length=Length("email")).filter(length__gt=0).values_list("pk", flat=True))


def _doors_of(
    letter: InboxMessage, gateways: Iterable[WebhookEndpoint], addressed: Container[int]
) -> Iterator[tuple[Channel, WebhookEndpoint | None]]:
    if not letter.recipient.is_active:
        return
    if letter.recipient_id in addressed:
        yield Channel.EMAIL, None
    for gateway in gateways:
        if gateway.takes(letter.outbox):
            yield Channel.WEBHOOK, gateway


def _key_of(letter: InboxMessage, channel: Channel, endpoint: WebhookEndpoint | None) -> uuid.UUID:
    """Return the key that names this telling wherever it is repeated.

    It follows from the occasion, the words and the door, so that what is told anew after a restored backup carries the
    key it had before, and another message never does.
    """
    door = f"{channel.value}:{endpoint.pk if endpoint else ''}"
    told = (letter.outbox.key, str(letter.recipient_id), door, letter.subject, letter.body)
    return uuid.uuid5(KEYS, "\0".join(told))
