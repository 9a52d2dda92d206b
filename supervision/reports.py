"""The escalation queue: what is late in my subtree, from where to where it climbed, what has been sent about it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db.models import Count, DateField, Exists, ExpressionWrapper, F, OuterRef
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from cases.enums import ClockKind, EventKind, TransferReason
from cases.models import Case, Clock, Event, Pause, Transfer
from cases.querysets import CaseQuerySet, ClockQuerySet
from cases.reports import count_time_left
from cases.rules.kinds import KINDS_THAT_MAKE_A_CASE_LATE
from core import clock
from core.models import User
from supervision.models import SupervisionNotice

SUPERVISE: Final = "cases.supervise_case"
PAGE_SIZE: Final = 50
COUNT_CAP: Final = 1000
MATRIX_COLUMNS: Final = 8

# Where a page of the queue ends: the due date of its last case, None for one without, and its key.
QueueKey = tuple[datetime | None, int]


@dataclass(frozen=True, slots=True)
class Tab:
    """One view of the queue: its name in the URL, its title and the cases it holds."""

    name: str
    label: str | Promise
    select: Callable[[CaseQuerySet, datetime], CaseQuerySet]


def _soon(cases: CaseQuerySet, now: datetime) -> CaseQuerySet:
    """Return the cases whose nearest limit ends today or tomorrow."""
    return cases.due_between(now, clock.end_of(clock.local_day(now) + timedelta(days=1)))


def _late_threefold(cases: CaseQuerySet, now: datetime) -> CaseQuerySet:
    """Return the cases on which a limit has taken three times as long as it may."""
    thrice = ExpressionWrapper(F("due_on") + (F("due_on") - F("started_on")) * 2, output_field=DateField())
    overrun = (
        Clock.objects.running()
        .annotate(thrice_on=thrice)
        .filter(case=OuterRef("pk"), thrice_on__lt=clock.local_day(now))
    )
    return cases.late(at=now).filter(Exists(overrun.filter(kind__in=KINDS_THAT_MAKE_A_CASE_LATE)))


def _unanswered(cases: CaseQuerySet, now: datetime) -> CaseQuerySet:
    """Return the cases with a supervision notice whose answer is overdue."""
    notices = SupervisionNotice.objects.unanswered(on=clock.local_day(now)).filter(case=OuterRef("pk"))
    return cases.filter(Exists(notices))


TABS: Final[Mapping[str, Tab]] = {
    tab.name: tab
    for tab in (
        Tab("late", _("Late"), lambda cases, now: cases.late(at=now)),
        Tab("soon", _("Due soon"), _soon),
        Tab("threefold", _("Three times late"), _late_threefold),
        Tab("climbed", _("Escalated"), lambda cases, _now: cases.climbed()),
        Tab("unanswered", _("Notice not answered"), _unanswered),
        Tab("verify", _("To verify"), lambda cases, _now: cases.to_verify()),
        Tab("paused", _("Paused"), lambda cases, _now: cases.paused()),
        Tab("all", _("All open"), lambda cases, _now: cases.open()),
    )
}


@dataclass(frozen=True, slots=True)
class QueueFilter:
    """What the queue shows: a tab, and perhaps one cell of the lateness matrix."""

    tab: str = "late"
    kind: str = ""
    center_id: int | None = None


@dataclass(frozen=True, slots=True)
class QueueRow:
    """One case in the queue with what has been sent about it, and the pause of its limits that is open."""

    case: Case
    path: tuple[str, str] | None
    reminders: int
    notices: list[SupervisionNotice]
    pause: Pause | None


def queue_scope(user: User) -> CaseQuerySet:
    """Return the cases that ``user`` supervises."""
    return Case.objects.obtainable_by(user, SUPERVISE)


def filtered_queue(scope: CaseQuerySet, chosen: QueueFilter, *, now: datetime) -> CaseQuerySet:
    """Return the cases of ``scope`` under a filter, without an order."""
    cases = TABS[chosen.tab].select(scope, now)
    if chosen.kind and chosen.center_id:
        late = late_clocks(now).filter(case=OuterRef("pk"), kind=chosen.kind, holder=chosen.center_id)
        cases = cases.filter(Exists(late))
    return cases


def queue_page(
    scope: CaseQuerySet, chosen: QueueFilter, *, after: QueueKey | None, now: datetime
) -> tuple[list[QueueRow], QueueKey | None]:
    """Return one page of the queue of ``scope`` and the key of the next page if there is one.

    The least time left comes first. Cases none of whose limits runs, because all are paused, come after those with a
    due date, in the order of their registration: this is the order of the indexes of open cases.
    """
    cases = filtered_queue(scope, chosen, now=now).defer("summary")
    found = _from(cases.select_related("village", "holder", "unit", "handler").order_by("due_at", "pk"), after)
    last = found[PAGE_SIZE - 1] if len(found) > PAGE_SIZE else None
    count_time_left(found, today=clock.local_day(now))
    return _with_what_was_sent(found[:PAGE_SIZE]), (last.due_at, last.pk) if last else None


def _from(cases: CaseQuerySet, after: QueueKey | None) -> list[Case]:
    """Return the cases of one page, and one more where there is one."""
    if after is None:
        return list(cases[: PAGE_SIZE + 1])
    due_at, pk = after
    undated = cases.filter(due_at=None)
    if due_at is None:
        return list(undated.filter(pk__gt=pk)[: PAGE_SIZE + 1])
    found = list(cases.filter(due_at__gte=due_at).exclude(due_at=due_at, pk__lte=pk)[: PAGE_SIZE + 1])
    return found + list(undated[: PAGE_SIZE + 1 - len(found)])


def _with_what_was_sent(cases: list[Case]) -> list[QueueRow]:
    ids = [case.pk for case in cases]
    moves = (
        Transfer.objects.filter(case__in=ids, reason=TransferReason.ESCALATION)
        .order_by("pk")
        .select_related("from_center", "to_center")
    )
    paths = {move.case_id: (move.from_center.name, move.to_center.name) for move in moves if move.from_center}
    told = Event.objects.filter(case__in=ids, kind__in=[EventKind.REMINDED, EventKind.PREWARNED]).order_by()
    reminders = dict(told.values_list("case").annotate(count=Count("pk")))
    notices: dict[int, list[SupervisionNotice]] = {pk: [] for pk in ids}
    for notice in SupervisionNotice.objects.filter(case__in=ids).order_by("issued_at"):
        notices[notice.case_id].append(notice)
    paused = Pause.objects.filter(clock__case__in=ids, ended_at=None).select_related("clock")
    pauses = {pause.clock.case_id: pause for pause in paused}
    return [
        QueueRow(case, paths.get(case.pk), reminders.get(case.pk, 0), notices[case.pk], pauses.get(case.pk))
        for case in cases
    ]


def tab_counts(scope: CaseQuerySet, *, now: datetime) -> dict[str, int]:
    """Return how many cases of ``scope`` each tab holds, counted up to one over a thousand."""
    return {tab.name: tab.select(scope, now).order_by()[: COUNT_CAP + 1].count() for tab in TABS.values()}


def late_clocks(now: datetime) -> ClockQuerySet:
    """Return the running limits that had passed at ``now`` and make their cases late."""
    return Clock.objects.running().filter(due_at__lte=now, kind__in=KINDS_THAT_MAKE_A_CASE_LATE)


@dataclass(frozen=True, slots=True)
class Matrix:
    """Late limits by kind (rows) and center (columns, the fullest first): counts of cases, 0 where there is none."""

    centers: list[tuple[int, str]]
    rows: list[tuple[str, str, list[int]]]


def lateness_matrix(scope: CaseQuerySet, *, now: datetime) -> Matrix:
    """Return where in ``scope`` which limits are late, for the centers with most of them."""
    late = late_clocks(now).filter(case__in=scope.late(at=now))
    counted = list(
        late.order_by().values_list("kind", "holder", "holder__name").annotate(cases=Count("case", distinct=True))
    )
    totals: dict[tuple[int, str], int] = {}
    cells: dict[tuple[str, int], int] = {}
    for kind, center_id, name, count in counted:
        totals[center_id, name] = totals.get((center_id, name), 0) + count
        cells[kind, center_id] = count
    centers = sorted(totals, key=lambda center: (-totals[center], center[1]))[:MATRIX_COLUMNS]
    kinds = [kind for kind in ClockKind if any((kind.value, pk) in cells for pk, _name in centers)]
    return Matrix(
        centers,
        [(kind.value, str(kind.label), [cells.get((kind.value, pk), 0) for pk, _name in centers]) for kind in kinds],
    )
