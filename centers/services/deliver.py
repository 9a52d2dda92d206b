from datetime import datetime
from functools import partial

from centers.reports import in_duty_hours, stand_ins_of
from core import clock
from core.outbox import deliver_batch


def deliver_messages(*, now: datetime) -> int:
    """Put the oldest messages that may go out at ``now`` into inboxes, those of stand-ins included; return how many.

    In duty hours all of them go, otherwise only the urgent ones; the rest wait, in order, for the next start of work.
    """
    stand_ins = partial(stand_ins_of, on=clock.local_day(now))
    return deliver_batch(now=now, only_urgent=not in_duty_hours(now=now), stand_ins=stand_ins)
