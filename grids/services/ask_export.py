"""A list that is too long to be made while somebody waits: asked for here, made by a worker, fetched when ready."""

import hashlib
import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from centers.reports import scopes_of
from core.errors import DomainError, NotPermitted
from grids.enums import ExportState, RosterKind
from grids.models import ExportFile, ExportJob, RosterExport
from grids.services.record_export import EXPORT_ROSTER, EXPORT_UNMASKED, record_export

if TYPE_CHECKING:
    from core.models import User

_SEEN_BY = {RosterKind.MEMBERS: "grids.view_gridmember", RosterKind.GRIDS: "grids.view_grid"}


def is_long(rows: int) -> bool:
    """Return whether a list of so many rows is made by a worker."""
    return rows > settings.ROSTER_EXPORT_AT_ONCE


@transaction.atomic
def ask_export(row_ids: Sequence[int], *, language: str, actor: "User", **recorded: Any) -> ExportJob:
    """Have a worker make the list of the rows ``row_ids``, in this order; ``recorded`` is what ``record_export`` takes.

    Raises DomainError while another list of ``actor``'s is being made, and what ``record_export`` raises.
    """
    if ExportJob.objects.filter(export__exported_by=actor, state=ExportState.WAITING).exists():
        raise DomainError(_("A list of yours is being made already. Wait until it is ready."), code="export_waits")
    record = record_export(len(row_ids), actor=actor, **recorded)
    job = ExportJob.objects.create(export=record, language=language, rows_total=len(row_ids))
    ExportFile.objects.create(job=job, row_ids=[*row_ids])
    return job


def fetch_export(job_id: int, *, actor: "User") -> bytes:
    """Return the workbook of a list that ``actor`` asked for; another's raises ExportFile.DoesNotExist, as one gone.

    The rights are asked for again. Raises NotPermitted unless they are what they were when the file was made.
    """
    file = ExportFile.objects.visible_to(actor).select_related("job__export").get(pk=job_id, content__isnull=False)
    if rights_on(file.job.export, user=actor) != file.job.rights:
        raise NotPermitted(_("Your rights have changed since this list was made. Export it again."))
    return bytes(file.content or b"")


def rights_on(record: RosterExport, *, user: "User") -> str:
    """Return a digest of what lets ``user`` take a list out, and of where. Raises NotPermitted where nothing does."""
    permissions = [EXPORT_ROSTER, _SEEN_BY[RosterKind(record.kind)], *([EXPORT_UNMASKED] if record.is_unmasked else [])]
    scopes = scopes_of(user, *permissions)
    if not all(scopes.values()):
        raise NotPermitted(_("You may not take this list out any more. Ask whoever appoints people in your center."))
    told = {name: {level: sorted(ids) for level, ids in scope.center_ids.items()} for name, scope in scopes.items()}
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()
