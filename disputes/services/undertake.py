"""What the parties undertake in an agreement, and the days by which they said it would be done."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from cases.enums import ClockKind, EventKind
from cases.models import Case
from cases.reports import LOOK_BACK, RuleBook
from cases.services.clocks import ClockStart, refresh_due, start_clocks
from cases.services.events import record
from centers.reports import Calendars
from core import clock
from core.errors import DomainError
from core.models import User
from disputes.models import Agreement, Obligation


@dataclass(frozen=True, slots=True)
class NewObligation:
    """What one party undertakes towards another, or towards nobody in particular; ``amount`` is in yuan."""

    debtor_id: int
    what: str
    due_on: date
    amount: Decimal | None = None
    creditor_id: int | None = None


def write_obligations(agreement: Agreement, new: Sequence[NewObligation]) -> list[Obligation]:
    """Write down what an agreement obliges whom to.

    Raises DomainError for somebody who is no party, for who owes something to themselves, for an amount that is none,
    and for a day before the agreement.
    """
    parties = set(agreement.case.parties.values_list("pk", flat=True))
    for number, one in enumerate(new, start=1):
        _check(one, number, parties, signed_on=agreement.signed_on)
    return Obligation.objects.bulk_create(
        Obligation(
            case=agreement.case,
            agreement=agreement,
            debtor_id=one.debtor_id,
            creditor_id=one.creditor_id,
            what=one.what,
            amount=one.amount,
            due_on=one.due_on,
        )
        for one in new
    )


def _check(new: NewObligation, number: int, parties: set[int], *, signed_on: date) -> None:
    if new.debtor_id not in parties or new.creditor_id not in {None, *parties}:
        raise DomainError(_("Obligation %(number)s: only parties of the matter owe something here."), number=number)
    if new.debtor_id == new.creditor_id:
        raise DomainError(_("Obligation %(number)s: nobody owes something to themselves."), number=number)
    if new.amount is not None and new.amount <= 0:
        raise DomainError(_("Obligation %(number)s: the amount is more than nothing."), number=number)
    if new.due_on < signed_on:
        raise DomainError(
            _("Obligation %(number)s: its day, %(due)s, lies before the agreement of %(signed)s."),
            number=number,
            due=new.due_on,
            signed=signed_on,
        )


def start_agreed_days(case: Case, obligations: Sequence[Obligation], *, actor: User, now: datetime) -> None:
    """Let one clock watch the day of each of these obligations of a locked case, counted from its agreement.

    A day that is over already lapses at the next sweep. Raises CalendarMissing for one beyond the loaded calendar.
    """
    starts = [
        ClockStart(
            case,
            ClockKind.MED_PERFORM,
            case.holder,
            case.unit,
            min(now, clock.start_of(one.due_on)),
            one.agreement.signed_on,
            subject=str(one.pk),
            agreed_day=one.due_on,
        )
        for one in obligations
    ]
    calendars = Calendars.load(since=min(start.started_on for start in starts) - LOOK_BACK)
    for one, row in zip(obligations, start_clocks(starts, book=RuleBook.load(), calendars=calendars), strict=True):
        one.clock = row
        due_on = row.due_on.isoformat()
        record(case, EventKind.CLOCK_STARTED, actor=actor, now=now, clock=row.kind, due_on=due_on)
    Obligation.objects.bulk_update(obligations, ["clock"])
    refresh_due([case.pk])
