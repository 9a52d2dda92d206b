"""What comparing, writing and undoing have in common: one worker after the other, and rows that are all there."""

from typing import Final

from django.utils.translation import gettext_lazy as _

from core import locks
from core.errors import DomainError
from grids.enums import ImportState, RosterKind
from grids.models import RosterImport, StagedGrid, StagedMember
from grids.services.take_up import Overtaken

# Held alone by whoever writes or undoes a file, shared by whoever changes one grid or one person's services.
ROSTER_LOCK: Final = "rosters"

STAGED: Final[dict[RosterKind, type[StagedMember] | type[StagedGrid]]] = {
    RosterKind.MEMBERS: StagedMember,
    RosterKind.GRIDS: StagedGrid,
}


class RowsLost(DomainError):
    """The staged rows are not those that were counted, as after a crash of the database."""

    code = "rows_lost"


def hold_import(import_id: int, *, state: ImportState, attempt: int) -> RosterImport:
    """Return the file, its row locked until the end of the transaction.

    Raises Overtaken unless the file is in ``state`` and ``attempt`` is the newest.
    """
    roster_import = RosterImport.objects.select_for_update(of=("self",)).get(pk=import_id)
    if (roster_import.state, roster_import.attempt) != (state, attempt):
        raise Overtaken(_("This file has been taken up again or decided on in between."))
    return roster_import


def hold_rosters() -> None:
    """Wait until nobody else writes rosters, and keep everybody else from it until the end of the transaction."""
    locks.hold(ROSTER_LOCK)


def check_rows_are_there(roster_import: RosterImport) -> None:
    """Raise RowsLost unless as many rows are staged as were counted: a crash of the database empties their table."""
    staged = STAGED[RosterKind(roster_import.kind)].objects.filter(roster_import=roster_import).count()
    if staged != roster_import.rows - roster_import.blank_rows:
        raise RowsLost(_("The rows of this file are gone, as after a failure of the database. Upload the file again."))
