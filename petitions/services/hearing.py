"""Hearings on claims that are major or hard to decide, and in a re-review."""

from dataclasses import asdict, dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from cases.enums import EventKind
from cases.querysets import HANDLE
from cases.services.events import record
from cases.services.obtain import obtain_case
from core import clock
from core.errors import DomainError, IllegalTransition
from core.models import User
from petitions.enums import State
from petitions.models import Hearing
from petitions.reports.standing import petition_of
from petitions.rules.instances import instance_at
from petitions.rules.procedure import HEARD_AT


@dataclass(frozen=True, slots=True)
class NewHearing:
    """The record of a hearing: when and where, who led it, who spoke, what was said and what it found."""

    held_on: date
    place: str
    chair: str
    participants: str
    statements: str
    findings: str


@transaction.atomic
def record_hearing(case_id: int, *, new: NewHearing, actor: User, now: datetime) -> Hearing:
    """Record a hearing held by the instance with which a claim lies (arts. 31(6) and 36).

    Raises IllegalTransition while nothing is decided about it, DomainError for a part that is empty, and for a day
    before receipt or in the future.
    """
    case = obtain_case(case_id, actor=actor, permission=HANDLE)
    petition = petition_of(case)
    if petition is None or State(petition.state) not in HEARD_AT:
        raise IllegalTransition(_("A hearing is held while it is decided about a claim."))
    if not all(str(part).strip() for part in asdict(new).values()):
        raise DomainError(_("Something is missing. Fill in all that this way asks for."))
    if not clock.local_day(case.received_at) <= new.held_on <= clock.local_day(now):
        raise DomainError(_("The day lies between the day the matter was received and today."))
    hearing = Hearing.objects.create(
        case=case,
        round=case.round,
        instance=instance_at(State(petition.state)),
        recorded_by=actor,
        recorded_at=now,
        **asdict(new),
    )
    record(case, EventKind.HEARING_HELD, actor=actor, now=now, held_on=new.held_on.isoformat())
    return hearing
