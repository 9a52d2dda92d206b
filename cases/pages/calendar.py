"""What a change of the calendar would move, counted before it is confirmed, and how many limits wait for a notice."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Final, NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cases.enums import ClockKind, ExtensionState
from cases.models import Case, Clock, Extension, Pause
from cases.reports import LOOK_BACK, limit_of
from cases.rules.plan import ClockPlan, plan_clock
from centers.enums import Level
from centers.models import Center
from centers.pages.calendar import CalendarAlarm
from centers.reports import Calendars
from centers.reports.calendar import CHANGE, may_change_calendar, missing_notice
from centers.rules import LEVELS
from centers.rules.calendar import DayChange
from core import clock
from core.errors import CalendarMissing
from core.models import User
from core.workdays import Excluded, Limit, LimitUnit, Span

LISTED_CASES: Final = 10
COUNTED_AT_MOST: Final = 1000
SUPERVISE: Final = "cases.supervise_case"


class Running(NamedTuple):
    """What is read of one running clock: there may be a hundred thousand of them, so no more than is needed."""

    pk: int
    case_id: int
    kind: str
    started_on: date
    due_on: date
    original_due_at: datetime
    amount: int
    unit_of_time: str
    roll_forward: bool
    is_provisional: bool
    level: str
    place: tuple[int | None, ...]


FIELDS: Final = (*Running._fields[:-2], "holder__level", *(f"case__{level}_id" for level in LEVELS))


@dataclass
class Foresight:
    """What would become of the running limits: how many move by how many days, and which become final."""

    moved: Counter[tuple[str, int]] = field(default_factory=Counter)
    cases: set[int] = field(default_factory=set)
    final: int = 0
    provisional: int = 0
    beyond: int = 0


def foresee(changes: Sequence[DayChange], *, today: date) -> Foresight:
    """Return what ``changes`` would do to the limits that run now; nothing is written."""
    foresight = Foresight()
    rows = _touched(changes)
    if not rows:
        return foresight
    calendars = Calendars.load(since=min(row.started_on for row in rows) - LOOK_BACK).changed(changes)
    lengths = _lengths(rows, today=today)
    known: dict[tuple[object, ...], ClockPlan | None] = {}
    for row in rows:
        calendar = calendars.of(_center_ids(row))
        key = (row.kind, lengths[row.pk], id(calendar), row.original_due_at if _is_in_hours(row) else None)
        if key not in known:
            known[key] = _plan(row, lengths[row.pk], calendar)
        _count(foresight, row, known[key])
    return foresight


def _touched(changes: Sequence[DayChange]) -> list[Running]:
    regions = Center.objects.in_bulk({change.center_id for change in changes if change.center_id})
    days = [(change.on, regions.get(change.center_id or 0)) for change in changes]
    found = Clock.objects.running().touched_by(days).values_list(*FIELDS)
    width = len(Running._fields) - 1
    return [Running._make((*values[:width], tuple(values[width:]))) for values in found.iterator()]


def _center_ids(row: Running) -> Iterator[int]:
    down_to = LEVELS.index(Level(row.level)) + 1
    return (pk for pk in row.place[:down_to] if pk is not None)


def _lengths(rows: Iterable[Running], *, today: date) -> dict[int, Span]:
    """Return how each clock lies on the calendar, with what it was extended and paused by."""
    added: Mapping[int, list[Limit]] = defaultdict(list)
    excluded: Mapping[int, list[Excluded]] = defaultdict(list)
    for granted in Extension.objects.filter(clock__state="running", state=ExtensionState.GRANTED).order_by("pk"):
        added[granted.clock_id].append(limit_of(granted))
    for pause in Pause.objects.filter(clock__state="running").order_by("started_on", "pk"):
        excluded[pause.clock_id].append(Excluded(pause.started_on, pause.ended_on or today))
    return {
        row.pk: Span(
            row.started_on,
            Limit(row.amount, LimitUnit(row.unit_of_time), row.roll_forward),
            tuple(added.get(row.pk, ())),
            tuple(excluded.get(row.pk, ())),
        )
        for row in rows
    }


def _is_in_hours(row: Running) -> bool:
    return row.unit_of_time == LimitUnit.HOURS


def _plan(row: Running, span: Span, calendar: Any) -> ClockPlan | None:
    began_at = (
        row.original_due_at - timedelta(hours=row.amount) if _is_in_hours(row) else clock.start_of(row.started_on)
    )
    try:
        return plan_clock(ClockKind(row.kind), span, calendar, started_at=began_at)
    except CalendarMissing:
        return None


def _count(foresight: Foresight, row: Running, plan: ClockPlan | None) -> None:
    if plan is None:
        foresight.beyond += 1
        return
    foresight.final += row.is_provisional and not plan.is_provisional
    foresight.provisional += plan.is_provisional and not row.is_provisional
    days = (plan.due_on - row.due_on).days
    if days:
        foresight.moved[row.kind, days] += 1
        foresight.cases.add(row.case_id)


@dataclass(frozen=True, slots=True)
class MovedRow:
    """So many limits of one kind, moved by so many days."""

    kind: str
    count: int
    days: str


def foresight_context(changes: Sequence[DayChange], *, user: User, today: date) -> dict[str, Any]:
    """Return what the preview of a calendar change shows; cases by number only to those who see them."""
    foresight = foresee(changes, today=today)
    seen = Case.objects.visible_to(user).filter(pk__in=list(foresight.cases))
    return {
        "cases": len(foresight.cases),
        "clocks": sum(foresight.moved.values()),
        "rows": [
            MovedRow(str(ClockKind(kind).label), count, _by_days(days))
            for (kind, days), count in sorted(foresight.moved.items())
        ],
        "final": foresight.final,
        "provisional": foresight.provisional,
        "beyond": foresight.beyond,
        "listed": list(seen.order_by("due_at", "pk")[:LISTED_CASES]) if foresight.cases else [],
    }


def _by_days(days: int) -> str:
    if days > 0:
        return ngettext("%(days)s day later", "%(days)s days later", days) % {"days": days}
    return ngettext("%(days)s day earlier", "%(days)s days earlier", -days) % {"days": -days}


def alarm_for(user: User, *, today: date) -> CalendarAlarm | None:
    """Return the warning that a notice is missing, for those who can load it and those who supervise; else None.

    It counts the provisional limits, all of them for who loads the notice, those in one's scope for who supervises.
    """
    may_import = user.has_perm(CHANGE) and may_change_calendar(user, None)
    if not (may_import or user.has_perm(SUPERVISE)):
        return None
    year = missing_notice(today=today)
    if year is None:
        return None
    return CalendarAlarm(year, waiting_limits(user), may_import)


def waiting_limits(user: User) -> str:
    """Return how many running limits reach into days without a notice, nothing for none.

    All of them for who loads the notice, otherwise those on the cases that ``user`` sees.
    """
    waiting = Clock.objects.running().filter(is_provisional=True)
    reachable = waiting if may_change_calendar(user, None) else waiting.visible_to(user)
    return _capped(reachable.order_by()[: COUNTED_AT_MOST + 1].count())


def _capped(count: int) -> str:
    if count > COUNTED_AT_MOST:
        return _("more than %(count)s") % {"count": f"{COUNTED_AT_MOST:,}"}
    return str(count or "")
