"""Waiting for a fact, with a deadline."""

import time
from collections.abc import Callable


def until(fact: Callable[[], bool], *, seconds: float, pause_seconds: float = 0.01) -> bool:
    """Return True as soon as ``fact()`` is true, False once ``seconds`` have passed without it."""
    deadline = time.monotonic() + seconds
    while not fact():
        if time.monotonic() >= deadline:
            return False
        time.sleep(pause_seconds)
    return True
