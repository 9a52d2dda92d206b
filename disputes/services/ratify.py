"""The confirmation of a written agreement by a court: the parties apply together, the court decides."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from cases.enums import Category, ClockKind, EventKind
from cases.services.clocks import end_clocks, start_clock
from cases.services.events import record
from core import clock
from core.errors import DomainError, IllegalTransition
from core.models import User
from disputes.enums import Action, AgreementForm, AgreementSubject, CourtGround, CourtResult
from disputes.models import Agreement, Confirmation
from disputes.reports.windows import agreement_in_force, window_end
from disputes.rules.afterwards import why_not_confirmed
from disputes.services.obtain import obtain_dispute


@dataclass(frozen=True, slots=True)
class NewApplication:
    """The parties' joint application: what the agreement settles, to which court and why that one, and the days."""

    subject: AgreementSubject
    court: str
    court_ground: CourtGround
    agreed_on: date
    applied_on: date


@dataclass(frozen=True, slots=True)
class CourtAnswer:
    """What the court decided on which day, with the number of its ruling."""

    result: CourtResult
    decided_on: date
    number: str = ""
    remark: str = ""


def open_window(agreement: Agreement, *, actor: User, now: datetime) -> None:
    """Let a clock watch the thirty days in which the parties can apply, where they have not passed."""
    if agreement.form != AgreementForm.WRITTEN or clock.local_day(now) > window_end(agreement):
        return
    case, kind, subject = agreement.case, ClockKind.MED_JUDCONF, str(agreement.pk)
    started = start_clock(case, kind, now=now, started_on=agreement.signed_on, subject=subject)
    due_on = started.due_on.isoformat()
    record(case, EventKind.CLOCK_STARTED, actor=actor, now=now, clock=kind.value, due_on=due_on)


@transaction.atomic
def apply_for_confirmation(case_id: int, *, new: NewApplication, actor: User, now: datetime) -> Confirmation:
    """Note that the parties applied together for the confirmation of their agreement.

    Within thirty days since it holds (People's Mediation Law, art. 33; Civil Procedure Law, art. 205). Raises
    DomainError for what no court confirms, with the article, for a day outside the thirty, and for a second
    application while one stands.
    """
    _dispute, case, _state = obtain_dispute(case_id, Action.APPLY_CONFIRMATION, actor=actor)
    agreement = agreement_in_force(case)
    if agreement is None:
        raise DomainError(_("There is no agreement that a court could confirm."))
    if why := why_not_confirmed(AgreementForm(agreement.form), Category(case.category), new.subject):
        raise DomainError(why)
    if agreement.confirmations.standing().exists():
        raise DomainError(_("The parties have applied already."))
    window_ends_on = window_end(agreement)
    _check_days(agreement, new, window_ends_on, today=clock.local_day(now))
    confirmation = Confirmation.objects.create(
        case=case,
        agreement=agreement,
        court=new.court,
        court_ground=new.court_ground,
        agreed_on=new.agreed_on,
        applied_on=new.applied_on,
        window_ends_on=window_ends_on,
        recorded_by=actor,
        recorded_at=now,
    )
    own = case.clocks.running().filter(kind=ClockKind.MED_JUDCONF, key__endswith=f":{agreement.pk}")
    end_clocks(own, ended_at=min(now, clock.duty_start_of(new.applied_on)), now=now)
    on = new.applied_on.isoformat()
    record(case, EventKind.CONFIRMATION_APPLIED, actor=actor, now=now, court=new.court, applied_on=on)
    return confirmation


def _check_days(agreement: Agreement, new: NewApplication, window_ends_on: date, *, today: date) -> None:
    if not agreement.signed_on <= new.agreed_on <= new.applied_on <= today:
        raise DomainError(
            _("First the parties agree to apply, then they apply, both between the day of the agreement and today.")
        )
    if new.applied_on > window_ends_on:
        raise DomainError(
            _(
                "The parties can apply within thirty days since the agreement holds (Civil Procedure Law, art. 205): "
                "until %(day)s. Tell them of the lawsuit instead."
            ),
            day=window_ends_on,
        )


@transaction.atomic
def record_court_result(case_id: int, *, new: CourtAnswer, actor: User, now: datetime) -> Confirmation:
    """Note what the court decided about the application that waits for it.

    Raises IllegalTransition where none waits, DomainError for a ruling without its number and for a day before the
    application or in the future.
    """
    _dispute, case, _state = obtain_dispute(case_id, Action.COURT_RESULT, actor=actor)
    confirmation: Confirmation | None = case.confirmations.waiting().select_for_update(of=("self",)).first()
    if confirmation is None:
        raise IllegalTransition(_("No application waits for the court. Record the parties' application first."))
    if not confirmation.applied_on <= new.decided_on <= clock.local_day(now):
        raise DomainError(_("The court decided between the application and today."))
    if new.result is CourtResult.CONFIRMED and not new.number:
        raise DomainError(_("Give the number of the ruling."))
    confirmation.result, confirmation.number = new.result, new.number
    confirmation.decided_on, confirmation.remark = new.decided_on, new.remark
    confirmation.result_recorded_by, confirmation.result_recorded_at = actor, now
    confirmation.save(
        update_fields=["result", "number", "decided_on", "remark", "result_recorded_by", "result_recorded_at"]
    )
    record(case, EventKind.CONFIRMATION_DECIDED, actor=actor, now=now, decided_on=new.decided_on.isoformat())
    return confirmation
