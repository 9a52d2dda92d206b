import hashlib
from datetime import date, datetime
from typing import Final

from django.db import transaction
from django.utils import translation

from centers.reports import Scope, scope_of
from core import clock
from core.history import last_change
from core.statements import fetch, planned_for
from grids.enums import ImportState, RosterKind
from grids.models import RosterImport
from grids.reports import IMPORT_ROSTER, absent_rows
from grids.services.compare_grids import compare_grids
from grids.services.compare_members import compare_members
from grids.services.conflicts import area_of, forget
from grids.services.staging import STAGED, hold_import

COUNTED: Final = ("ok_rows", "warning_rows", "error_rows", "new_rows", "changed_rows", "same_rows", "plan_digest")
_COUNTS: Final = """
SELECT count(*) FILTER (WHERE told.outcome = 'ok'), count(*) FILTER (WHERE told.outcome = 'warning'),
    count(*) FILTER (WHERE told.outcome = 'error'), count(*) FILTER (WHERE told.action = 'new'),
    count(*) FILTER (WHERE told.action = 'changed'), count(*) FILTER (WHERE told.action = 'same'),
    md5(coalesce(string_agg(hash_record_extended({digested}, 0)::text, ' ' ORDER BY told.number), ''))
"""
# What is to happen to each row, and of those that change what they say at present.
_OF_MEMBERS: Final = (
    _COUNTS.format(
        digested="""ROW(
            told.number, told.outcome, told.action, told.member_id, told.struck, told.redated, told.begins, known.name,
            known.sex, known.mobile_hash, known.badge_no, known.note, services.digest)"""
    )
    + """
FROM grids_stagedmember told
LEFT JOIN grids_gridmember known ON known.id = told.member_id AND told.action = 'changed'
LEFT JOIN (
    SELECT service.member_id, sum(hash_record_extended(service, 0)) AS digest FROM grids_assignment service
    WHERE service.member_id IN (
        SELECT told.member_id FROM grids_stagedmember told
        WHERE told.roster_import_id = %(id)s AND told.action = 'changed')
    GROUP BY service.member_id
) services ON services.member_id = known.id
WHERE told.roster_import_id = %(id)s
"""
)
_OF_GRIDS: Final = (
    _COUNTS.format(
        digested="""ROW(
            told.number, told.outcome, told.action, told.grid_id, told.village_id, grid.name, grid.kind,
            grid.households)"""
    )
    + """
FROM grids_stagedgrid told LEFT JOIN grids_grid grid ON grid.id = told.grid_id AND told.action = 'changed'
WHERE told.roster_import_id = %(id)s
"""
)

COUNTS: Final = {RosterKind.MEMBERS: _OF_MEMBERS, RosterKind.GRIDS: _OF_GRIDS}


@transaction.atomic
def compare_import(import_id: int, *, attempt: int, now: datetime) -> RosterImport:
    """Compare the staged rows of a file that is being read with the system, and count what they would do.

    Each row gets its action and what speaks against it. Raises Overtaken unless ``attempt`` is the newest.
    """
    roster_import = hold_import(import_id, state=ImportState.WAITING, attempt=attempt)
    compare(roster_import, today=clock.local_day(now))
    return roster_import


def compare(roster_import: RosterImport, *, today: date) -> None:
    """Compare the staged rows of a file with the system as it is now; the caller holds the file's row.

    What the rows would do, and the values this rests on, are summed up in the file's ``plan_digest``; on what ground
    they were compared, in its ``ground_digest``. A row whose answer is what it was is not written again.
    """
    kind, pk = RosterKind(roster_import.kind), roster_import.pk
    scope = scope_of(roster_import.uploaded_by, IMPORT_ROSTER)
    roster_import.ground_digest = _ground(scope, today)  # before the first look: a change during it counts as one after
    rows = STAGED[kind].objects.filter(roster_import=pk).count()
    with translation.override(roster_import.language), planned_for(rows):
        forget(STAGED[kind], import_id=pk)
        if kind is RosterKind.MEMBERS:
            compare_members(pk, scope=scope, today=today)
        else:
            compare_grids(pk, scope=scope)
        counts = fetch(COUNTS[kind], {"id": pk})[0]
        roster_import.absent_rows = absent_rows(roster_import, on=today).count()
    for name, value in zip(COUNTED, counts, strict=True):
        setattr(roster_import, name, value)
    roster_import.save(update_fields=[*COUNTED, "absent_rows", "ground_digest"])


def stands_on_same_ground(roster_import: RosterImport, *, today: date) -> bool:
    """Return whether comparing the staged rows once more would say what was said: nothing it rests on has changed.

    It rests on the day, on the centers of whoever uploaded the file, and on the grids, members and services. Of these
    the database keeps every change on record, whatever made it.
    """
    ground = _ground(scope_of(roster_import.uploaded_by, IMPORT_ROSTER), today)
    return ground != "" and ground == roster_import.ground_digest


def _ground(scope: Scope, today: date) -> str:
    """Return the day, the centers and the newest change on record in short, '' while somebody else may be at one."""
    newest = last_change()
    if newest is None:
        return ""
    area = {level: sorted(ids) for level, ids in area_of(scope).items()}
    return hashlib.sha256(f"{today} {area} {newest}".encode()).hexdigest()
