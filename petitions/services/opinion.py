"""The opinions on a claim: accepted, drafted, signed by the leader of the unit, served; of a higher organ too."""

from dataclasses import asdict, dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from cases.enums import ClockKind, EventKind, Stage
from cases.models import Case
from cases.services.clocks import start_clock
from cases.services.events import record
from cases.services.results import report_result
from centers.rules import short_name
from core import clock
from core.errors import DomainError
from core.models import User
from core.numbering import take_numbers
from core.separation import require_another
from petitions.enums import Action, Instance, OpinionOutcome
from petitions.models import Opinion
from petitions.reports.standing import who_touched
from petitions.rules.instances import COURSES, TO_EXECUTE, instance_at
from petitions.rules.notices import handling_counts_from
from petitions.rules.numbers import SERIES, opinion_number
from petitions.services.notices import NewService, check_notices, owe_notice, write_service
from petitions.services.obtain import check_organ, move_to, obtain_petition, require_leader


@dataclass(frozen=True, slots=True)
class NewOpinion:
    """What the opinion says (art. 32): the claim, facts and reasons, the decision, its legal basis, and the remedy.

    ``execute_by`` is the last day for what it obliges to.
    """

    outcome: OpinionOutcome
    claim: str
    facts: str
    opinion: str
    basis: str
    review_organ: str
    heard_on: date | None
    execute_by: date | None = None


@transaction.atomic
def accept_petition(case_id: int, *, actor: User, now: datetime) -> Case:
    """Accept a claim that only the petition procedure decides, and start the sixty days (arts. 31(6) and 34).

    They count from today, or from the fifteenth day after receipt where that is earlier, of what was referred after the
    first referral: to quarrel about it lengthens nothing. The petitioner is owed the
    notice of acceptance. Raises DomainError for a unit that issues no opinions.
    """
    petition, case, state = obtain_petition(case_id, Action.ACCEPT, actor=actor)
    check_organ(case)
    today = clock.local_day(now)
    petition.accepted_on = today
    move_to(petition, state, "accepted_on")
    case.stage = Stage.HANDLING
    case.save(update_fields=["stage"])
    record(case, EventKind.PETITION_ACCEPTED, actor=actor, now=now)
    if not case.clocks.filter(kind=ClockKind.PET_HANDLE, round=case.round).exists():
        referred = case.referrals.filter(round=case.round).first()
        received_at = referred.referred_at if referred else case.received_at
        since = handling_counts_from(clock.local_day(received_at), today)
        started = start_clock(case, ClockKind.PET_HANDLE, now=now, started_on=since)
        due_on = started.due_on.isoformat()
        record(case, EventKind.CLOCK_STARTED, actor=actor, now=now, clock=started.kind, due_on=due_on)
    owe_notice(petition, Action.ACCEPT, now=now)
    return case


@transaction.atomic
def draft_opinion(case_id: int, *, new: NewOpinion, actor: User, now: datetime) -> Opinion:
    """Draft the opinion, whole, once the petitioner was heard (art. 31(6)), for the leader of the unit to sign.

    Whom nobody knows nobody can hear. Raises DomainError for a part that is empty, a claim that is supported without a
    day for it, a hearing before receipt or in the future, a unit that issues no opinions, and while the notice of
    acceptance is owed.
    """
    petition, case, state = obtain_petition(case_id, Action.DRAFT, actor=actor)
    unit = check_organ(case)
    check_opinion(new, case=case, instance=Instance.HANDLING, now=now)
    if new.heard_on is None and not petition.is_anonymous:
        raise DomainError(
            _("Hear the petitioner first (Regulations on Petition Work, art. 31(6)). Then draft the opinion.")
        )
    check_notices(case)
    move_to(petition, state)
    opinion = Opinion.objects.create(
        case=case, round=case.round, unit=unit, drafted_by=actor, drafted_at=now, **asdict(new)
    )
    record(case, EventKind.OPINION_DRAFTED, actor=actor, now=now)
    return opinion


@transaction.atomic
def sign_opinion(case_id: int, *, remark: str, actor: User, now: datetime) -> Opinion:
    """Sign the draft for the unit: it gets its number, and the petitioner is owed it.

    Raises DomainError for whoever does not lead the unit that decides, SeparationOfDuties for whoever drafted it, and
    of a review for whoever had a hand in what came before.
    """
    petition, case, state = obtain_petition(case_id, Action.SIGN, actor=actor)
    require_leader(case, actor=actor, now=now)
    opinion = _draft(case)
    instance = instance_at(state)
    refusal = _("Whoever drafted an opinion or handles the matter does not sign it.")
    require_another(actor, than={opinion.drafted_by_id, case.handler_id}, refusal=refusal)
    require_untouched(case, actor=actor, instance=instance)
    year = clock.local_day(now).year
    serial = take_numbers(f"{SERIES[instance]}:{case.holder.code}", year)[0]
    opinion.number = opinion_number(short_name(case.holder.name), year, serial, instance)
    opinion.signed_by, opinion.signed_at, opinion.remark = actor, now, remark
    opinion.save(update_fields=["number", "signed_by", "signed_at", "remark"])
    move_to(petition, state)
    record(case, EventKind.OPINION_SIGNED, actor=actor, now=now, number=opinion.number)
    owe_notice(petition, Action.SIGN, now=now, of=instance)
    return opinion


@transaction.atomic
def send_back_opinion(case_id: int, *, remark: str, actor: User, now: datetime) -> Opinion:
    """Send the draft back to whoever handles the matter, with the reason; the clock goes on."""
    petition, case, state = obtain_petition(case_id, Action.SEND_BACK, actor=actor)
    require_leader(case, actor=actor, now=now)
    opinion = _draft(case)
    opinion.sent_back_at, opinion.signed_by, opinion.remark = now, actor, remark
    opinion.save(update_fields=["sent_back_at", "signed_by", "remark"])
    move_to(petition, state)
    record(case, EventKind.OPINION_SENT_BACK, actor=actor, now=now)
    return opinion


@transaction.atomic
def serve_opinion(case_id: int, *, new: NewService, actor: User, now: datetime) -> Opinion:
    """Record that the opinion reached the petitioner, from when on a review can be asked for, and report it as result.

    What a review has revoked is handled anew, and nothing about it can be asked. Raises DomainError for a service
    without proof, and for a day before the signature or in the future.
    """
    petition, case, state = obtain_petition(case_id, Action.SERVE, actor=actor)
    course = COURSES[instance_at(state)]
    opinion: Opinion = case.opinions.issued().filter(round=case.round).latest("pk")
    notice = case.petition_notices.owed().select_for_update(of=("self",)).get(kind=course.notice)
    write_service(notice, new=new, actor=actor, now=now)
    move_to(petition, state)
    report_result(case, outcome=course.outcome, summary=opinion.opinion, actor=actor, now=now)
    if course.window is not None and opinion.outcome != OpinionOutcome.REVOKED:
        start_clock(case, course.window, now=now, started_on=new.served_on, subject=str(opinion.pk))
    return opinion


def check_opinion(new: NewOpinion, *, case: Case, instance: Instance, now: datetime) -> None:
    """Raise DomainError unless an opinion of an instance is whole, and its days can be."""
    parts = [new.claim, new.facts, new.opinion, new.basis]
    if instance is not Instance.REREVIEW and new.outcome is not OpinionOutcome.REVOKED:
        parts.append(new.review_organ)
    if not all(part.strip() for part in parts):
        raise DomainError(
            _(
                "An opinion names claim, facts, decision, legal basis, and whom to ask for a review (Regulations on "
                "Petition Work, arts. 32 and 35). Fill in all of them."
            )
        )
    if new.outcome not in COURSES[instance].outcomes:
        raise DomainError(_("“%(outcome)s” is nothing that this opinion can decide."), outcome=new.outcome.label)
    today = clock.local_day(now)
    if new.heard_on and not clock.local_day(case.received_at) <= new.heard_on <= today:
        raise DomainError(_("The petitioner was heard between the day of receipt and today (art. 31(6))."))
    if (new.outcome in TO_EXECUTE) != (new.execute_by is not None):
        raise DomainError(_("Name the day by which what is decided is done, where something is to be done (art. 32)."))
    if new.execute_by and new.execute_by < today:
        raise DomainError(_("The day by which the opinion is executed lies in the past. Check it."))


def require_untouched(case: Case, *, actor: User, instance: Instance) -> None:
    """Raise SeparationOfDuties for whoever had a hand in a matter before a review of it was asked for."""
    if instance is not Instance.HANDLING:
        refusal = _("Whoever had a hand in the matter before takes no part in its review (arts. 35 and 36).")
        require_another(actor, than=who_touched(case, before=instance), refusal=refusal)


def _draft(case: Case) -> Opinion:
    draft: Opinion = case.opinions.drafted().select_for_update(of=("self",)).get()
    return draft
