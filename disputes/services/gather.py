"""The disputes of a group meet at one time: a session is planned for each of them, and all are cancelled together."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext, override
from django.utils.translation import gettext_lazy as _

from cases.models import Case
from cases.querysets import HANDLE
from core.errors import DomainError
from core.models import User
from disputes.models import Attendance, GroupMember, Representative, Session
from disputes.querysets import SessionQuerySet
from disputes.reports import mediating_center
from disputes.rules.groups import MEETS, speaks_for
from disputes.services.meet import NewParticipant, NewSession, cancel_session, plan_session
from disputes.services.obtain import OpenGroup, obtain_group
from disputes.services.represent import check_number


@dataclass(frozen=True, slots=True)
class NewMeeting:
    """When and where the disputes of a group are heard together, who mediates, and who writes the records."""

    starts_at: datetime
    place: str
    mediator_ids: Collection[int]
    recorder_id: int


@transaction.atomic
def plan_group_session(case_id: int, *, new: NewMeeting, actor: User, now: datetime) -> list[Session]:
    """Plan a closed session for each dispute of a group, all at one time and place, and return them.

    All parties of each are asked to come; those for whom a representative from another dispute speaks need not, and
    the representative stands in the record by name. Either all sessions are planned or none. Raises DomainError with
    the number of the dispute in which one cannot be, or the name of who is elsewhere at that time, and what
    ``obtain_group`` raises.
    """
    opened = obtain_group(case_id, actor=actor)
    chosen = Representative.objects.standing().filter(member__in=opened.members).select_related("party")
    representatives = list(chosen)
    check_number(len(representatives))
    _check_people_free(new)
    sessions = []
    for member in opened.members:
        with _naming(member.case):
            _check_dispute(opened, member.case, new)
            session = _session_of(opened, member, representatives, new)
            sessions.append(plan_session(member.case_id, new=session, actor=actor, now=now))
    return sessions


@transaction.atomic
def cancel_group_session(case_id: int, *, session_id: int, reason: str, actor: User, now: datetime) -> list[Session]:
    """Cancel what is planned for the disputes of a group at one time, with one reason, and return the sessions.

    Raises Case.DoesNotExist for a matter that is not on the actor's desk, Session.DoesNotExist for a session that is
    not planned or not one of a group.
    """
    case = Case.objects.obtainable_by(actor, HANDLE).get(pk=case_id)
    session = case.sessions.planned().exclude(group=None).get(pk=session_id)
    meeting = Session.objects.filter(group=session.group_id, starts_at=session.starts_at)
    return cancel_meetings(meeting, ground=reason, actor=actor, now=now)


def cancel_meetings(sessions: SessionQuerySet, *, ground: str, actor: User, now: datetime) -> list[Session]:
    """Cancel those of ``sessions`` that are planned in disputes on the actor's desk whose mediation goes on."""
    mine = Case.objects.obtainable_by(actor, HANDLE).filter(dispute__state__in=MEETS)
    planned = sessions.planned().filter(case__in=mine).order_by("case_id").values_list("case", "pk")
    return [
        cancel_session(case_id, session_id=pk, ground=ground, actor=actor, now=now) for case_id, pk in list(planned)
    ]


def _session_of(
    opened: OpenGroup, member: GroupMember, representatives: Collection[Representative], new: NewMeeting
) -> NewSession:
    with override(settings.LANGUAGE_CODE):
        capacity = gettext("Representative chosen by the parties")
    others = [
        NewParticipant(one.party.name, capacity, one.chosen_on)
        for one in representatives
        if one.case_id != member.case_id and speaks_for(named_at=one.named_at, joined_at=member.joined_at)
    ]
    return NewSession(
        starts_at=new.starts_at,
        place=new.place,
        is_joint=True,
        party_ids=list(member.case.parties.values_list("pk", flat=True)),
        mediator_ids=new.mediator_ids,
        recorder_id=new.recorder_id,
        participants=tuple(others),
        group=opened.group,
    )


def _check_dispute(opened: OpenGroup, case: Case, new: NewMeeting) -> None:
    if mediating_center(case) != opened.group.center:
        raise DomainError(_("another committee mediates it. Have it taken out of the group."))
    if case.sessions.to_come().filter(starts_at=new.starts_at).exists():
        raise DomainError(_("a session of it is planned for this very time. Choose another time, or cancel that one."))


def _check_people_free(new: NewMeeting) -> None:
    """Raise DomainError where somebody is asked to another session at that time, as far as the actor may know it."""
    asked = Attendance.objects.still_asked().filter(person__in={*new.mediator_ids, new.recorder_id})
    elsewhere = asked.filter(session__in=Session.objects.to_come().filter(starts_at=new.starts_at))
    if row := elsewhere.select_related("person").first():
        raise DomainError(_("%(name)s is asked to another session at this time."), name=row.person)


@contextmanager
def _naming(case: Case) -> Iterator[None]:
    """Say of which dispute a refusal is: of several, people would otherwise look into each."""
    try:
        yield
    except DomainError as error:
        raise DomainError(_("%(number)s: %(why)s"), number=case.number, why=str(error)) from error
