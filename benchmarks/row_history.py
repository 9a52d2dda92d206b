"""What the history of rows costs a bulk update: by a trigger a statement, by one a row, and without any."""

import os
from typing import Final

import psycopg

from benchmarks.common import Figures, timed
from core.history import keep_history

ROWS: Final = 100_000
ROUNDS: Final = 3
WAYS: Final = ("none", "statement", "row")
_TABLE: Final = """
CREATE TABLE watched_{way} (id bigint PRIMARY KEY, name text, mobile text, note text, grid_id bigint, starts_on date);
INSERT INTO watched_{way}
SELECT n, 'sample ' || n, repeat('x', 60), '', n % 500, '2026-01-01' FROM generate_series(1, {rows}) n
"""
# As libraries for the history of rows do it: each row that changes calls the function once.
_BY_ROW: Final = """
CREATE FUNCTION keep_row() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO core_rowchange (table_name, row_id, kind, before, at, occasion)
    VALUES (TG_TABLE_NAME, OLD.id, 'update', to_jsonb(OLD), statement_timestamp(), '');
    RETURN NULL;
END $$;
CREATE TRIGGER keep_row AFTER UPDATE ON watched_row FOR EACH ROW
WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION keep_row()
"""


def run() -> Figures:
    return measure(ROWS, rounds=ROUNDS)


def measure(rows: int, *, rounds: int) -> Figures:
    """Update ``rows`` rows of each of three equal tables, in turns, as their owner."""
    spent = dict.fromkeys(WAYS, 0.0)
    with psycopg.connect(os.environ["DATABASE_OWNER_URL"], autocommit=True) as owner:
        for way in WAYS:
            owner.execute(_TABLE.format(way=way, rows=rows))
        owner.execute(_BY_ROW)
        for step in keep_history("watched_statement"):
            owner.execute(str(step.sql))
        for turn in range(rounds):
            for way in WAYS:
                with timed() as watch:
                    owner.execute(f"UPDATE watched_{way} SET note = %s", [str(turn)])
                spent[way] += watch.seconds
        found = owner.execute("SELECT count(*) FROM core_rowchange WHERE table_name LIKE 'watched%'").fetchone()
    return {
        "rows": rows,
        "recorded": found[0] if found else 0,
        "rows_per_s": rows * rounds / spent["statement"],
        "ratio_row_vs_statement": spent["row"] / spent["statement"],
        "ratio_vs_none": spent["statement"] / spent["none"],
    }
