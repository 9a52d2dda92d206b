"""Who brought a confidential matter is shown by leave of a second person: to the one who asked, for half an hour."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final, cast

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from cases.enums import DecisionState, EventKind
from cases.models import Case, Identity, IdentityReveal
from cases.querysets import ASK_IDENTITY
from cases.reports.identity import custodians
from cases.rules.sensitivity import shown_until
from cases.services.decide import OWN_ASK, decide, obtain_asked
from cases.services.events import record
from cases.services.identity_messages import tell_asker, tell_custodians
from cases.services.obtain import obtain_case
from core import clock
from core.errors import DomainError, IllegalTransition
from core.models import User
from core.reveal import RevealReason, spend_reveal

NOBODY_DECIDES: Final = _(
    "Nobody else is in office who could decide. Ask the security administrator to appoint a confidential officer."
)


@dataclass(frozen=True, slots=True)
class Shown:
    """Who brought a matter, and until when that is shown."""

    identities: Iterable[Identity]
    until: datetime


@transaction.atomic
def ask_identity(case_id: int, *, reason: RevealReason, ground: str, actor: User, now: datetime) -> IdentityReveal:
    """Ask to be shown who brought a matter; whoever can decide is told. What nobody decides lapses after a day.

    Raises DomainError for a matter that hides nobody, while an earlier request of ``actor`` waits or runs, and where
    nobody else could decide.
    """
    case = obtain_case(case_id, actor=actor, permission=ASK_IDENTITY)
    if not case.hides_identity:
        raise IllegalTransition(_("The matter is not confidential: its parties stand on its page."))
    own = case.reveals.filter(asked_by=actor)
    if own.waiting(at=now).exists() or own.running_for(actor, at=now).exists():
        raise DomainError(_("You have asked already. Wait for the decision, or for the end of the half hour."))
    deciding = custodians(case, on=clock.local_day(now), but={actor.pk})
    if not deciding:
        raise DomainError(NOBODY_DECIDES)
    asked = IdentityReveal(case=case, reason=reason, ground=ground, asked_by=actor, asked_at=now)
    asked.save()
    record(case, EventKind.IDENTITY_ASKED, actor=actor, now=now)
    tell_custodians(asked, people=deciding, now=now)
    return asked


def approve_identity(reveal_id: int, *, remark: str, actor: User, now: datetime) -> IdentityReveal:
    """Let whoever asked, and nobody else, be shown the identity for half an hour from now; see ``_decide``."""
    with transaction.atomic():
        asked = _decide(reveal_id, DecisionState.APPROVED, remark=remark, actor=actor, now=now)
        record(asked.case, EventKind.IDENTITY_OPENED, actor=actor, now=now)
        return asked


def refuse_identity(reveal_id: int, *, remark: str, actor: User, now: datetime) -> IdentityReveal:
    """Refuse to let an identity be shown, and say why; see ``_decide``."""
    with transaction.atomic():
        asked = _decide(reveal_id, DecisionState.REFUSED, remark=remark, actor=actor, now=now)
        record(asked.case, EventKind.IDENTITY_REFUSED, actor=actor, now=now)
        return asked


def show_identity(case_id: int, *, actor: User, now: datetime) -> Shown:
    """Return who brought a matter, once it is on record that ``actor`` was shown it.

    Raises IdentityReveal.DoesNotExist where no leave of theirs runs, BudgetSpent above the day's budget.
    """
    case = Case.objects.visible_to(actor).get(pk=case_id)
    running = case.reveals.running_for(actor, at=now).latest("ends_at")
    spend_reveal(running, actor=actor, data={"field": "identity", "reason": running.reason}, now=now)
    seen = Identity.objects.visible_to(actor).filter(party__case=case)
    return Shown(seen.select_related("party").order_by("party__informant"), cast("datetime", running.ends_at))


def _decide(reveal_id: int, state: DecisionState, *, remark: str, actor: User, now: datetime) -> IdentityReveal:
    """Decide on a locked request and tell whoever asked. Raises as ``obtain_asked`` does."""
    asked = obtain_asked(IdentityReveal, pk=reveal_id, own=OWN_ASK, actor=actor, now=now)
    decide(asked, state=state, remark=remark, actor=actor, now=now)
    asked.ends_at = shown_until(now) if state == DecisionState.APPROVED else None
    asked.save(update_fields=["state", "remark", "decided_by", "decided_at", "ends_at"])
    tell_asker(asked, now=now)
    return asked
