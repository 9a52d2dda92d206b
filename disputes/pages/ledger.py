"""The ledger as offices keep it: one line a matter, names masked as on every list, every cell a text."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any, Final

from django.utils.translation import gettext as _

from cases.enums import Outcome, PartyRole
from cases.models import Case
from core import clock
from core.models import User
from core.workbooks import WorkbookWriter, as_texts

BLOCK: Final = 500
WIDTHS: Final = (24, 12, 20, 16, 16, 14, 16, 30, 14, 12, 16, 26, 8, 14, 12, 12)


def ledger_workbook(ids: Sequence[int], *, user: User) -> bytes:
    """Return the ledger of the matters ``ids``, in this order, read by blocks; what is out of sight is left out."""
    book = WorkbookWriter(_("Mediation ledger"), widths=dict(enumerate(WIDTHS)))
    book.append(as_texts(_headers()))
    for start in range(0, len(ids), BLOCK):
        for case in _block(ids[start : start + BLOCK], user):
            book.append(as_texts(_cells(case)))
    return book.content()


def _headers() -> list[str]:
    return [
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
        _("Closed on"),
    ]


def _block(ids: Sequence[int], user: User) -> Iterator[Case]:
    rows = Case.objects.visible_to(user).select_related("holder", "handler", "dispute")
    rows = rows.prefetch_related("parties", "results", "agreements__result", "agreements__obligations")
    found = rows.in_bulk(list(ids))
    return (found[pk] for pk in ids if pk in found)


def _cells(case: Case) -> list[Any]:
    results = [row for row in case.results.all() if row.is_confirmed is not False]
    agreements = [row for row in case.agreements.all() if row.result.is_confirmed is not False]
    agreement = max(agreements, key=lambda row: row.pk, default=None)
    performed = [row.reported_at for row in results if row.outcome == Outcome.PERFORMED]
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
        clock.local_day(performed[-1]) if performed else "",
        clock.local_day(case.closed_at) if case.closed_at else "",
    ]


def _names(case: Case, role: PartyRole) -> str:
    return "、".join(party.shown_name for party in case.parties.all() if party.role == role)


def _amount(agreement: Any) -> str:
    if agreement is None:
        return ""
    amount = sum((row.amount for row in agreement.obligations.all() if row.amount), Decimal())
    return f"{amount:.2f}" if amount else ""
