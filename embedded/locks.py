"""Locks on files, which the kernel releases when their last holder is gone, however it went."""

import fcntl
from pathlib import Path
from typing import IO

from embedded.waiting import until


def try_lock(path: Path) -> IO[bytes] | None:
    """Take the lock on ``path`` and return its open file, or None when somebody holds it.

    The lock lasts until every copy of the file is closed, so a child that inherits
    the descriptor holds it too.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    handle = path.open("ab")
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        handle.close()
        return None
    return handle


def wait_for_lock(path: Path, *, seconds: float) -> IO[bytes] | None:
    """Take the lock on ``path`` like ``try_lock``, giving its holder ``seconds`` to let go."""
    taken: list[IO[bytes]] = []

    def take() -> bool:
        if handle := try_lock(path):
            taken.append(handle)
        return bool(taken)

    return taken[0] if until(take, seconds=seconds) else None
