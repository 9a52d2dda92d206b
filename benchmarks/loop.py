"""The sweep's work on late matters of a village, case by case through the ORM: what the sweep is measured against."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Min
from django.urls import reverse
from django.utils.translation import gettext as _

from cases.enums import ClockKind, EventKind, Step, TransferReason
from cases.models import Case, Clock, ClockRule, ClockStep, Event, Transfer
from cases.reports import Matter, RuleBook, limit_of
from cases.rules.kinds import KINDS_THAT_MAKE_A_CASE_LATE, LEVEL_CLOCKS
from cases.rules.matters import levels_to_climb
from cases.rules.plan import plan_clock
from centers.enums import Level, Role
from centers.models import Center, Post, Unit
from centers.reports import work_calendar
from centers.rules import short_name
from core import clock
from core.jobs import system_account
from core.models import OutboxMessage, User
from core.numbering import take_numbers
from core.workdays import Span, WorkCalendar
from supervision.enums import NoticeLevel, Trigger
from supervision.models import SupervisionNotice
from supervision.rules import notice_number

WHO_ASSIGNS = (Role.TRIAGE_OFFICER, Role.SUPERVISOR, Role.CENTER_DIRECTOR)


@dataclass(frozen=True, slots=True)
class Loop:
    """What the loop reads once, in its own favour; everything else it reads and writes case by case."""

    now: datetime
    actor: User
    book: RuleBook
    calendar: WorkCalendar


def prepared(*, now: datetime) -> Loop:
    """Return a loop that does what is due at ``now``."""
    calendar = work_calendar(since=clock.local_day(now - timedelta(days=400)))
    return Loop(now, system_account(), RuleBook.load(), calendar)


@transaction.atomic
def handle(todo: Loop, case_id: int) -> None:
    """Do the sweep's work on one case."""
    case = Case.objects.select_for_update(of=("self",)).select_related("holder").get(pk=case_id)
    due = ClockStep.objects.due(at=todo.now).filter(clock__case=case)
    steps = list(due.select_related("clock__holder", "clock__unit").select_for_update(of=("self", "clock")))
    for step in steps:
        {Step.CLIMB: _climb, Step.YELLOW: _issue}[Step(step.step)](todo, case, step)
        step.fired_at = todo.now
        step.save(update_fields=["fired_at"])


def _climb(todo: Loop, case: Case, step: ClockStep) -> None:
    """Move the case up, and tell those who receive it and those who had it."""
    late, origin = step.clock, case.holder
    above = (getattr(case, level.value) for level in levels_to_climb(Level(origin.level)))
    target = next(center for center in above if center and _on_duty(todo, center, *WHO_ASSIGNS).exists())
    case.transfers.waiting().update(superseded_at=todo.now)
    Transfer.objects.create(
        case=case,
        reason=TransferReason.ESCALATION,
        from_center=origin,
        to_center=target,
        clock=late,
        moved_at=step.at,
    )
    _record(todo, case, step, EventKind.ESCALATED, origin=origin.name, target=target.name, clock=late.kind)
    case.holder = target
    kind = LEVEL_CLOCKS[Level(target.level)]
    started = _start(todo, case, kind, target, None, late.due_at, late.due_on)
    _record(todo, case, step, EventKind.CLOCK_STARTED, clock=kind.value, due_on=started.due_on.isoformat())
    case.due_at = case.clocks.running().filter(kind__in=KINDS_THAT_MAKE_A_CASE_LATE).aggregate(at=Min("due_at"))["at"]
    case.climbed_at = step.at
    case.save(update_fields=["holder", "due_at", "climbed_at"])
    people = {case.handler_id, *_on_duty(todo, target, *WHO_ASSIGNS).values_list("user_id", flat=True)}
    names = {"number": case.number, "origin": origin.name, "target": target.name}
    _send(
        todo,
        step,
        people | _leaders(todo, late),
        subject=_("%(number)s: escalated from %(origin)s to %(target)s") % names,
        body=_("The limit of %(origin)s for case %(number)s has passed; %(target)s now holds it.") % names,
        reason=_("Your center receives the matter, or you handled it before."),
    )


def _issue(todo: Loop, case: Case, step: ClockStep) -> None:
    late, today = step.clock, clock.local_day(todo.now)
    taken = take_numbers(f"notice:{case.holder.code}", today.year)[0]
    number = notice_number(short_name(case.holder.name), today.year, taken)
    answer = _start(todo, case, ClockKind.NOTICE_REPLY, late.holder, late.unit, todo.now, today, subject=f":{step.pk}")
    warnings = late.steps.filter(step__in=[Step.REMIND, Step.PREWARN]).exclude(fired_at=None).order_by("at", "pk")
    notice = SupervisionNotice.objects.create(
        number=number,
        level=NoticeLevel.YELLOW,
        trigger=Trigger.S02,
        case=case,
        clock=late,
        step=step,
        issuer=case.holder,
        center=late.holder,
        unit=late.unit,
        handler_id=case.handler_id,
        facts={
            "received_on": clock.local_day(case.received_at).isoformat(),
            "limit": late.kind,
            "due_on": late.due_on.isoformat(),
            "late_days": (today - late.due_on).days,
            "earlier": [f"{warning.step} {clock.local_day(warning.at).isoformat()}" for warning in warnings],
        },
        issued_at=todo.now,
        reply_due_on=answer.due_on,
    )
    center = late.holder.name
    _record(todo, case, step, EventKind.NOTICE_ISSUED, number=number, level=NoticeLevel.YELLOW, center=center)
    _tell(todo, case, step, notice)


def _tell(todo: Loop, case: Case, step: ClockStep, notice: SupervisionNotice) -> None:
    late = step.clock
    people = {case.handler_id} | _leaders(todo, late)
    for center in (late.holder, late.holder.parent):
        people.update(_on_duty(todo, center, Role.SUPERVISOR).values_list("user_id", flat=True))
    names = {
        "notice": notice.number,
        "number": case.number,
        "center": late.holder.name,
        "due": notice.reply_due_on.isoformat(),
    }
    _send(
        todo,
        step,
        people,
        subject=_("%(notice)s: yellow notice on case %(number)s") % names,
        body=_("%(center)s overran its limit for case %(number)s. An answer is due on %(due)s.") % names,
        reason=_("Your unit must answer the notice, or you supervise the center concerned."),
    )


def _leaders(todo: Loop, late: Clock) -> set[int]:
    leaders = _on_duty(todo, late.holder, Role.UNIT_LEADER).filter(unit=late.unit)
    return set(leaders.values_list("user_id", flat=True))


def _send(todo: Loop, step: ClockStep, people: set[int], *, subject: str, body: str, reason: str) -> None:
    for person in sorted(people):
        OutboxMessage.objects.create(
            key=f"step:{step.pk}:{step.step}:{person}",
            recipient_id=person,
            subject=subject,
            body=body,
            reason=reason,
            link=reverse("admin:cases_case_change", args=[step.clock.case_id]),
            queued_at=todo.now,
        )


def _start(
    todo: Loop,
    case: Case,
    kind: ClockKind,
    holder: Center,
    unit: Unit | None,
    started_at: datetime,
    started_on: date,
    *,
    subject: str = "",
) -> Clock:
    rule: ClockRule = todo.book.get(kind, of=Matter.held_by(holder, case), on=started_on)
    plan = plan_clock(kind, Span(started_on, limit_of(rule)), todo.calendar, started_at=started_at)
    started = Clock.objects.create(
        case=case,
        kind=kind,
        key=f"{case.round}:{kind.value}{subject}",
        round=case.round,
        rule=rule,
        holder=holder,
        unit=unit,
        started_on=plan.started_on,
        amount=rule.amount,
        unit_of_time=rule.unit_of_time,
        roll_forward=rule.roll_forward,
        due_on=plan.due_on,
        due_at=plan.due_at,
        original_due_at=plan.due_at,
        is_provisional=plan.is_provisional,
    )
    for step, at in plan.steps:
        ClockStep.objects.create(clock=started, step=step, at=at)
    return started


def _on_duty(todo: Loop, center: Center, *roles: Role):
    return Post.objects.on_duty(on=clock.local_day(todo.now)).filter(center=center, role__in=roles)


def _record(todo: Loop, case: Case, step: ClockStep, kind: EventKind, **data: object) -> None:
    Event.objects.create(case=case, kind=kind, at=step.at, recorded_at=todo.now, actor=todo.actor, data=data)
