"""What a mediator of the sample city writes down: a session, an agreement, and what is done of it."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final

from cases.enums import PartyRole
from cases.models import Case
from core import clock
from core.models import User
from demo import stories
from disputes.enums import AgreementForm, HandOffGround, Organ, ReadBack, TellingWay
from disputes.models import Obligation
from disputes.reports.hand_offs import organs_owed
from disputes.services.hand_offs import NewEntrustment, NewHandOff, hand_off, receive_hand_off, tell_organ
from disputes.services.mediate import NewAgreement, record_agreement
from disputes.services.meet import NewRecord, NewSession, hold_session, plan_session
from disputes.services.perform import NewPerformance, fulfil_dispute, record_performance
from disputes.services.undertake import NewObligation

INSTALMENTS: Final = ((timedelta(days=5), Decimal(500)), (timedelta(days=26), Decimal(500)))


def meet(case: Case, *, mediator: User, content: str, moment: datetime) -> None:
    """Write down the session that has just ended."""
    started_at = moment - timedelta(hours=1)
    parties = case.parties.values_list("pk", flat=True)
    new = NewSession(
        started_at,
        stories.ROOM,
        is_joint=True,
        party_ids=list(parties),
        mediator_ids=[mediator.pk],
        recorder_id=mediator.pk,
    )
    session = plan_session(case.pk, new=new, actor=mediator, now=moment)
    there = dict(session.attendances.values_list("pk", "party"))
    record = NewRecord(
        started_at=started_at,
        ended_at=moment - timedelta(minutes=10),
        present_ids=list(there),
        signed_ids=[pk for pk, party in there.items() if party],
        rights_told=True,
        statements=stories.STATEMENTS,
        facts=stories.FACTS,
        outcome=content,
        read_back=ReadBack.READ,
        is_agreed=True,
    )
    hold_session(case.pk, session_id=session.pk, new=record, actor=mediator, now=moment)


def entrust(case: Case, *, letter: stories.Letter, clerk: User, moment: datetime) -> None:
    """Take down the letter by which an organ entrusts the matter that it has just brought."""
    today = clock.local_day(moment)
    new = NewEntrustment(
        letter.organ,
        letter.organ_name,
        letter.number,
        handed_on=today - timedelta(days=1),
        signed_for_on=today,
        wish=stories.WISH,
        court_stage=letter.court_stage,
    )
    receive_hand_off(case.pk, new=new, actor=clerk, now=moment)


def tell_organs(case: Case, *, mediator: User, moment: datetime) -> None:
    """Tell the result that has just been reported to whoever entrusted the matter."""
    for row in organs_owed(case):
        tell_organ(
            case.pk,
            hand_off_id=row.pk,
            told_on=clock.local_day(moment),
            how=TellingWay.LETTER,
            letter=stories.TOLD_BY,
            actor=mediator,
            now=moment,
        )


def hand_to_court(case: Case, *, mediator: User, moment: datetime) -> None:
    """Hand a matter in which no agreement was reached to a court, as the parties wish."""
    today = clock.local_day(moment)
    new = NewHandOff(
        Organ.COURT, stories.COURT, HandOffGround.HANDLING, stories.TO_COURT, handed_on=today, consented_on=today
    )
    hand_off(case.pk, new=new, actor=mediator, now=moment)


def agree(case: Case, *, mediator: User, content: str, moment: datetime) -> None:
    """Record what the parties agreed on; what is paid in instalments is owed by the respondent."""
    today = clock.local_day(moment)
    signatures = dict.fromkeys(case.parties.values_list("pk", flat=True), today)
    owed = _instalments(case, moment) if content == stories.IN_INSTALMENTS else ()
    new = NewAgreement(
        AgreementForm.WRITTEN,
        stories.FACTS,
        content,
        stories.PERFORMANCE,
        today,
        signatures=signatures,
        obligations=owed,
    )
    record_agreement(case.pk, new, actor=mediator, now=moment)


def _instalments(case: Case, moment: datetime) -> tuple[NewObligation, ...]:
    party = dict(case.parties.values_list("role", "pk"))
    debtor, creditor = party[PartyRole.RESPONDENT], party[PartyRole.APPLICANT]
    today = clock.local_day(moment)
    return tuple(
        NewObligation(debtor, f"第{number}期补偿款（示例）", today + after, amount, creditor)
        for number, (after, amount) in enumerate(INSTALMENTS, start=1)
    )


def perform(obligation_id: int, *, mediator: User, moment: datetime) -> bool:
    """Record that an instalment was paid; with the last one report that all is done, and return whether it was."""
    row = Obligation.objects.get(pk=obligation_id)
    new = NewPerformance(clock.local_day(moment), stories.PROOF, amount=row.amount)
    record_performance(row.case_id, obligation_id=row.pk, new=new, actor=mediator, now=moment)
    if Obligation.objects.filter(agreement=row.agreement_id).open().exists():
        return False
    fulfil_dispute(row.case_id, summary=stories.KEPT, actor=mediator, now=moment)
    return True
