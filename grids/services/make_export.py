"""Making the long lists that wait: one worker at a time for each, for as long as it shows progress, thrice at most."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db import transaction
from django.db.models import Q
from django.utils import translation
from django.utils.translation import gettext as _

from core import clock
from core.errors import DomainError
from core.workbooks import WorkbookWriter, as_texts
from grids.enums import ExportState, RosterKind
from grids.models import ExportFile, ExportJob
from grids.reports import export_rows
from grids.services.ask_export import rights_on
from grids.services.take_up import ATTEMPTS, LEASE, Overtaken

BLOCK: Final = 1_000


@dataclass(frozen=True, slots=True)
class ExportTable:
    """How the rows of a list become the rows of a workbook."""

    headers: Sequence[str]
    cells_of: Callable[[Any], Sequence[Any]]


def take_up_export(*, now: datetime) -> ExportJob | None:
    """Take up the oldest list that waits and is in nobody's hands; None if none is.

    One at which the work broke off three times ends with the reason.
    """
    while True:
        with transaction.atomic():
            is_free = Q(lease_until=None) | Q(lease_until__lte=now)
            waiting = ExportJob.objects.filter(is_free, state=ExportState.WAITING).select_related("export__exported_by")
            job = waiting.select_for_update(skip_locked=True, of=("self",)).order_by("pk").first()
            if job is None:
                return None
            job.attempt, job.lease_until = job.attempt + 1, now + LEASE
            job.save(update_fields=["attempt", "lease_until"])
        if job.attempt <= ATTEMPTS:
            return job
        _fail(job, DomainError(_broke_off(job), code="broke_off"))


def make_export(job: ExportJob, *, table: ExportTable) -> Iterator[int]:
    """Make the workbook of a list and keep it, encrypted; yield how many rows each block had.

    The asker's rights are asked for again, for every block; rows that are out of sight by now are left out. Where there
    are none any more the list fails. What another worker has taken up meanwhile is left to it.
    """
    try:
        try:
            yield from _make(job, table)
        except Overtaken:
            raise
        except DomainError as error:
            _fail(job, error)
    except Overtaken:
        return


def _make(job: ExportJob, table: ExportTable) -> Iterator[int]:
    kind, user, done = RosterKind(job.export.kind), job.export.exported_by, 0
    rights = rights_on(job.export, user=user)
    row_ids = ExportFile.objects.values_list("row_ids", flat=True).get(pk=job.pk)
    with translation.override(job.language):
        book = WorkbookWriter(str(kind.label))
    book.append(as_texts(table.headers))
    for start in range(0, len(row_ids), BLOCK):
        block = row_ids[start : start + BLOCK]
        rows = export_rows(kind, user, among=block, on=clock.today()).in_bulk()
        for pk in block:
            if pk in rows:
                book.append(as_texts(table.cells_of(rows[pk])))
        done += len(block)
        _change(job, rows_done=done, lease_until=clock.now() + LEASE)
        yield len(block)
    if rights_on(job.export, user=user) != rights:
        raise DomainError(_("Your rights have changed while this list was made. Export it again."), code="rights")
    with transaction.atomic():
        _change(job, state=ExportState.READY, lease_until=None, rows_total=book.rows - 1, rights=rights)
        ExportFile.objects.filter(pk=job.pk).update(content=book.content())


def _fail(job: ExportJob, error: DomainError) -> None:
    with translation.override(job.language):
        failure = {"code": error.code, "text": str(error)}
    _change(job, state=ExportState.FAILED, lease_until=None, failure=failure)


def _broke_off(job: ExportJob) -> str:
    with translation.override(job.language):
        text = _("The work on this list broke off %(count)s times. Export it again, or ask the administrator.")
    return text % {"count": ATTEMPTS}


def _change(job: ExportJob, **fields: Any) -> None:
    """Write to the list as the worker that holds it. Raises Overtaken when another one does."""
    mine = ExportJob.objects.filter(pk=job.pk, state=ExportState.WAITING, attempt=job.attempt)
    if not mine.update(**fields):
        raise Overtaken(_("This list has been taken up again in between."))
