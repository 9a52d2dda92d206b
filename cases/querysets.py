from datetime import date, datetime
from typing import TYPE_CHECKING, Final, Self

from django.db.models import Count, Exists, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce, TruncDate

from cases.enums import Stage
from centers.enums import Level
from centers.models import WorkCalendarDay
from centers.reports import Scope, scope_of, scopes_of
from centers.rules import LEVELS
from core import clock
from core.scoping import PublicQuerySet, ScopedQuerySet, rows_of

HANDLE: Final = "cases.handle_case"
SEEING: Final = ("cases.view_case", HANDLE)
# What the center that holds a case does, or one above it; a center below has handed it on, or was too late.
HOLDERS_ACTS: Final = frozenset({"cases.triage_case", "cases.assign_case", "cases.verify_case"})

if TYPE_CHECKING:
    from core.models import User


def _seen_by(user: "User", scopes: dict[str, Scope]) -> Q:
    on_my_desk = Q(handler=user.pk) & scopes[HANDLE].covers()
    return scopes["cases.view_case"].covers() | on_my_desk


def _reached_by(user: "User", permission: str, scope: Scope) -> Q:
    reach = _held_within(scope) if permission in HOLDERS_ACTS else scope.covers()
    return reach & Q(handler=user.pk) if permission == HANDLE else reach


class CaseQuerySet(ScopedQuerySet):
    def visible_to(self, user: "User") -> Self:
        """Return the cases that arose under the centers whose cases ``user`` may see, and those on their own desk."""
        return self.filter(_seen_by(user, scopes_of(user, *SEEING)))

    def obtainable_by(self, user: "User", permission: str) -> Self:
        """Return the cases that are visible to ``user`` and within reach of the right, in one look at the rights."""
        scopes = scopes_of(user, *SEEING, permission)
        return self.filter(_seen_by(user, scopes) & _reached_by(user, permission, scopes[permission]))

    def reachable_by(self, user: "User", permission: str) -> Self:
        """Return the cases that arose where ``user`` holds ``permission``.

        For handling, those on their own desk; for a holder's acts, those held where or below where it is held.
        """
        return self.filter(_reached_by(user, permission, scope_of(user, permission)))

    def open(self) -> Self:
        """Return the cases that are not closed."""
        return self.filter(closed_at=None)

    def late(self, *, at: datetime) -> Self:
        """Return the open cases whose nearest limit had passed at ``at``."""
        return self.open().filter(due_at__lte=at)

    def due_between(self, start: datetime, end: datetime) -> Self:
        """Return the open cases whose nearest limit ends after ``start`` and not after ``end``."""
        return self.open().filter(due_at__gt=start, due_at__lte=end)

    def to_triage(self) -> Self:
        """Return the cases that nobody has graded yet."""
        return self.open().filter(stage=Stage.REGISTERED)

    def to_sign_for(self) -> Self:
        """Return the graded cases that came to a center where nobody has taken them over yet."""
        waiting = rows_of("cases.Transfer").waiting().filter(case=OuterRef("pk"))
        return self.open().exclude(stage=Stage.REGISTERED).filter(Exists(waiting))

    def to_verify(self) -> Self:
        """Return the cases whose reported result waits to be checked."""
        return self.open().filter(stage=Stage.REPORTED)

    def climbed(self) -> Self:
        """Return the open cases that moved up because a limit had passed."""
        escalated = rows_of("cases.Transfer").filter(case=OuterRef("pk"), reason="escalation")
        return self.open().filter(Exists(escalated))

    def on_desk_of(self, user: "User") -> Self:
        """Return the open cases that ``user`` handles."""
        return self.open().filter(handler=user.pk)

    def with_time_left(self, *, today: date) -> Self:
        """Annotate ``workdays_left``: the working days after ``today`` up to the last day of the nearest limit."""
        days = WorkCalendarDay.objects.everywhere().filter(
            is_workday=True, date__gt=today, date__lt=OuterRef("over_on")
        )
        counted = days.order_by().values("is_workday").annotate(days=Count("pk")).values("days")
        over_on = TruncDate("due_at", tzinfo=clock.SHANGHAI)
        return self.alias(over_on=over_on).annotate(workdays_left=Coalesce(Subquery(counted), 0))


def _held_within(scope: Scope) -> Q:
    """Return the condition "arose under one of the scope's centers, and is held there or below"."""
    condition = Q(pk__in=[])
    for level, ids in scope.center_ids.items():
        condition |= Q(**{f"{level}__in": ids}, holder__level__in=LEVELS[LEVELS.index(Level(level)) :])
    return condition


class OnCaseQuerySet(ScopedQuerySet):
    """Rows that belong to a case are seen by those who see the case."""

    def visible_to(self, user: "User") -> Self:
        """Return the rows of the cases ``user`` may see."""
        return self.filter(case__in=rows_of("cases.Case").visible_to(user))


class TransferQuerySet(OnCaseQuerySet):
    def waiting(self) -> Self:
        """Return the moves that nobody has signed for yet."""
        return self.filter(signed_at=None, superseded_at=None)


class ClockQuerySet(OnCaseQuerySet):
    def running(self) -> Self:
        """Return the clocks that count now."""
        return self.filter(state="running")

    def open(self) -> Self:
        """Return the clocks that are not over: those that count, and those that are paused."""
        return self.filter(state__in=["running", "paused"])


class OfClockQuerySet(ScopedQuerySet):
    """Rows that belong to a clock are seen by those who see the clock's case."""

    def visible_to(self, user: "User") -> Self:
        """Return the rows of the clocks on the cases ``user`` may see."""
        return self.filter(clock__in=rows_of("cases.Clock").visible_to(user))


class ClockStepQuerySet(OfClockQuerySet):
    def waiting(self) -> Self:
        """Return the steps that have neither fired nor been cancelled nor been set aside."""
        return self.filter(fired_at=None, cancelled_at=None, failed_at=None)

    def due(self, *, at: datetime) -> Self:
        """Return the waiting steps whose moment had come at ``at``, the oldest first."""
        return self.waiting().filter(at__lte=at).order_by("at", "pk")

    def with_is_newest(self, *, at: datetime) -> Self:
        """Annotate ``is_newest``: no later step of the same clock is due at ``at`` as well."""
        later = (
            rows_of("cases.ClockStep")
            .waiting()
            .filter(clock=OuterRef("clock"), at__lte=at)
            .filter(Q(at__gt=OuterRef("at")) | Q(at=OuterRef("at"), pk__gt=OuterRef("pk")))
        )
        return self.annotate(is_newest=~Exists(later))


class ClockRuleQuerySet(PublicQuerySet):
    """The rules are public, and hold nothing about anybody."""
