"""Filling tables with millions of rows: what would be checked or built row by row is taken off before."""

import contextlib
from collections.abc import Iterator, Sequence

from benchmarks.city import as_owner

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


def make_ready_to_be_filled(tables: Sequence[str], *, unindexed: Sequence[str] = ()) -> None:
    """Take off the keys between ``tables`` and all others, and the indexes of ``unindexed``, for good.

    No log is kept of what is thrown away.
    """
    with as_owner() as session:
        for (drop,) in session.execute(KEYS, {"tables": [*tables]}).fetchall():
            session.execute(drop)
        for drop, _make in session.execute(INDEXES, {"tables": [*unindexed]}).fetchall():
            session.execute(drop)
        for table in tables:
            session.execute(f"ALTER TABLE {table} SET UNLOGGED")


@contextlib.contextmanager
def without_indexes(tables: Sequence[str]) -> Iterator[None]:
    """Take the indexes of ``tables`` off inside the block, so that they are built at once instead of row by row."""
    with as_owner() as session:
        found = session.execute(INDEXES, {"tables": [*tables]}).fetchall()
        for drop, _make in found:
            session.execute(drop)
        yield
        session.execute("SET maintenance_work_mem = '512MB'")
        for _drop, make in found:
            session.execute(make)
