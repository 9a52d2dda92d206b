"""Two workers and two beats as processes, each with its own way to the broker, and whoever starts again what died."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final, TypeVar

from embedded import paths, servers
from embedded.postgres import Postgres
from embedded.processes import children_of, dying_with_parent
from embedded.server import Server
from embedded.valkey import Valkey
from embedded.waiting import until

WORKERS: Final = ("worker1", "worker2")
BEATS: Final = ("beat1", "beat2")
EVERYBODY: Final = (*WORKERS, *BEATS)
WORKER: Final = ("worker", "--concurrency=2", "--loglevel=warning", "--without-gossip", "--without-mingle")
BEAT: Final = ("beat", "--pidfile=", "--loglevel=warning", "--max-interval=1")
STOP_SECONDS: Final = 10

S = TypeVar("S", bound=Server)


class Child:
    """A process that is started again whenever it died, in a session of its own together with its children."""

    def __init__(self, name: str, command: Sequence[str], environment: dict[str, str]) -> None:
        self.name = name
        self.is_at_work = False
        self._command = command
        self._environment = os.environ | environment
        self._process: subprocess.Popen[bytes] | None = None
        self._paused: dict[int, float] = {}

    @property
    def pid(self) -> int:
        """The id of the process; it has been started before anybody asks."""
        if self._process is None:
            raise LookupError(f"{self.name} has not been started")
        return self._process.pid

    def tend(self) -> None:
        """Start it if it is not running, after the end of what an earlier one has left; end pauses that are over."""
        if self._process is None or self._process.poll() is not None:
            self.end()
            self._start()
        for pid in [pid for pid, end in self._paused.items() if end <= time.monotonic()]:
            self._resume(pid)

    @property
    def is_paused(self) -> bool:
        return bool(self._paused)

    def pause(self, pids: Sequence[int], seconds: float) -> None:
        """Let some of its processes do nothing for ``seconds``."""
        for pid in pids:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGSTOP)
                self._paused[pid] = time.monotonic() + seconds

    def resume(self) -> None:
        """End all pauses now."""
        for pid in list(self._paused):
            self._resume(pid)

    def _resume(self, pid: int) -> None:
        del self._paused[pid]
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGCONT)

    def children(self) -> list[int]:
        """Return the ids of its child processes that live."""
        return [pid for pid in children_of(self.pid) if _lives(pid)]

    def end(self) -> None:
        """Kill it, if it still runs, and everything it has started."""
        if self._process is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()

    def _start(self) -> None:
        self.is_at_work = False
        self._paused.clear()
        with paths.log_file(self.name).open("ab") as log:
            self._process = subprocess.Popen(  # noqa: S603 - the product's own commands
                self._command,
                cwd=paths.CHECKOUT,
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=dying_with_parent(signal.SIGTERM),  # noqa: PLW1509 - this process has one thread
            )


def _lives(pid: int) -> bool:
    try:
        status = Path(f"/proc/{pid}/stat").read_text()
    except FileNotFoundError:
        return False
    return status.rpartition(")")[2].split()[0] != "Z"


class Fleet:
    """The processes of the product and the two servers beneath them."""

    def __init__(self, environments: dict[str, dict[str, str]], folder: Path) -> None:
        self.children = {name: Child(name, _command(name, folder), environments[name]) for name in EVERYBODY}
        self.postgres = _held(Postgres)
        self.valkey = _held(Valkey)

    def tend(self) -> None:
        """Start again what died and let go on what was paused for long enough."""
        for server in (self.postgres, self.valkey):
            if server.has_ended():
                server.stop()
                server.ensure()
        for child in self.children.values():
            child.tend()

    def resume(self) -> None:
        """End all pauses."""
        for child in self.children.values():
            child.resume()

    @contextlib.contextmanager
    def running(self) -> Iterator[None]:
        """Have everything up inside the block."""
        try:
            self.tend()
            yield
        finally:
            for child in self.children.values():
                child.end()


def kill_server(server: Server) -> None:
    """Kill a server of this process with everything it has started, the parent first so that it cannot react."""
    if server.pid is not None:
        for pid in (server.pid, *children_of(server.pid)):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        until(server.has_ended, seconds=STOP_SECONDS)


def _command(name: str, folder: Path) -> list[str]:
    arguments = WORKER if name in WORKERS else (*BEAT, f"--schedule={folder / name}")
    return [sys.executable, "-m", "celery", "-A", "config", *arguments]


def _held(kind: type[S]) -> S:
    return next(server for server in servers.held() if isinstance(server, kind))
