from datetime import date, datetime
from typing import Final

from django.db import transaction
from django.utils import translation

from centers.reports import scope_of
from core import clock
from core.statements import fetch, planned_for
from grids.enums import ImportState, RosterKind
from grids.models import RosterImport
from grids.reports import IMPORT_ROSTER, absent_rows
from grids.services.compare_grids import compare_grids
from grids.services.compare_members import compare_members
from grids.services.conflicts import forget
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

    What the rows would do, and the values this rests on, are summed up in the file's ``plan_digest``. A row whose
    answer is what it was is not written again.
    """
    kind, pk = RosterKind(roster_import.kind), roster_import.pk
    scope = scope_of(roster_import.uploaded_by, IMPORT_ROSTER)
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
    roster_import.save(update_fields=[*COUNTED, "absent_rows"])
