"""How a matter is kept: raised by one person at once, lowered by one who proposes it and another who confirms."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from cases.enums import DecisionState, EventKind, Sensitivity
from cases.models import Case, SensitivityChange
from cases.querysets import DECIDE_IDENTITY, RAISE
from cases.reports.identity import custodians
from cases.reports.recusals import handlers_of, next_center
from cases.rules.sensitivity import levels_over, levels_under
from cases.services.decide import OWN_PROPOSAL, decide, obtain_asked
from cases.services.events import record
from cases.services.identities import hide_identities, restore_identities
from cases.services.identity_messages import tell_of_proposal
from cases.services.obtain import obtain_case
from cases.services.recuse import go_on_without
from cases.services.reveal_identity import NOBODY_DECIDES
from core import acting, clock
from core.errors import DomainError, IllegalTransition
from core.models import User


@transaction.atomic
def raise_sensitivity(case_id: int, *, to: Sensitivity, ground: str, actor: User, now: datetime) -> Case:
    """Keep a matter more closely from now on; who brought it is an informant at once.

    Under seal the matter goes to the confidential officers: to those of its center, or of the next one above that has
    any. ``actor`` may not see it any more, so the house writes it. Raises IllegalTransition for a level that is not
    higher, DomainError for a seal that nobody is in office to open.
    """
    case = obtain_case(case_id, actor=actor, permission=RAISE)
    before = Sensitivity(case.sensitivity)
    if to not in levels_over(before):
        raise IllegalTransition(_("The matter is kept that closely already."))
    was_hidden = case.hides_identity
    with acting.as_house():
        _write(case, to, change=_raised(case, to, ground=ground, actor=actor, now=now))
        if not was_hidden:
            hide_identities(case)
        record(case, EventKind.SENSITIVITY_RAISED, actor=actor, now=now, sensitivity=to)
        if case.is_sealed:
            _leave_to_officers(case, actor=actor, now=now)
    return case


@transaction.atomic
def propose_lowering(case_id: int, *, to: Sensitivity, ground: str, actor: User, now: datetime) -> SensitivityChange:
    """Propose that a matter be kept less closely; whoever can confirm is told. It lapses after a day.

    Raises IllegalTransition for a level that is not lower, DomainError while a proposal waits, and where nobody else
    could confirm.
    """
    case = obtain_case(case_id, actor=actor, permission=DECIDE_IDENTITY)
    if to not in levels_under(Sensitivity(case.sensitivity)):
        raise IllegalTransition(_("The matter is not kept more closely than that."))
    if case.sensitivity_changes.waiting(at=now).exists():
        raise DomainError(_("It has been proposed already and waits for a second person."))
    confirming = custodians(case, on=clock.local_day(now), but={actor.pk})
    if not confirming:
        raise DomainError(NOBODY_DECIDES)
    proposed = case.sensitivity_changes.create(
        before=case.sensitivity, after=to, ground=ground, asked_by=actor, asked_at=now
    )
    record(case, EventKind.LOWERING_PROPOSED, actor=actor, now=now, sensitivity=to)
    tell_of_proposal(proposed, people=confirming, now=now)
    return proposed


def confirm_lowering(change_id: int, *, remark: str, actor: User, now: datetime) -> Case:
    """Keep a matter less closely, as somebody else has proposed; where it becomes normal the names return.

    Raises as ``_decide`` does.
    """
    with transaction.atomic():
        change = _decide(change_id, DecisionState.APPROVED, remark=remark, actor=actor, now=now)
        case = change.case
        _write(case, Sensitivity(change.after), change=change)
        if not case.hides_identity:
            restore_identities(case)
        record(case, EventKind.SENSITIVITY_LOWERED, actor=actor, now=now, sensitivity=change.after)
        return case


def refuse_lowering(change_id: int, *, remark: str, actor: User, now: datetime) -> SensitivityChange:
    """Refuse what somebody else has proposed, and say why; the matter is kept as before. Raises as ``_decide`` does."""
    with transaction.atomic():
        change = _decide(change_id, DecisionState.REFUSED, remark=remark, actor=actor, now=now)
        change.save()
        record(change.case, EventKind.LOWERING_REFUSED, actor=actor, now=now)
        return change


def _raised(case: Case, to: Sensitivity, *, ground: str, actor: User, now: datetime) -> SensitivityChange:
    return SensitivityChange(
        case=case, before=case.sensitivity, after=to, ground=ground, state=DecisionState.APPROVED,
        asked_by=actor, asked_at=now, decided_by=actor, decided_at=now,
    )  # fmt: skip


def _write(case: Case, to: Sensitivity, *, change: SensitivityChange) -> None:
    change.save()
    case.sensitivity = to
    case.save(update_fields=["sensitivity"])


def _leave_to_officers(case: Case, *, actor: User, now: datetime) -> None:
    """Let the sealed matter go on with those who may look under the seal; without any it could not be sealed."""
    today = clock.local_day(now)
    may_keep_it = case.handler_id in {person.pk for person in handlers_of(case, on=today)}
    if not custodians(case, on=today, but=()) and next_center(case, on=today) is None:
        raise DomainError(NOBODY_DECIDES)
    go_on_without(case, is_handler_out=not may_keep_it, actor=actor, now=now)


def _decide(change_id: int, state: DecisionState, *, remark: str, actor: User, now: datetime) -> SensitivityChange:
    """Return a proposal on a locked case as decided, not yet written.

    Raises as ``obtain_asked`` does, and IllegalTransition for one that no longer fits.
    """
    change = obtain_asked(SensitivityChange, pk=change_id, own=OWN_PROPOSAL, actor=actor, now=now)
    if change.before != change.case.sensitivity:
        raise IllegalTransition(_("The matter is kept otherwise than when it was proposed. Propose it anew."))
    decide(change, state=state, remark=remark, actor=actor, now=now)
    return change
