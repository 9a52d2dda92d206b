from datetime import datetime

from django.db import transaction

from cases.models import Case
from cases.services.results import confirm_and_keep_open, confirm_result, return_result
from core.models import User
from disputes.enums import Action, State
from disputes.models import Obligation
from disputes.reports.windows import agreement_in_force
from disputes.rules.procedure import STAGES, next_state
from disputes.services.follow_up import plan_follow_ups
from disputes.services.hand_offs import check_organs_told
from disputes.services.obtain import obtain_dispute
from disputes.services.ratify import open_window
from disputes.services.safety import check_duties
from disputes.services.undertake import start_agreed_days


@transaction.atomic
def confirm_dispute(case_id: int, *, remark: str, actor: User, now: datetime) -> Case:
    """Confirm the reported result and close the case. Raises SeparationOfDuties for whoever handled it.

    An agreement by which something is still to be done keeps the case open; the days agreed on for it run from here,
    and so does the window for its judicial confirmation. The follow-ups of an agreement are planned now; with one that
    was not kept they are dropped, for the parties have been told of the court. Raises DutyOwed while a duty of
    protection is owed, however the mediation ended, and ResultNotTold before the organ that entrusted a matter knows
    the result with which it closes.
    """
    dispute, case, state = obtain_dispute(case_id, Action.CONFIRM, actor=actor)
    check_duties(case)
    agreement = agreement_in_force(case) if State(dispute.state) is State.AGREED else None
    to_do = list(Obligation.objects.of_newest_agreement(case.pk).open().select_related("agreement"))
    if state is State.PERFORMING and to_do:
        confirm_and_keep_open(case, remark=remark, actor=actor, now=now)
        start_agreed_days(case, to_do, actor=actor, now=now)
        if agreement:
            open_window(agreement, actor=actor, now=now)
    else:
        if State(dispute.state) is State.BREACHED:
            case.follow_ups.drop()
        state = _closed(state)
        check_organs_told(case)
        confirm_result(case, remark=remark, actor=actor, now=now)
    if agreement:
        plan_follow_ups(agreement)
    dispute.state = state
    dispute.save(update_fields=["state"])
    return case


def _closed(state: State) -> State:
    """Return where a matter stands of which nothing is left to be done: one check closes it."""
    while state is not State.CLOSED:
        state = next_state(state, Action.FULFIL if state is State.PERFORMING else Action.CONFIRM)
    return state


@transaction.atomic
def return_dispute(case_id: int, *, remark: str, actor: User, now: datetime) -> Case:
    """Send the reported result back to whoever goes on with the matter, with the reason."""
    dispute, case, state = obtain_dispute(case_id, Action.RETURN, actor=actor)
    dispute.state = state
    return_result(case, back_at=STAGES[state], remark=remark, actor=actor, now=now)
    dispute.save(update_fields=["state"])
    return case
