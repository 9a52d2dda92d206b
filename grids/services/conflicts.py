"""Saying of staged rows what the system has against them: for all rows that a query finds, in one statement."""

from typing import Any, Final

from centers.enums import Level
from centers.reports import Scope
from core.bulk import AS_JSON
from core.statements import run
from grids.models import StagedGrid, StagedMember
from grids.rules.conflicts import ERRORS, WARNINGS, words

Staged = type[StagedMember] | type[StagedGrid]

_DETAIL: Final = "{detail}"

# The rows of one file that would do something.
TAKES_PART: Final = "told.roster_import_id = %(id)s AND told.outcome <> 'error' AND told.action <> 'nothing'"
# The grid lies under one of the centers of ``area``.
COVERED: Final = "({})".format(" OR ".join(f"grid.{level}_id = ANY(%({level})s::bigint[])" for level in Level.values))

# A row of which an earlier comparison said something was in order before, or had a warning of the checks.
_FORGET: Final = """
UPDATE {table} row SET
    problems = kept.problems, outcome = CASE kept.problems WHEN '[]' THEN 'ok' ELSE 'warning' END,
    action = CASE row.outcome WHEN 'error' THEN '' ELSE row.action END
FROM (
    SELECT told.id, coalesce(jsonb_agg(said.problem ORDER BY said.place)
        FILTER (WHERE said.problem ->> 1 <> ALL(%(codes)s)), '[]') AS problems
    FROM {table} told, jsonb_array_elements(told.problems) WITH ORDINALITY said(problem, place)
    WHERE told.roster_import_id = %(id)s AND told.problems <> '[]'
    GROUP BY told.id HAVING bool_or(said.problem ->> 1 = ANY(%(codes)s))
) kept
WHERE row.id = kept.id
"""
# ``found`` has the columns id, code and detail.
_SAY: Final = """
WITH found AS ({found}), said AS (
    SELECT id, jsonb_agg(jsonb_build_array(
        %(words)s::jsonb -> code ->> 0, code,
        replace(%(words)s::jsonb -> code ->> 1, '{detail}', coalesce(detail::text, ''))) ORDER BY code) AS problems
    FROM found GROUP BY id
)
UPDATE {table} row SET problems = row.problems || said.problems, {outcome} FROM said WHERE row.id = said.id
"""
_DOES_NOTHING: Final = {
    StagedMember: "outcome = 'error', action = 'nothing', begins = false, struck = '{}', redated = '[]'",
    StagedGrid: "outcome = 'error', action = 'nothing'",
}


def forget(staged: Staged, *, import_id: int) -> None:
    """Take back what an earlier comparison said of the rows of a file."""
    run(_for(staged, _FORGET), {"id": import_id, "codes": [*ERRORS, *WARNINGS]})


def refuse(staged: Staged, *, found: str, **params: Any) -> int:
    """Give the rows that the query ``found`` returns, by id, code and detail, their errors; return how many rows.

    A row with an error does nothing.
    """
    return _say(staged, found, _DOES_NOTHING[staged], params)


def warn(staged: Staged, *, found: str, **params: Any) -> int:
    """Give the rows that the query ``found`` returns their warnings; they are imported all the same."""
    return _say(staged, found, "outcome = 'warning'", params)


def area_of(scope: Scope) -> dict[str, list[int]]:
    """Return the parameters of ``COVERED``."""
    return {level: scope.center_ids.get(level, []) for level in Level.values}


def _say(staged: Staged, found: str, outcome: str, params: dict[str, Any]) -> int:
    statement = _for(staged, _SAY).replace("{found}", found).replace("{outcome}", outcome)
    return run(statement, params | {"words": AS_JSON(words(detail=_DETAIL))})


def _for(staged: Staged, statement: str) -> str:
    return statement.replace("{table}", staged._meta.db_table)  # noqa: SLF001 - the documented Meta API
