"""What every background job is wrapped in: it acts for the house, the clock fence before it, a heartbeat after it."""

import contextlib
import functools
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime

from django.db import Error as AnyDatabaseError
from django.utils.functional import Promise

from core import acting, clock, fence
from core.jobs import JOBS, Job, record_failure, record_heartbeat

Now = Callable[[], datetime]
Work = Callable[[Now], Iterable[int]]


def job(label: str | Promise, *, automatic: bool) -> Callable[[Work], Callable[[], int]]:
    """Return the decorator that makes a task's body a background job, called ``label`` where people read of it.

    The body yields after each piece of its work how many rows it has handled, so that a long run is seen to live; the
    job returns the sum. With ``automatic`` nothing is begun, and no next piece, while the clock fence is closed.

    The body reads the time from ``now``, which it is handed, and from nowhere else: of an automatic job that is the
    very reading that the fence let pass. A clock set between a look of the fence and one of the body would fool both.
    """

    def wrap(work: Work) -> Callable[[], int]:
        name = f"{work.__module__.partition('.')[0]}.{work.__name__}"
        this = JOBS[name] = Job(name, label, automatic)

        @functools.wraps(work)
        def run() -> int:
            with acting.as_house():
                return _run(this, work)

        del run.__wrapped__  # what knocks passes no argument, and Celery would ask the body what it takes
        return run

    return wrap


def _run(this: Job, work: Work) -> int:
    handled = 0
    try:
        for count in _fenced(work) if this.is_automatic else work(clock.now):
            handled += count
            record_heartbeat(this.name, handled=handled, now=clock.now())
    except Exception as error:
        with contextlib.suppress(AnyDatabaseError):  # it may be the very database that is away
            record_failure(this.name, error=type(error).__name__, now=clock.now())
        raise
    record_heartbeat(this.name, handled=handled, now=clock.now())
    return handled


def _fenced(work: Work) -> Iterator[int]:
    """Yield what each piece of the work has handled, each begun at a reading that the fence let pass."""
    reading = clock.read()
    pieces = iter(work(lambda: reading.wall_at))
    while fence.lets_pass(reading):
        if (count := next(pieces, None)) is None:
            return
        yield count
        reading = clock.read()
