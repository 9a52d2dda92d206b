"""One campaign: city, processes, faults, a quiet end, and the ledger."""

import contextlib
import os
import random
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import IO, Final
from urllib.parse import quote

import psycopg
from django.db import connections

from benchmarks.city import vacuum
from core import clock
from embedded import paths
from embedded.postgres import SUPERUSER
from embedded.waiting import until
from faults import witness, world
from faults.injector import IDLE_CUT_MILLISECONDS, Injector
from faults.ledger import examine
from faults.matters import matters
from faults.processes import EVERYBODY, Fleet
from faults.report import Report
from faults.session import Session

PACE: Final = 195  # faults a minute
LEAD: Final = timedelta(seconds=5)  # the processes start in that time
START_SECONDS: Final = 60
DRAIN_SECONDS: Final = 180
QUIET_SECONDS: Final = 3  # for two more sweeps and deliveries, which must find nothing
TICK_SECONDS: Final = 0.02
CURE_SECONDS: Final = 1.0

OPTIONS: Final = quote(f"-c idle_in_transaction_session_timeout={IDLE_CUT_MILLISECONDS}")
# What is killed are processes, never the machine: what the kernel has been given survives, on the disk or not yet.
NO_POWER_FAILURE: Final = ("ALTER SYSTEM SET fsync = off", "SELECT pg_reload_conf()")
HAS_BEGUN: Final = "SELECT 1 FROM faults_witness WHERE what = 'fired' LIMIT 1"
SOMETHING_WAITS: Final = """
    SELECT 1 FROM cases_clockstep WHERE at <= clock_timestamp() AND fired_at IS NULL AND cancelled_at IS NULL
    UNION ALL SELECT 1 FROM core_outboxmessage WHERE sent_at IS NULL
    LIMIT 1
"""
FIND_SET_ASIDE: Final = """
    SELECT DISTINCT clock.case_id FROM cases_clockstep AS step JOIN cases_clock AS clock ON clock.id = step.clock_id
    WHERE step.failed_at IS NOT NULL AND clock.case_id = ANY(%s)
"""
CURE: Final = "UPDATE cases_case SET grade = 'general' WHERE id = ANY(%s)"
AN_HOUR_LATER: Final = """
    UPDATE cases_clockstep SET failed_at = failed_at - interval '1 hour'
    WHERE failed_at IS NOT NULL AND clock_id IN (SELECT id FROM cases_clock WHERE case_id = ANY(%s))
"""


def run(database: str, *, seconds: float, seed: int) -> Report:
    """Run a campaign on the empty ``database`` and return what came of it."""
    rng = random.Random(seed)
    world.build_city()
    start = clock.now() + LEAD
    written = world.write(matters(rng, start=start, seconds=seconds), rng=rng, start=start)
    poisons = [pk for pk, matter in written.items() if matter.story.is_poisoned]
    with psycopg.connect(os.environ["DATABASE_OWNER_URL"]) as owner:
        witness.install(owner)
    connections.close_all()
    vacuum()
    conninfo = f"host={paths.socket_dir('postgres')} user={SUPERUSER} dbname={database}"
    with contextlib.closing(Session(conninfo)) as session, network() as (orders, environments):
        for statement in NO_POWER_FAILURE:
            session.rows(statement)
        fleet = Fleet(environments, paths.state_dir())
        injector = Injector(rng, fleet, session=session, network=orders, poisons=poisons)
        elapsed = Campaign(fleet, injector, session).run(seconds=seconds)
        lag, recovered = witness.times(session, since=start, poisoned=injector.poisoned, outages=injector.outages)
    verdict = examine(written, poisoned=injector.poisoned)
    return Report(seed, elapsed, injector.counts, verdict, lag, recovered)


class Campaign:
    """The processes under faults, and whoever watches over them meanwhile."""

    def __init__(self, fleet: Fleet, injector: Injector, session: Session) -> None:
        self._fleet = fleet
        self._injector = injector
        self._session = session
        self._cured_at = 0.0

    def run(self, *, seconds: float) -> float:
        """Inject faults for ``seconds``, then let everything come to rest; return how long it was really."""
        with self._fleet.running():
            if not self._watch(START_SECONDS, lambda: bool(self._session.rows(HAS_BEGUN))):
                raise SystemExit(f"no step has fired {START_SECONDS} s after the start")
            elapsed = self._inject(seconds)
            self._fleet.resume()
            self._watch(DRAIN_SECONDS, lambda: not self._session.rows(SOMETHING_WAITS))
            self._watch(QUIET_SECONDS, lambda: False)
        return elapsed

    def _inject(self, seconds: float) -> float:
        """Inject at an even pace; what a restart has held up is made up for. Return how long it took."""
        wanted, started, passed = seconds * PACE / 60, time.monotonic(), 0.0
        while passed < seconds or (self._injector.injected < wanted and passed < 2 * seconds):
            self._tend()
            if self._injector.injected < min(wanted, passed * PACE / 60):
                self._injector.inject()
            else:
                time.sleep(TICK_SECONDS)
            passed = time.monotonic() - started
        return passed

    def _watch(self, seconds: float, fact: Callable[[], bool]) -> bool:
        """Keep everything up until ``fact()`` is true; return False when it was not so within ``seconds``."""

        def is_so() -> bool:
            self._tend()
            return fact()

        return until(is_so, seconds=seconds, pause_seconds=TICK_SECONDS)

    def _tend(self) -> None:
        self._fleet.tend()
        if time.monotonic() - self._cured_at > CURE_SECONDS:
            self._cure()
            self._cured_at = time.monotonic()

    def _cure(self) -> None:
        """Grade the poisoned matters that were set aside anew, as an administrator would; an hour passes for them."""
        found = self._session.rows(FIND_SET_ASIDE, [self._injector.poisoned])
        if case_ids := [case_id for (case_id,) in found]:
            self._session.rows(CURE, [case_ids])
            self._session.rows(AN_HOUR_LATER, [case_ids])


@contextlib.contextmanager
def network() -> Iterator[tuple[IO[bytes], dict[str, dict[str, str]]]]:
    """Have the proxy up; give what takes orders to it, and the environment that sends each process through it."""
    command = [sys.executable, "-m", "faults.proxy", str(paths.valkey_socket()), *EVERYBODY]
    with subprocess.Popen(  # noqa: S603 - a module of this package
        command, cwd=paths.CHECKOUT, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as proxy:
        if proxy.stdin is None or proxy.stdout is None:
            raise SystemExit("the proxy has no pipes")
        ports = proxy.stdout.readline().split()
        environments = {name: _environment(name, int(port)) for name, port in zip(EVERYBODY, ports, strict=True)}
        try:
            yield proxy.stdin, environments
        finally:
            proxy.kill()


def _environment(name: str, port: int) -> dict[str, str]:
    """Let a process hurry, reach the broker through the proxy, and be known to the database by its name."""
    return {
        "SWEEP_SECONDS": "1",
        "DELIVERY_SECONDS": "1",
        "REDIS_URL": f"redis://127.0.0.1:{port}/0",
        "DATABASE_URL": f"{os.environ['DATABASE_URL']}?application_name={name}&options={OPTIONS}",
    }
