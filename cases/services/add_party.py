from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from cases.enums import EventKind, PartyRole, Procedure, Stage
from cases.models import Case
from cases.querysets import HANDLE
from cases.rules.matters import ROLES
from cases.services.events import record
from cases.services.identities import NewParty, write_parties
from cases.services.obtain import obtain_case
from core.errors import DomainError, IllegalTransition
from core.models import User


@transaction.atomic
def add_party(case_id: int, *, new: NewParty, actor: User, now: datetime) -> Case:
    """Add somebody who turns out to be a party after the matter was registered; nothing else changes by it.

    Whoever handles the matter does so until a result is reported. Raises DomainError for somebody who is a party
    already, for a further applicant of a matter that hides who brought it (the window takes such a one down apart), and
    for a petition, whose representatives are named at the window.
    """
    case = obtain_case(case_id, actor=actor, permission=HANDLE)
    if case.stage not in {Stage.TRIAGED, Stage.HANDLING}:
        raise IllegalTransition(_("Parties are added from triage until a result is reported."))
    if case.procedure == Procedure.PETITION or new.role not in ROLES[Procedure.DISPUTE]:
        raise IllegalTransition(_("Who brings a petition is taken down at the window; it has no other party."))
    if case.hides_identity and new.role == PartyRole.APPLICANT:
        raise DomainError(_("Whoever brings a matter that hides identities is taken down at the window only."))
    if case.parties.filter(role=new.role, name=new.name).exists():
        raise DomainError(_("A party of this name is in the matter already."))
    write_parties(case, parties=[new])
    record(case, EventKind.PARTY_ADDED, actor=actor, now=now, role=new.role.value)
    return case
