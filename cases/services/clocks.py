"""Starting and ending clocks; moving one is in ``move``. Nothing else can move or erase a date."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from django.db import connection
from django.db.models import Q

from cases.enums import ClockKind, ClockState, Step
from cases.models import Case, Clock, ClockRule, ClockStep
from cases.reports import LOOK_BACK, Matter, RuleBook, limit_of
from cases.rules.kinds import KINDS_THAT_DATE_A_CASE, NOTICE_KINDS
from cases.rules.plan import ClockPlan, plan_clock, verdict
from centers.models import Center, Unit
from centers.reports import Calendars
from core import clock
from core.bulk import write_objects, write_rows
from core.workdays import Limit, LimitUnit, Span

REFRESH: Final = """
    UPDATE cases_case AS matter
    SET holder_id = coalesce(moved.holder_id, matter.holder_id),
        climbed_at = coalesce(moved.climbed_at, matter.climbed_at),
        due_at = (
            SELECT min(due_at) FROM cases_clock
            WHERE case_id = matter.id AND state = 'running' AND kind = ANY(%(kinds)s)
        )
    FROM unnest(
        %(cases)s::bigint[], %(holders)s::bigint[], %(climbed)s::timestamptz[]
    ) AS moved (case_id, holder_id, climbed_at)
    WHERE matter.id = moved.case_id
"""


@dataclass(frozen=True, slots=True)
class ClockStart:
    """A clock to be started: on which case, for whom, since when. ``subject`` tells two of one kind apart.

    ``agreed_day`` is the last day where the parties named it; a rule gives the length of every other limit.
    """

    case: Case
    kind: ClockKind
    holder: Center
    unit: Unit | None
    started_at: datetime
    started_on: date
    subject: str = ""
    agreed_day: date | None = None

    @property
    def key(self) -> str:
        return ":".join(part for part in (str(self.case.round), self.kind.value, self.subject) if part)


def start_clock(
    case: Case, kind: ClockKind, *, now: datetime, started_on: date | None = None, subject: str = ""
) -> Clock:
    """Start one clock on ``case`` for its present holder, counting from today or from an earlier ``started_on``.

    Raises CalendarMissing when its last day lies beyond the loaded calendar, DomainError when no rule gives its length.
    """
    start = ClockStart(case, kind, case.holder, case.unit, now, started_on or clock.local_day(now), subject)
    calendars = Calendars.load(since=start.started_on - LOOK_BACK)
    (started,) = start_clocks([start], book=RuleBook.load(), calendars=calendars)
    refresh_due([case.pk])
    return started


def regrade_clock(running: Clock, *, now: datetime) -> Clock:
    """Give the running limit of a case the length that its grade and category ask for now, from the same first day.

    The clock is replaced, and the old one kept as cancelled, only where another rule holds and it is not late yet:
    what is late stays late.
    """
    if running.due_at <= now:
        return running
    kind = ClockKind(running.kind)
    rule = RuleBook.load().get(kind, of=Matter.held_by(running.holder, running.case), on=running.started_on)
    if rule.pk == running.rule_id:
        return running
    return replace_clock(running, kind=kind, started_on=running.started_on, now=now)


def replace_clock(running: Clock, *, kind: ClockKind, started_on: date, now: datetime) -> Clock:
    """Start a limit of ``kind`` in the place of a running one, which is kept as cancelled."""
    ClockStep.objects.waiting().filter(clock=running).update(cancelled_at=now)
    running.state, running.ended_at = ClockState.CANCELLED, now
    running.save(update_fields=["state", "ended_at"])
    return start_clock(running.case, kind, now=now, started_on=started_on, subject=f"regraded{running.pk}")


def start_clocks(starts: Sequence[ClockStart], *, book: RuleBook, calendars: Calendars) -> list[Clock]:
    """Write clocks and all their steps. The callers refresh the cases' due dates."""
    planned = _planned(starts, book, calendars)
    clocks = [_clock(start, rule, plan) for start, (rule, plan) in zip(starts, planned, strict=True)]
    write_objects(clocks)
    write_rows(
        ClockStep,
        ("clock_id", "step", "at"),
        [
            (row.pk, step.value, at)
            for row, (_rule, plan) in zip(clocks, planned, strict=True)
            for step, at in plan.steps
        ],
    )
    return clocks


def _planned(
    starts: Sequence[ClockStart], book: RuleBook, calendars: Calendars
) -> list[tuple[ClockRule | None, ClockPlan]]:
    """Return the rule and the plan of each start; a sweep starts many alike, and each kind of them is planned once."""
    known: dict[tuple[object, ...], ClockPlan] = {}
    planned = []
    for start in starts:
        matter = Matter.held_by(start.holder, start.case)
        rule, limit = _length(start, matter, book)
        calendar = calendars.of(matter.center_ids)
        alike = (start.kind, limit, id(calendar), start.started_at, start.started_on)
        if alike not in known:
            known[alike] = plan_clock(start.kind, Span(start.started_on, limit), calendar, started_at=start.started_at)
        planned.append((rule, known[alike]))
    return planned


def _length(start: ClockStart, matter: Matter, book: RuleBook) -> tuple[ClockRule | None, Limit]:
    """Return how long a limit is, and the rule behind it; an agreed day stands where it is, be it a rest day."""
    if start.agreed_day is not None:
        return None, Limit((start.agreed_day - start.started_on).days, LimitUnit.DAYS, roll_forward=False)
    rule = book.get(start.kind, of=matter, on=start.started_on)
    return rule, limit_of(rule)


def _clock(start: ClockStart, rule: ClockRule | None, plan: ClockPlan) -> Clock:
    limit = limit_of(rule) if rule else Limit((plan.due_on - plan.started_on).days, LimitUnit.DAYS, roll_forward=False)
    return Clock(
        case_id=start.case.pk,
        kind=start.kind.value,
        key=start.key,
        round=start.case.round,
        rule_id=rule.pk if rule else None,
        holder_id=start.holder.pk,
        unit_id=start.unit.pk if start.unit else None,
        started_on=plan.started_on,
        amount=limit.amount,
        unit_of_time=limit.unit,
        roll_forward=limit.roll_forward,
        due_on=plan.due_on,
        due_at=plan.due_at,
        original_due_at=plan.due_at,
        is_provisional=plan.is_provisional,
    )


def end_clocks(clocks: Iterable[Clock], *, ended_at: datetime, now: datetime) -> None:
    """End running clocks as of ``ended_at``: in time, or late by a number of days that stays as it is from here on.

    Steps that have not fired are cancelled, except the notice of a clock that was late already: who overran a limit
    must explain it even when somebody else has taken the matter over since.
    """
    over = [row for row in clocks if row.ended_at is None]
    for row in over:
        row.state, row.late_days = verdict(row.due_on, ended_on=clock.local_day(ended_at))
        row.ended_at = ended_at
    Clock.objects.bulk_update(over, ["state", "late_days", "ended_at"])
    late = [row.pk for row in over if row.state == ClockState.LAPSED]
    waiting = ClockStep.objects.waiting().filter(clock__in=[row.pk for row in over])
    waiting.exclude(clock__in=late, step=Step.YELLOW).update(cancelled_at=now)
    refresh_due({row.case_id for row in over})


def cancel_clocks(clocks: Iterable[Clock], *, now: datetime) -> None:
    """End limits that turned out not to run at all: nobody kept them, and nobody was late."""
    over = [row for row in clocks if row.ended_at is None]
    for row in over:
        row.state, row.ended_at = ClockState.CANCELLED, now
    Clock.objects.bulk_update(over, ["state", "ended_at"])
    ClockStep.objects.waiting().filter(clock__in=[row.pk for row in over]).update(cancelled_at=now)
    refresh_due({row.case_id for row in over})


def hold_steps(case: Case, *, now: datetime) -> None:
    """Let no step fire while a result waits to be checked: the delay is not the handler's."""
    clocks = case.clocks.running().exclude(kind__in=NOTICE_KINDS)
    ClockStep.objects.waiting().filter(clock__in=clocks).update(cancelled_at=now)


def release_steps(case: Case, *, held_at: datetime, now: datetime) -> None:
    """Let the steps held since ``held_at`` fire after all; those whose moment has passed do so at the next sweep.

    A climb that was held counts from ``now``: no center above answers for days on which it did not hold the matter.
    Limits whose pause ended meanwhile go on as of ``now`` as well, though their days count from the pause's end.
    """
    held = ClockStep.objects.filter(clock__in=case.clocks.running(), cancelled_at=held_at, fired_at=None)
    held.filter(step__in=[Step.CLIMB, Step.RESUME], at__lt=now).update(at=now)
    held.update(cancelled_at=None)


def cancel_steps(case: Case, *, now: datetime) -> None:
    """Let no clock of a closed case do anything any more."""
    ClockStep.objects.waiting().filter(clock__in=case.clocks.all()).update(cancelled_at=now)


def open_clocks(case: Case, condition: Q | None = None) -> list[Clock]:
    """Return the clocks of ``case`` that are not over."""
    return list(case.clocks.open().filter(condition or Q()))


def refresh_due(case_ids: Iterable[int]) -> None:
    """Write each case's nearest running limit onto the case, in one statement."""
    move_cases_up(dict.fromkeys(case_ids, (None, None)))


def move_cases_up(moves: Mapping[int, tuple[int | None, datetime | None]]) -> None:
    """Write who holds each case now, since when, and its nearest running limit onto the case, in one statement.

    A case that stays where it is has None for both.
    """
    if not moves:
        return
    holders, moments = zip(*moves.values(), strict=True)
    kinds = [kind.value for kind in KINDS_THAT_DATE_A_CASE]
    given = {"cases": [*moves], "holders": [*holders], "climbed": [*moments], "kinds": kinds}
    with connection.cursor() as cursor:
        cursor.execute(REFRESH, given)
