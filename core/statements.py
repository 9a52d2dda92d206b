"""Statements written out in SQL, for many rows at once: how they are run, counted and planned."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Final

from django.db import connection

from core.errors import DomainError

MANY: Final = 1_000


class WrongCount(DomainError):
    """A statement did not touch as many rows as it was to. Nothing may be written then."""

    code = "wrong_count"


def run(statement: str, params: Mapping[str, Any]) -> int:
    """Execute one statement and return how many rows it touched."""
    with connection.cursor() as cursor:
        cursor.execute(statement, params)
        return cursor.rowcount


def fetch(statement: str, params: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    """Return the rows of one query."""
    with connection.cursor() as cursor:
        cursor.execute(statement, params)
        return cursor.fetchall()


def fetch_blocks(statement: str, params: Mapping[str, Any], *, size: int) -> Iterator[list[tuple[Any, ...]]]:
    """Yield the rows of one query in blocks, as they stood when it began."""
    with connection.chunked_cursor() as cursor:
        cursor.execute(statement, params)
        while rows := cursor.fetchmany(size):
            yield rows


def run_counted(expected: str, statements: Sequence[str], params: Mapping[str, Any]) -> None:
    """Execute ``statements``; the one row of the query ``expected`` says how many rows each of them must touch.

    One that has nothing to touch is left out. Raises WrongCount when one touches more or fewer.
    """
    planned = [*map(int, fetch(expected, params)[0])]
    done = [run(statement, params) if count else 0 for statement, count in zip(statements, planned, strict=True)]
    if done != planned:
        raise WrongCount(f"{done} rows were written instead of {planned}")


@contextmanager
def planned_for(rows: int) -> Iterator[None]:
    """Let the server plan the statements of the block for about ``rows`` rows that have just been written.

    It has no statistics of them and expects a few hundred. Looked up one by one, as would be right for so few, a
    hundred thousand cost minutes. What they sort and what their triggers are handed stays in memory.
    """
    if rows < MANY:
        yield
        return
    run("SET LOCAL enable_nestloop = off; SET LOCAL work_mem = '64MB'", {})
    yield
    run("SET LOCAL enable_nestloop = on; SET LOCAL work_mem TO DEFAULT", {})
