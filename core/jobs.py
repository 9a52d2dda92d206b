"""What the background jobs leave behind so that somebody can see that they run."""

from datetime import datetime

from core.models import Heartbeat


def record_heartbeat(job: str, *, handled: int, now: datetime) -> None:
    """Note that ``job`` finished a run at ``now`` that handled ``handled`` rows."""
    Heartbeat.objects.update_or_create(job=job, defaults={"beat_at": now, "handled": handled})
