"""Claims that a unit handles by a procedure of its own: entered with its last day, ended with its result."""

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from cases.enums import EventKind, Outcome, Stage
from cases.models import Case
from cases.services.events import record
from cases.services.results import report_result
from core import clock
from core.errors import DomainError
from core.models import User
from petitions.enums import Action, StatutoryRoute
from petitions.models import StatutoryProcedure
from petitions.rules.routes import ways_of
from petitions.services.notices import check_notices, owe_notice
from petitions.services.obtain import move_to, obtain_petition, route_of


@transaction.atomic
def enter_procedure(
    case_id: int, *, route: StatutoryRoute, basis: str, due_on: date, actor: User, now: datetime
) -> StatutoryProcedure:
    """Lead a claim into the procedure in which the unit itself is competent, and note by when that ends (art. 31).

    No opinion and no review of petitions follows: the remedy is that of the procedure. Raises DomainError for a route
    that is not open to the claim, and for a last day in the past.
    """
    petition, case, state = obtain_petition(case_id, Action.ENTER_PROCEDURE, actor=actor)
    claim = route_of(petition)
    if claim is None or route not in ways_of(claim):
        raise DomainError(_("“%(route)s” is not open to such a claim. Choose another route."), route=route.label)
    if due_on < clock.local_day(now):
        raise DomainError(_("The last day of the procedure lies in the past. Check it."))
    move_to(petition, state)
    case.stage = Stage.HANDLING
    case.save(update_fields=["stage"])
    entered = StatutoryProcedure.objects.create(
        case=case, round=case.round, route=route, basis=basis, due_on=due_on, entered_by=actor, entered_at=now
    )
    on = due_on.isoformat()
    record(case, EventKind.PROCEDURE_ENTERED, actor=actor, now=now, statutory_route=route.value, due_on=on)
    owe_notice(petition, Action.ENTER_PROCEDURE, now=now)
    return entered


@transaction.atomic
def end_procedure(case_id: int, *, result: str, ended_on: date, actor: User, now: datetime) -> Case:
    """Record how the statutory procedure ended, to be checked by another."""
    petition, case, state = obtain_petition(case_id, Action.END_PROCEDURE, actor=actor)
    entered = case.statutory_procedures.select_for_update(of=("self",)).get(ended_on=None)
    if not clock.local_day(entered.entered_at) <= ended_on <= clock.local_day(now):
        raise DomainError(_("The procedure ended between the day it was entered and today."))
    check_notices(case)
    entered.ended_on = ended_on
    entered.save(update_fields=["ended_on"])
    move_to(petition, state)
    record(case, EventKind.PROCEDURE_ENDED, actor=actor, now=now, ended_on=ended_on.isoformat())
    report_result(case, outcome=Outcome.IN_PROCEDURE, summary=result, actor=actor, now=now)
    return case
