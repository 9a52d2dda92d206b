"""What a person decides about a roster file; a worker carries it out."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from centers.reports import scope_of
from core import clock
from core.audit import AuditAct, record
from core.errors import DomainError, NotPermitted
from grids.enums import ImportAct, ImportState
from grids.models import RosterImport
from grids.reports import IMPORT_ROSTER
from grids.rules.imports import last_day_to_undo, next_state
from grids.services.staging import check_rows_are_there

if TYPE_CHECKING:
    from core.models import User


@transaction.atomic
def confirm_import(import_id: int, *, only_good_rows: bool, actor: "User", now: datetime) -> RosterImport:
    """Have a file written that was read and compared; rows with errors are left out only if ``only_good_rows``.

    The file is locked. One that is not ``actor``'s own raises RosterImport.DoesNotExist. Raises DomainError when it
    has errors, when it changes nothing, and when its rows are gone.
    """
    roster_import, state = _obtain(import_id, ImportAct.CONFIRM, actor)
    if roster_import.error_rows and not only_good_rows:
        raise DomainError(
            _("%(count)s rows have errors. Correct the file and upload it again, or choose to import the others only."),
            code="has_errors",
            count=roster_import.error_rows,
        )
    if not roster_import.new_rows + roster_import.changed_rows:
        raise DomainError(_("Nothing in this file differs from the system, so there is nothing to write."), code="same")
    check_rows_are_there(roster_import)
    roster_import.state, roster_import.only_good_rows, roster_import.confirmed_at = state, only_good_rows, now
    roster_import.failure = None
    record(AuditAct.IMPORTED, actor=actor, subject=roster_import, data={"rows": roster_import.rows_total}, now=now)
    return _put_down(roster_import, "only_good_rows", "confirmed_at", "failure")


@transaction.atomic
def discard_import(import_id: int, *, actor: "User") -> RosterImport:
    """Let a file rest that is not written yet. One that is not ``actor``'s own raises RosterImport.DoesNotExist."""
    roster_import, state = _obtain(import_id, ImportAct.DISCARD, actor)
    roster_import.state = state
    return _put_down(roster_import)


@transaction.atomic
def ask_undo(import_id: int, *, actor: "User", now: datetime) -> RosterImport:
    """Have a written file undone, within 30 days after the day on which it was written.

    The file is locked. One that is not ``actor``'s own raises RosterImport.DoesNotExist. Raises DomainError on a later
    day.
    """
    roster_import, state = _obtain(import_id, ImportAct.ASK_UNDO, actor)
    last = last_day_to_undo(clock.local_day(roster_import.written_at or now))
    if clock.local_day(now) > last:
        raise DomainError(
            _("This file could be undone until %(last)s. Enter the changes one by one, or upload a corrected file."),
            code="too_late",
            last=last.isoformat(),
        )
    roster_import.state = state
    return _put_down(roster_import)


def _put_down(roster_import: RosterImport, *changed: str) -> RosterImport:
    """Save the file out of the hands of a worker that may be marking its errors still."""
    roster_import.phase, roster_import.lease_until, roster_import.attempt = "", None, 0
    roster_import.save(update_fields=["state", "phase", "lease_until", "attempt", *changed])
    return roster_import


def _obtain(import_id: int, act: ImportAct, actor: "User") -> tuple[RosterImport, ImportState]:
    """Return the file, locked, and the state ``act`` leads to; who may send in no roster any more is refused."""
    roster_import = RosterImport.objects.visible_to(actor).select_for_update(of=("self",)).get(pk=import_id)
    if not scope_of(actor, IMPORT_ROSTER):
        raise NotPermitted(_("You may not send in rosters any more. Ask whoever appoints people in your center."))
    return roster_import, next_state(ImportState(roster_import.state), act)
