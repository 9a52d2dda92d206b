"""Until when the parties of an agreement can ask a court to confirm it."""

from datetime import date, timedelta
from typing import Final

from cases.enums import ClockKind
from cases.models import Case
from cases.reports import LOOK_BACK, Matter, RuleBook, limit_of
from cases.rules.plan import plan_clock
from centers.enums import Level
from centers.reports import Calendars
from core import clock
from core.workdays import Span
from disputes.enums import AgreementForm, CourtResult
from disputes.models import Agreement

RECORDED_WITHIN: Final = timedelta(days=30)  # of the window's last day: an application made in time is often told later


def agreement_in_force(case: Case) -> Agreement | None:
    """Return the agreement of the case that holds now, None before there is one; one that was returned binds nobody."""
    return case.agreements.order_by("pk").last()


def window_end(agreement: Agreement) -> date:
    """Return the last day on which the parties can apply together (Civil Procedure Law, art. 205).

    The day since which the agreement holds does not count; a last day that is a rest day gives way.
    """
    case, since = agreement.case, agreement.signed_on
    matter = Matter.held_by(case.holder, case)
    rule = RuleBook.load().get(ClockKind.MED_JUDCONF, of=matter, on=since)
    calendar = Calendars.load(since=since - LOOK_BACK).of(case.center_ids(Level(case.holder.level)))
    span = Span(since, limit_of(rule))
    return plan_clock(ClockKind.MED_JUDCONF, span, calendar, started_at=clock.start_of(since)).due_on


def is_confirmed(case: Case) -> bool:
    """Return whether a court has confirmed the agreement that holds."""
    agreement = agreement_in_force(case)
    return agreement is not None and agreement.confirmations.filter(result=CourtResult.CONFIRMED).exists()


def agreement_to_confirm(case: Case, *, today: date) -> Agreement | None:
    """Return the written agreement for which an application to a court can be recorded, None where there is none.

    The parties have to have applied within the window; the committee may learn of it afterwards.
    """
    agreement = agreement_in_force(case)
    if agreement is None or agreement.form != AgreementForm.WRITTEN:
        return None
    if agreement.confirmations.standing().exists() or today > window_end(agreement) + RECORDED_WITHIN:
        return None
    return agreement
