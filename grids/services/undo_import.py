"""Taking back what a file has written, person by person or grid by grid, from the history that the database keeps."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db import transaction
from django.db.models import ForeignKey, ManyToOneRel, Model
from django.utils import translation

from core.history import recorded
from core.statements import fetch, run, run_counted
from grids.enums import ImportAct, ImportState, RosterKind
from grids.models import Assignment, Grid, GridMember, RosterImport
from grids.rules.conflicts import not_undone_text
from grids.rules.imports import next_state
from grids.services.staging import hold_import, hold_rosters


@dataclass(frozen=True, slots=True)
class Undoing:
    """How the files of one kind are undone: whose rows belong together, and what the statements are."""

    owner: type[Model]
    taken: str | None  # finds those whose rows cannot be restored because others have taken their place
    expected: str
    statements: tuple[str, ...]


# The first record of a row tells what it said before the file; rows of a service belong to its person.
_OWNER: Final = """
CASE {row}.table_name WHEN 'grids_assignment' THEN coalesce(service.member_id, ({row}.before ->> 'member_id')::bigint)
ELSE {row}.row_id END
"""
_COLLECT: Final = f"""
CREATE TEMPORARY TABLE undo_row ON COMMIT DROP AS
SELECT DISTINCT ON (change.table_name, change.row_id)
    change.table_name, change.row_id, change.kind, change.before, {_OWNER.format(row="change")} AS owner_id
FROM core_rowchange change
LEFT JOIN grids_assignment service ON change.table_name = 'grids_assignment' AND service.id = change.row_id
WHERE change.occasion = %(occasion)s
ORDER BY change.table_name, change.row_id, change.id
"""
_REFUSED: Final = "CREATE TEMPORARY TABLE undo_refused (owner_id bigint PRIMARY KEY, code text) ON COMMIT DROP"

# What the first later record of a row says is what the file had left; where the row says so still, nothing has
# changed, whatever came and went in between.
_CHANGED_SINCE: Final = f"""
WITH later AS (
    SELECT DISTINCT ON (change.table_name, change.row_id) change.table_name, change.row_id, change.before
    FROM core_rowchange change
    WHERE change.id > (SELECT max(own.id) FROM core_rowchange own WHERE own.occasion = %(occasion)s)
        AND change.table_name = ANY(%(tables)s)
    ORDER BY change.table_name, change.row_id, change.id
)
INSERT INTO undo_refused
SELECT DISTINCT {_OWNER.format(row="later")}, 'changed_since'
FROM later
LEFT JOIN grids_assignment service ON later.table_name = 'grids_assignment' AND service.id = later.row_id
LEFT JOIN grids_gridmember member ON later.table_name = 'grids_gridmember' AND member.id = later.row_id
LEFT JOIN grids_grid grid ON later.table_name = 'grids_grid' AND grid.id = later.row_id
WHERE later.before IS DISTINCT FROM coalesce(to_jsonb(service), to_jsonb(member), to_jsonb(grid))
    AND {_OWNER.format(row="later")} IN (SELECT undo_row.owner_id FROM undo_row)
"""
_IN_USE: Final = """
INSERT INTO undo_refused
SELECT undo_row.owner_id, 'in_use' FROM undo_row
WHERE undo_row.table_name = '{table}' AND undo_row.kind = 'insert'
    AND EXISTS (SELECT FROM {using} used WHERE used.{column} = undo_row.row_id)
ON CONFLICT DO NOTHING
"""

_TO_UNDO: Final = "undo_row.owner_id NOT IN (SELECT undo_refused.owner_id FROM undo_refused)"
# Another leader or holder of the badge, unless they are undone as well; a grid that is gone.
_TAKEN: Final = f"""
INSERT INTO undo_refused
SELECT undo_row.owner_id, min(conflict.code)
FROM undo_row CROSS JOIN LATERAL (
    SELECT 'leader_known' AS code FROM grids_assignment held
    WHERE undo_row.table_name = 'grids_assignment' AND undo_row.before ->> 'post' = 'grid_leader'
        AND undo_row.before ->> 'ends_on' IS NULL AND held.grid_id = (undo_row.before ->> 'grid_id')::bigint
        AND held.post = 'grid_leader' AND held.ends_on IS NULL AND held.id <> undo_row.row_id
        AND NOT EXISTS (
            SELECT FROM undo_row other WHERE other.table_name = 'grids_assignment' AND other.row_id = held.id
                AND NOT EXISTS (SELECT FROM undo_refused WHERE undo_refused.owner_id = other.owner_id))
    UNION ALL SELECT 'badge_taken' FROM grids_gridmember holder
    WHERE undo_row.table_name = 'grids_gridmember' AND holder.badge_no = undo_row.before ->> 'badge_no'
        AND holder.id <> undo_row.row_id
        AND NOT EXISTS (
            SELECT FROM undo_row other WHERE other.table_name = 'grids_gridmember' AND other.row_id = holder.id
                AND other.before ->> 'badge_no' IS DISTINCT FROM holder.badge_no
                AND NOT EXISTS (SELECT FROM undo_refused WHERE undo_refused.owner_id = other.owner_id))
    UNION ALL SELECT 'grid_gone' WHERE undo_row.table_name = 'grids_assignment'
        AND NOT EXISTS (SELECT FROM grids_grid WHERE grids_grid.id = (undo_row.before ->> 'grid_id')::bigint)
) conflict
WHERE undo_row.kind <> 'insert' AND {_TO_UNDO}
GROUP BY undo_row.owner_id
"""
_OF: Final = f"undo_row.table_name = '{{table}}' AND undo_row.kind = '{{kind}}' AND {_TO_UNDO}"
_REMOVE: Final = f"""
DELETE FROM {{table}} WHERE id IN (SELECT undo_row.row_id FROM undo_row WHERE {_OF.replace("{kind}", "insert")})
"""
_RESTORE: Final = f"""
UPDATE {{table}} row SET {{columns}}
FROM undo_row, jsonb_populate_record(NULL::{{table}}, undo_row.before) old
WHERE row.id = undo_row.row_id AND {_OF.replace("{kind}", "update")}
"""
_BRING_BACK: Final = f"""
INSERT INTO {{table}} OVERRIDING SYSTEM VALUE
SELECT old.* FROM undo_row, jsonb_populate_record(NULL::{{table}}, undo_row.before) old
WHERE {_OF.replace("{kind}", "delete")}
"""
_NAMES: Final = """
SELECT owner_id, owner.name, undo_refused.code FROM undo_refused LEFT JOIN {table} owner ON owner.id = owner_id
ORDER BY owner.name, owner_id
"""
_ENDED: Final = " AND undo_row.before ->> 'ends_on' IS NOT NULL"
_OPEN: Final = " AND undo_row.before ->> 'ends_on' IS NULL"


def _for(model: type[Model], statement: str) -> str:
    fields = model._meta.concrete_fields  # noqa: SLF001 - the documented Meta API
    columns = ", ".join(f"{field.column} = old.{field.column}" for field in fields if not field.primary_key)
    return statement.replace("{table}", model._meta.db_table).replace("{columns}", columns)  # noqa: SLF001 - the same


def _count(model: type[Model], kind: str, more: str = "") -> str:
    condition = _for(model, _OF.replace("{kind}", kind)) + more
    return f"count(*) FILTER (WHERE {condition})"


def _expected(*counts: str) -> str:
    return f"SELECT {', '.join(counts)} FROM undo_row"


UNDOING: Final = {
    RosterKind.MEMBERS: Undoing(
        GridMember,
        _TAKEN,
        _expected(
            _count(Assignment, "insert"),
            _count(Assignment, "update", _ENDED),
            _count(Assignment, "update", _OPEN),
            _count(Assignment, "delete"),
            _count(GridMember, "update"),
            _count(GridMember, "insert"),
        ),
        (
            _for(Assignment, _REMOVE),
            _for(Assignment, _RESTORE) + _ENDED,
            _for(Assignment, _RESTORE) + _OPEN,
            _for(Assignment, _BRING_BACK),
            _for(GridMember, _RESTORE),
            _for(GridMember, _REMOVE),
        ),
    ),
    RosterKind.GRIDS: Undoing(
        Grid,
        None,
        _expected(_count(Grid, "update"), _count(Grid, "insert")),
        (_for(Grid, _RESTORE), _for(Grid, _REMOVE)),
    ),
}


@transaction.atomic
def undo_import(import_id: int, *, attempt: int, now: datetime) -> RosterImport:
    """Bring back what the rows that a file has written said before it, with a history row for each.

    Persons, or grids, that are no longer as the file left them, that something else needs by now, or whose old place
    others have taken, stay as they are and are listed in ``not_undone``. Nobody else writes rosters meanwhile. Raises
    Overtaken unless ``attempt`` is the newest.
    """
    hold_rosters()
    roster_import = hold_import(import_id, state=ImportState.UNDOING, attempt=attempt)
    undoing = UNDOING[RosterKind(roster_import.kind)]
    _find_refused(roster_import, undoing)
    occasion = f"roster_undo:{roster_import.pk}"
    with recorded(actor_id=roster_import.uploaded_by_id, occasion=occasion):
        run_counted(undoing.expected, undoing.statements, {})
    roster_import.not_undone = _not_undone(roster_import, undoing.owner)
    run("DROP TABLE undo_row, undo_refused", {})
    roster_import.state = next_state(ImportState.UNDOING, ImportAct.UNDO)
    roster_import.undone_at, roster_import.phase, roster_import.lease_until, roster_import.attempt = now, "", None, 0
    roster_import.save(update_fields=["state", "undone_at", "phase", "lease_until", "attempt", "not_undone"])
    return roster_import


def _find_refused(roster_import: RosterImport, undoing: Undoing) -> None:
    """Collect what the file has written, and whose rows have to stay. One who stays may be in the way of others."""
    given: dict[str, Any] = {"occasion": roster_import.occasion}
    run(_COLLECT, given)
    run("ANALYZE undo_row", {})
    run(_REFUSED, {})
    owner = undoing.owner._meta  # noqa: SLF001 - the documented Meta API
    tables = {owner.db_table, *(["grids_assignment"] if undoing.owner is GridMember else [])}
    run(_CHANGED_SINCE, given | {"tables": [*tables]})
    for field in _references(undoing.owner):
        using = field.model._meta.db_table  # noqa: SLF001 - the same
        if using not in tables:
            run(_IN_USE.format(table=owner.db_table, using=using, column=field.column), {})
    while undoing.taken and run(undoing.taken, {}):
        pass


def _references(owner: type[Model]) -> list[ForeignKey]:
    """Return the columns of all rooms that name a row of ``owner`` and that the database holds to it."""
    relations = owner._meta.get_fields(include_hidden=True)  # noqa: SLF001 - the documented Meta API
    fields: list[Any] = [relation.field for relation in relations if isinstance(relation, ManyToOneRel)]
    return [field for field in fields if field.db_constraint]


def _not_undone(roster_import: RosterImport, owner: type[Model]) -> list[dict[str, Any]]:
    """Return who or what stays as it is, and why, in the language of whoever uploaded the file."""
    statement = _for(owner, _NAMES)
    with translation.override(roster_import.language):
        return [
            {"id": pk, "name": name or "", "code": code, "text": not_undone_text(code)}
            for pk, name, code in fetch(statement, {})
        ]
