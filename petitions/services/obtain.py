from django.utils.translation import gettext_lazy as _

from cases.models import Case
from cases.services.obtain import obtain_case
from core.errors import IllegalTransition
from core.models import User
from petitions.enums import Action, ClaimRoute, Kind, State
from petitions.models import Petition
from petitions.rules.procedure import PERMISSIONS, is_open, next_state


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


def move_to(petition: Petition, state: State, *also: str) -> None:
    """Write the new state of a locked petition, and the fields ``also`` that were set with it."""
    petition.state = state
    petition.save(update_fields=["state", *also])
