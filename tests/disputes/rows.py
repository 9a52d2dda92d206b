from dataclasses import replace
from datetime import datetime

from cases.models import Case
from core import clock
from core.models import User
from disputes.enums import SafetyDuty, SafetyKind
from disputes.models import (
    Agreement,
    Attendance,
    Confirmation,
    Consent,
    ContactAttempt,
    Dispute,
    DisputeGroup,
    Ending,
    FollowUp,
    GroupMember,
    HandOff,
    Mediator,
    Obligation,
    Performance,
    Representative,
    SafetyFlag,
    SafetyMeasure,
    Session,
    SessionRecord,
    Signature,
)
from disputes.services.mediate import accept_dispute, record_agreement, start_mediation
from disputes.services.undertake import NewObligation
from tests.disputes.traces import leave_traces
from tests.factories import House, new_agreement, said

OF_A_MEDIATION = (
    *(Agreement, Attendance, Confirmation, Consent, ContactAttempt, Dispute, DisputeGroup, Ending, FollowUp),
    *(GroupMember, HandOff, Mediator, Obligation, Performance, Representative, SafetyFlag, SafetyMeasure),
    *(Session, SessionRecord, Signature),
)


def write_rows_of_a_mediation(house: House, text, *, now):
    """Lead the matter of the house to an agreement, with a row of every kind that a mediation can have."""
    case, by = house.case, {"actor": house.mediator, "now": now}
    accept_dispute(case.pk, said=said(now), **by)
    start_mediation(case.pk, rights_told_on=clock.local_day(now), **by)
    owed = NewObligation(case.parties.first().pk, text, clock.local_day(now))
    record_agreement(case.pk, replace(new_agreement(now, case), obligations=(owed,)), **by)
    done = {"performed_on": owed.due_on, "proof": text, "is_last": False}
    told = {"recorded_by": house.mediator, "recorded_at": now}
    case.performances.create(obligation=Obligation.objects.get(), **done, **told)
    case.safety_flags.create(kind=SafetyKind.MINOR, ground=text, set_by=house.mediator, set_at=now)
    case.safety_measures.create(duty=SafetyDuty.LEGAL_AID, done_on=owed.due_on, note=text, **told)
    letter = {"direction": "in", "organ": "police", "organ_name": text, "letter_number": text, "wish": text}
    letter |= {"source_before": "party_application"}
    days = {"handed_on": owed.due_on, "signed_for_on": owed.due_on}
    case.hand_offs.create(round=1, **letter, **days, **told)
    _group(case, by=house.mediator, text=text, now=now)
    leave_traces(case, by=house.mediator, text=text, now=now)
    result = case.results.get()
    case.endings.create(result=result, reason="impossible", routes=["court"], told_on=owed.due_on)


def _group(case: Case, *, by: User, text: str, now: datetime) -> None:
    group = DisputeGroup.objects.create(cause=text, center=case.holder, formed_by=by, formed_at=now)
    member = case.group_members.create(round=1, group=group, joined_by=by, joined_at=now)
    told = {"chosen_on": clock.local_day(now), "named_by": by, "named_at": now}
    case.representatives.create(member=member, party=case.parties.first(), **told)
