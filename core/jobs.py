"""The account that acts for the background jobs, and what the jobs leave behind so that somebody sees that they run."""

from datetime import datetime
from typing import Final

from core.models import Heartbeat, User

SYSTEM_USERNAME: Final = "system"


def system_account() -> User:
    """Return the account in whose name the system acts by itself. It cannot sign in."""
    account = User.objects.filter(username=SYSTEM_USERNAME).first()
    if account is None:
        account, _ = User.objects.get_or_create(
            username=SYSTEM_USERNAME, defaults={"full_name": "系统", "is_staff": False, "password": "!"}
        )
    return account


def record_heartbeat(job: str, *, handled: int, now: datetime) -> None:
    """Note that ``job`` finished a run at ``now`` that handled ``handled`` rows."""
    Heartbeat.objects.update_or_create(job=job, defaults={"beat_at": now, "handled": handled})
