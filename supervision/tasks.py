from celery import shared_task

from core import clock
from core.jobs import record_heartbeat
from supervision.services.sweep import sweep


@shared_task(name="supervision.sweep_clocks")
def sweep_clocks() -> int:
    """Fire what is due. Runs every minute; a second run at the same time shares the work and repeats nothing."""
    fired = sweep(now=clock.now())
    record_heartbeat("supervision.sweep_clocks", handled=fired, now=clock.now())
    return fired
