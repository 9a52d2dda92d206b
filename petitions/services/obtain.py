from datetime import datetime

from django.utils.translation import gettext_lazy as _

from cases.models import Case
from cases.services.obtain import obtain_case
from centers.enums import UnitKind
from centers.models import Unit
from core import clock
from core.errors import DomainError, IllegalTransition
from core.models import User
from petitions.enums import Action, ClaimRoute, Kind, State
from petitions.models import Petition
from petitions.reports.standing import leads_unit_of
from petitions.rules.procedure import PERMISSIONS, is_open, issues_opinions, next_state


def obtain_petition(case_id: int, action: Action, *, actor: User) -> tuple[Petition, Case, State]:
    """Return the petition and its case, both locked, and the state that ``action`` leads to.

    Of two simultaneous calls one waits here and then finds the other's state. Raises Case.DoesNotExist outside the
    actor's rights, IllegalTransition when the act is not open, or not for a petition of this kind.
    """
    case = obtain_case(case_id, actor=actor, permission=PERMISSIONS[action])
    petition = Petition.objects.select_for_update().get(case=case)
    state = next_state(State(petition.state), action)
    if not is_open(State(petition.state), action, kind=Kind(petition.kind), route=route_of(petition)):
        raise IllegalTransition(
            _("“%(action)s” does not fit a petition of this kind (Regulations on Petition Work, arts. 29–31)."),
            action=action.label,
        )
    return petition, case, state


def route_of(petition: Petition) -> ClaimRoute | None:
    """Return by which number of article 31 a claim is handled; None of anything else."""
    return ClaimRoute(petition.route) if petition.route else None


def require_leader(case: Case, *, actor: User, now: datetime) -> None:
    """Raise DomainError unless ``actor`` leads the unit that handles a case today."""
    if not leads_unit_of(case, actor, on=clock.local_day(now)):
        raise DomainError(_("The leader of the unit that handles the matter decides this."))


def check_organ(case: Case) -> Unit:
    """Return the unit with which a case lies; raise DomainError for one that issues no handling opinions."""
    if case.unit is None or not issues_opinions(UnitKind(case.unit.kind)):
        raise DomainError(
            _(
                "A committee issues no handling opinion. Give the matter to a handler of the petition office or of an "
                "organ."
            )
        )
    return case.unit


def move_to(petition: Petition, state: State, *also: str) -> None:
    """Write the new state of a locked petition, and the fields ``also`` that were set with it."""
    petition.state = state
    petition.save(update_fields=["state", *also])
