"""Hand-offs with the police, the courts, the petition office and others, both ways, and what is fed back."""

from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from cases.enums import Category, ClockState, EventKind, Stage
from cases.models import Case
from cases.rules.kinds import COURT_KINDS
from cases.services.clocks import hold_steps, replace_clock
from cases.services.events import record
from cases.services.obtain import obtain_case
from core import clock
from core.errors import DomainError, IllegalTransition
from core.models import User
from disputes.enums import CourtStage, Direction, HandOffGround, Organ, OrganAnswer, State, TellingWay
from disputes.models import Dispute, HandOff
from disputes.reports.hand_offs import court_letter, court_stage, organs_owed, result_to_tell, source_of
from disputes.rules.hand_offs import (
    REPORTED_TO,
    SOURCES,
    entrusted_clock,
    leaves_the_seal,
    may_be_entrusted,
    may_be_withdrawn,
)
from disputes.services.safety import credit_report

RECORD = "disputes.record_hand_off"


class ResultNotTold(DomainError):
    """An organ that entrusted the matter has not been told its result."""

    code = "result_not_told"


class UnderSeal(DomainError):
    """A sealed matter is not handed to another organ in the ordinary way."""

    code = "under_seal"


@dataclass(frozen=True, slots=True)
class NewEntrustment:
    """The letter by which an organ entrusts a matter: its number and day, and when it was signed for here.

    ``court_stage`` is told of a court, and of a court alone: the limit of the mediation follows from it.
    """

    organ: Organ
    organ_name: str
    letter_number: str
    handed_on: date
    signed_for_on: date
    wish: str
    court_stage: CourtStage | None = None


@dataclass(frozen=True, slots=True)
class NewHandOff:
    """To whom a matter is handed on which day, why, what is asked, and when the parties consented to it."""

    organ: Organ
    organ_name: str
    ground: HandOffGround
    wish: str
    handed_on: date
    consented_on: date | None = None
    letter_number: str = ""


@transaction.atomic
def receive_hand_off(case_id: int, *, new: NewEntrustment, actor: User, now: datetime) -> HandOff:
    """Take down that an organ entrusted the matter, and note it as the matter's source.

    The parties consent all the same before the matter is accepted (People's Mediation Law, art. 18; Order 75). Raises
    IllegalTransition once there is a result, for a court once the matter was accepted; DomainError where the organ's
    letter waits for a result already, for a court without a stage, and for days that cannot be.
    """
    case, dispute = _obtain(case_id, actor=actor)
    if not may_be_entrusted(State(dispute.state), new.organ):
        raise IllegalTransition(
            _("What an organ entrusts is taken down until there is a result; of a court, until the matter is accepted.")
        )
    _check_letter(case, new, today=clock.local_day(now))
    told = asdict(new) | {"court_stage": new.court_stage or ""}
    row: HandOff = case.hand_offs.create(
        direction=Direction.IN,
        round=case.round,
        source_before=dispute.source,
        **told,
        recorded_by=actor,
        recorded_at=now,
    )
    dispute.source = SOURCES[new.organ]
    dispute.save(update_fields=["source"])
    _note(EventKind.HAND_OFF_RECEIVED, row, actor=actor, now=now, handed_on=new.handed_on)
    return row


def _check_letter(case: Case, new: NewEntrustment, *, today: date) -> None:
    if (new.court_stage is not None) != (new.organ is Organ.COURT):
        raise DomainError(_("Say of a court, and of a court alone, how far it has come with the matter."))
    if not new.handed_on <= new.signed_for_on <= today:
        raise DomainError(_("The letter is signed for between its own day and today."))
    if case.hand_offs.owed().filter(organ=new.organ, organ_name=new.organ_name).exists():
        raise DomainError(_("%(organ)s has entrusted this already and waits for the result."), organ=new.organ_name)


@transaction.atomic
def tell_organ(
    case_id: int, *, hand_off_id: int, told_on: date, how: TellingWay, letter: str, actor: User, now: datetime
) -> HandOff:
    """Note that an organ was told the result of what it entrusted, on which day and how.

    Whoever tells it has had a hand in the matter. Raises IllegalTransition while there is no result or it was sent
    back, HandOff.DoesNotExist for an organ that is owed none, DomainError for a day that cannot be.
    """
    case, _dispute = _obtain(case_id, actor=actor)
    row = case.hand_offs.owed().select_for_update(of=("self",)).get(pk=hand_off_id)
    result = result_to_tell(case)
    if result is None:
        raise IllegalTransition(_("There is no result yet. Record how the mediation ended first."))
    if not clock.local_day(result.reported_at) <= told_on <= clock.local_day(now):
        raise DomainError(_("The organ was told between the day the result was reported and today."))
    row.result, row.told_on, row.told_how, row.told_letter, row.told_by = result, told_on, how, letter, actor
    row.save(update_fields=["result", "told_on", "told_how", "told_letter", "told_by"])
    _note(EventKind.HAND_OFF_TOLD, row, actor=actor, now=now, told_on=told_on)
    return row


@transaction.atomic
def hand_off(case_id: int, *, new: NewHandOff, actor: User, now: datetime) -> HandOff:
    """Note that the matter was handed to an organ; where the mediation stands does not change by it.

    What the law has reported takes nobody's consent (People's Mediation Law, art. 25); anything else takes that of the
    parties. A report to the police is the one that is owed where somebody's safety is at stake. Raises UnderSeal for a
    sealed matter, the report to the police excepted; DomainError without the consent, while the organ's answer is
    awaited, and for days that cannot be.
    """
    case, _dispute = _obtain(case_id, actor=actor)
    if case.is_sealed and not leaves_the_seal(new.organ, new.ground):
        raise UnderSeal(
            _(
                "The matter is under seal: only a report to the police by duty is recorded here. The"
                " confidential officer of the center hands it on by the confidential way."
            )
        )
    _check_handed(case, new, today=clock.local_day(now))
    row: HandOff = case.hand_offs.create(
        direction=Direction.OUT, round=case.round, **asdict(new), recorded_by=actor, recorded_at=now
    )
    _note(EventKind.HANDED_OFF, row, actor=actor, now=now, handed_on=new.handed_on)
    if new.organ is Organ.POLICE and new.ground is HandOffGround.DUTY:
        credit_report(row, actor=actor, now=now)
    return row


def _check_handed(case: Case, new: NewHandOff, *, today: date) -> None:
    received_on = clock.local_day(case.received_at)
    if not received_on <= new.handed_on <= today:
        raise DomainError(_("It was handed over between the day the matter was received and today."))
    if new.ground is HandOffGround.DUTY:
        if new.organ not in REPORTED_TO:
            raise DomainError(_("A report by duty goes to the police or to the competent department."))
    elif new.consented_on is None or not received_on <= new.consented_on <= new.handed_on:
        raise DomainError(
            _("The parties consent between the day the matter was received and the day it is handed over.")
        )
    same = {"organ": new.organ, "organ_name": new.organ_name, "ground": new.ground}
    if case.hand_offs.outgoing().filter(answer="", **same).exists():
        raise DomainError(_("This was handed to %(organ)s already. Record its answer first."), organ=new.organ_name)


@transaction.atomic
def record_answer(
    case_id: int, *, hand_off_id: int, answer: OrganAnswer, answered_on: date, note: str, actor: User, now: datetime
) -> HandOff:
    """Write down what came back from an organ, after the matter was closed too; what it took up it may settle later.

    Raises HandOff.DoesNotExist where the organ has said all, DomainError for a day that cannot be and for what it said
    before.
    """
    case = obtain_case(case_id, actor=actor, permission=RECORD)
    row: HandOff = case.hand_offs.open_to_answer().select_for_update(of=("self",)).get(pk=hand_off_id)
    if answer.value == row.answer:
        raise DomainError(_("This answer stands on record already."))
    if not (row.answered_on or row.handed_on) <= answered_on <= clock.local_day(now):
        raise DomainError(_("The organ answered between the day it was asked, or answered before, and today."))
    row.answer, row.answered_on, row.answer_note = answer, answered_on, note
    row.save(update_fields=["answer", "answered_on", "answer_note"])
    _note(EventKind.HAND_OFF_ANSWERED, row, actor=actor, now=now, answered_on=answered_on)
    return row


@transaction.atomic
def withdraw_hand_off(case_id: int, *, hand_off_id: int, reason: str, actor: User, now: datetime) -> HandOff:
    """Withdraw a hand-off that was recorded by mistake, of a matter that is not closed: it stays on record alone.

    No result is owed for it and no answer awaited; the matter's source, its limit and the duty to report are as without
    it. Raises IllegalTransition for one that was withdrawn, that an organ has dealt with, or by which a paused limit
    stands; HandOff.DoesNotExist for one of another matter.
    """
    case, dispute = _obtain(case_id, actor=actor)
    row: HandOff = case.hand_offs.select_for_update(of=("self",)).get(pk=hand_off_id)
    if row.withdrawn_at is not None:
        raise IllegalTransition(_("This has been withdrawn already."))
    if not may_be_withdrawn(is_told=row.result_id is not None, is_answered=bool(row.answer)):
        raise IllegalTransition(_("The organ was told the result, or has answered: what happened is not withdrawn."))
    row.withdrawn_by, row.withdrawn_at, row.withdrawal_reason = actor, now, reason
    row.save(update_fields=["withdrawn_by", "withdrawn_at", "withdrawal_reason"])
    _note(EventKind.HAND_OFF_WITHDRAWN, row, actor=actor, now=now)
    if row.direction == Direction.IN:
        dispute.source = source_of(case)
        dispute.save(update_fields=["source"])
        _correct_limit(case, dispute, actor=actor, now=now)
    return row


def _correct_limit(case: Case, dispute: Dispute, *, actor: User, now: datetime) -> None:
    """Let the limit of a court, which entrusted nothing, give way to the one that holds; what is late stays late."""
    limit = case.clocks.open().filter(kind__in=COURT_KINDS, round=case.round).first()
    if limit is None or limit.due_at <= now:
        return
    letter = court_letter(case)
    kind = entrusted_clock(Category(case.category), court_stage(letter))
    started_on = letter.signed_for_on if letter else dispute.accepted_on
    if started_on is None or (kind.value, started_on) == (limit.kind, limit.started_on):
        return
    if limit.state == ClockState.PAUSED:
        raise IllegalTransition(_("The limit of the court is paused. End the pause first."))
    started = replace_clock(limit, kind=kind, started_on=started_on, now=now)
    if case.stage == Stage.REPORTED:
        hold_steps(case, now=case.results.get(verified_at=None).reported_at)
    record(case, EventKind.CLOCK_STARTED, actor=actor, now=now, clock=kind.value, due_on=started.due_on.isoformat())


def check_organs_told(case: Case) -> None:
    """Raise ResultNotTold, naming them, while an organ that entrusted the matter does not know its result."""
    if owed := organs_owed(case):
        raise ResultNotTold(
            _("The matter cannot be closed yet. Tell the result first to: %(organs)s."),
            organs="、".join(row.organ_name for row in owed),
        )


def _note(kind: EventKind, row: HandOff, *, actor: User, now: datetime, **days: date) -> None:
    """Record what happened with a hand-off: by which organ, and on which day."""
    told: dict[str, Any] = {name: day.isoformat() for name, day in days.items()}
    record(row.case, kind, actor=actor, now=now, hand_off=row.pk, organ=row.organ_name, **told)


def _obtain(case_id: int, *, actor: User) -> tuple[Case, Dispute]:
    case = obtain_case(case_id, actor=actor, permission=RECORD)
    dispute = Dispute.objects.select_for_update().filter(case=case).first()
    if case.closed_at is not None or dispute is None:
        raise IllegalTransition(_("Only in the mediation of a matter that is not closed."))
    return case, dispute
