"""Review and re-review: asked for by the petitioner, decided at the next center above by people who are new to it."""

from dataclasses import asdict, dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from cases.enums import EventKind, Stage, TransferReason
from cases.models import Case, Transfer
from cases.reports.recusals import next_center
from cases.services.assign import give_to_handler, sign_for
from cases.services.clocks import cancel_clocks, end_clocks, start_clock
from cases.services.events import record
from cases.services.results import report_result
from centers.models import Center, Unit
from core import clock
from core.errors import DomainError, IllegalTransition
from core.models import User
from core.separation import require_another
from petitions.enums import Action, Instance, OpinionOutcome, State
from petitions.models import Opinion, Petition, Review
from petitions.reports.standing import review_under_way, who_touched
from petitions.rules.instances import ASKED_FROM, COURSES, instance_at
from petitions.rules.procedure import next_state
from petitions.services.obtain import check_organ, move_to, obtain_petition
from petitions.services.opinion import NewOpinion, check_opinion, require_untouched

ANOTHER_ORGAN = _("Another organ decides about this review. Record its decision.")


@dataclass(frozen=True, slots=True)
class NewRequest:
    """What the petitioner asks the higher organ, on which day, and after the thirty days for which good reason."""

    asked_on: date
    request: str
    late_reason: str = ""


@dataclass(frozen=True, slots=True)
class OtherDecision:
    """What an organ outside the house decided, by which paper, and whom to ask next."""

    number: str
    outcome: OpinionOutcome
    decision: str
    served_on: date
    next_organ: str = ""


@transaction.atomic
def ask_review(case_id: int, *, new: NewRequest, actor: User, now: datetime) -> Review:
    """Take down that the petitioner asks for a review, or a re-review, and hand the matter up (arts. 35 and 36).

    It goes to the next center above that has a part in it; where there is none in the house, another organ decides.
    What was asked for before the served opinion was checked goes up with the check. The thirty days of the higher organ
    count from the day of the request. Raises DomainError for a request without content or without a day that can be,
    one after the window without good reason, one about what was revoked, and a second one.
    """
    petition, case, state = obtain_petition(case_id, Action.ASK_REVIEW, actor=actor)
    instance = ASKED_FROM[State(petition.state)]
    if not new.request.strip():
        raise DomainError(_("Take down what is asked for, and why (Regulations on Petition Work, art. 19)."))
    if case.reviews.pending().filter(instance=instance).exists():
        raise DomainError(_("That was asked for already. It goes up with the check of what was served."))
    _end_window(case, new, instance, now=now)
    center = _center_above(case, now=now)
    review = Review.objects.create(
        case=case,
        round=case.round,
        instance=instance,
        center=center,
        organ=_organ_named(case, instance) or (center.name if center else ""),
        from_center=case.holder,
        from_unit=case.unit,
        filed_by=actor,
        filed_at=now,
        **asdict(new),
    )
    asked_on = new.asked_on.isoformat()
    record(case, EventKind.REVIEW_ASKED, actor=actor, now=now, instance=instance.value, asked_on=asked_on)
    if case.stage == Stage.VERIFIED:
        begin_review(review, petition=petition, state=state, actor=actor, now=now)
    return review


def _end_window(case: Case, new: NewRequest, instance: Instance, *, now: datetime) -> None:
    """Check the day of a request against the petitioner's window, and end that."""
    (kind,) = {course.window for course in COURSES.values() if course.next is instance}
    window = case.clocks.filter(kind=kind, round=case.round).last()
    if window is None:
        raise DomainError(_("The opinion was revoked: it is handled anew, and another opinion will be served."))
    if not window.started_on <= new.asked_on <= clock.local_day(now):
        raise DomainError(_("A review is asked for between the day of the service and today."))
    if new.asked_on > window.due_on and not new.late_reason.strip():
        raise DomainError(
            _(
                "The thirty days were over on %(day)s (Regulations on Petition Work, arts. 35 and 36). Say for which "
                "good reason it was asked for later, or register what is new as a petition of its own."
            ),
            day=window.due_on.isoformat(),
        )
    end_clocks([window], ended_at=min(now, clock.duty_start_of(new.asked_on)), now=now)


def _center_above(case: Case, *, now: datetime) -> Center | None:
    return next_center(case, on=clock.local_day(now)) or case.holder.parent


def _organ_named(case: Case, instance: Instance) -> str:
    """Return whom the last decision named to be asked."""
    decided_elsewhere = case.reviews.exclude(served_on=None).last() if instance is Instance.REREVIEW else None
    if decided_elsewhere:
        return str(decided_elsewhere.next_organ)
    return str(case.opinions.issued().filter(round=case.round).latest("pk").review_organ)


def begin_review(review: Review, *, petition: Petition, state: State, actor: User, now: datetime) -> None:
    """Lay a matter, whose decision was checked, before the higher organ; see ``ask_review``."""
    case = petition.case
    move_to(petition, state)
    case.stage = Stage.HANDLING
    case.save(update_fields=["stage"])
    if review.center is None:
        return
    _lay_with(case, review.center, None, now=now)
    kind = COURSES[Instance(review.instance)].limit
    started = start_clock(case, kind, now=now, started_on=review.asked_on, subject=str(review.pk))
    record(case, EventKind.CLOCK_STARTED, actor=actor, now=now, clock=kind.value, due_on=started.due_on.isoformat())


def _lay_with(case: Case, center: Center, unit: Unit | None, *, now: datetime) -> None:
    """Move a case to a center, where it waits to be signed for and given to somebody."""
    case.transfers.waiting().update(superseded_at=now)
    moved = {"reason": TransferReason.REVIEW, "from_center": case.holder, "to_center": center}
    Transfer.objects.create(case=case, moved_at=now, **moved)
    case.holder, case.unit, case.handler = center, unit, None
    case.save(update_fields=["holder", "unit", "handler"])


@transaction.atomic
def name_reviewer(case_id: int, *, reviewer: User, actor: User, now: datetime) -> Case:
    """Sign for a review at the higher organ and give it to somebody who had no hand in the matter before.

    Raises SeparationOfDuties for whoever had, DomainError for somebody not in office there, for a unit that issues no
    opinions, and where another organ decides.
    """
    petition, case, _state = obtain_petition(case_id, Action.NAME_REVIEWER, actor=actor)
    _require_ours(case)
    refusal = _("%(person)s had a hand in the matter before. Name somebody else (arts. 35 and 36).")
    touched = who_touched(case, before=instance_at(State(petition.state)))
    require_another(reviewer, than=touched, refusal=refusal % {"person": reviewer.full_name})
    give_to_handler(case, handler=reviewer, now=now)
    check_organ(case)
    sign_for(case, actor=actor, now=now)
    record(case, EventKind.REVIEWER_NAMED, actor=actor, now=now, handler=reviewer.full_name, center=case.holder.name)
    return case


@transaction.atomic
def draft_review(case_id: int, *, new: NewOpinion, actor: User, now: datetime) -> Opinion:
    """Draft what the higher organ decides, whole, for the leader of its unit to sign (arts. 35 and 36).

    Raises SeparationOfDuties for whoever had a hand in the matter before, DomainError for a part that is empty, a
    decision that this instance does not take, and where another organ decides.
    """
    petition, case, state = obtain_petition(case_id, Action.DRAFT_REVIEW, actor=actor)
    review, instance = _require_ours(case), instance_at(State(petition.state))
    require_untouched(case, actor=actor, instance=instance)
    check_opinion(new, case=case, instance=instance, now=now)
    unit = check_organ(case)
    move_to(petition, state)
    who = {"unit": unit, "drafted_by": actor, "drafted_at": now}
    opinion = Opinion.objects.create(
        case=case, round=case.round, instance=instance, review=review, **who, **asdict(new)
    )
    record(case, EventKind.OPINION_DRAFTED, actor=actor, now=now)
    return opinion


@transaction.atomic
def record_review(case_id: int, *, new: OtherDecision, actor: User, now: datetime) -> Review:
    """Take down what an organ outside the house decided about a review, and report it to be checked.

    Raises DomainError where the review is decided here, for a part that is empty, and for a day before the request.
    """
    petition, case, state = obtain_petition(case_id, Action.RECORD_REVIEW, actor=actor)
    review, instance = _under_way(case), instance_at(State(petition.state))
    course = COURSES[instance]
    if review.center is not None:
        raise DomainError(_("This review is decided here. Draft the opinion."))
    needs_remedy = course.next is not None and new.outcome is not OpinionOutcome.REVOKED
    if not all(part.strip() for part in (new.number, new.decision, new.next_organ if needs_remedy else "-")):
        raise DomainError(_("Something is missing. Fill in all that this way asks for."))
    if new.outcome not in course.outcomes or not review.asked_on <= new.served_on <= clock.local_day(now):
        raise DomainError(_("The decision was served between the day of the request and today."))
    for name, value in asdict(new).items():
        setattr(review, name, value)
    review.save(update_fields=[*asdict(new)])
    move_to(petition, state)
    record(case, EventKind.REVIEW_RECORDED, actor=actor, now=now, instance=instance.value)
    report_result(case, outcome=course.outcome, summary=new.decision, actor=actor, now=now)
    if course.window is not None and needs_remedy:
        start_clock(case, course.window, now=now, started_on=new.served_on, subject=f"review{review.pk}")
    return review


@transaction.atomic
def withdraw_review(case_id: int, *, stated_on: date, statement: str, actor: User, now: datetime) -> Case:
    """Take down that the petitioner withdraws the request: what was decided before stands, and lies where it lay.

    Raises DomainError without a statement, and for a day that cannot be.
    """
    petition, case, state = obtain_petition(case_id, Action.WITHDRAW_REVIEW, actor=actor)
    review = _under_way(case)
    if not statement.strip():
        raise DomainError(_("Only the petitioner withdraws. Take down what was stated, and when."))
    if not review.asked_on <= stated_on <= clock.local_day(now):
        raise DomainError(_("The day lies between the day the matter was received and today."))
    case.opinions.drafted().update(sent_back_at=now)
    review.withdrawn_on, review.statement, review.ended_at = stated_on, statement, now
    review.save(update_fields=["withdrawn_on", "statement", "ended_at"])
    cancel_clocks(case.clocks.open().filter(kind=COURSES[Instance(review.instance)].limit), now=now)
    move_to(petition, state)
    case.stage = Stage.VERIFIED
    case.save(update_fields=["stage"])
    if review.center is not None:
        _lay_with(case, review.from_center, review.from_unit, now=now)
        case.transfers.waiting().update(signed_at=now, signed_by=actor)
    record(case, EventKind.REVIEW_WITHDRAWN, actor=actor, now=now, instance=review.instance)
    return case


def follow_decision(petition: Petition, *, actor: User, now: datetime) -> None:
    """Let follow what was checked: a review that was revoked is handled anew, one asked for meanwhile goes up."""
    case, state = petition.case, State(petition.state)
    decided = case.reviews.pending().filter(instance=_DECIDED.get(state, "")).first()
    if decided is not None:
        decided.ended_at = now
        decided.save(update_fields=["ended_at"])
        if _outcome_of(decided) == OpinionOutcome.REVOKED:
            _handle_anew(petition, decided, actor=actor, now=now)
            return
    asked = case.reviews.pending().first()
    if asked is not None:
        begin_review(asked, petition=petition, state=next_state(state, Action.ASK_REVIEW), actor=actor, now=now)


_DECIDED = {State.REREVIEW_WINDOW: Instance.REVIEW, State.FINAL: Instance.REREVIEW}


def _outcome_of(review: Review) -> str:
    signed = review.opinions.issued().last()
    return str(signed.outcome if signed else review.outcome)


def _handle_anew(petition: Petition, review: Review, *, actor: User, now: datetime) -> None:
    """Give a claim back to the unit whose opinion was revoked, with sixty days of its own since the service."""
    case = petition.case
    move_to(petition, next_state(State(petition.state), Action.HANDLE_ANEW))
    case.stage = Stage.HANDLING
    case.save(update_fields=["stage"])
    if review.center is not None:
        _lay_with(case, review.from_center, review.from_unit, now=now)
    kind = COURSES[Instance.HANDLING].limit
    told_on = (
        review.served_on or case.petition_notices.filter(kind=COURSES[Instance.REVIEW].notice).latest("pk").served_on
    )
    started = start_clock(case, kind, now=now, started_on=told_on, subject=f"anew{review.pk}")
    record(case, EventKind.OPINION_REVOKED, actor=actor, now=now)
    record(case, EventKind.CLOCK_STARTED, actor=actor, now=now, clock=kind.value, due_on=started.due_on.isoformat())


def _under_way(case: Case) -> Review:
    review = review_under_way(case)
    if review is None:
        raise IllegalTransition(_("No review is under way."))
    return review


def _require_ours(case: Case) -> Review:
    review = _under_way(case)
    if review.center is None:
        raise DomainError(ANOTHER_ORGAN)
    return review
