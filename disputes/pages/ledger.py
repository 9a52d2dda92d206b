"""The ledger as offices keep it: one line a matter, names masked as on every list; days and amounts can be summed."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from decimal import Decimal
from itertools import chain
from typing import Any, Final

from django.utils.translation import gettext as _

from cases.enums import Outcome, PartyRole
from cases.models import Case, Result
from core import clock
from core.models import User
from core.workbooks import Cell, Look, WorkbookWriter, as_texts, as_values
from disputes.models import Agreement

BLOCK: Final = 500
WIDTHS: Final = (6, 24, 12, 20, 16, 16, 14, 16, 30, 14, 12, 16, 26, 8, 14, 12, 14, 14, 24, 12, 16)


def ledger_workbook(ids: Sequence[int], *, user: User) -> bytes:
    """Return the ledger of the matters ``ids``, in this order, read by blocks; what is out of sight is left out."""
    book = WorkbookWriter(_("Mediation ledger"), widths=dict(enumerate(WIDTHS)))
    book.append(as_texts(_headers()))
    blocks = (_block(ids[start : start + BLOCK], user) for start in range(0, len(ids), BLOCK))
    for place, case in enumerate(chain.from_iterable(blocks), start=1):
        book.append([Cell(place, Look.PLAIN), *as_values(_cells(case))])
    return book.content()


def _headers() -> list[str]:
    return [
        _("No."),
        _("Number"),
        _("Registered on"),
        _("Committee"),
        _("Applicant"),
        _("Respondent"),
        _("Category"),
        _("Source"),
        _("Matter"),
        _("Mediator"),
        _("Accepted on"),
        _("Result"),
        _("Agreement number"),
        _("Form"),
        _("Amount (yuan)"),
        _("Performed on"),
        _("Applied to a court on"),
        _("Court's decision"),
        _("Number of the ruling"),
        _("Closed on"),
        _("Volume number"),
    ]


def _block(ids: Sequence[int], user: User) -> Iterator[Case]:
    rows = Case.objects.visible_to(user).select_related("holder", "handler", "dispute")
    rows = rows.prefetch_related("parties", "results", "agreements__result", "agreements__obligations")
    rows = rows.prefetch_related("agreements__confirmations", "archived_files")
    found = rows.in_bulk(list(ids))
    return (found[pk] for pk in ids if pk in found)


def _cells(case: Case) -> list[Any]:
    results = [row for row in case.results.all() if row.is_confirmed is not False]
    agreements = [row for row in case.agreements.all() if row.result.is_confirmed is not False]
    agreement = max(agreements, key=lambda row: row.pk, default=None)
    performed = _performed(results, agreement)
    asked = max(agreement.confirmations.all(), key=lambda row: row.pk, default=None) if agreement else None
    volumes = [row.volume for row in case.archived_files.all() if row.round == case.round]
    dispute = case.dispute
    return [
        case.number,
        clock.local_day(case.received_at),
        case.holder.name,
        _names(case, PartyRole.APPLICANT),
        _names(case, PartyRole.RESPONDENT),
        case.get_category_display(),
        dispute.get_source_display(),
        case.title,
        case.handler.full_name if case.handler else "",
        dispute.accepted_on,
        results[-1].get_outcome_display() if results else dispute.get_state_display(),
        agreement.number if agreement else "",
        agreement.get_form_display() if agreement else "",
        _amount(agreement),
        clock.local_day(performed) if performed else "",
        asked.applied_on if asked else "",
        asked.get_result_display() if asked else "",
        asked.number if asked else "",
        clock.local_day(case.closed_at) if case.closed_at else "",
        volumes[0] if volumes else "",
    ]


def _performed(results: Sequence[Result], agreement: Agreement | None) -> datetime | None:
    """Return when it was reported that all was done: with the agreement itself where it left nothing to do."""
    reported = [row.reported_at for row in results if row.outcome == Outcome.PERFORMED]
    if agreement and agreement.result.is_confirmed and not agreement.obligations.all():
        reported.append(agreement.result.reported_at)
    return max(reported, default=None)


def _names(case: Case, role: PartyRole) -> str:
    return "、".join(party.shown_name for party in case.parties.all() if party.role == role)


def _amount(agreement: Any) -> Decimal | str:
    """Return what was promised in money; nothing where none was."""
    promised = [row.amount for row in agreement.obligations.all() if row.amount] if agreement else []
    return sum(promised, Decimal()) if promised else ""
