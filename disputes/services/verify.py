from datetime import datetime

from django.db import transaction

from cases.models import Case
from cases.services.results import confirm_result, return_result
from core.models import User
from disputes.enums import Action
from disputes.rules.procedure import STAGES
from disputes.services.obtain import obtain_dispute


@transaction.atomic
def confirm_dispute(case_id: int, *, remark: str, actor: User, now: datetime) -> Case:
    """Confirm the reported result and close the case. Raises SeparationOfDuties for whoever handled it."""
    dispute, case, state = obtain_dispute(case_id, Action.CONFIRM, actor=actor)
    dispute.state = state
    confirm_result(case, remark=remark, actor=actor, now=now)
    dispute.save(update_fields=["state"])
    return case


@transaction.atomic
def return_dispute(case_id: int, *, remark: str, actor: User, now: datetime) -> Case:
    """Send the reported result back to whoever goes on with the matter, with the reason."""
    dispute, case, state = obtain_dispute(case_id, Action.RETURN, actor=actor)
    dispute.state = state
    return_result(case, back_at=STAGES[state], remark=remark, actor=actor, now=now)
    dispute.save(update_fields=["state"])
    return case
