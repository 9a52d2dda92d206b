"""How the background jobs are by their heartbeats, and what every page tells people when they are not well."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from django.db import connection

from core.jobs import BEAT, JOBS, allowed_age
from core.models import FenceAct, Heartbeat

# Every job's signs of life and the fence's last act. Asked on every page, so it is written out.
SIGNS: Final = """
    SELECT job, beat_at, failed_at, error FROM core_heartbeat
    UNION ALL
    (SELECT act, at, at, cause FROM core_fenceentry ORDER BY number DESC LIMIT 1)
"""


class State(StrEnum):
    """How something is that should run. Only what is stale may be helped by a restart."""

    OK = "ok"
    WARNING = "warning"
    UNKNOWN = "unknown"
    FAILING = "failing"
    CLOSED = "closed"
    DOWN = "down"
    STALE = "stale"


@dataclass(frozen=True, slots=True)
class Pulse:
    """The heartbeat of one job as a value."""

    job: str
    beat_at: datetime | None = None
    failed_at: datetime | None = None
    error: str = ""
    handled: int = 0

    @property
    def sign_at(self) -> datetime | None:
        """The last moment at which the job is known to have run, well or badly."""
        return max((at for at in (self.beat_at, self.failed_at) if at is not None), default=None)


@dataclass(frozen=True, slots=True)
class Alarm:
    """What people must be told: which jobs do not run or fail and since when, and why the fence is closed."""

    silent: tuple[str, ...] = ()
    silent_since: datetime | None = None
    failing: tuple[str, ...] = ()
    failing_since: datetime | None = None
    closed_since: datetime | None = None
    closed_by: str = ""

    def __bool__(self) -> bool:
        return bool(self.silent or self.failing or self.closed_since)


def is_recent(at: datetime | None, *, allowed: timedelta, now: datetime) -> bool:
    """Return whether a sign of life still counts.

    One from the future counts as long: the clock was set back since, and a job that lives soon leaves another.
    """
    return at is not None and abs(now - at) <= allowed


def judge(pulse: Pulse, *, allowed: timedelta, now: datetime) -> State:
    """Return whether a job gets things done, has only failed for longer than ``allowed``, or does not run."""
    if is_recent(pulse.beat_at, allowed=allowed, now=now):
        return State.OK
    return State.FAILING if is_recent(pulse.failed_at, allowed=allowed, now=now) else State.STALE


def all_pulses() -> list[Pulse]:
    """Return the pulse of every job and of beat, those included that never ran."""
    rows = {row.job: row for row in Heartbeat.objects.all()}
    return [_pulse(job, rows.get(job)) for job in (*JOBS, BEAT)]


def alarm(*, now: datetime) -> Alarm:
    """Return what is wrong with the jobs and the fence."""
    with connection.cursor() as cursor:
        cursor.execute(SIGNS)
        rows = {name: Pulse(name, *signs) for name, *signs in cursor.fetchall()}
    pulses = [rows.get(job, Pulse(job)) for job in (*JOBS, BEAT)]
    states = {pulse: judge(pulse, allowed=allowed_age(pulse.job), now=now) for pulse in pulses}
    silent = [pulse for pulse, state in states.items() if state is State.STALE]
    failing = [pulse for pulse, state in states.items() if state is State.FAILING]
    closing = rows.get(FenceAct.CLOSED, Pulse(""))
    return Alarm(
        silent=tuple(pulse.job for pulse in silent),
        silent_since=_first(pulse.sign_at for pulse in silent),
        failing=tuple(pulse.job for pulse in failing),
        failing_since=_first(pulse.beat_at for pulse in failing),
        closed_since=closing.beat_at,
        closed_by=closing.error,
    )


def _pulse(job: str, row: Heartbeat | None) -> Pulse:
    return Pulse(job) if row is None else Pulse(job, row.beat_at, row.failed_at, row.error, row.handled)


def _first(moments: Iterable[datetime | None]) -> datetime | None:
    return min((at for at in moments if at is not None), default=None)
