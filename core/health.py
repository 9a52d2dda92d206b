"""What the operator's check of the running house looks at. Rooms above add what they know of with ``check``."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from threading import Thread
from typing import Final

import redis
from django.conf import settings
from django.db import Error as AnyDatabaseError
from django.db import connections
from redis.backoff import NoBackoff
from redis.retry import Retry

from core import clock
from core.fence import database_now
from core.jobs import BEAT, JOBS, allowed_age, interval_of
from core.models import FenceAct, FenceEntry
from core.pulse import State, all_pulses, is_recent, judge

PATIENCE: Final = timedelta(seconds=2)
PING_SECONDS: Final = 1.0
KNOCKS: Final = 3  # beat counts as knocking that many rounds after its last sign
GROUNDS: Final = ("database", "broker")
FINE: Final = frozenset({State.OK, State.WARNING})


@dataclass(frozen=True, slots=True)
class Finding:
    """What one check found. A stale process may be restarted once it has had ``allowed`` to show itself."""

    name: str
    state: State
    text: str
    allowed: timedelta | None = None

    @property
    def is_fine(self) -> bool:
        return self.state in FINE


CHECKS: Final[dict[str, Callable[[datetime], Finding]]] = {}


def check(function: Callable[[datetime], Finding]) -> Callable[[datetime], Finding]:
    """Register a check under its function's name, less ``check_``. It is handed the moment and may read any row."""
    CHECKS[function.__name__.removeprefix("check_")] = function
    return function


@check
def check_database(_now: datetime) -> Finding:
    started = clock.uptime()
    database_now()
    return Finding("database", State.OK, f"answered in {(clock.uptime() - started).total_seconds() * 1000:.0f} ms")


@check
def check_broker(_now: datetime) -> Finding:
    """Ask on a new connection, once, with a second to connect and a second to answer."""
    client = redis.Redis.from_url(
        settings.REDIS_URL,
        socket_timeout=PING_SECONDS,
        socket_connect_timeout=PING_SECONDS,
        retry=Retry(NoBackoff(), 0),
    )
    try:
        client.ping()
    except (redis.RedisError, OSError) as error:
        return Finding("broker", State.DOWN, f"no answer: {type(error).__name__}")
    finally:
        client.close()
    return Finding("broker", State.OK, "answered")


@check
def check_worker(now: datetime) -> Finding:
    """Find a worker stale when beat knocks and no job has shown life for as long as the busiest may be silent."""
    signs = {pulse.job: pulse.sign_at for pulse in all_pulses()}
    beat_at = signs.pop(BEAT)
    newest_at = max((at for at in signs.values() if at is not None), default=None)
    allowed = min(allowed_age(job) for job in JOBS)
    text = f"last sign of life {_ago(newest_at, now)}"
    if is_recent(newest_at, allowed=allowed, now=now):
        return Finding("worker", State.OK, text, allowed)
    if is_recent(beat_at, allowed=KNOCKS * interval_of(BEAT), now=now):
        return Finding("worker", State.STALE, text, allowed)
    return Finding("worker", State.FAILING, f"{text}; beat does not knock", allowed)


@check
def check_beat(now: datetime) -> Finding:
    (beat,) = (pulse for pulse in all_pulses() if pulse.job == BEAT)
    allowed = allowed_age(BEAT)
    state = judge(beat, allowed=allowed, now=now)
    return Finding("beat", state, f"last sign of life {_ago(beat.sign_at, now)}", allowed)


@check
def check_jobs(now: datetime) -> Finding:
    """Find the jobs that have got nothing done for longer than the timetable allows, whatever the worker does else."""
    wrong = []
    for pulse in (pulse for pulse in all_pulses() if pulse.job != BEAT):
        state = judge(pulse, allowed=allowed_age(pulse.job), now=now)
        if state not in FINE:
            error = f" with {pulse.error}" if state is State.FAILING else ""
            wrong.append(f"{pulse.job} {state}{error}, last done {_ago(pulse.beat_at, now)}")
    return Finding("jobs", State.FAILING if wrong else State.OK, "; ".join(wrong) or f"all {len(JOBS)} get things done")


@check
def check_fence(_now: datetime) -> Finding:
    last = FenceEntry.objects.first()
    if last is None or last.act == FenceAct.RELEASED:
        return Finding("fence", State.OK, "open")
    return Finding(
        "fence", State.CLOSED, f"closed since {last.at:%Y-%m-%d %H:%M %Z} ({last.cause}); waits for a release"
    )


def look(names: Collection[str], *, now: datetime, patience: timedelta = PATIENCE) -> list[Finding]:
    """Run the checks ``names``, whatever is down, and return what they found within ``patience``.

    They run in threads that nobody waits for any longer than that. Without the database nothing is known of what is
    read from rows, and a worker that hears no knock is not to blame for a broker that is away.
    """
    found: dict[str, Finding] = {}
    rows = [name for name in CHECKS if name in names and name not in GROUNDS]
    deadline = clock.uptime() + patience
    threads = [
        Thread(target=_run, args=(group, now, found), daemon=True) for group in (["broker"], ["database", *rows])
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(max(0.0, (deadline - clock.uptime()).total_seconds()))
    for name in GROUNDS:
        found.setdefault(name, Finding(name, State.DOWN, f"no answer within {patience.total_seconds():g} s"))
    for name in rows:
        found.setdefault(name, Finding(name, State.UNKNOWN, "the database does not answer"))
    return [_excused(found[name], found["broker"]) for name in CHECKS if name in names]


def _run(group: Iterable[str], now: datetime, found: dict[str, Finding]) -> None:
    """Run checks one after the other on this thread's own connection, up to the first that gets no answer."""
    try:
        for name in group:
            try:
                found[name] = CHECKS[name](now)
            except AnyDatabaseError as error:
                found[name] = Finding(name, State.DOWN, f"no answer: {type(error).__name__}")
                return
    finally:
        connections.close_all()


def _excused(finding: Finding, broker: Finding) -> Finding:
    if finding.name == "worker" and finding.state is State.STALE and not broker.is_fine:
        return replace(finding, state=State.FAILING, text=f"{finding.text}; the broker does not answer")
    return finding


def _ago(at: datetime | None, now: datetime) -> str:
    return "never" if at is None else f"{(now - at).total_seconds():.0f} s ago"
