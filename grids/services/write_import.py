from datetime import datetime
from typing import Final

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from core import clock
from core.history import recorded
from core.statements import planned_for
from grids.enums import ImportAct, ImportPhase, ImportState, RosterKind
from grids.models import RosterFile, RosterImport
from grids.rules.imports import next_state
from grids.services.compare_import import compare, stands_on_same_ground
from grids.services.staging import check_rows_are_there, hold_import, hold_rosters
from grids.services.write_grids import write_grids
from grids.services.write_members import write_members

WRITE: Final = {RosterKind.MEMBERS: write_members, RosterKind.GRIDS: write_grids}


@transaction.atomic
def write_import(import_id: int, *, attempt: int, now: datetime) -> RosterImport:
    """Write a confirmed file into the system, whole or not at all, with a history row for every row that changes.

    Nobody else writes rosters meanwhile. If anything has changed since the rows were compared, a right included, they
    are compared once more, and if anything is then not as it was shown, nothing is written and the file is shown again.
    Raises RowsLost when its staged rows are gone, and
    Overtaken unless ``attempt`` is the newest.
    """
    hold_rosters()
    roster_import = hold_import(import_id, state=ImportState.CONFIRMED, attempt=attempt)
    shown = roster_import.plan_digest
    check_rows_are_there(roster_import)
    if not stands_on_same_ground(roster_import, today=clock.local_day(now)):
        compare(roster_import, today=clock.local_day(now))
    if roster_import.plan_digest != shown or (roster_import.error_rows and not roster_import.only_good_rows):
        return _end(roster_import, ImportAct.SHOW_AGAIN, failure=_changed_since(roster_import))
    actor_id, occasion = roster_import.uploaded_by_id, roster_import.occasion
    with recorded(actor_id=actor_id, occasion=occasion), planned_for(roster_import.rows):
        WRITE[RosterKind(roster_import.kind)](roster_import.pk)
    roster_import.written_at = now
    return _end(roster_import, ImportAct.WRITE, failure=None)


def _end(roster_import: RosterImport, act: ImportAct, *, failure: dict[str, str] | None) -> RosterImport:
    roster_import.state = next_state(ImportState(roster_import.state), act)
    has_problems = bool(roster_import.error_rows + roster_import.warning_rows)
    is_unmarked = act is ImportAct.SHOW_AGAIN or RosterFile.objects.filter(pk=roster_import.pk, annotated=None).exists()
    roster_import.phase = ImportPhase.MARKING if has_problems and is_unmarked else ""
    roster_import.failure, roster_import.lease_until, roster_import.attempt = failure, None, 0
    roster_import.save(update_fields=["state", "phase", "failure", "lease_until", "attempt", "written_at"])
    return roster_import


def _changed_since(roster_import: RosterImport) -> dict[str, str]:
    with translation.override(roster_import.language):
        text = _("Something in the system has changed since you looked. Nothing was written; look again and confirm.")
        return {"code": "changed_since", "text": text}
