"""A process that stands outside the supervisor, so that killing the supervisor leaves nothing running.

The kernel sends every child a signal when its parent dies, and hands orphans to the
keeper, which gives them a moment to end by themselves and then kills them. Were the
keeper killed, the supervisor gets such a signal itself and stops everything in order.
"""

import contextlib
import os
import signal
import sys
import time
from types import FrameType
from typing import Final, NoReturn

from embedded.processes import adopt_orphans, children_of, dying_with_parent

GRACE_SECONDS: Final = 5.0
FORWARDED: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def split(*, grace_seconds: float = GRACE_SECONDS) -> None:
    """Go on in a new child; the calling process becomes its keeper, ends with its exit code and never returns.

    Orphans of a killed supervisor have ``grace_seconds`` to end by themselves.
    """
    sys.stdout.flush()
    sys.stderr.flush()
    adopt_orphans()
    tie = dying_with_parent(signal.SIGTERM)
    signal.pthread_sigmask(signal.SIG_BLOCK, FORWARDED)
    child = os.fork()
    if child:
        _keep(child, grace_seconds)
    os.setsid()
    tie()
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a script's background job starts with it ignored
    signal.signal(signal.SIGTERM, _exit_in_order)
    signal.signal(signal.SIGHUP, _exit_in_order)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, FORWARDED)


def _exit_in_order(number: int, _frame: FrameType | None) -> NoReturn:
    raise SystemExit(128 + number)


def _keep(child: int, grace_seconds: float) -> NoReturn:
    def forward(number: int, _frame: FrameType | None) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.kill(child, number)

    for number in FORWARDED:
        signal.signal(number, forward)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, FORWARDED)
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    for number in FORWARDED:
        signal.signal(number, signal.SIG_IGN)
    _end_orphans(grace_seconds)
    os._exit(code if code >= 0 else 128 - code)


def _end_orphans(grace_seconds: float) -> None:
    """Wait for the orphans to end, and kill those that have not after the grace."""
    deadline = time.monotonic() + grace_seconds
    while _has_children():
        if time.monotonic() > deadline:
            for orphan in children_of(os.getpid()):
                with contextlib.suppress(ProcessLookupError):
                    os.kill(orphan, signal.SIGKILL)
        time.sleep(0.02)


def _has_children() -> bool:
    """Reap what has ended; say whether anything is left."""
    with contextlib.suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
        return True
    return False
