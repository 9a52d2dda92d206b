"""A sweep that finds nothing due, among ever more cases: what it costs the server, and what it takes in all."""

import contextlib
import json
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from functools import partial
from itertools import pairwise
from statistics import median

from django.db import connection
from django.test.utils import CaptureQueriesContext

from benchmarks.city import build_city, plan, statement, vacuum
from benchmarks.common import Figures, timed
from benchmarks.filling import make_ready_to_be_filled, without_indexes
from cases.enums import ClockKind
from cases.models import Case
from core import clock
from supervision.services.sweep import sweep

SIZES = (100_000, 1_000_000, 5_000_000)
ROUNDS = 21
TABLES = ["cases_case", "cases_clock", "cases_clockstep"]
STARTED_AT = datetime(2026, 11, 18, 9, 0, tzinfo=clock.SHANGHAI)
NOW = STARTED_AT + timedelta(hours=1)  # the first step of an open case comes on the next day at midnight


def run() -> Iterator[Figures]:
    """Fill and measure; what a sweep that finds nothing does not look at is never built: all indexes but the steps'."""
    make_ready_to_be_filled(TABLES, unindexed=TABLES[:-1])
    return measure(SIZES, quickly=partial(without_indexes, TABLES[-1:]), settle=vacuum)


def measure(
    sizes: Sequence[int],
    *,
    quickly: Callable[[], contextlib.AbstractContextManager] = contextlib.nullcontext,
    settle: Callable[[], None] = lambda: None,
) -> Iterator[Figures]:
    """Fill the database up to each of ``sizes``, inside ``quickly``, and measure there after ``settle``."""
    build_city(years=range(2026, 2028))
    for first, last in pairwise([0, *sizes]):
        with timed() as filling, quickly():
            _add(first + 1, last)
        settle()
        yield {"cases": Case.objects.count(), **_measured(), "fill_seconds": filling.seconds}


def _add(first: int, last: int) -> None:
    started_on = clock.local_day(STARTED_AT)
    rule, ladder = plan(ClockKind.SIGN_FOR, started_on, at=STARTED_AT)
    values = {
        "first": first,
        "last": last,
        "rule": rule.pk,
        "started_on": started_on,
        "started_at": STARTED_AT,
        "due_on": ladder.due_on,
        "due_at": ladder.due_at,
        "steps": [step.value for step, _at in ladder.steps],
        "moments": [at for _step, at in ladder.steps],
    }
    with connection.cursor() as cursor:
        cursor.execute(statement("sweep_idle"), values)


def _measured() -> dict[str, float]:
    sweep(now=NOW)
    with CaptureQueriesContext(connection) as asked:
        fired = sweep(now=NOW)
    if fired:
        raise SystemExit("there was something to do")
    queries = [query["sql"] for query in asked.captured_queries if query["sql"].split()[0] in {"SELECT", "UPDATE"}]
    in_database = [sum(_milliseconds(query) for query in queries) for _round in range(ROUNDS)]
    return {"ms": median(in_database), "round_trip_ms": median(_seconds() for _round in range(ROUNDS)) * 1000}


def _milliseconds(query: str) -> float:
    """Return how long the server plans and executes a query."""
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {query}")
        ((found,),) = cursor.fetchall()
    (plan_of_query,) = json.loads(found) if isinstance(found, str) else found
    return plan_of_query["Planning Time"] + plan_of_query["Execution Time"]


def _seconds() -> float:
    with timed() as watch:
        sweep(now=NOW)
    return watch.seconds
