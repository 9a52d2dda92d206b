"""The sweep on a morning after many limits have passed, against a loop that does the same case by case."""

import os
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from statistics import median

import psycopg
from django.db import connection, transaction
from django.db.models import Min
from django.urls import reverse
from django.utils.translation import gettext as _

from benchmarks.common import Figures, timed
from cases.enums import Category, ClockKind, EventKind, Grade, Step, TransferReason
from cases.models import Case, Clock, ClockRule, ClockStep, Event, Transfer
from cases.reports import Matter, RuleBook, limit_of
from cases.rules.kinds import KINDS_THAT_MAKE_A_CASE_LATE, LEVEL_CLOCKS
from cases.rules.matters import levels_to_climb
from cases.rules.plan import plan_clock
from cases.services.load_rules import load_default_rules
from centers.enums import Level, Role
from centers.models import Center, Post, Unit
from centers.reports import work_calendar
from centers.rules import permissions_of, short_name
from centers.services.load_calendar import load_calendar
from core import clock
from core.jobs import system_account
from core.models import OutboxMessage, User
from core.numbering import take_numbers
from core.workdays import Span, WorkCalendar
from supervision.enums import NoticeLevel, Trigger
from supervision.models import SupervisionNotice
from supervision.rules import notice_number
from supervision.services.sweep import sweep

CASES = 20_000
SAMPLE = 300
IDLE_ROUNDS = 21
TRIAGED_ON = date(2026, 11, 18)  # a Wednesday; the village's three working days end on Monday
MORNING_AFTER = datetime(2026, 11, 24, 9, 0, tzinfo=clock.SHANGHAI)  # half an hour after the yellow notices are due
WHO_ASSIGNS = (Role.TRIAGE_OFFICER, Role.SUPERVISOR, Role.CENTER_DIRECTOR)

# What was done: the effect's name and how often one case had it, and the number of such cases.
Effects = Counter[tuple[str, int]]


def run() -> Figures:
    return measure(CASES, sample=SAMPLE)


def measure(cases: int, *, sample: int) -> Figures:
    """Let the loop have a ``sample`` from all over the table and the sweep the other ``cases``, and compare."""
    build_city(years=range(2026, 2028))
    add_cases(1, cases + sample, started_on=[TRIAGED_ON], fired_before=clock.end_of(date(2026, 11, 23)))
    everything = list(Case.objects.order_by("pk").values_list("pk", flat=True))
    for_the_loop = everything[:: len(everything) // sample][:sample]
    for_the_sweep = sorted(set(everything) - set(for_the_loop))
    with timed() as loop_watch:
        loop(for_the_loop, now=MORNING_AFTER)
    with timed() as watch:
        sweep(now=MORNING_AFTER)
    lost, double = compared(effects_on(for_the_loop), effects_on(for_the_sweep), cases=cases)
    return {
        "n": cases,
        "seconds": watch.seconds,
        "rows_per_s": cases / watch.seconds,
        "ratio_vs_loop": (cases / watch.seconds) / (sample / loop_watch.seconds),
        "idle_ms": median(_idle_seconds() for _round in range(IDLE_ROUNDS)) * 1000,
        "lost": lost,
        "double": double,
    }


def _idle_seconds() -> float:
    with timed() as watch:
        fired = sweep(now=MORNING_AFTER)
    if fired:
        raise SystemExit("the sweep had left something behind")
    return watch.seconds


def effects_on(case_ids: Sequence[int]) -> Effects:
    """Return what the tables hold of all that was done to these cases."""
    with connection.cursor() as cursor:
        cursor.execute(_sql("effects"), {"case_ids": case_ids})
        return Counter({(name, times): cases for name, times, cases in cursor.fetchall()})


def compared(by_loop: Effects, by_sweep: Effects, *, cases: int) -> tuple[int, int]:
    """Return how many effects the ``cases`` swept lack, and how many they have too many, beside those of the loop."""
    expected = dict(by_loop.keys())
    if len(expected) != len(by_loop) or len(set(by_loop.values())) != 1:
        raise SystemExit(f"the loop did not do the same to every case: {by_loop}")
    lost = double = 0
    swept: dict[str, int] = defaultdict(int)
    for (name, times), count in by_sweep.items():
        swept[name] += count
        lost += max(0, expected.get(name, 0) - times) * count
        double += max(0, times - expected.get(name, 0)) * count
    lost += sum((cases - swept[name]) * times for name, times in expected.items())
    return lost, double


def build_city(*, years: Iterable[int]) -> None:
    """Fill an empty database with a city: calendar, limits, 667 centers, 1,933 people in office and their rights."""
    load_calendar(years)
    load_default_rules()
    given = [(role.value, permission) for role in Role for permission in sorted(permissions_of(role))]
    with connection.cursor() as cursor:
        cursor.execute(
            _sql("city"), {"roles": [role for role, _name in given], "permissions": [name for _role, name in given]}
        )


def add_cases(
    first: int, last: int, *, started_on: Sequence[date], fired_before: datetime, open_every: int = 1
) -> None:
    """Add the cases number ``first`` to ``last``, one in ``open_every`` of them open.

    The limits of the open ones started on the days ``started_on``, in turn; their steps before ``fired_before`` have
    fired.
    """
    calendar = work_calendar()
    matter = Matter(Grade.GENERAL, Category.NEIGHBOUR, Level.VILLAGE)
    rule = RuleBook.load().get(ClockKind.LVL_VILLAGE, of=matter, on=started_on[0])
    nine = time(9, tzinfo=clock.SHANGHAI)
    plans = [
        plan_clock(ClockKind.LVL_VILLAGE, Span(day, limit_of(rule)), calendar, started_at=datetime.combine(day, nine))
        for day in started_on
    ]
    steps = [(number, step.value, at) for number, plan in enumerate(plans, 1) for step, at in plan.steps]
    values = {
        "first": first,
        "last": last,
        "open_every": open_every,
        "rule": rule.pk,
        "started_on": list(started_on),
        "due_on": [plan.due_on for plan in plans],
        "due_at": [plan.due_at for plan in plans],
        "fired_before": fired_before,
        "step_plan": [number for number, _step, _at in steps],
        "step": [step for _number, step, _at in steps],
        "step_at": [at for _number, _step, at in steps],
    }
    with connection.cursor() as cursor:
        cursor.execute(_sql("cases"), values)


def vacuum() -> None:
    """Do at once what the server does by itself a minute after a bulk load."""
    owner = os.environ.get("DATABASE_OWNER_URL", os.environ["DATABASE_URL"])
    with psycopg.connect(owner, autocommit=True) as session:
        session.execute("VACUUM (ANALYZE)")


def _sql(name: str) -> str:
    return Path(__file__).with_name(f"{name}.sql").read_text()


@dataclass(frozen=True, slots=True)
class Loop:
    """What the loop reads once, in its own favour; everything else it reads and writes case by case."""

    now: datetime
    actor: User
    book: RuleBook
    calendar: WorkCalendar


def loop(case_ids: Iterable[int], *, now: datetime) -> None:
    """Do the sweep's work on these cases one after another, each in a transaction of its own, through the ORM."""
    todo = Loop(now, system_account(), RuleBook.load(), work_calendar(since=clock.local_day(now - timedelta(days=400))))
    for pk in case_ids:
        with transaction.atomic():
            _handle(todo, pk)


def _handle(todo: Loop, case_id: int) -> None:
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
    case.save(update_fields=["holder", "due_at"])
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
            key=f"step:{step.pk}:{person}",
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
