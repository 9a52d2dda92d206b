"""Moving the running limits after the calendar has changed: those whose way a changed day lies on, and no others."""

import logging
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Final

from django.db import transaction
from django.utils.translation import gettext as _

from cases.enums import ClockKind, EventKind, Step
from cases.models import Clock, ClockStep, Event
from cases.reports import LOOK_BACK
from cases.rules.plan import ClockPlan
from cases.services.events import event
from cases.services.move import move_clocks, plan_again
from centers.enums import Level
from centers.models import CalendarChange
from centers.reports import Calendars
from core import clock
from core.bulk import among, without_collector, write_objects
from core.channels import MessageKind
from core.errors import CalendarMissing
from core.jobs import system_account
from core.links import page_of
from core.outbox import Message, queue_messages

logger = logging.getLogger(__name__)

BATCH: Final = 500
AT_THE_END: Final = frozenset({Step.CLIMB.value, Step.LAPSE.value})  # they follow the last day, and may be put off
MOST_OF_GROUND: Final = 300

# What else follows a limit that has moved; the rooms above add theirs, as they keep copies of a last day.
FOLLOWERS: Final[list[Callable[[Sequence[Clock]], None]]] = []

Change = tuple[Clock, ClockPlan, date]  # with the last day before


def apply_calendar_changes(*, now: datetime) -> Iterator[int]:
    """Move every running limit that a change of the calendar not yet applied touches; yield how many, batch by batch.

    A batch is one transaction on clocks that nobody else holds. A limit that is over or paused stays as it is: the
    one for good, the other until it goes on, when it is counted by the calendar of that day. The changes count as
    applied only when no limit was left out, so that a killed run, one beside a sweep or one too many does no harm.
    """
    changes = list(CalendarChange.objects.filter(applied_at=None).select_related("center").order_by("pk"))
    if not changes:
        return
    ids = _touched(changes)
    has_left = False
    for start in range(0, len(ids), BATCH):
        with without_collector():
            moved, was_whole = _apply_batch(ids[start : start + BATCH], changes, now=now)
        has_left |= not was_whole
        yield moved
    if not has_left:
        CalendarChange.objects.filter(pk__in=[change.pk for change in changes]).update(applied_at=now)


@transaction.atomic
def _touched(changes: Sequence[CalendarChange]) -> list[int]:
    touched = Clock.objects.running().touched_by((change.date, change.center) for change in changes)
    return list(touched.order_by("pk").values_list("pk", flat=True))


@transaction.atomic
def _apply_batch(ids: Sequence[int], changes: Sequence[CalendarChange], *, now: datetime) -> tuple[int, bool]:
    """Move the limits with these ids; return how many, and whether none of them was left for another run."""
    running = Clock.objects.running().filter(among("pk", ids))
    rows = list(
        running.select_related("case__handler", "holder")
        .prefetch_related("pauses", "extensions")
        .select_for_update(of=("self", "case"), skip_locked=True)
        .order_by("pk")
    )
    if not rows:
        return 0, not running.exists()
    plans, has_missed = _plans(rows, today=clock.local_day(now))
    changed = _changed(plans)
    moved = [(row, plan, row.due_on) for row, plan in changed if row.due_on != plan.due_on]
    move_clocks(changed, now=now)
    _tell(moved, changes, now=now)
    for follow in FOLLOWERS:
        follow([row for row, _plan, _was_on in moved])
    return len(moved), not has_missed and running.count() == len(rows)


def _plans(rows: Sequence[Clock], *, today: date) -> tuple[list[tuple[Clock, ClockPlan]], bool]:
    """Return what each clock does by the calendar as it is now, and whether one would end beyond what is loaded."""
    calendars = Calendars.load(since=min(row.started_on for row in rows) - LOOK_BACK)
    plans = []
    for row in rows:
        calendar = calendars.of(row.case.center_ids(Level(row.holder.level)))
        try:
            plans.append((row, plan_again(row, calendar=calendar, today=today)))
        except CalendarMissing:
            logger.warning("clock %s would end beyond the loaded calendar and waits for it", row.pk)
    return plans, len(plans) < len(rows)


def _changed(plans: Sequence[tuple[Clock, ClockPlan]]) -> list[tuple[Clock, ClockPlan]]:
    """Return those whose last day, steps or provisional mark differ from what is written."""
    written: Mapping[int, dict[str, datetime]] = defaultdict(dict)
    waiting = ClockStep.objects.waiting().filter(among("clock", [row.pk for row, _plan in plans]))
    for clock_id, step, at in waiting.exclude(step__in=AT_THE_END).values_list("clock", "step", "at"):
        written[clock_id][step] = at
    return [
        (row, plan)
        for row, plan in plans
        if (row.due_at, row.is_provisional) != (plan.due_at, plan.is_provisional)
        or not written[row.pk].items() <= {step.value: at for step, at in plan.steps}.items()
    ]


def _tell(moved: Sequence[Change], changes: Sequence[CalendarChange], *, now: datetime) -> None:
    actor = system_account()
    events: list[Event] = []
    messages: list[Message] = []
    for row, plan, was_on in moved:
        ground = _ground(row, plan, was_on, changes)
        due, was = plan.due_on.isoformat(), was_on.isoformat()
        events.append(
            event(
                row.case, EventKind.CLOCK_MOVED, actor=actor, now=now,
                clock=row.kind, due_on=due, was_on=was, ground=ground,
            )
        )  # fmt: skip
        messages += _messages(row, {"due_on": due, "was_on": was, "ground": ground}, changes[-1])
    write_objects(events)
    queue_messages(messages, now=now)


def _ground(row: Clock, plan: ClockPlan, was_on: date, changes: Iterable[CalendarChange]) -> str:
    """Return the grounds of the changes between a limit's first day and its last, the earlier or the later one."""
    place = {None, *row.case.center_ids(Level(row.holder.level))}
    last = max(plan.due_on, was_on)
    grounds = [one.ground for one in changes if row.started_on <= one.date <= last and one.center_id in place]
    return "；".join(dict.fromkeys(grounds))[:MOST_OF_GROUND]


def _messages(row: Clock, words: Mapping[str, str], newest: CalendarChange) -> Iterator[Message]:
    if row.case.handler_id is None:
        return
    names = {**words, "number": row.case.number, "limit": ClockKind(row.kind).label}
    yield Message(
        key=f"{MessageKind.CALENDAR}:{newest.pk}:{row.pk}",
        recipient_id=row.case.handler_id,
        subject=_("%(number)s: the last day is now %(due_on)s") % names,
        body=_("%(limit)s: the calendar changed, last day now %(due_on)s instead of %(was_on)s (%(ground)s).") % names,
        reason=_("You handle the matter."),
        link=page_of("admin:cases_case_change", row.case_id),
        matter_id=row.case_id,
    )
