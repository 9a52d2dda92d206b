from cases.models import Case
from cases.services.obtain import obtain_case
from core.models import User
from disputes.enums import Action, State
from disputes.models import Dispute
from disputes.rules.procedure import PERMISSIONS, next_state


def obtain_dispute(case_id: int, action: Action, *, actor: User) -> tuple[Dispute, Case, State]:
    """Return the mediation and its case, both locked, and the state that ``action`` leads to.

    Of two simultaneous calls one waits here and then finds the other's state. Raises Case.DoesNotExist outside the
    actor's rights, IllegalTransition when the act is not open.
    """
    case = obtain_case(case_id, actor=actor, permission=PERMISSIONS[action])
    dispute = Dispute.objects.select_for_update().get(case=case)
    return dispute, case, next_state(State(dispute.state), action)
