"""The follow-ups of an agreement: planned with its check, done by somebody from outside, and judged if need be."""

from dataclasses import dataclass
from datetime import date, datetime

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from cases.enums import EventKind, Stage
from cases.models import Case
from cases.reports.recusals import supervisors_of
from cases.services.events import record
from cases.services.results import who_handled
from centers.models import Post
from core import clock
from core.channels import MessageKind
from core.errors import DomainError, SeparationOfDuties
from core.links import page_of
from core.models import User
from core.outbox import Message, queue_messages
from core.separation import require_another
from disputes.enums import Action, AttendanceRole, ContactWay, FollowUpState, FollowUpVerdict, Satisfaction
from disputes.models import Agreement, ContactAttempt, FollowUp
from disputes.rules.afterwards import follow_up_days, is_given_up
from disputes.services.obtain import obtain_dispute
from disputes.services.reopen import reopen_dispute


@dataclass(frozen=True, slots=True)
class NewAttempt:
    """Which party was sought out, when and how."""

    party_id: int
    way: ContactWay
    tried_at: datetime


@dataclass(frozen=True, slots=True)
class Findings:
    """What a party said who was reached; ``measures`` is what is to be done for the matter, never about a person."""

    result: Satisfaction
    performance: str
    reason: str = ""
    litigation: str = ""
    measures: str = ""


def plan_follow_ups(agreement: Agreement) -> list[FollowUp]:
    """Plan when the parties of an agreement that was checked are asked how it fares."""
    agreed_days = agreement.obligations.values_list("due_on", flat=True)
    return FollowUp.objects.bulk_create(
        FollowUp(case=agreement.case, agreement=agreement, occasion=occasion, due_on=due_on)
        for occasion, due_on in follow_up_days(agreement.signed_on, agreed_days)
    )


@transaction.atomic
def record_follow_up(
    case_id: int, *, follow_up_id: int, attempt: NewAttempt, findings: Findings | None, actor: User, now: datetime
) -> FollowUp:
    """Write down that a party was sought out for a follow-up that is due, and what they said if they were reached.

    ``findings`` is None for somebody who was not reached; tried on three days in vain, the follow-up is done as well.
    Whoever is dissatisfied is told to the supervisors. Raises SeparationOfDuties for who had a part in the matter or
    serves in its unit, FollowUp.DoesNotExist for one that is not due, DomainError for dissatisfaction without a reason.
    """
    _dispute, case, _state = obtain_dispute(case_id, Action.FOLLOW_UP, actor=actor)
    _require_outsider(case, actor, on=clock.local_day(now))
    due = case.follow_ups.due(on=clock.local_day(now))
    follow_up = due.select_for_update(of=("self",)).get(pk=follow_up_id)
    _write_attempt(follow_up, attempt, is_reached=findings is not None, actor=actor, now=now)
    tried_on = clock.local_day(attempt.tried_at)
    if findings is not None:
        _finish(follow_up, findings, attempt.party_id, done_on=tried_on, actor=actor, now=now)
        record(case, EventKind.FOLLOWED_UP, actor=actor, now=now, done_on=tried_on.isoformat())
        _tell_dissatisfaction(follow_up, case, now=now)
        return follow_up
    record(case, EventKind.FOLLOW_UP_TRIED, actor=actor, now=now, tried_on=tried_on.isoformat())
    tries = follow_up.attempts.filter(party=attempt.party_id, is_reached=False).values_list("tried_at", flat=True)
    if is_given_up(clock.local_day(at) for at in tries):
        nothing = Findings(Satisfaction.UNREACHABLE, "")
        _finish(follow_up, nothing, attempt.party_id, done_on=tried_on, actor=actor, now=now)
    return follow_up


def _require_outsider(case: Case, actor: User, *, on: date) -> None:
    mediators = case.attendances.filter(role=AttendanceRole.MEDIATOR).values_list("person", flat=True)
    refusal = gettext_lazy("Whoever handled the matter does not follow it up. Ask a colleague of another unit.")
    require_another(actor, than={case.handler_id, *who_handled(case), *mediators}, refusal=refusal)
    if case.unit_id and Post.objects.on_duty(on=on).filter(user=actor.pk, unit=case.unit_id).exists():
        raise SeparationOfDuties(refusal)


def _write_attempt(follow_up: FollowUp, new: NewAttempt, *, is_reached: bool, actor: User, now: datetime) -> None:
    party = follow_up.case.parties.get(pk=new.party_id)
    if not follow_up.due_on <= clock.local_day(new.tried_at) or new.tried_at > now:
        raise DomainError(
            gettext_lazy("The party is sought out between %(day)s and this moment."), day=follow_up.due_on
        )
    ContactAttempt.objects.create(
        case=follow_up.case,
        follow_up=follow_up,
        party=party,
        way=new.way,
        tried_at=new.tried_at,
        is_reached=is_reached,
        made_by=actor,
        recorded_at=now,
    )


def _finish(row: FollowUp, found: Findings, party_id: int, *, done_on: date, actor: User, now: datetime) -> None:
    if found.result is Satisfaction.DISSATISFIED and not found.reason:
        raise DomainError(gettext_lazy("Write down why the party is dissatisfied."))
    row.state, row.result, row.reason = FollowUpState.DONE, found.result, found.reason
    row.performance, row.litigation, row.measures = found.performance, found.litigation, found.measures
    row.party_id, row.done_on, row.done_by, row.recorded_at = party_id, done_on, actor, now
    fields = ["state", "result", "reason", "performance", "litigation", "measures"]
    row.save(update_fields=[*fields, "party", "done_on", "done_by", "recorded_at"])


def _tell_dissatisfaction(row: FollowUp, case: Case, *, now: datetime) -> None:
    if row.result != Satisfaction.DISSATISFIED:
        return
    with override(settings.LANGUAGE_CODE):
        subject = _("%(number)s: a party is dissatisfied, please decide") % {"number": case.number}
        body = _("Take the matter up again, or explain it to the party. The reason stands on the page of the case.")
        reason = _("You supervise the center that holds the matter.")
        key, link = f"{MessageKind.FOLLOW_UP}:{row.pk}", page_of("admin:cases_case_change", case.pk)
        people = sorted(supervisors_of(case, on=clock.local_day(now)))
        told = [Message(key, person, subject, body, reason, link, False, case.pk) for person in people]  # noqa: FBT003 - not urgent
    queue_messages(told, now=now)


@transaction.atomic
def judge_follow_up(
    case_id: int,
    *,
    follow_up_id: int,
    verdict: FollowUpVerdict,
    ground: str,
    handler: User | None,
    actor: User,
    now: datetime,
) -> FollowUp:
    """Decide what is done about a party who is dissatisfied: take the closed matter up again, or explain it to them.

    Raises SeparationOfDuties for who had a part in the matter, FollowUp.DoesNotExist for one that waits for no
    decision, DomainError for a new round of a matter that is open, or without the handler who takes it.
    """
    _dispute, case, _state = obtain_dispute(case_id, Action.JUDGE_FOLLOW_UP, actor=actor)
    refusal = gettext_lazy("Whoever handled the matter does not decide about it. Ask a colleague.")
    require_another(actor, than={case.handler_id, *who_handled(case)}, refusal=refusal)
    row = case.follow_ups.to_judge().select_for_update(of=("self",)).get(pk=follow_up_id)
    row.verdict, row.verdict_ground, row.judged_by, row.judged_at = verdict, ground, actor, now
    row.save(update_fields=["verdict", "verdict_ground", "judged_by", "judged_at"])
    record(case, EventKind.FOLLOW_UP_JUDGED, actor=actor, now=now)
    if verdict is FollowUpVerdict.REOPEN:
        _reopen(case, handler=handler, ground=ground, actor=actor, now=now)
    return row


def _reopen(case: Case, *, handler: User | None, ground: str, actor: User, now: datetime) -> None:
    if case.stage != Stage.CLOSED:
        raise DomainError(
            gettext_lazy("The matter is still open: urge its performance, and explain that to the party.")
        )
    if handler is None:
        raise DomainError(gettext_lazy("Choose the mediator who takes the matter."))
    reopen_dispute(case.pk, handler=handler, ground=ground, actor=actor, now=now)
