from celery import shared_task

from core import clock
from core.jobs import record_heartbeat
from core.outbox import BATCH, deliver_batch


@shared_task(name="core.deliver_outbox")
def deliver_outbox() -> int:
    """Deliver all waiting messages. Runs every few seconds; a second run at the same time finds nothing to do."""
    delivered = 0
    while count := deliver_batch(now=clock.now()):
        delivered += count
        if count < BATCH:
            break
    record_heartbeat("core.deliver_outbox", handled=delivered, now=clock.now())
    return delivered
