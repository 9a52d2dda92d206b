"""The second wall: the database itself refuses rows that a transaction may not see, whatever a query asks for.

The first wall is ``visible_to``. Both hold for the application's role; the owner of the tables migrates and is not
bound. A transaction that does not say for whom it is (``core.acting``) gets an error instead of an empty answer.
"""

from collections.abc import Mapping
from typing import Final

from django.db.migrations import RunSQL

_SIGHT: Final = """
CREATE FUNCTION core_sight() RETURNS text LANGUAGE plpgsql STABLE PARALLEL SAFE AS $$
DECLARE
    sight text := coalesce(current_setting('maplebridge.sight', true), '');
BEGIN
    IF sight = '' THEN
        RAISE EXCEPTION 'this transaction does not say for whom it is' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN sight;
END $$
"""
_ACTOR: Final = """
CREATE FUNCTION core_actor() RETURNS bigint LANGUAGE sql STABLE PARALLEL SAFE
RETURN nullif(current_setting('maplebridge.actor', true), '')::bigint
"""
# The comparisons stand inside the brackets: of a truth value the planner expects one row in two, of a text it compares
# one in two hundred, and it would plan every page as if a person saw hardly anything.
_POLICY: Final = """
CREATE POLICY {table}_sight ON {table} USING (
    (SELECT core_sight() = 'house') OR ((SELECT core_sight() = 'person') AND ({condition}))
)
"""
_COMMAND: Final = "CREATE POLICY {table}_{command} ON {table} FOR {command} {condition}"
_CHECKED: Final = {
    "select": "USING ({0})",
    "insert": "WITH CHECK ({0})",
    "update": "USING ({0}) WITH CHECK ({1})",
    "delete": "USING ({0})",
}


def sight_functions() -> list[RunSQL]:
    """Return the migration steps for ``core_sight()`` and ``core_actor()``: for whom the transaction is."""
    return [RunSQL(_SIGHT, "DROP FUNCTION core_sight()"), RunSQL(_ACTOR, "DROP FUNCTION core_actor()")]


def guard(table: str, *, condition: str) -> list[RunSQL]:
    """Return the migration steps that show a person only the rows of ``table`` that meet ``condition``, in SQL.

    The same holds for what is written. The house sees all rows, nobody none.
    """
    return [
        RunSQL(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY", f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY"),
        RunSQL(_POLICY.format(table=table, condition=condition), f"DROP POLICY {table}_sight ON {table}"),
    ]


def guard_commands(table: str, *, conditions: Mapping[str, str | tuple[str, str]]) -> list[RunSQL]:
    """Return the migration steps that allow each command on ``table`` where its condition holds, in SQL.

    Of an update there are two, on what the row said before and on what it is to say. The house is no exception, and a
    command without a condition is refused to everybody.
    """
    return [
        RunSQL(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY", f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY"),
        *(
            RunSQL(
                _COMMAND.format(
                    table=table,
                    command=command,
                    condition=_CHECKED[command].format(*([told] if isinstance(told, str) else told)),
                ),
                f"DROP POLICY {table}_{command} ON {table}",
            )
            for command, told in conditions.items()
        ),
    ]
