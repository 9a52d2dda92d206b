"""The faults: a shuffled deck of them, drawn at an even pace, each done to a target chosen by chance."""

import os
import random
import signal
from collections import Counter, deque
from collections.abc import Callable, Sequence
from datetime import datetime
from enum import StrEnum
from typing import IO, Final

import redis

from core import clock
from embedded import paths
from embedded.waiting import until
from faults.processes import BEATS, EVERYBODY, WORKERS, Child, Fleet, kill_server
from faults.session import Session

AIM_SECONDS: Final = 0.25
IDLE_CUT_MILLISECONDS: Final = 1000  # shorter than every pause
PAUSE_SECONDS: Final = (2.0, 4.0)
DEAF_SECONDS: Final = (2.0, 8.0)  # the broker's clients give up after 5

IN_TRANSACTION: Final = """
    SELECT application_name, pid FROM pg_stat_activity
    WHERE application_name = ANY(%s) AND xact_start IS NOT NULL
"""
FALL_DUE: Final = """
    UPDATE cases_clockstep SET at = clock_timestamp()
    WHERE clock_id IN (SELECT id FROM cases_clock WHERE case_id = %s)
"""


class Fault(StrEnum):
    """What is done to the processes, the servers, the network and the rows."""

    KILL_CHILD = "kill_child"
    KILL_WORKER = "kill_worker"
    KILL_BEAT = "kill_beat"
    KILL_BACKEND = "kill_backend"
    KILL_POSTGRES = "kill_postgres"
    KILL_VALKEY = "kill_valkey"
    FLUSH = "flush"
    PAUSE = "pause"
    DEAF_SOCKET = "deaf_socket"
    POISON = "poison"


# One round takes about 18 seconds. What is soon mended is frequent, what takes a start is rare: otherwise nothing would
# ever be at work to be hit.
DECK: Final = {
    Fault.KILL_CHILD: 6,
    Fault.KILL_WORKER: 1,
    Fault.KILL_BEAT: 1,
    Fault.KILL_BACKEND: 8,
    Fault.KILL_POSTGRES: 1,
    Fault.KILL_VALKEY: 1,
    Fault.FLUSH: 30,
    Fault.PAUSE: 3,
    Fault.DEAF_SOCKET: 2,
    Fault.POISON: 7,
}
DECK_SIZE: Final = sum(DECK.values())


class Injector:
    """Does one fault after another and counts those that found a target."""

    def __init__(
        self, rng: random.Random, fleet: Fleet, *, session: Session, network: IO[bytes], poisons: Sequence[int]
    ) -> None:
        self.counts: Counter[str] = Counter()
        self.poisoned: list[int] = []
        self.outages: list[datetime] = []
        self._rng = rng
        self._fleet = fleet
        self._session = session
        self._network = network
        self._poisons = deque(poisons)
        self._deck: list[Fault] = []
        self._acts: dict[Fault, Callable[[], bool]] = {
            Fault.KILL_CHILD: self._kill_child,
            Fault.KILL_WORKER: self._kill_worker,
            Fault.KILL_BEAT: self._kill_beat,
            Fault.KILL_BACKEND: self._kill_backend,
            Fault.KILL_POSTGRES: self._kill_postgres,
            Fault.KILL_VALKEY: self._kill_valkey,
            Fault.FLUSH: self._flush,
            Fault.PAUSE: self._pause,
            Fault.DEAF_SOCKET: self._deafen,
            Fault.POISON: self._poison,
        }

    @property
    def injected(self) -> int:
        return self.counts.total()

    def inject(self) -> None:
        """Do the next fault of the deck; one that finds no target does not count."""
        if not self._deck:
            self._deck = self._rng.sample(list(DECK), k=DECK_SIZE, counts=list(DECK.values()))
        fault = self._deck.pop()
        self._in_transaction()
        self.counts[fault] += self._acts[fault]()

    def _kill_child(self) -> bool:
        worker = self._worker()
        children = worker.children() if worker else []
        return bool(children) and _killed(self._rng.choice(children))

    def _kill_worker(self) -> bool:
        worker = self._worker()
        return worker is not None and _killed(worker.pid)

    def _kill_beat(self) -> bool:
        return _killed(self._fleet.children[self._rng.choice(BEATS)].pid)

    def _kill_backend(self) -> bool:
        found = self._in_transaction()
        if not found:
            return False
        _worker, backend = self._rng.choice(found)
        return self._session.rows("SELECT pg_terminate_backend(%s)", [backend]) == [(True,)]

    def _kill_postgres(self) -> bool:
        self.outages.append(clock.now())
        kill_server(self._fleet.postgres)
        return True

    def _kill_valkey(self) -> bool:
        kill_server(self._fleet.valkey)
        return True

    def _flush(self) -> bool:
        with redis.Redis(unix_socket_path=str(paths.valkey_socket()), socket_timeout=2) as client:
            return bool(client.flushall())

    def _pause(self) -> bool:
        """Stop a worker, all of it or its children, amid its work for longer than a transaction may idle."""
        found: list[tuple[Child, int]] = []

        def somebody_works() -> bool:
            found.extend(self._in_transaction())
            return bool(found)

        until(somebody_works, seconds=AIM_SECONDS)
        worker = self._rng.choice(found)[0] if found else None
        if worker is None or worker.is_paused:
            return False
        children = worker.children()
        worker.pause(self._rng.choice([[worker.pid, *children], children]), self._rng.uniform(*PAUSE_SECONDS))
        return True

    def _deafen(self) -> bool:
        self._network.write(f"{self._rng.choice(EVERYBODY)} {self._rng.uniform(*DEAF_SECONDS)}\n".encode())
        self._network.flush()
        return True

    def _poison(self) -> bool:
        """Let a step fall due whose effects are refused."""
        if not self._poisons:
            return False
        case_id = self._poisons.popleft()
        self._session.rows(FALL_DUE, [case_id])
        self.poisoned.append(case_id)
        return True

    def _worker(self) -> Child | None:
        """Return a worker that has been seen at work since it was started, None if there is none."""
        found = [child for name in WORKERS if (child := self._fleet.children[name]).is_at_work]
        return self._rng.choice(found) if found else None

    def _in_transaction(self) -> list[tuple[Child, int]]:
        """Return the workers that are amid a transaction, each with the server process that carries it out."""
        rows = self._session.rows(IN_TRANSACTION, [list(WORKERS)])
        found = [(self._fleet.children[name], backend) for name, backend in rows]
        for worker, _backend in found:
            worker.is_at_work = True
        return found


def _killed(pid: int) -> bool:
    """Kill a process; one that has just ended by itself was no target."""
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return False
    return True
