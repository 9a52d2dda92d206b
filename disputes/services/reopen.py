from datetime import datetime

from django.db import transaction

from cases.models import Case
from cases.services.reopen import reopen_case
from core.models import User
from disputes.enums import Action
from disputes.services.obtain import obtain_dispute


@transaction.atomic
def reopen_dispute(case_id: int, *, handler: User, ground: str, actor: User, now: datetime) -> Case:
    """Take a closed dispute up again: it stands as after triage, and the parties are asked for their consent anew.

    What was still to be followed up of the round before is dropped.
    """
    dispute, case, state = obtain_dispute(case_id, Action.REOPEN, actor=actor)
    dispute.state = state
    dispute.accepted_on, dispute.rights_told_on = None, None
    dispute.save(update_fields=["state", "accepted_on", "rights_told_on"])
    case.follow_ups.drop()
    reopen_case(case, handler=handler, ground=ground, actor=actor, now=now)
    return case
