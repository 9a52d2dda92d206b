import logging
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from functools import partial
from typing import Final

from celery import shared_task
from django.utils.translation import gettext_lazy as _

from centers.reports.duty import at_work
from centers.services.deliver import deliver_messages as deliver_one_batch
from centers.services.deliver import kept_from
from centers.services.load_calendar import load_calendar, years_around
from core import clock, webhook
from core.chain import BrokenChain, verify_on_record
from core.channels import Channel, Failure
from core.courier import HARD_LIMIT_SECONDS, SOFT_LIMIT_SECONDS, Outcome, claim, open_doors, settle
from core.errors import UnreadableValue
from core.jobs import system_account
from core.mail import MailDoor
from core.models import ExternalDelivery
from core.outbox import BATCH
from core.periodic import Now, job

logger: Final = logging.getLogger(__name__)

Send = Callable[..., Outcome]
ROUND: Final = timedelta(seconds=8)  # of carrying; what is left waits for the next knock, so that nobody else has to


@shared_task(name="centers.extend_calendar")
@job(_("Upkeep of the work calendar"), automatic=False)
def extend_calendar(now: Now) -> Iterator[int]:
    """Keep the work calendar a year ahead, so that no limit is refused. Runs daily; a second run changes nothing."""
    yield sum(year.added for year in load_calendar(years_around(clock.local_day(now())), now=now()))


@shared_task(name="centers.verify_audit")
@job(_("Verification of the audit trail"), automatic=False)
def verify_audit(now: Now) -> Iterator[int]:
    """Verify what the audit trail has grown by; fail when it is broken. Runs daily; a second run verifies the rest."""
    verdict = verify_on_record(actor=system_account(), now=now())
    yield verdict.head.position
    if verdict.fault:
        raise BrokenChain(verdict)


@shared_task(name="centers.deliver_messages")
@job(_("Delivery of messages"), automatic=True)
def deliver_messages(now: Now) -> Iterator[int]:
    """Put into inboxes what may go out now. Runs every few seconds; a second run meanwhile finds nothing to do."""
    while count := deliver_one_batch(now=now()):
        yield count
        if count < BATCH:
            break


@shared_task(name="centers.send_mail", soft_time_limit=SOFT_LIMIT_SECONDS, time_limit=HARD_LIMIT_SECONDS)
@job(_("Sending of e-mail"), automatic=True)
def send_mail(now: Now) -> Iterator[int]:
    """Carry what is due by e-mail. Runs every few seconds; a second run finds the door taken and does nothing."""
    with MailDoor() as door:
        yield from _carry(Channel.EMAIL, door.send, now)


@shared_task(name="centers.call_gateways", soft_time_limit=SOFT_LIMIT_SECONDS, time_limit=HARD_LIMIT_SECONDS)
@job(_("Calls to gateways"), automatic=True)
def call_gateways(now: Now) -> Iterator[int]:
    """Carry what is due to each gateway. Runs every few seconds; a second run passes by the gateways that are taken."""
    yield from _carry(Channel.WEBHOOK, webhook.post, now)


def _carry(channel: Channel, send: Send, now: Now) -> Iterator[int]:
    """Carry one row from each door in turn until nothing is due or the round is over; yield which arrived."""
    started = now()
    reachable = at_work(now=started)
    withheld = partial(kept_from, on=clock.local_day(started))
    doors = open_doors(channel)
    while doors and now() < started + ROUND:
        for door in list(doors):
            row = claim(door, at_work=reachable, kept_from=withheld, now=now())
            if row is None:
                doors.remove(door)
            else:
                yield _attempt(row, send, now())


def _attempt(row: ExternalDelivery, send: Send, now: datetime) -> bool:
    try:
        outcome = send(row, now=now)
    except UnreadableValue as error:
        logger.error("delivery %s is given up: %s cannot be read", row.pk, error.place)  # noqa: TRY400 - no trace: its frames hold the message
        outcome = Outcome(Failure.UNREADABLE)
    return settle(row, outcome, now=now) and outcome.failure is None
