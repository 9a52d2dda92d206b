"""What becomes of an agreement: performed in parts or at once, urged where it is late, kept or not kept."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.db.models import Sum
from django.utils.translation import gettext_lazy as _

from cases.enums import EventKind, Outcome
from cases.models import Case
from cases.services.clocks import end_clocks
from cases.services.events import record
from cases.services.results import report_result
from core import clock
from core.errors import DomainError
from core.models import User
from disputes.enums import Action
from disputes.models import Obligation, Performance
from disputes.querysets import ObligationQuerySet
from disputes.services.end import NewEnding, end_dispute
from disputes.services.obtain import obtain_dispute


@dataclass(frozen=True, slots=True)
class NewPerformance:
    """What was done of an obligation, on which day, and what proves it.

    ``amount`` (yuan) is given where the obligation has one; of any other ``is_last`` says whether it is done now.
    """

    performed_on: date
    proof: str
    amount: Decimal | None = None
    is_last: bool = False
    attachment_id: int | None = None


@transaction.atomic
def record_performance(
    case_id: int, *, obligation_id: int, new: NewPerformance, actor: User, now: datetime
) -> Performance:
    """Write down what was done of one obligation; with the last part, its day is over as of the day of performance.

    Raises Obligation.DoesNotExist for one that is done or no part of the agreement that holds, Attachment.DoesNotExist
    for a file of another matter, DomainError for more than is owed and for a day that cannot be.
    """
    _dispute, case, _state = obtain_dispute(case_id, Action.PERFORM, actor=actor)
    obligation = _open(case).select_related("agreement", "clock").get(pk=obligation_id)
    if not obligation.agreement.signed_on <= new.performed_on <= clock.local_day(now):
        raise DomainError(_("What was agreed on is performed between the day of the agreement and today."))
    performance = Performance.objects.create(
        case=case,
        obligation=obligation,
        amount=new.amount,
        is_last=_is_last(obligation, new),
        performed_on=new.performed_on,
        proof=new.proof,
        attachment=case.attachments.kept().get(pk=new.attachment_id) if new.attachment_id else None,
        recorded_by=actor,
        recorded_at=now,
    )
    if performance.is_last and obligation.clock:
        ended_at = min(now, clock.duty_start_of(new.performed_on))
        end_clocks([obligation.clock], ended_at=ended_at, now=now)
    on = new.performed_on.isoformat()
    record(case, EventKind.PERFORMANCE_RECORDED, actor=actor, now=now, performed_on=on, obligation=obligation.pk)
    return performance


def _open(case: Case) -> ObligationQuerySet:
    return Obligation.objects.of_newest_agreement(case.pk).open()


def _is_last(obligation: Obligation, new: NewPerformance) -> bool:
    """Return whether nothing is left to be done, given what was done before."""
    if obligation.amount is None:
        if new.amount is not None:
            raise DomainError(_("No amount is owed here. Say whether it is done with this."))
        return new.is_last
    if new.amount is None or new.amount <= 0:
        raise DomainError(_("Give the amount that was paid."))
    paid = obligation.performances.aggregate(paid=Sum("amount", default=Decimal(0)))["paid"]
    left = obligation.amount - paid
    if new.amount > left:
        raise DomainError(_("Only %(left)s yuan are still owed."), left=left)
    return new.amount == left


@transaction.atomic
def urge_performance(case_id: int, *, urged_on: date, actor: User, now: datetime) -> Case:
    """Note that whoever is late was urged (People's Mediation Law, art. 31).

    Raises DomainError while nothing is late, and for a day in the future or on which nothing was late yet.
    """
    _dispute, case, _state = obtain_dispute(case_id, Action.URGE, actor=actor)
    late = _open(case).order_by("due_on").first()
    today = clock.local_day(now)
    if late is None or late.due_on >= today:
        raise DomainError(_("Nothing is late. Urging begins on the day after the agreed one."))
    if not late.due_on < urged_on <= today:
        raise DomainError(_("Who is late was urged between the day after the agreed one and today."))
    on = urged_on.isoformat()
    record(case, EventKind.URGED, actor=actor, now=now, urged_on=on, agreement=late.agreement_id)
    return case


@transaction.atomic
def fulfil_dispute(case_id: int, *, summary: str, actor: User, now: datetime) -> Case:
    """Report that all is done that was agreed on, to be checked by another. Raises DomainError while it is not."""
    dispute, case, state = obtain_dispute(case_id, Action.FULFIL, actor=actor)
    if _open(case).exists():
        raise DomainError(_("Not everything is performed. Record each performance with its proof first."))
    dispute.state = state
    dispute.save(update_fields=["state"])
    record(case, EventKind.PERFORMED, actor=actor, now=now)
    report_result(case, outcome=Outcome.PERFORMED, summary=summary, actor=actor, now=now)
    return case


@transaction.atomic
def report_breach(case_id: int, *, new: NewEnding, actor: User, now: datetime) -> Case:
    """Report that an agreement is not kept although its debtor was urged, and what the parties were told of then.

    The court decides about an agreement that is not kept (People's Mediation Law, art. 32). Raises DomainError where
    nothing is late, or nobody was urged since it is.
    """
    case = end_dispute(case_id, action=Action.BREACH, new=new, actor=actor, now=now)
    late = _open(case).filter(due_on__lt=clock.local_day(now)).first()
    urged = case.events.filter(kind=EventKind.URGED, data__agreement=late.agreement_id if late else None)
    days = [date.fromisoformat(row.data["urged_on"]) for row in urged]
    if late is None or not any(late.due_on < day <= new.told_on for day in days):
        raise DomainError(_("Urge whoever is late first; then the parties are told of the court."))
    return case
