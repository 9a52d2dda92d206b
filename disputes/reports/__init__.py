"""What the parties have said to mediation so far, and what they have done of what they agreed on."""

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cases.models import Case, Party
from centers.models import Center
from disputes.models import Consent, Obligation


def mediating_center(case: Case) -> Center:
    """Return the center whose committee mediates: the last one that signed for the matter.

    A matter that climbed stays with the committee below until somebody above has taken it over.
    """
    signed = case.transfers.exclude(signed_at=None).select_related("to_center").order_by("pk").last()
    return signed.to_center if signed else case.holder


def parties_to_ask(case: Case) -> list[Party]:
    """Return the parties that have not consented, in this round, to mediation by the committee that has the matter."""
    given = Consent.objects.given(round_number=case.round, center_id=mediating_center(case).pk)
    return list(case.parties.exclude(pk__in=given.filter(case=case).values("party")))


@dataclass(frozen=True, slots=True)
class ObligationLine:
    """One obligation as the case page shows it, with how it stands in words."""

    row: Obligation
    state: str


def obligation_lines(case: Case, *, today: date) -> list[ObligationLine]:
    """Return what the agreement that holds obliges whom to, with what was done of it so far."""
    rows = Obligation.objects.of_newest_agreement(case.pk).with_performed()
    rows = rows.select_related("debtor", "creditor", "clock").prefetch_related("performances__attachment")
    return [
        ObligationLine(row, _standing(row, is_done=row.is_done, today=today))  # type: ignore[attr-defined]  # annotated
        for row in rows
    ]


def _standing(row: Obligation, *, is_done: bool, today: date) -> str:
    if is_done:
        late_days = (row.clock.late_days if row.clock else None) or 0
        text = ngettext("performed, %(days)s day late", "performed, %(days)s days late", late_days)
        return text % {"days": late_days} if late_days else _("performed in time")
    late_days = (today - row.due_on).days
    text = ngettext("%(days)s day late", "%(days)s days late", late_days)
    return text % {"days": late_days} if late_days > 0 else _("to be performed")
