"""One command under the supervisor: started, asked to end, killed with all it has left, started again."""

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Sequence
from typing import IO

from embedded.processes import dying_with_parent


class Child:
    """A command in a session of its own.

    The session keeps Ctrl-C away from it, so that children end in order, and lets whatever it has left behind be
    ended with it.
    """

    def __init__(self, name: str, command: Sequence[str]) -> None:
        self.name = name
        self._command = command
        self._process: subprocess.Popen[bytes] | None = None
        self._started = 0.0
        self._kill_at: float | None = None
        self._is_cleared = True

    @property
    def code(self) -> int | None:
        """The exit code of the run that has ended, None before that."""
        return None if self._process is None else self._process.poll()

    @property
    def age_seconds(self) -> float:
        """Return how long ago the present run began."""
        return time.monotonic() - self._started

    @property
    def is_ending(self) -> bool:
        """Say whether it has been asked to end."""
        return self._kill_at is not None

    def start(self) -> IO[bytes]:
        """Start a run and return its output."""
        self._process = subprocess.Popen(  # noqa: S603 -- the caller's own commands
            self._command,
            env={**os.environ, "PYTHONUNBUFFERED": "1"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=dying_with_parent(signal.SIGTERM),  # noqa: PLW1509 -- this process has one thread
        )
        self._started, self._kill_at, self._is_cleared = time.monotonic(), None, False
        output = self._process.stdout
        assert output is not None  # noqa: S101 -- a pipe was asked for
        return output

    def end(self, *, grace_seconds: float) -> None:
        """Ask it to end; ``kill_if_overdue`` kills it once the grace is over."""
        if self._process is not None and self._process.poll() is None and not self.is_ending:
            self._kill_at = time.monotonic() + grace_seconds
            self._process.terminate()

    def kill_if_overdue(self) -> None:
        """Kill it if it was asked to end longer ago than its grace: one that is stopped or stuck hears nothing."""
        if self._kill_at is not None and time.monotonic() > self._kill_at:
            self.kill()

    def kill(self) -> None:
        """Kill what is left of it and of its session, once: the number of an ended session may become a stranger's."""
        if self._process is None or self._is_cleared:
            return
        self._is_cleared = True
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
