"""The mediator's acts: accept a matter, start to mediate, and record the agreement."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from cases.enums import Category, EventKind, Outcome, PartyRole, Stage
from cases.models import Case
from cases.services.clocks import start_clock
from cases.services.events import record
from cases.services.results import report_result
from centers.rules import short_name
from core import clock
from core.errors import DomainError
from core.models import User
from core.numbering import take_numbers
from disputes.enums import Action, AgreementForm, EndReason
from disputes.models import Agreement, Signature
from disputes.reports import first_session_on, parties_to_ask
from disputes.reports.hand_offs import court_letter, court_stage
from disputes.rules.hand_offs import entrusted_clock
from disputes.rules.numbers import agreement_number
from disputes.rules.sessions import takes_session
from disputes.services.consent import Said, check_consents, write_said
from disputes.services.mediators import settle_mediators
from disputes.services.obtain import obtain_dispute
from disputes.services.safety import check_duties
from disputes.services.undertake import NewObligation, write_obligations


@dataclass(frozen=True, slots=True)
class NewAgreement:
    """What the parties agreed on (People's Mediation Law, art. 29).

    ``signed_on`` is the day since which it holds, ``signatures`` says of a written one which party signed on which day.
    """

    form: AgreementForm
    facts: str
    content: str
    performance: str
    signed_on: date
    obligations: tuple[NewObligation, ...] = ()
    signatures: Mapping[int, date] = field(default_factory=dict)


@transaction.atomic
def accept_dispute(case_id: int, *, said: Said, actor: User, now: datetime) -> Case:
    """Take a dispute into mediation with the consent of all parties, and start the mediation limit.

    Mediation is voluntary (People's Mediation Law, arts. 3 and 17): ``said`` is how and when the parties consented
    of whom it has not been taken down yet. What a court entrusted has the court's limit, which counts from the day on
    which its letter was signed for. Raises DomainError for a consent in the future or before the matter was
    received, and for a matter without a respondent.
    """
    dispute, case, state = obtain_dispute(case_id, Action.ACCEPT, actor=actor)
    _check_respondent(case)
    dispute.state = state
    write_said(case, parties=parties_to_ask(case), said=said, is_given=True, actor=actor, now=now)
    dispute.accepted_on = clock.local_day(now)
    dispute.save(update_fields=["state", "accepted_on"])
    case.stage = Stage.HANDLING
    case.save(update_fields=["stage"])
    letter = court_letter(case)
    kind = entrusted_clock(Category(case.category), court_stage(letter))
    record(case, EventKind.ACCEPTED, actor=actor, now=now, consented_on=said.on.isoformat())
    if not case.clocks.filter(kind=kind, round=case.round).exists():
        started = start_clock(case, kind, now=now, started_on=letter.signed_for_on if letter else None)
        record(case, EventKind.CLOCK_STARTED, actor=actor, now=now, clock=kind.value, due_on=started.due_on.isoformat())
    return case


def _check_respondent(case: Case) -> None:
    """Raise DomainError for a matter without a respondent, which is none that could be mediated."""
    if not case.parties.filter(role=PartyRole.RESPONDENT).exists():
        raise DomainError(
            _("The matter has no respondent. Add the respondent as a party, or do not accept it: “%(reason)s”."),
            reason=str(EndReason.NO_RESPONDENT.label),
        )


@transaction.atomic
def start_mediation(case_id: int, *, rights_told_on: date, actor: User, now: datetime) -> Case:
    """Start mediating, the parties having been told their rights and duties (司法部令第75号, art. 30).

    Raises Conflict while one of the mediators cannot mediate the matter.
    """
    dispute, case, state = obtain_dispute(case_id, Action.START, actor=actor)
    check_consents(case)
    settle_mediators(case, actor=actor, now=now)
    dispute.state = state
    if dispute.accepted_on is None or not dispute.accepted_on <= rights_told_on <= clock.local_day(now):
        raise DomainError(_("The parties are told their rights between acceptance and today."))
    dispute.rights_told_on = rights_told_on
    dispute.save(update_fields=["state", "rights_told_on"])
    record(case, EventKind.MEDIATION_STARTED, actor=actor, now=now, rights_told_on=rights_told_on.isoformat())
    return case


@transaction.atomic
def record_agreement(case_id: int, new: NewAgreement, *, actor: User, now: datetime) -> Agreement:
    """Write down the agreement under the next number of its center, and report it as the result to be checked.

    Raises DomainError while a duty of protection is owed to somebody whose safety is at stake, for a written one
    without the day on which each party signed, for one that follows no session on record, and for days that cannot be.
    """
    dispute, case, state = obtain_dispute(case_id, Action.AGREE, actor=actor)
    check_consents(case)
    check_duties(case)
    settle_mediators(case, actor=actor, now=now)
    dispute.state = state
    today = clock.local_day(now)
    if dispute.rights_told_on is None or not dispute.rights_told_on <= new.signed_on <= today:
        raise DomainError(_("The agreement is signed between the start of the mediation and today."))
    _check_signatures(case, new, since=dispute.rights_told_on)
    if takes_session(new.form, is_done_at_once=not new.obligations):
        _check_session(case, new)
    dispute.save(update_fields=["state"])
    serial = take_numbers(f"agreement:{case.holder.code}", today.year)[0]
    number = agreement_number(short_name(case.holder.name), today.year, serial)
    record(case, EventKind.AGREED, actor=actor, now=now, number=number)
    agreement = Agreement.objects.create(
        case=case,
        result=report_result(case, outcome=Outcome.AGREED, summary=new.content, actor=actor, now=now),
        center=case.holder,
        number=number,
        form=new.form,
        facts=new.facts,
        content=new.content,
        performance=new.performance,
        signed_on=new.signed_on,
        recorded_by=actor,
        recorded_at=now,
    )
    Signature.objects.bulk_create(
        Signature(case=case, agreement=agreement, party_id=pk, signed_on=day) for pk, day in new.signatures.items()
    )
    write_obligations(agreement, new.obligations)
    return agreement


def _check_signatures(case: Case, new: NewAgreement, *, since: date) -> None:
    """Raise DomainError unless every party signed a written agreement; an oral one is signed by nobody."""
    if new.form is not AgreementForm.WRITTEN:
        if new.signatures:
            raise DomainError(_("An oral agreement is signed by no party."))
        return
    parties = {party.pk: party for party in case.parties.all()}
    missing = [party for pk, party in parties.items() if pk not in new.signatures]
    if missing or set(new.signatures) - set(parties):
        raise DomainError(
            _("A written agreement holds once every party has signed. A signature has no day yet: %(parties)s."),
            parties="、".join(str(party.get_role_display()) for party in missing),
        )
    if not all(since <= day <= new.signed_on for day in new.signatures.values()):
        raise DomainError(_("The parties sign between the start of the mediation and the day since which it holds."))


def _check_session(case: Case, new: NewAgreement) -> None:
    """Raise DomainError unless a session of this round was held and recorded before the first party signed."""
    held_on = first_session_on(case)
    if held_on is None:
        raise DomainError(
            _(
                "No session of this round is on record. Plan the session, record it, and then record the agreement; "
                "only an oral agreement that was performed at once does without."
            )
        )
    if held_on > min([new.signed_on, *new.signatures.values()]):
        raise DomainError(
            _(
                "The first session of this round was held on %(day)s, after that day of signing. Correct the day of "
                "signing, or record the session at which the parties agreed."
            ),
            day=held_on.isoformat(),
        )
