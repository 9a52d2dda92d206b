"""Passing a petition to a competent unit: referred, signed for or objected to, and decided without stopping a clock."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from cases.enums import ClockKind, EventKind, TransferReason
from cases.models import Case, Transfer
from cases.reports import LOOK_BACK, RuleBook
from cases.services.assign import give_to_handler, sign_for
from cases.services.clocks import ClockStart, cancel_clocks, end_clocks, refresh_due, start_clock, start_clocks
from cases.services.events import record
from centers.models import Center, Unit
from centers.reports import Calendars
from core import clock
from core.errors import DomainError, IllegalTransition
from core.models import User
from core.separation import require_another
from petitions.enums import Action, NoticeKind, ReferralKind, State
from petitions.models import Petition, Referral
from petitions.reports.referrals import is_for_superior, last_referral, may_still_object, superior_of, units_for
from petitions.reports.standing import directs
from petitions.rules.notices import RECEIVERS_NOTICE
from petitions.rules.referral import SHORTEST_REASON
from petitions.services.notices import owe_notice
from petitions.services.obtain import move_to, obtain_petition, require_leader

FINAL: Final = _("The common superior has decided: the petition is not passed on again (art. 24).")


@dataclass(frozen=True, slots=True)
class NewReferral:
    """To which unit a petition goes, what is asked of it, and of what is assigned by when the result is reported."""

    kind: ReferralKind
    to_unit: Unit
    requirement: str
    result_due_on: date | None = None


@transaction.atomic
def refer_petition(case_id: int, *, new: NewReferral, actor: User, now: datetime) -> Referral:
    """Pass a triaged petition to a unit that is competent (arts. 22 and 23); the petitioner is owed where it went.

    The unit has five working days to object, and fifteen days since the first referral of the round to tell the
    petitioner. Until it is signed for it can be sent elsewhere. Raises DomainError for a unit to which it cannot go,
    above all one that is complained of (art. 30), for an assignment without a day, for the unit with which it lies, and
    once the common superior has decided.
    """
    petition, case, state = obtain_petition(case_id, Action.REFER, actor=actor)
    if new.to_unit.pk == case.unit_id:
        raise DomainError(_("It lies with %(unit)s already."), unit=new.to_unit.name)
    earlier = last_referral(case)
    if earlier is not None and earlier.is_final:
        raise DomainError(FINAL)
    cancel_clocks(case.clocks.open().filter(kind=ClockKind.PET_OBJECT), now=now)
    _tell_no_more(case, now=now)
    return _refer(petition, new, by=case.holder, state=state, action=Action.REFER, actor=actor, now=now)


def _refer(
    petition: Petition, new: NewReferral, *, by: Center, state: State, action: Action, actor: User, now: datetime
) -> Referral:
    case, today = petition.case, clock.local_day(now)
    if new.to_unit not in units_for(case, on=today, within=by):
        raise DomainError(
            _("%(unit)s cannot be given this petition: it is complained of, has no part in it, or nobody leads it."),
            unit=new.to_unit.name,
        )
    if not new.requirement.strip() or (new.kind is ReferralKind.ASSIGN) != (new.result_due_on is not None):
        raise DomainError(_("Say what is asked of the unit, and of what is assigned by when it reports the result."))
    if new.result_due_on and new.result_due_on <= today:
        raise DomainError(_("The day by which the result is reported lies in the future."))
    is_final = action is Action.DECIDE_COMPETENCE
    passed = {"from_center": by, "referred_by": actor, "referred_at": now, "is_final": is_final}
    referral = Referral.objects.create(case=case, round=case.round, **passed, **_said(new))
    move_to(petition, state)
    _lay_with(case, new.to_unit, now=now)
    _start_limits(case, referral, now=now)
    record(case, EventKind.REFERRED, actor=actor, now=now, unit=new.to_unit.name, passed=new.kind.value)
    owe_notice(petition, action, now=now)
    return referral


def _said(new: NewReferral) -> dict[str, object]:
    return {name: getattr(new, name) for name in ("kind", "to_unit", "requirement", "result_due_on")}


def _lay_with(case: Case, unit: Unit, *, now: datetime) -> None:
    """Lay a case with a unit, where it waits for its leader to sign for it; what its limits say goes with it."""
    if unit.center_id != case.holder_id:
        case.transfers.waiting().update(superseded_at=now)
        moved = {"reason": TransferReason.REFERRAL, "from_center": case.holder, "to_center": unit.center}
        Transfer.objects.create(case=case, moved_at=now, **moved)
    case.holder, case.unit, case.handler = unit.center, unit, None
    case.save(update_fields=["holder", "unit", "handler"])
    case.clocks.open().filter(kind__in=[RECEIVERS_NOTICE, ClockKind.PET_ASSIGNED]).update(holder=unit.center, unit=unit)


def _start_limits(case: Case, referral: Referral, *, now: datetime) -> None:
    if not case.clocks.filter(kind=RECEIVERS_NOTICE, round=case.round).exists() and not case.petition.is_anonymous:
        start_clock(case, ClockKind(RECEIVERS_NOTICE), now=now)
    if not referral.is_final:
        start_clock(case, ClockKind.PET_OBJECT, now=now, subject=str(referral.pk))
    cancel_clocks(case.clocks.open().filter(kind=ClockKind.PET_ASSIGNED), now=now)
    if referral.result_due_on is not None:
        today = clock.local_day(now)
        start = ClockStart(
            case, ClockKind.PET_ASSIGNED, case.holder, case.unit, now, today,
            subject=str(referral.pk), agreed_day=referral.result_due_on,
        )  # fmt: skip
        start_clocks([start], book=RuleBook.load(), calendars=Calendars.load(since=today - LOOK_BACK))
        refresh_due([case.pk])


@transaction.atomic
def receive_referral(case_id: int, *, handler: User, actor: User, now: datetime) -> Case:
    """Sign for a referral as the leader of the unit, and give it to somebody of the unit (art. 23).

    Raises DomainError for whoever does not lead the unit, and for a handler who does not serve there.
    """
    petition, case, state = obtain_petition(case_id, Action.RECEIVE, actor=actor)
    require_leader(case, actor=actor, now=now)
    referral, unit_id = _open_referral(case), case.unit_id
    give_to_handler(case, handler=handler, now=now)
    if case.unit_id != unit_id:
        raise DomainError(_("%(handler)s does not serve at this unit. Choose somebody who does."), handler=handler)
    referral.received_by, referral.received_at = actor, now
    referral.save(update_fields=["received_by", "received_at"])
    _end_objecting(case, now=now)
    move_to(petition, state)
    sign_for(case, actor=actor, now=now)
    record(case, EventKind.REFERRAL_RECEIVED, actor=actor, now=now, unit=referral.to_unit.name)
    record(case, EventKind.ASSIGNED, actor=actor, now=now, handler=handler.full_name, center=case.holder.name)
    return case


@transaction.atomic
def object_to_referral(case_id: int, *, reasons: str, suggested: str, actor: User, now: datetime) -> Referral:
    """Object, as the leader of the unit, that a petition is not of its remit (art. 23). No clock of it stops.

    Raises IllegalTransition for a matter that was not referred, DomainError after the five working days, for a reason
    that is none, for whoever does not lead the unit, and where the common superior has decided already.
    """
    petition, case, state = obtain_petition(case_id, Action.OBJECT, actor=actor)
    require_leader(case, actor=actor, now=now)
    referral = _open_referral(case)
    if referral.is_final:
        raise DomainError(FINAL)
    if not may_still_object(case, referral, now=now):
        raise DomainError(_("The five working days to object are over (Regulations on Petition Work, art. 23)."))
    if len(reasons.strip()) < SHORTEST_REASON:
        raise DomainError(
            _("Give detailed reasons, with the remit they rest on (Regulations on Petition Work, art. 23).")
        )
    referral.reasons, referral.suggested = reasons, suggested
    referral.objected_by, referral.objected_at = actor, now
    referral.save(update_fields=["reasons", "suggested", "objected_by", "objected_at"])
    case.handler = None
    case.save(update_fields=["handler"])
    _end_objecting(case, now=now)
    move_to(petition, state)
    _start_deciding(case, referral, now=now)
    record(case, EventKind.OBJECTED, actor=actor, now=now, unit=referral.to_unit.name)
    return referral


def _start_deciding(case: Case, referral: Referral, *, now: datetime) -> None:
    center, today = superior_of(case) if is_for_superior(case) else referral.from_center, clock.local_day(now)
    start = ClockStart(case, ClockKind.PET_COMPETENCE, center, None, now, today, subject=str(referral.pk))
    start_clocks([start], book=RuleBook.load(), calendars=Calendars.load(since=today - LOOK_BACK))
    refresh_due([case.pk])


@transaction.atomic
def decide_objection(case_id: int, *, is_upheld: bool, decision: str, actor: User, now: datetime) -> Referral:
    """Decide, for whoever sent it, about the first objection of a round: it comes back, or is sent there once more.

    The unit can take that before the common superior, within five working days of its own. Raises DomainError where the
    common superior decides, SeparationOfDuties for whoever objected.
    """
    action = Action.UPHOLD if is_upheld else Action.REJECT
    petition, case, state = obtain_petition(case_id, action, actor=actor)
    referral = _open_referral(case)
    if is_for_superior(case):
        raise DomainError(
            _("It was objected to before: %(center)s decides now, as the common superior (art. 24)."),
            center=superior_of(case).name,
        )
    refusal = _("Whoever objected does not decide about it.")
    require_another(actor, than={referral.objected_by_id}, refusal=refusal)
    _decide(case, referral, is_upheld=is_upheld, decision=decision, actor=actor, now=now)
    move_to(petition, state)
    if is_upheld:
        _take_back(case, referral.from_center, actor=actor, now=now)
    else:
        _send_again(case, referral, requirement=decision, actor=actor, now=now)
    kind = EventKind.OBJECTION_UPHELD if is_upheld else EventKind.OBJECTION_REJECTED
    record(case, kind, actor=actor, now=now, unit=referral.to_unit.name)
    return referral


@transaction.atomic
def decide_competence(case_id: int, *, new: NewReferral, actor: User, now: datetime) -> Referral:
    """Decide, as the common superior, which unit handles a petition that was objected to twice (art. 24).

    Nobody objects to that. Raises DomainError where whoever sent it decides, for whoever does not direct the common
    superior, SeparationOfDuties for whoever had a hand in the quarrel.
    """
    petition, case, state = obtain_petition(case_id, Action.DECIDE_COMPETENCE, actor=actor)
    referral = _open_referral(case)
    if not is_for_superior(case):
        raise DomainError(_("Whoever sent it decides about the first objection (art. 23)."))
    superior = superior_of(case)
    if not directs(superior.pk, actor, on=clock.local_day(now)):
        raise DomainError(_("The director of %(center)s decides this (art. 24)."), center=superior.name)
    involved = case.referrals.filter(round=case.round).values_list("referred_by", "objected_by", "decided_by")
    refusal = _("Whoever had a hand in the quarrel does not decide it.")
    require_another(actor, than={pk for row in involved for pk in row}, refusal=refusal)
    is_upheld = new.to_unit.pk != referral.to_unit_id
    _decide(case, referral, is_upheld=is_upheld, decision=new.requirement, actor=actor, now=now)
    record(case, EventKind.COMPETENCE_DECIDED, actor=actor, now=now, unit=new.to_unit.name)
    return _refer(petition, new, by=superior, state=state, action=Action.DECIDE_COMPETENCE, actor=actor, now=now)


def _decide(case: Case, referral: Referral, *, is_upheld: bool, decision: str, actor: User, now: datetime) -> None:
    if not decision.strip():
        raise DomainError(_("Say why, so that both units can read it."))
    referral.is_upheld, referral.decision = is_upheld, decision
    referral.decided_by, referral.decided_at = actor, now
    referral.save(update_fields=["is_upheld", "decision", "decided_by", "decided_at"])
    end_clocks(case.clocks.open().filter(kind=ClockKind.PET_COMPETENCE), ended_at=now, now=now)
    if is_upheld:
        _tell_no_more(case, now=now)


def _tell_no_more(case: Case, *, now: datetime) -> None:
    """Let nobody be told any more where a petition went that goes elsewhere now."""
    case.petition_notices.owed().filter(kind=NoticeKind.REFERRAL).update(waived_at=now)


def _take_back(case: Case, center: Center, *, actor: User, now: datetime) -> None:
    """Lay a case with the center that sent it again, to be referred anew."""
    if center.pk != case.holder_id:
        case.transfers.waiting().update(superseded_at=now)
        moved = {"reason": TransferReason.REFERRAL, "from_center": case.holder, "to_center": center}
        Transfer.objects.create(case=case, moved_at=now, signed_at=now, signed_by=actor, **moved)
    case.holder, case.unit, case.handler = center, None, None
    case.save(update_fields=["holder", "unit", "handler"])


def _send_again(case: Case, referral: Referral, *, requirement: str, actor: User, now: datetime) -> None:
    sent = {"kind": referral.kind, "to_unit": referral.to_unit, "result_due_on": referral.result_due_on}
    who = {"from_center": referral.from_center, "referred_by": actor, "referred_at": now}
    again = Referral.objects.create(case=case, round=case.round, requirement=requirement, **sent, **who)
    _start_limits(case, again, now=now)


def _end_objecting(case: Case, *, now: datetime) -> None:
    end_clocks(case.clocks.open().filter(kind=ClockKind.PET_OBJECT), ended_at=now, now=now)


def _open_referral(case: Case) -> Referral:
    referral = last_referral(case)
    if referral is None:
        raise IllegalTransition(_("The petition was not referred."))
    return referral
