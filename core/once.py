"""What a page asks again and again is read once while it is drawn, and never kept longer.

Only looks remember: a request that may change something reads anew each time, so that nothing it does is judged by what
was true before. Whatever becomes of a right counts from the next request on.
"""

from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Final, TypeVar

T = TypeVar("T")

_kept: Final[ContextVar[dict[Hashable, Any] | None]] = ContextVar("kept", default=None)


@contextmanager
def kept_meanwhile() -> Iterator[None]:
    """Let ``once`` remember inside the block what it has read."""
    token = _kept.set({})
    try:
        yield
    finally:
        _kept.reset(token)


def is_kept() -> bool:
    """Return whether somebody keeps here and now what ``once`` reads."""
    return _kept.get() is not None


def once(key: Hashable, read: Callable[[], T]) -> T:
    """Return what ``read`` gives, asked the first time alone where somebody keeps it, and every time elsewhere."""
    kept = _kept.get()
    if kept is None:
        return read()
    if key not in kept:
        kept[key] = read()
    return kept[key]
