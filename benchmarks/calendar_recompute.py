"""A day of the calendar that changes while many limits run, against a loop through the ORM, limit by limit."""

from collections.abc import Callable
from datetime import date, datetime

from django.db import transaction
from django.db.models import Min
from django.urls import reverse
from django.utils.translation import gettext as _

from benchmarks.city import add_cases, build_city, vacuum
from benchmarks.common import Figures, timed
from cases.enums import ClockKind, EventKind
from cases.models import Case, Clock, Event
from cases.rules.kinds import KINDS_THAT_MAKE_A_CASE_LATE
from cases.services.move import plan_again
from cases.services.recompute import apply_calendar_changes
from centers.enums import CalendarSource
from centers.reports import work_calendar
from centers.reports.calendar import plan_day
from centers.rules.calendar import DayValue
from centers.services.change_days import change_days
from core import clock
from core.jobs import system_account
from core.models import OutboxMessage, User
from core.workdays import WorkCalendar

CLOCKS = 20_000
SAMPLE = 300
# The village's three working days: of these starts the later half ends on the changed day or after it.
STARTED_ON = [date(2026, 10, day) for day in (20, 21, 22, 23, 26, 27)]
CHANGED, GROUND = date(2026, 10, 28), "停电放假一天（示例）"
NOW = datetime(2026, 10, 27, 9, 0, tzinfo=clock.SHANGHAI)


def run() -> Figures:
    return measure(CLOCKS, sample=SAMPLE, settle=vacuum)


def measure(clocks: int, *, sample: int, settle: Callable[[], None] = lambda: None) -> Figures:
    """Let the job move what the change touches among ``clocks``, after the loop has moved a ``sample`` in vain."""
    build_city(years=range(2026, 2028))
    add_cases(1, clocks, started_on=STARTED_ON, has_warned=True)
    settle()
    change = plan_day(CHANGED, center=None, becomes=DayValue(False, "示例", CalendarSource.STAFF))  # noqa: FBT003 - a day's own value
    change_days([change], ground=GROUND, actor=system_account(), now=NOW)
    looped = _loop_seconds(sample)
    with timed() as watch:
        touched = sum(apply_calendar_changes(now=NOW))
    told = Event.objects.filter(kind=EventKind.CLOCK_MOVED).count(), OutboxMessage.objects.count()
    if told != (touched, touched):
        raise SystemExit(f"{touched} limits moved, but the timelines and the outbox say {told}")
    return {
        "clocks": clocks,
        "touched": touched,
        "seconds": watch.seconds,
        "rows_per_s": touched / watch.seconds,
        "ratio_vs_loop": (touched / watch.seconds) / (sample / looped),
    }


def _loop_seconds(sample: int) -> float:
    """Return how long the loop takes for limits that move, in one transaction that is rolled back."""
    ids = list(Clock.objects.running().filter(due_on__gte=CHANGED).order_by("pk").values_list("pk", flat=True)[:sample])
    if len(ids) < sample:
        raise SystemExit("there are not as many limits that move")
    actor, calendar = system_account(), work_calendar(since=STARTED_ON[0])
    with transaction.atomic(), timed() as watch:
        for pk in ids:
            _move(pk, actor, calendar)
        transaction.set_rollback(True)
    return watch.seconds


def _move(pk: int, actor: User, calendar: WorkCalendar) -> None:
    """Do the job's work on one limit."""
    row = Clock.objects.select_for_update(of=("self", "case")).select_related("case", "holder").get(pk=pk)
    plan, was_on = plan_again(row, calendar=calendar, today=clock.local_day(NOW)), row.due_on
    row.due_on, row.due_at, row.is_provisional = plan.due_on, plan.due_at, plan.is_provisional
    row.save(update_fields=["due_on", "due_at", "is_provisional"])
    moments = dict(plan.steps)
    for step in row.steps.filter(fired_at=None):
        step.at = moments[step.step]
        step.save(update_fields=["at"])
    _tell(row, was_on, actor)
    running = row.case.clocks.running().filter(kind__in=KINDS_THAT_MAKE_A_CASE_LATE)
    Case.objects.filter(pk=row.case_id).update(due_at=running.aggregate(first=Min("due_at"))["first"])


def _tell(row: Clock, was_on: date, actor: User) -> None:
    dates = {"due_on": row.due_on.isoformat(), "was_on": was_on.isoformat(), "ground": GROUND}
    data = {"clock": row.kind, **dates}
    Event.objects.create(case=row.case, kind=EventKind.CLOCK_MOVED, actor=actor, at=NOW, recorded_at=NOW, data=data)
    names = {**dates, "number": row.case.number, "limit": ClockKind(row.kind).label}
    OutboxMessage.objects.create(
        key=f"calendar:loop:{row.pk}:{row.case.handler_id}",
        recipient_id=row.case.handler_id,
        subject=_("%(number)s: the last day is now %(due_on)s") % names,
        body=_("%(limit)s: the calendar changed, last day now %(due_on)s instead of %(was_on)s (%(ground)s).") % names,
        reason=_("You handle the matter."),
        link=reverse("admin:cases_case_change", args=[row.case_id]),
        queued_at=NOW,
    )
