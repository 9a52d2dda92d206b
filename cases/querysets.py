from datetime import datetime
from typing import TYPE_CHECKING, Self

from django.db.models import Exists, OuterRef, Q

from centers.reports import scope_of
from core.scoping import ScopedQuerySet

if TYPE_CHECKING:
    from cases.models import Case, Clock, ClockRule, ClockStep
    from core.models import User


class CaseQuerySet(ScopedQuerySet["Case"]):
    def visible_to(self, user: "User") -> Self:
        """Return the cases that arose under the centers whose cases ``user`` may see, and those on their own desk."""
        by_place = scope_of(user, "cases.view_case").covers()
        on_my_desk = Q(handler=user.pk) & scope_of(user, "cases.handle_case").covers()
        return self.filter(by_place | on_my_desk)

    def reachable_by(self, user: "User", permission: str) -> Self:
        """Return the cases that arose where ``user`` holds ``permission``; for a handler's acts, those on their desk."""
        reach = Q(scope_of(user, permission).covers())
        if permission == "cases.handle_case":
            reach &= Q(handler=user.pk)
        return self.filter(reach)

    def open(self) -> Self:
        """Return the cases that are not closed."""
        return self.filter(closed_at=None)

    def late(self, *, at: datetime) -> Self:
        """Return the open cases whose nearest limit had passed at ``at``."""
        return self.open().filter(due_at__lte=at)


class OnCaseQuerySet(ScopedQuerySet):
    """Rows that belong to a case are seen by those who see the case."""

    def visible_to(self, user: "User") -> Self:
        """Return the rows of the cases ``user`` may see."""
        case_model = self.model._meta.get_field("case").related_model  # noqa: SLF001 - the documented Meta API
        return self.filter(case__in=case_model.objects.visible_to(user))


class ClockQuerySet(OnCaseQuerySet):
    def running(self) -> Self:
        """Return the clocks that are neither met nor lapsed nor cancelled."""
        return self.filter(state="running")


class ClockStepQuerySet(ScopedQuerySet["ClockStep"]):
    def visible_to(self, user: "User") -> Self:
        """Return the steps of the clocks on the cases ``user`` may see."""
        clocks = self.model._meta.get_field("clock").related_model  # noqa: SLF001
        return self.filter(clock__in=clocks.objects.visible_to(user))

    def waiting(self) -> Self:
        """Return the steps that have neither fired nor been cancelled nor been set aside."""
        return self.filter(fired_at=None, cancelled_at=None, failed_at=None)

    def due(self, *, at: datetime) -> Self:
        """Return the waiting steps whose moment had come at ``at``, the oldest first."""
        return self.waiting().filter(at__lte=at).order_by("at", "pk")

    def with_is_newest(self, *, at: datetime) -> Self:
        """Annotate ``is_newest``: no later step of the same clock is due at ``at`` as well."""
        later = (
            self.model.objects.waiting()
            .filter(clock=OuterRef("clock"), at__lte=at)
            .filter(Q(at__gt=OuterRef("at")) | Q(at=OuterRef("at"), pk__gt=OuterRef("pk")))
        )
        return self.annotate(is_newest=~Exists(later))


class ClockRuleQuerySet(ScopedQuerySet["ClockRule"]):
    def visible_to(self, user: "User") -> Self:
        """Return all rules: they are public, and hold nothing about anybody."""
        return self if user.is_authenticated and user.is_staff else self.none()
