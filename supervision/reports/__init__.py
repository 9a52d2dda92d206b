"""The escalation queue: what is late in my subtree, from where to where it climbed, what has been sent about it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.db.models import DateField, Exists, ExpressionWrapper, F, OuterRef, Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from cases.enums import Stage
from cases.models import Case, Clock
from cases.querysets import CaseQuerySet, ClockQuerySet, has_paused_limit
from cases.reports import DESKS
from cases.rules.kinds import KINDS_THAT_MAKE_A_CASE_LATE
from core import clock
from core.models import User
from disputes.enums import SessionState, State
from disputes.reports import has_party_to_ask, has_session
from petitions.enums import Action as PetitionAction
from petitions.enums import ClaimRoute, Kind
from petitions.enums import State as PetitionState
from petitions.models import Notice
from petitions.rules.procedure import asked_of_handler
from supervision.models import SupervisionNotice
from supervision.reports.lines import QueueRow, lines_of

SUPERVISE: Final = "cases.supervise_case"
PAGE_SIZE: Final = 50

# Where a page of the queue ends: the due date of its last case, None for one without, and its key.
QueueKey = tuple[datetime | None, int]


@dataclass(frozen=True, slots=True)
class Tab:
    """One view of the queue: its name in the URL, its title and the condition on the cases it holds."""

    name: str
    label: str | Promise
    condition: Callable[[datetime], Q]
    is_of_open_cases: bool = True

    def select(self, cases: CaseQuerySet, now: datetime) -> CaseQuerySet:
        """Return those of ``cases`` that it holds."""
        return (cases.open() if self.is_of_open_cases else cases).filter(self.condition(now))


def _soon(now: datetime) -> Q:
    """Return the condition "the nearest limit ends today or tomorrow"."""
    return Q(due_at__gt=now, due_at__lte=clock.end_of(clock.local_day(now) + timedelta(days=1)))


def _late_threefold(now: datetime) -> Q:
    """Return the condition "late, and a limit has taken three times as long as it may"."""
    thrice = ExpressionWrapper(F("due_on") + (F("due_on") - F("started_on")) * 2, output_field=DateField())
    overrun = (
        Clock.objects.running()
        .annotate(thrice_on=thrice)
        .filter(case=OuterRef("pk"), thrice_on__lt=clock.local_day(now), kind__in=KINDS_THAT_MAKE_A_CASE_LATE)
    )
    return Q(Exists(overrun), due_at__lte=now)


def _unanswered(now: datetime) -> Q:
    """Return the condition "the answer to a supervision notice is overdue"."""
    notices = SupervisionNotice.objects.unanswered(on=clock.local_day(now)).filter(case=OuterRef("pk"))
    return Q(Exists(notices))


TABS: Final[Mapping[str, Tab]] = {
    tab.name: tab
    for tab in (
        Tab("late", _("Late"), lambda now: Q(due_at__lte=now)),
        Tab("soon", _("Due soon"), _soon),
        Tab("threefold", _("Three times late"), _late_threefold),
        Tab("climbed", _("Escalated"), lambda _now: Q(climbed_at__isnull=False)),
        Tab("unanswered", _("Notice not answered"), _unanswered, is_of_open_cases=False),
        Tab("verify", _("To verify"), lambda _now: Q(stage=Stage.REPORTED)),
        Tab("paused", _("Paused"), lambda _now: Q(has_paused_limit())),
        Tab("all", _("All open"), lambda _now: Q()),
    )
}


@dataclass(frozen=True, slots=True)
class QueueFilter:
    """What the queue shows: a tab, and perhaps one cell of the lateness matrix."""

    tab: str = "late"
    kind: str = ""
    center_id: int | None = None


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
    found = _from(filtered_queue(scope, chosen, now=now).order_by("due_at", "pk"), after)
    shown = found[:PAGE_SIZE]
    rows = lines_of([pk for _due_at, pk in shown], today=clock.local_day(now))
    return rows, shown[-1] if len(found) > PAGE_SIZE else None


def _from(cases: CaseQuerySet, after: QueueKey | None) -> list[QueueKey]:
    """Return the keys of the cases of one page, and one more where there is one."""
    if after is None:
        return _first(cases, PAGE_SIZE + 1)
    due_at, pk = after
    undated = cases.filter(due_at=None)
    if due_at is None:
        return _first(undated.filter(pk__gt=pk), PAGE_SIZE + 1)
    found = _first(cases.filter(due_at__gte=due_at).exclude(due_at=due_at, pk__lte=pk), PAGE_SIZE + 1)
    return found + _first(undated, PAGE_SIZE + 1 - len(found))


def _first(cases: CaseQuerySet, count: int) -> list[QueueKey]:
    return list(cases.values_list("due_at", "pk")[:count]) if count else []


STANDING: Final = ("dispute__state", "petition__state", "petition__kind", "petition__route")
ANNOTATED: Final = ("awaits_consent", "has_met", "meets", "owes_notice")


@dataclass(frozen=True, slots=True)
class DeskRow:
    """One matter on a handler's desk: its line, and where its mediation or its petition stands.

    ``awaits_consent``: a party is still to be asked. ``session``: how far the sessions of the round have come.
    ``owes_notice``: the petitioner is to be told something; ``step`` is what a petition asks of its handler.
    """

    line: QueueRow
    state: State | None
    awaits_consent: bool
    session: SessionState | None
    petition: PetitionState | None
    owes_notice: bool
    step: PetitionAction | None


def desk_rows(user: User, *, now: datetime) -> list[DeskRow]:
    """Return the matters on a handler's desk, those that are due next before the others.

    Of more than a page those that end last are left out.
    """
    mine = (
        DESKS["mine"]
        .rows(user, now=now)
        .annotate(
            awaits_consent=has_party_to_ask(),
            has_met=has_session(SessionState.HELD),
            meets=has_session(SessionState.PLANNED),
            owes_notice=Exists(Notice.objects.to_serve().filter(case=OuterRef("pk"))),
        )
    )
    found = list(mine.order_by("due_at", "pk").values("pk", *STANDING, *ANNOTATED)[:PAGE_SIZE])
    lines = lines_of([row["pk"] for row in found], today=clock.local_day(now))
    return [_desk_row(line, row) for line, row in zip(lines, found, strict=True)]


def _desk_row(line: QueueRow, found: Mapping[str, Any]) -> DeskRow:
    dispute, petition, kind, route = (found[name] for name in STANDING)
    step = None
    if petition:
        claim = ClaimRoute(route) if route else None
        step = asked_of_handler(PetitionState(petition), kind=Kind(kind), route=claim)
    return DeskRow(
        line,
        State(dispute) if dispute else None,
        found["awaits_consent"],
        SessionState.HELD if found["has_met"] else SessionState.PLANNED if found["meets"] else None,
        PetitionState(petition) if petition else None,
        found["owes_notice"],
        step,
    )


def late_clocks(now: datetime) -> ClockQuerySet:
    """Return the running limits that had passed at ``now`` and make their cases late."""
    return Clock.objects.running().filter(due_at__lte=now, kind__in=KINDS_THAT_MAKE_A_CASE_LATE)
