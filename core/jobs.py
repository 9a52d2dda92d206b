"""The account that acts for the background jobs, which jobs there are, and what they leave behind to be seen by."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from core.models import Heartbeat, User

SYSTEM_USERNAME: Final = "system"
BEAT: Final = "celery.beat"
BEAT_SECONDS: Final = 10.0
ROUNDS: Final = 2


@dataclass(frozen=True, slots=True)
class Job:
    """One kind of background work. An automatic one acts on people's matters by the clock, so the fence can stop it."""

    name: str
    label: str | Promise
    is_automatic: bool


JOBS: Final[dict[str, Job]] = {}


def system_account() -> User:
    """Return the account in whose name the system acts by itself. It cannot sign in."""
    account = User.objects.filter(username=SYSTEM_USERNAME).first()
    if account is None:
        account, _created = User.objects.get_or_create(
            username=SYSTEM_USERNAME, defaults={"full_name": "系统", "is_staff": False, "password": "!"}
        )
    return account


def record_heartbeat(job: str, *, handled: int, now: datetime) -> None:
    """Note that ``job`` has got something done at ``now``: ``handled`` rows since its run began."""
    Heartbeat.objects.update_or_create(job=job, defaults={"beat_at": now, "handled": handled})


def record_failure(job: str, *, error: str, now: datetime) -> None:
    """Note that a run of ``job`` ended at ``now`` in an ``error`` of that class. Its text might name people."""
    Heartbeat.objects.update_or_create(job=job, defaults={"failed_at": now, "error": error})


def label_of(job: str) -> str | Promise:
    """Return what people call a job; beat is one of them."""
    return _("Scheduler") if job == BEAT else JOBS[job].label


def allowed_age(job: str) -> timedelta:
    """Return how old the last sign of life of ``job`` may be: two rounds of the timetable and the place's grace."""
    return ROUNDS * interval_of(job) + timedelta(seconds=settings.HEARTBEAT_GRACE_SECONDS)


def interval_of(job: str) -> timedelta:
    """Return how often ``job`` runs by the timetable; beat shows its life as often as its busiest job runs."""
    rounds = {entry["task"]: entry["schedule"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}
    return timedelta(seconds=min(BEAT_SECONDS, *rounds.values()) if job == BEAT else rounds[job])
