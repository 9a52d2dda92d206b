"""Several children under one terminal: Ctrl-C, or the end of one that is not started again, ends all."""

import contextlib
import selectors
import signal
import sys
import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from types import FrameType
from typing import ClassVar, Final, Protocol

from embedded.advice import Advice
from embedded.child import Child
from embedded.output import COLOURS, PrefixedOutput
from embedded.restarts import LIMIT, WINDOW_SECONDS, Restarts

TICK_SECONDS: Final = 0.1
GRACE_SECONDS: Final = 5.0
SIGNALS: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Watched(Protocol):
    """Something beside the children whose end ends them too."""

    name: ClassVar[str]

    def has_ended(self) -> bool:
        """Say whether it is gone."""


class Supervisor:
    """Runs the commands as children in the main thread.

    Children named in ``restarted`` are started again when they have ended, and when the child ``adviser`` says that
    they show no life: its output is read as the JSON lines of a health check. Whatever it does, it blocks nothing here.
    """

    def __init__(
        self,
        commands: Mapping[str, Sequence[str]],
        *,
        restarted: Collection[str] = (),
        adviser: str | None = None,
        watched: Sequence[Watched] = (),
        grace_seconds: float = GRACE_SECONDS,
    ) -> None:
        width = max(map(len, commands))
        self._children = [Child(name, command) for name, command in commands.items()]
        self._outputs: dict[str, PrefixedOutput] = {}
        for number, name in enumerate(commands):
            kind = Advice if name == adviser else PrefixedOutput
            self._outputs[name] = kind(name, width=width, colour=COLOURS[number % len(COLOURS)], target=sys.stdout)
        self._restarts = {name: Restarts() for name in restarted}
        self._start_at: dict[str, float] = {}
        self._watched = watched
        self._grace_seconds = grace_seconds
        self._pipes = selectors.DefaultSelector()
        self._received: list[int] = []

    def run(self, announce: Callable[[], bool]) -> int:
        """Run until a signal comes, or something ends that is not started again; return the exit code.

        ``announce`` is called at every tick until it returns True.
        """
        with self._noting_signals(), self._pipes:
            try:
                for child in self._children:
                    self._start(child)
                return self._watch(announce)
            finally:
                self._stop()

    def _start(self, child: Child) -> None:
        self._pipes.register(child.start(), selectors.EVENT_READ, self._outputs[child.name])

    def _watch(self, announce: Callable[[], bool]) -> int:
        is_announced = False
        while not self._received:
            self._relay()
            self._follow_advice()
            for child in self._children:
                child.kill_if_overdue()
                if child.code is not None and (code := self._start_again(child, child.code)) is not None:
                    return code
            for server in self._watched:
                if server.has_ended():
                    _say(f"{server.name} ended; stopping the rest")
                    return 1
            is_announced = is_announced or announce()
        first = self._received[0]
        return 0 if first == signal.SIGINT else 128 + first

    def _relay(self) -> None:
        if not self._pipes.get_map():
            time.sleep(TICK_SECONDS)
        for key, _ in self._pipes.select(TICK_SECONDS):
            if not key.data.relay(key.fd):
                self._pipes.unregister(key.fileobj)

    def _follow_advice(self) -> None:
        """End what is said to show no life, once it has had the time to show some; its end starts it again."""
        for output in self._outputs.values():
            allowed = output.take() if isinstance(output, Advice) else {}
            for child in self._children:
                is_due = child.name in self._restarts and child.code is None and not child.is_ending
                if is_due and child.age_seconds > allowed.get(child.name, float("inf")):
                    _say(f"{child.name} shows no sign of life; ending it")
                    child.end(grace_seconds=self._grace_seconds)

    def _start_again(self, child: Child, code: int) -> int | None:
        """Start a child that has ended when its pause is over; return an exit code if it is not to be started again."""
        now = time.monotonic()
        child.kill()
        if child.name not in self._restarts:
            _say(f"{child.name} ended with code {code}; stopping the rest")
            return max(code, 0) or 1
        if child.name not in self._start_at:
            pause = self._restarts[child.name].pause_before_next(now)
            if pause is None:
                _say(f"{child.name} ended {LIMIT + 1} times in {WINDOW_SECONDS / 60:g} minutes; stopping the rest")
                return max(code, 0) or 1
            _say(f"{child.name} ended with code {code}; starting it again in {pause:g} s")
            self._start_at[child.name] = now + pause
        elif now >= self._start_at[child.name]:
            del self._start_at[child.name]
            self._start(child)
        return None

    def _stop(self) -> None:
        """Ask every child to end, wait for them, then kill what is left of their sessions.

        A second signal, of an impatient user, cuts the wait short.
        """
        signals = len(self._received)
        deadline = time.monotonic() + self._grace_seconds
        for child in self._children:
            child.end(grace_seconds=self._grace_seconds)
        while any(child.is_ending and child.code is None for child in self._children):
            if time.monotonic() > deadline or len(self._received) > signals:
                break
            self._relay()
        for child in self._children:
            child.kill()

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


def _say(line: str) -> None:
    with contextlib.suppress(OSError):
        sys.stdout.write(f"{line}\n")
        sys.stdout.flush()
