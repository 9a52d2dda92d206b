"""A sweep that finds nothing due, among ever more cases: what it costs the server, and what it takes in all."""

import contextlib
import json
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from statistics import median

from django.db import connection
from django.test.utils import CaptureQueriesContext

from benchmarks.city import as_owner, build_city, plan, statement, vacuum
from benchmarks.common import Figures, timed
from cases.enums import ClockKind
from cases.models import Case
from core import clock
from supervision.services.sweep import sweep

SIZES = (100_000, 1_000_000, 5_000_000)
ROUNDS = 21
TABLES = ["cases_case", "cases_clock", "cases_clockstep"]
STARTED_AT = datetime(2026, 11, 18, 9, 0, tzinfo=clock.SHANGHAI)
NOW = STARTED_AT + timedelta(hours=1)  # the first step of an open case comes on the next day at midnight

# What can be taken off a table, and how it is put back: keys to other tables, and indexes.
KEYS = """
    SELECT format('ALTER TABLE %%s DROP CONSTRAINT %%I', conrelid::regclass, conname)
    FROM pg_constraint
    WHERE contype = 'f' AND (conrelid = ANY(%(tables)s::regclass[]) OR confrelid = ANY(%(tables)s::regclass[]))
"""
INDEXES = """
    SELECT CASE WHEN con.oid IS NULL THEN format('DROP INDEX %%s', indexrelid::regclass)
                ELSE format('ALTER TABLE %%s DROP CONSTRAINT %%I', indrelid::regclass, conname) END,
           CASE WHEN con.oid IS NULL THEN pg_get_indexdef(indexrelid)
                ELSE format('ALTER TABLE %%s ADD CONSTRAINT %%I %%s', indrelid::regclass, conname,
                            pg_get_constraintdef(con.oid)) END
    FROM pg_index LEFT JOIN pg_constraint AS con ON con.conindid = indexrelid AND con.contype = 'u'
    WHERE indrelid = ANY(%(tables)s::regclass[]) AND NOT indisprimary
"""


def run() -> Iterator[Figures]:
    _make_ready_to_be_filled()
    return measure(SIZES, quickly=_without_indexes, settle=vacuum)


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


def _make_ready_to_be_filled() -> None:
    """Take off what a sweep that finds nothing does not look at and what would be checked or built row by row.

    Those are the keys between the tables and the indexes of all but the steps. No log is kept of what is thrown away.
    """
    with as_owner() as session:
        for (drop,) in session.execute(KEYS, {"tables": TABLES}).fetchall():
            session.execute(drop)
        for drop, _make in session.execute(INDEXES, {"tables": TABLES[:-1]}).fetchall():
            session.execute(drop)
        for table in TABLES:
            session.execute(f"ALTER TABLE {table} SET UNLOGGED")


@contextlib.contextmanager
def _without_indexes() -> Iterator[None]:
    """Take the indexes of the steps off inside the block, so that they are built at once instead of row by row."""
    with as_owner() as session:
        found = session.execute(INDEXES, {"tables": TABLES[-1:]}).fetchall()
        for drop, _make in found:
            session.execute(drop)
        yield
        session.execute("SET maintenance_work_mem = '512MB'")
        for _drop, make in found:
            session.execute(make)
