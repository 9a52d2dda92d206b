"""What an opinion obliges to: watched by its own day from the check on, and recorded by the unit that has to do it."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from cases.enums import ClockKind, EventKind
from cases.models import Case
from cases.reports import LOOK_BACK, RuleBook
from cases.services.clocks import ClockStart, cancel_clocks, end_clocks, refresh_due, start_clocks
from cases.services.events import record
from cases.services.obtain import obtain_case
from centers.reports import Calendars
from core import clock
from core.errors import DomainError
from core.models import User
from petitions.models import Opinion
from petitions.reports.standing import leads_unit, opinion_to_execute, unit_that_handled
from petitions.rules.procedure import SIGN_PERMISSION


@dataclass(frozen=True, slots=True)
class NewExecution:
    """When what an opinion obliges to was done, how, and what proves it."""

    executed_on: date
    execution: str


def watch_execution(case: Case, *, actor: User, now: datetime) -> None:
    """Let a clock watch the day by which the newest opinion of a locked case is executed, in place of an older one."""
    opinion = opinion_to_execute(case)
    watched = case.clocks.open().filter(kind=ClockKind.PET_EXECUTE)
    own = f":{opinion.pk}" if opinion else ""
    cancel_clocks([row for row in watched if not own or not row.key.endswith(own)], now=now)
    if opinion is None or opinion.execute_by is None or any(row.key.endswith(own) for row in watched):
        return
    unit = case.opinions.issued().of_handling().filter(round=case.round).latest("pk").unit
    started_on = clock.local_day(opinion.signed_at or now)
    start = ClockStart(
        case, ClockKind.PET_EXECUTE, unit.center, unit, min(now, clock.start_of(opinion.execute_by)), started_on,
        subject=str(opinion.pk), agreed_day=opinion.execute_by,
    )  # fmt: skip
    calendars = Calendars.load(since=started_on - LOOK_BACK)
    start_clocks([start], book=RuleBook.load(), calendars=calendars)
    refresh_due([case.pk])
    due_on = opinion.execute_by.isoformat()
    record(case, EventKind.CLOCK_STARTED, actor=actor, now=now, clock=ClockKind.PET_EXECUTE.value, due_on=due_on)


@transaction.atomic
def record_execution(case_id: int, *, new: NewExecution, actor: User, now: datetime) -> Opinion:
    """Record, as the leader of the unit that handled the claim, that the opinion was executed (art. 32).

    Raises DomainError where there is nothing to execute, for whoever does not lead that unit, without proof, and for a
    day before the signature or in the future.
    """
    case = obtain_case(case_id, actor=actor, permission=SIGN_PERMISSION)
    opinion = opinion_to_execute(case)
    if opinion is None or opinion.signed_at is None:
        raise DomainError(_("No opinion of this matter waits to be executed."))
    if not leads_unit(unit_that_handled(case), actor, on=clock.local_day(now)):
        raise DomainError(_("The leader of the unit that handled the claim records its execution."))
    if not new.execution.strip():
        raise DomainError(_("Say how it was executed, and what proves it."))
    if not clock.local_day(opinion.signed_at) <= new.executed_on <= clock.local_day(now):
        raise DomainError(_("An opinion is executed between the day it was signed and today."))
    opinion.executed_on, opinion.execution, opinion.executed_by = new.executed_on, new.execution, actor
    opinion.save(update_fields=["executed_on", "execution", "executed_by"])
    ended_at = min(now, clock.duty_start_of(new.executed_on))
    end_clocks(case.clocks.open().filter(kind=ClockKind.PET_EXECUTE), ended_at=ended_at, now=now)
    record(case, EventKind.OPINION_EXECUTED, actor=actor, now=now, executed_on=new.executed_on.isoformat())
    return opinion
