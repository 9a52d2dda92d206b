"""The ways out without an agreement: each is reported with its reason, told to the parties, and checked by another."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from cases.enums import Category
from cases.models import Case
from cases.services.events import record
from cases.services.results import report_result
from core import clock
from core.errors import DomainError
from core.models import User
from disputes.enums import Action, EndReason, Route
from disputes.models import Ending
from disputes.reports.windows import is_confirmed
from disputes.rules.ends import ENDS, OF_PARTIES, routes_owed, routes_owed_for
from disputes.services.consent import Said, write_said
from disputes.services.obtain import obtain_dispute
from disputes.services.safety import check_duties


@dataclass(frozen=True, slots=True)
class NewEnding:
    """Why it ends, in the words of whoever reports it, and what the parties were told of on which day.

    Of a withdrawal, ``explanation`` is what the applicant stated and ``told_on`` the day of it.
    """

    reason: EndReason
    explanation: str
    routes: Sequence[Route]
    told_on: date


@transaction.atomic
def end_dispute(case_id: int, *, action: Action, new: NewEnding, actor: User, now: datetime) -> Case:
    """End a mediation, or keep it from beginning, by one of the ways out, and report it to be checked.

    The parties are told which routes stay open to them (People's Mediation Law, art. 26). Raises DomainError for a
    reason that is none of this way's, for a route that is owed and was not told, and for a day that cannot be; DutyOwed
    while a duty of protection is owed, unless a party ends it: nobody who wants to go is kept waiting for the office.
    """
    dispute, case, state = obtain_dispute(case_id, action, actor=actor)
    end = ENDS[action]
    if new.reason not in end.reasons:
        raise DomainError(_("“%(reason)s” is no reason for this."), reason=new.reason.label)
    _check_told(case, action, new, now=now)
    if new.reason not in OF_PARTIES:
        check_duties(case)
    dispute.state = state
    dispute.save(update_fields=["state"])
    record(case, end.event, actor=actor, now=now, reason=new.reason.value)
    result = report_result(case, outcome=end.outcome, summary=new.explanation, actor=actor, now=now)
    routes = [route.value for route in new.routes]
    told = {"reason": new.reason, "routes": routes, "told_on": new.told_on}
    Ending.objects.create(case=case, result=result, is_after_start=dispute.rights_told_on is not None, **told)
    return case


@transaction.atomic
def refuse_mediation(case_id: int, *, party_id: int, said: Said, new: NewEnding, actor: User, now: datetime) -> Case:
    """Take down the clear refusal of one party: mediation does not begin (People's Mediation Law, art. 17)."""
    case = end_dispute(case_id, action=Action.REFUSE, new=new, actor=actor, now=now)
    party = case.parties.get(pk=party_id)
    write_said(case, parties=[party], said=said, is_given=False, actor=actor, now=now)
    return case


def _check_told(case: Case, action: Action, new: NewEnding, *, now: datetime) -> None:
    confirmed = action is Action.BREACH and is_confirmed(case)
    owed = routes_owed(action, Category(case.category), is_confirmed=confirmed) + routes_owed_for(new.reason)
    missing = [route for route in owed if route not in new.routes]
    if missing:
        raise DomainError(
            _("The parties have to be told of this route as well: %(routes)s."),
            routes="、".join(str(route.label) for route in missing),
        )
    if not clock.local_day(case.received_at) <= new.told_on <= clock.local_day(now):
        raise DomainError(_("The parties were told between the day the matter was received and today."))
