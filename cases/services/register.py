import itertools
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from cases.enums import Category, Channel, ClockKind, EventKind, PartyRole, Procedure, Sensitivity, TransferReason
from cases.models import Case, Transfer
from cases.querysets import SEALED
from cases.rules.matters import ROLES, SEALED_NUMBERS, case_code, case_number, sealed_code, sealed_number
from cases.services.clocks import start_clock
from cases.services.events import record
from cases.services.identities import NewParty, write_parties
from cases.services.query_code import hash_query_code, make_query_code
from centers.enums import Level
from centers.models import Center
from centers.reports import TREE_LOCK, Scope, ancestors_by_level, scope_of
from centers.rules import short_name
from core import acting, clock, locks
from core.errors import DomainError
from core.models import User
from core.numbering import take_numbers
from grids.models import Grid


@dataclass(frozen=True, slots=True)
class NewCase:
    """What the window takes down of a matter. ``place`` is where it arose; a grid lies in it.

    ``is_anonymous``: a petition may come from somebody who does not say who they are.
    """

    procedure: Procedure
    category: Category
    channel: Channel
    title: str
    summary: str
    place: Center
    grid: Grid | None = None
    parties: Sequence[NewParty] = ()
    sensitivity: Sensitivity = Sensitivity.NORMAL
    is_anonymous: bool = False


@transaction.atomic
def register_case(new: NewCase, *, actor: User, received_at: datetime, now: datetime) -> tuple[Case, str]:
    """Register a matter and return it with its query code, which is never to be had again.

    Every matter is registered (Regulations on Petition Work, art. 22). It gets a gapless number of its town and
    year, its place's ancestors, and a limit of one working day to be triaged. Under seal the number follows
    from nothing. Whoever brings a confidential or sealed one is an informant without a name in it. Raises
    Center.DoesNotExist for a place where ``actor`` may not register, DomainError for a grid outside the place, a date
    in the future, a matter without an applicant that is no anonymous petition, a party that such a matter does not
    have, or a seal that the actor may not open.
    """
    locks.hold_with_others(TREE_LOCK)
    _check(new, actor=actor, received_at=received_at, now=now)
    ancestors = ancestors_by_level(new.place)
    names = _names(ancestors.get(Level.TOWN, new.place), clock.local_day(now).year, sensitivity=new.sensitivity)
    code = make_query_code()
    case = Case.objects.create(
        **names,
        sensitivity=new.sensitivity,
        procedure=new.procedure,
        category=new.category,
        channel=new.channel,
        title=new.title,
        summary=new.summary,
        grid=new.grid,
        holder=new.place,
        received_at=received_at,
        registered_by=actor,
        query_code_hash=hash_query_code(code),
        **ancestors,
    )
    write_parties(case, parties=new.parties)
    Transfer.objects.create(case=case, reason=TransferReason.REGISTRATION, to_center=new.place, moved_at=now)
    record(case, EventKind.REGISTERED, actor=actor, now=now, center=new.place.name)
    start_clock(case, ClockKind.SIGN_FOR, now=now)
    case.refresh_from_db(fields=["due_at"])
    return case, code


def _names(series: Center, year: int, *, sensitivity: Sensitivity) -> dict[str, str]:
    """Return the next code and number of a town and year; under seal ones that nobody else has."""
    if sensitivity != Sensitivity.SEALED:
        number = take_numbers(f"case:{series.code}", year)[0]
        names = case_code(series.code, year, number), case_number(short_name(series.name), year, number)
    else:
        drawn = (secrets.randbelow(SEALED_NUMBERS) for _attempt in itertools.count())
        with acting.as_house():
            number = next(one for one in drawn if not _is_taken(sealed_code(series.code, year, one)))
        names = sealed_code(series.code, year, number), sealed_number(short_name(series.name), year, number)
    return dict(zip(("code", "number"), names, strict=True))


def _is_taken(code: str) -> bool:
    return Case.objects.filter(code=code).exists()


def _check(new: NewCase, *, actor: User, received_at: datetime, now: datetime) -> None:
    if not _is_under(new.place, scope_of(actor, "cases.add_case")):
        raise Center.DoesNotExist
    if new.place.closed_on is not None:
        raise DomainError(_("%(center)s was merged into another center. Register the matter there."), center=new.place)
    if new.sensitivity == Sensitivity.SEALED and not _is_under(new.place, scope_of(actor, SEALED)):
        raise DomainError(_("Only a confidential officer of this place registers a matter under seal."))
    if new.grid is not None and new.grid.village_id != new.place.pk:
        raise DomainError(_("The grid does not lie in this village. Choose one of its grids."))
    if received_at > now:
        raise DomainError(_("The matter cannot have been received in the future."))
    may_hide = new.is_anonymous and new.procedure is Procedure.PETITION
    if not may_hide and not any(party.role == PartyRole.APPLICANT for party in new.parties):
        raise DomainError(_("Name at least one applicant."))
    if any(party.role not in ROLES[new.procedure] for party in new.parties):
        raise DomainError(_("Such a matter has no party of this role."))


def _is_under(place: Center, scope: Scope) -> bool:
    ancestors = ancestors_by_level(place)
    return any(ancestors[level].pk in ids for level, ids in scope.center_ids.items() if level in ancestors)
