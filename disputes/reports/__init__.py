"""What the parties have said to mediation so far, and what they have done of what they agreed on."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cases.models import Case, Party, Transfer
from cases.querysets import HANDLE
from cases.reports.holdings import rows_of
from centers.models import Center
from core import clock
from core.models import User
from core.once import once
from disputes.enums import SessionState, State
from disputes.models import Agreement, Consent, Obligation, Session, SessionRecord


def mediating_center(case: Case) -> Center:
    """Return the center whose committee mediates: the last one that signed for the matter.

    A matter that climbed stays with the committee below until somebody above has taken it over.
    """
    signed = case.transfers.exclude(signed_at=None).select_related("to_center").order_by("pk")
    last = once(("last signed for", case.pk), signed.last)
    return last.to_center if last else case.holder


def parties_to_ask(case: Case) -> list[Party]:
    """Return the parties that have not consented, in this round, to mediation by the committee that has the matter."""
    given = Consent.objects.given(round_number=case.round, center_id=mediating_center(case).pk)
    return list(case.parties.exclude(pk__in=given.filter(case=case).values("party")))


def has_party_to_ask() -> Exists:
    """Return the condition on cases that ``parties_to_ask`` are some, for a list of them."""
    signed = Transfer.objects.filter(case=OuterRef(OuterRef("case"))).exclude(signed_at=None).order_by("-pk")
    committee = Coalesce(Subquery(signed.values("to_center")[:1]), OuterRef(OuterRef("holder_id")))
    given = Consent.objects.filter(party=OuterRef("pk"), is_given=True, round=OuterRef("case__round"))
    return Exists(Party.objects.filter(~Exists(given.filter(center=committee)), case=OuterRef("pk")))


def open_obligations(user: User, *, at_most: int) -> list[Obligation]:
    """Return what parties still have to do in the matters on ``user``'s desk, what is due first before the others."""
    mine = (
        Case.objects.visible_to(user)
        .reachable_by(user, HANDLE)
        .on_desk_of(user)
        .filter(dispute__state=State.PERFORMING)
    )
    newest = Agreement.objects.filter(case=OuterRef("case")).order_by("-pk").values("pk")[:1]
    to_do = Obligation.objects.open().filter(case__in=mine, agreement=Subquery(newest))
    return list(to_do.with_performed().select_related("case", "debtor").order_by("due_on", "pk")[:at_most])


def closes_with_check(case: Case) -> bool:
    """Return whether the check of a reported result closes the matter: nothing agreed on is still to be done."""
    if case.dispute.state != State.AGREED:
        return True
    return not Obligation.objects.of_newest_agreement(case.pk).open().exists()


def first_session_on(case: Case) -> date | None:
    """Return the day of the first session of this round that was held and recorded; None while there is none."""
    held = SessionRecord.objects.filter(case=case, session__round=case.round).order_by("started_at", "pk")
    started_at = held.values_list("started_at", flat=True).first()
    return clock.local_day(started_at) if started_at else None


def has_session(state: SessionState) -> Exists:
    """Return the condition on cases that a session of their round stands at ``state``."""
    return Exists(Session.objects.filter(case=OuterRef("pk"), round=OuterRef("round"), state=state))


def session_standing(case: Case) -> SessionState | None:
    """Return how far the sessions of the round have come, held before planned; None while there is none."""
    states = set(case.sessions.filter(round=case.round).values_list("state", flat=True))
    return next((state for state in (SessionState.HELD, SessionState.PLANNED) if state.value in states), None)


def agreements_of(case: Case) -> list[Agreement]:
    """Return the agreements of a matter, of all its rounds, for a page that says several things of them."""
    return once(("agreements", case.pk), lambda: list(rows_of(case, case.agreements.select_related("recorded_by"))))


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
