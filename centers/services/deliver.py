from datetime import datetime
from functools import partial

from centers.reports import stand_ins_of
from centers.reports.duty import at_work
from core import clock
from core.outbox import deliver_batch


def deliver_messages(*, now: datetime) -> int:
    """Put the oldest messages that may go out at ``now`` into inboxes, those of stand-ins included; return how many.

    To those who are at work all of them go, to others only the urgent ones; the rest wait, in order, for the next
    start of work where the recipient serves.
    """
    stand_ins = partial(stand_ins_of, on=clock.local_day(now))
    return deliver_batch(now=now, at_work=at_work(now=now), stand_ins=stand_ins)
