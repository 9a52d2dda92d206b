"""The sessions of a mediation: planned, held with a record, or cancelled."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cases.enums import Category, EventKind, Sensitivity
from cases.models import Case
from cases.reports.recusals import staff_near
from cases.services.events import record
from core import clock
from core.errors import DomainError
from core.models import User
from disputes.enums import Action, AttendanceRole, ReadBack, Route, SessionState
from disputes.models import Attendance, Dispute, DisputeGroup, Session, SessionRecord
from disputes.reports import mediating_center
from disputes.reports.joint import lent_by, session_mediators
from disputes.rules.sessions import is_complete, may_be_open
from disputes.services.obtain import obtain_dispute
from disputes.services.safety import check_joint_session


@dataclass(frozen=True, slots=True)
class NewParticipant:
    """Somebody besides the parties and the committee: a relative, an expert; and when the parties consented."""

    name: str
    capacity: str
    consented_on: date


@dataclass(frozen=True, slots=True)
class NewSession:
    """When and where is met, and who is asked to come. ``nobody_objects`` is what an open session takes.

    ``group``: the disputes that are heard together at this time, each in a session of its own.
    """

    starts_at: datetime
    place: str
    is_joint: bool
    party_ids: Collection[int]
    mediator_ids: Collection[int]
    recorder_id: int
    participants: tuple[NewParticipant, ...] = ()
    is_open: bool = False
    nobody_objects: bool = False
    group: DisputeGroup | None = None


@dataclass(frozen=True, slots=True)
class NewRecord:
    """What was said and done at a session, who of those asked was there, and which parties signed."""

    started_at: datetime
    ended_at: datetime
    present_ids: Collection[int]
    signed_ids: Collection[int]
    rights_told: bool
    statements: str
    outcome: str
    read_back: ReadBack
    is_agreed: bool = False
    facts: str = ""
    risk_told: str = ""
    routes_told: tuple[Route, ...] = ()


@transaction.atomic
def plan_session(case_id: int, *, new: NewSession, actor: User, now: datetime) -> Session:
    """Fix time and place of a session and who is asked to come.

    A session that came about at once is planned with the time at which it was, and recorded then. Raises DomainError
    for a day before acceptance, for who has no part in the matter, for a further participant to whom the parties did
    not consent, and for an open session that may not be.
    """
    dispute, case, _state = obtain_dispute(case_id, Action.PLAN_SESSION, actor=actor)
    _check_day(dispute, new.starts_at)
    _check_people(case, new, now=now)
    if new.is_joint:
        check_joint_session(dispute, actor=actor)
    category, sensitivity = Category(case.category), Sensitivity(case.sensitivity)
    if new.is_open and not may_be_open(category, sensitivity, nobody_objects=new.nobody_objects):
        raise DomainError(
            _(
                "The session stays closed: an open one may touch no privacy and no trade secret, no party may object, "
                "and medical disputes and matters kept closely are never open."
            )
        )
    session = Session.objects.create(
        case=case,
        round=case.round,
        center=mediating_center(case),
        group=new.group,
        starts_at=new.starts_at,
        place=new.place,
        is_joint=new.is_joint,
        is_open=new.is_open,
        nobody_objects_on=clock.local_day(now) if new.is_open else None,
        planned_by=actor,
        planned_at=now,
    )
    _write_attendances(session, new, now=now)
    record(case, EventKind.SESSION_PLANNED, actor=actor, now=now, held_on=_day(session))
    return session


def _day(session: Session) -> str:
    return clock.local_day(session.starts_at).isoformat()


def _check_day(dispute: Dispute, starts_at: datetime) -> None:
    if dispute.accepted_on is None or clock.local_day(starts_at) < dispute.accepted_on:
        raise DomainError(
            _("A session takes place after the matter was accepted, on %(day)s."), day=dispute.accepted_on
        )


def _check_people(case: Case, new: NewSession, *, now: datetime) -> None:
    today = clock.local_day(now)
    if set(new.party_ids) - set(case.parties.values_list("pk", flat=True)):
        raise DomainError(_("Only parties of the matter are asked to come as parties."))
    if not is_complete(is_joint=new.is_joint, parties=len(set(new.party_ids))):
        raise DomainError(_("A joint session has two parties at least, one with a party alone has exactly one."))
    if not new.mediator_ids or set(new.mediator_ids) - {person.pk for person in session_mediators(case, on=today)}:
        raise DomainError(
            _("Choose mediators in office at the center that holds the matter, or at a unit that takes part.")
        )
    if not staff_near(case, on=today).filter(pk=new.recorder_id).exists():
        raise DomainError(_("Choose a recorder who serves at one of the centers of the place."))
    received_on = clock.local_day(case.received_at)
    if any(not received_on <= one.consented_on <= today for one in new.participants):
        raise DomainError(
            _("Others take part only with the parties' consent, given between the day of receipt and today.")
        )


def _write_attendances(session: Session, new: NewSession, *, now: datetime) -> None:
    common = {"case": session.case, "session": session}
    lent = lent_by(session.case, on=clock.local_day(now))
    parties = [Attendance(role=AttendanceRole.PARTY, party_id=pk, **common) for pk in sorted(set(new.party_ids))]
    mediators = [
        Attendance(role=AttendanceRole.MEDIATOR, person_id=pk, joint_unit_id=lent.get(pk), **common)
        for pk in sorted(set(new.mediator_ids))
    ]
    others = [
        Attendance(
            role=AttendanceRole.PARTICIPANT,
            name=one.name,
            capacity=one.capacity,
            consented_on=one.consented_on,
            **common,
        )
        for one in new.participants
    ]
    recorder = Attendance(role=AttendanceRole.RECORDER, person_id=new.recorder_id, **common)
    Attendance.objects.bulk_create([*parties, *mediators, recorder, *others])


@transaction.atomic
def hold_session(case_id: int, *, session_id: int, new: NewRecord, actor: User, now: datetime) -> SessionRecord:
    """Write the record of a session that was held, as it was read back to the parties.

    Raises Session.DoesNotExist for one that is not planned, DomainError for a time that lies in the future or before
    acceptance, for a session to which nobody came or for which no mediator is left, for somebody who had no part in it
    any more when it began, and for the signature of somebody who was not there.
    """
    dispute, case, _state = obtain_dispute(case_id, Action.HOLD_SESSION, actor=actor)
    session = case.sessions.planned().select_for_update(of=("self",)).get(pk=session_id)
    if session.is_joint:
        check_joint_session(dispute, actor=actor)
    _check_day(dispute, new.started_at)
    if not new.started_at < new.ended_at <= now:
        raise DomainError(_("A session is recorded after it has ended, and it ends after it began."))
    _note_who_came(session, new)
    session.state = SessionState.HELD
    session.save(update_fields=["state"])
    written = SessionRecord.objects.create(
        case=case,
        session=session,
        started_at=new.started_at,
        ended_at=new.ended_at,
        rights_told=new.rights_told,
        statements=new.statements,
        facts=new.facts,
        risk_told=new.risk_told,
        is_agreed=new.is_agreed,
        outcome=new.outcome,
        routes_told=[route.value for route in new.routes_told],
        read_back=new.read_back,
        recorded_by=actor,
        recorded_at=now,
    )
    record(case, EventKind.SESSION_HELD, actor=actor, now=now, held_on=clock.local_day(new.started_at).isoformat())
    return written


def _note_who_came(session: Session, new: NewRecord) -> None:
    everybody = session.attendances.with_departure().select_related("person")
    asked = list(everybody.filter(Q(gone_at=None) | Q(gone_at__gt=new.started_at)))
    _check_gone(everybody, asked, new)
    present, signed = set(new.present_ids), set(new.signed_ids)
    parties = {one.pk for one in asked if one.role == AttendanceRole.PARTY}
    if present - {one.pk for one in asked} or signed - parties:
        raise DomainError(_("Only those who were asked to come are recorded; plan another session for others."))
    if not present & parties:
        raise DomainError(_("No party came: cancel the session, with that as the reason."))
    if signed - present:
        raise DomainError(_("Only a party who was there signs the record."))
    for one in asked:
        one.is_present = one.pk in present
        one.has_signed = one.pk in signed if one.pk in parties else None
    Attendance.objects.bulk_update(asked, ["is_present", "has_signed"])


def _check_gone(everybody: Collection[Attendance], asked: Collection[Attendance], new: NewRecord) -> None:
    gone = [one for one in everybody if one not in asked]
    for one in gone:
        if one.pk in new.present_ids:
            raise DomainError(
                _("%(name)s had no part in the session any more when it began: leave the name out."), name=one.person
            )
    if gone and not any(one.role == AttendanceRole.MEDIATOR for one in asked):
        raise DomainError(_("No mediator is left for this session: cancel it and plan another."))


@transaction.atomic
def cancel_session(case_id: int, *, session_id: int, ground: str, actor: User, now: datetime) -> Session:
    """Cancel a planned session, with the reason. Raises Session.DoesNotExist for one that is not planned."""
    _dispute, case, _state = obtain_dispute(case_id, Action.CANCEL_SESSION, actor=actor)
    session = case.sessions.planned().select_for_update(of=("self",)).get(pk=session_id)
    session.state, session.cancel_ground = SessionState.CANCELLED, ground
    session.save(update_fields=["state", "cancel_ground"])
    record(case, EventKind.SESSION_CANCELLED, actor=actor, now=now, held_on=_day(session))
    return session
