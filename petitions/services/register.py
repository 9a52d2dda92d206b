from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from cases.enums import Channel, ClockKind, PartyRole, Sensitivity
from cases.models import Case
from cases.services.clocks import start_clock
from cases.services.register import NewCase, register_case
from core import clock
from core.errors import DomainError
from core.models import User
from petitions.enums import Agency, Kind
from petitions.models import Petition
from petitions.rules.intake import MOST_REPRESENTATIVES, may_be_oral, must_be_oral
from petitions.services.notices import start_first_notice

NOT_SEALED: Final = _(
    "An accusation is registered under seal, by a confidential officer (Regulations on Petition Work, art. 30). "
    "Lead whoever brings it to one; do not write it down here."
)
TOO_FEW: Final = _("More people are named than petition. Correct how many they are.")
AGENT_SHOWS: Final = _("Of whoever speaks for a petitioner, give the name, by what right, and what shows it.")
CAME_IN_WRITING: Final = _("What came in this way came in writing.")
WRITE_DOWN: Final = _(
    "What was told by telephone is written down and read back (Regulations on Petition Work, art. 19)."
)


@dataclass(frozen=True, slots=True)
class NewPetition:
    """What the window takes down: the matter, what it is for, how many bring it, and who speaks for them."""

    case: NewCase
    kind: Kind
    participants: int = 1
    is_oral: bool = False
    agency: Agency | None = None
    authority: str = ""


@transaction.atomic
def register_petition(new: NewPetition, *, actor: User, received_at: datetime, now: datetime) -> tuple[Case, str]:
    """Register a petition and return its case with the query code. Every petition is registered (arts. 19 and 22).

    The fifteen days to triage it run from receipt, and so do those to tell the petitioner, unless name or address are
    unclear. Raises DomainError for more than five representatives (art. 20), for fewer people than are named, for an
    agent who shows no right, for an accusation that is not under seal (art. 30), and for what ``register_case``
    refuses.
    """
    _check_people(new)
    _check_form(new)
    if new.kind is Kind.ACCUSATION and new.case.sensitivity != Sensitivity.SEALED:
        raise DomainError(NOT_SEALED)
    case, code = register_case(new.case, actor=actor, received_at=received_at, now=now)
    Petition.objects.create(
        case=case,
        kind=new.kind,
        participants=new.participants,
        is_anonymous=new.case.is_anonymous,
        is_oral=new.is_oral,
        agency=new.agency or "",
        authority=new.authority,
    )
    start_clock(case, ClockKind.PET_TRIAGE, now=now, started_on=clock.local_day(received_at))
    if not new.case.is_anonymous and new.kind is not Kind.ACCUSATION:
        start_first_notice(case, now=now)
    case.refresh_from_db(fields=["due_at"])
    return case, code


def _check_people(new: NewPetition) -> None:
    named = sum(party.role == PartyRole.APPLICANT for party in new.case.parties)
    agents = sum(party.role == PartyRole.AGENT for party in new.case.parties)
    if named > MOST_REPRESENTATIVES:
        raise DomainError(
            _("At most five representatives are named, however many petition (Regulations on Petition Work, art. 20).")
        )
    if named > new.participants:
        raise DomainError(TOO_FEW)
    if bool(agents) != (new.agency is not None) or bool(agents) != bool(new.authority.strip()):
        raise DomainError(AGENT_SHOWS)


def _check_form(new: NewPetition) -> None:
    channel = Channel(new.case.channel)
    if new.is_oral and not may_be_oral(channel):
        raise DomainError(CAME_IN_WRITING)
    if not new.is_oral and must_be_oral(channel):
        raise DomainError(WRITE_DOWN)
