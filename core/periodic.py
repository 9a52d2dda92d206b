"""What every background job is wrapped in: it acts for the house, the clock fence before it, a heartbeat after it."""

import contextlib
import functools
from collections.abc import Callable, Iterable, Iterator

from django.db import Error as AnyDatabaseError
from django.utils.functional import Promise

from core import acting, clock, fence
from core.jobs import JOBS, Job, record_failure, record_heartbeat


def job(label: str | Promise, *, automatic: bool) -> Callable[[Callable[[], Iterable[int]]], Callable[[], int]]:
    """Return the decorator that makes a task's body a background job, called ``label`` where people read of it.

    The body yields after each piece of its work how many rows it has handled, so that a long run is seen to live; the
    job returns the sum. With ``automatic`` nothing is begun, and no next piece, while the clock fence is closed.
    """

    def wrap(work: Callable[[], Iterable[int]]) -> Callable[[], int]:
        name = f"{work.__module__.partition('.')[0]}.{work.__name__}"
        this = JOBS[name] = Job(name, label, automatic)

        @functools.wraps(work)
        def run() -> int:
            with acting.as_house():
                return _run(this, work)

        return run

    return wrap


def _run(this: Job, work: Callable[[], Iterable[int]]) -> int:
    handled = 0
    try:
        for count in _pieces(this, work):
            handled += count
            record_heartbeat(this.name, handled=handled, now=clock.now())
    except Exception as error:
        with contextlib.suppress(AnyDatabaseError):  # it may be the very database that is away
            record_failure(this.name, error=type(error).__name__, now=clock.now())
        raise
    record_heartbeat(this.name, handled=handled, now=clock.now())
    return handled


def _pieces(this: Job, work: Callable[[], Iterable[int]]) -> Iterator[int]:
    """Yield what each piece of the work has handled, as long as the fence lets the job pass."""
    pieces = iter(work())
    while _may_go_on(this):
        if (count := next(pieces, None)) is None:
            return
        yield count


def _may_go_on(this: Job) -> bool:
    return not this.is_automatic or fence.lets_pass(clock.read())
