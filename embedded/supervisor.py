"""Several children under one terminal: the end of one, or Ctrl-C, ends all."""

import contextlib
import os
import selectors
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from types import FrameType
from typing import ClassVar, Final, Protocol

from embedded.output import COLOURS, PrefixedOutput
from embedded.processes import dying_with_parent

TICK_SECONDS: Final = 0.1
GRACE_SECONDS: Final = 5.0
SIGNALS: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Watched(Protocol):
    """Something beside the children whose end ends them too."""

    name: ClassVar[str]

    def has_ended(self) -> bool:
        """Say whether it is gone."""


class Supervisor:
    """Runs the commands as children in sessions of their own, in the main thread.

    A session of its own keeps Ctrl-C away from a child, so that children end in order,
    and lets whatever a child has left behind be ended with it.
    """

    def __init__(
        self,
        commands: Mapping[str, Sequence[str]],
        *,
        watched: Sequence[Watched] = (),
        grace_seconds: float = GRACE_SECONDS,
    ) -> None:
        self._commands = commands
        self._watched = watched
        self._grace_seconds = grace_seconds
        self._children: dict[str, subprocess.Popen[bytes]] = {}
        self._outputs = selectors.DefaultSelector()
        self._received: list[int] = []

    def run(self, announce: Callable[[], bool]) -> int:
        """Run until a child or a watched server ends or a signal comes; return the exit code.

        ``announce`` is called at every tick until it returns True.
        """
        with self._noting_signals(), self._outputs:
            try:
                self._start()
                return self._watch(announce)
            finally:
                self._stop()

    def _start(self) -> None:
        width = max(map(len, self._commands))
        for number, (name, command) in enumerate(self._commands.items()):
            child = subprocess.Popen(  # noqa: S603 -- the caller's own commands
                command,
                env={**os.environ, "PYTHONUNBUFFERED": "1"},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=dying_with_parent(signal.SIGTERM),  # noqa: PLW1509 -- this process has one thread
            )
            self._children[name] = child
            output = PrefixedOutput(name, width=width, colour=COLOURS[number % len(COLOURS)], target=sys.stdout)
            if child.stdout is not None:
                self._outputs.register(child.stdout, selectors.EVENT_READ, output)

    def _watch(self, announce: Callable[[], bool]) -> int:
        is_announced = False
        while not self._received:
            self._relay()
            for name, child in self._children.items():
                if child.poll() is not None:
                    return _ended(name, child.returncode)
            for server in self._watched:
                if server.has_ended():
                    return _ended(server.name, None)
            is_announced = is_announced or announce()
        first = self._received[0]
        return 0 if first == signal.SIGINT else 128 + first

    def _relay(self) -> None:
        if not self._outputs.get_map():
            time.sleep(TICK_SECONDS)
        for key, _ in self._outputs.select(TICK_SECONDS):
            if not key.data.relay(key.fd):
                self._outputs.unregister(key.fileobj)

    def _stop(self) -> None:
        """Ask every child to end, wait for them, then kill what is left of their groups.

        A second signal, of an impatient user, cuts the wait short.
        """
        signals = len(self._received)
        deadline = time.monotonic() + self._grace_seconds
        for child in self._children.values():
            if child.poll() is None:
                child.terminate()
        while any(child.poll() is None for child in self._children.values()):
            if time.monotonic() > deadline or len(self._received) > signals:
                break
            self._relay()
        for child in self._children.values():
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(child.pid, signal.SIGKILL)
            child.wait()

    @contextlib.contextmanager
    def _noting_signals(self) -> Iterator[None]:
        def note(number: int, _frame: FrameType | None) -> None:
            self._received.append(number)

        earlier = {number: signal.signal(number, note) for number in SIGNALS}
        try:
            yield
        finally:
            for number, handler in earlier.items():
                signal.signal(number, handler)


def _ended(name: str, code: int | None) -> int:
    how = "" if code is None else f" with code {code}"
    with contextlib.suppress(OSError):
        sys.stdout.write(f"{name} ended{how}; stopping the rest\n")
        sys.stdout.flush()
    return code if code is not None and code > 0 else 1
