from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core.audit import AuditAct, record
from core.errors import DomainError, NotPermitted
from grids.enums import RosterKind
from grids.models import RosterExport

if TYPE_CHECKING:
    from core.models import User

EXPORT_ROSTER = "grids.export_roster"
EXPORT_UNMASKED = "grids.export_unmasked"


@transaction.atomic
def record_export(
    row_count: int,
    *,
    kind: RosterKind,
    filter_text: str,
    is_unmasked: bool,
    reason: str,
    actor: "User",
    now: datetime,
) -> RosterExport:
    """Put on record that ``actor`` takes ``row_count`` members, or grids, out of the system, before they go.

    Raises NotPermitted where the numbers are to be readable and ``actor`` may not have them, and DomainError where no
    reason is given for it.
    """
    if is_unmasked and not actor.has_perm(EXPORT_UNMASKED):
        raise NotPermitted(_("You may export the list with masked numbers only."))
    if is_unmasked and not reason:
        raise DomainError(_("Say what the readable numbers are needed for."), code="no_reason")
    export = RosterExport.objects.create(
        exported_by=actor,
        exported_at=now,
        kind=kind,
        row_count=row_count,
        filter_text=filter_text[:500],
        is_unmasked=is_unmasked,
        reason=reason,
    )
    data = {"rows": row_count, "is_unmasked": is_unmasked}
    record(AuditAct.EXPORTED, actor=actor, subject=export, data=data, now=now)
    return export
