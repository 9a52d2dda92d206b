from datetime import date
from typing import TYPE_CHECKING, Self

from django.db.models import Q, QuerySet

from core import clock
from core.scoping import PublicQuerySet, ScopedQuerySet, is_staff_account, rows_of

if TYPE_CHECKING:
    from centers.models import Center
    from core.models import User, UserQuerySet


class CenterQuerySet(PublicQuerySet):
    """The tree of divisions is public knowledge: every member of staff may read it."""

    def current(self) -> Self:
        """Return the divisions that stand in the newest file."""
        return self.filter(is_current=True)

    def open(self) -> Self:
        """Return the centers that have not been merged into another."""
        return self.filter(closed_on=None)

    def below(self, center: "Center") -> Self:
        """Return ``center`` and everything under it."""
        return self.filter(path__startswith=center.path)

    def above(self, center: "Center") -> Self:
        """Return ``center`` and its ancestors."""
        return self.filter(code__in=center.path.strip("/").split("/"))


class UnitQuerySet(PublicQuerySet):
    def active(self) -> Self:
        """Return the units that take matters now."""
        return self.filter(is_active=True)


class PostQuerySet(ScopedQuerySet):
    def on_duty(self, *, on: date) -> Self:
        """Return the posts that are held on ``on``, by accounts that are active."""
        return self.filter(
            Q(ends_on=None) | Q(ends_on__gte=on),
            starts_on__lte=on,
            user__is_active=True,
        )

    def touching(self, first: date, last: date | None) -> Self:
        """Return the posts that are held on some day from ``first`` to ``last``, or ever after without a last day."""
        begun = Q() if last is None else Q(starts_on__lte=last)
        return self.filter(begun, Q(ends_on=None) | Q(ends_on__gte=first))

    def visible_to(self, user: "User") -> Self:
        """Return the posts in the centers whose posts ``user`` may see, and one's own."""
        if not is_staff_account(user):
            return self.none()
        mine = Q(user=user)
        grants = (
            rows_of("centers.CenterGrant").live(on=clock.today()).filter(user=user, permission__codename="view_post")
        )
        for path in grants.values_list("content_object__path", flat=True):
            mine |= Q(center__path__startswith=path)
        return self.filter(mine)

    def out_of_reach_of(self, user: "User", permission: str) -> Self:
        """Return the posts at centers that do not lie under one where ``user`` holds ``permission``."""
        app_label, _dot, codename = permission.partition(".")
        grants = rows_of("centers.CenterGrant").live(on=clock.today()).filter(user=user)
        within = Q(pk__in=[])
        for path in grants.filter(
            permission__codename=codename, permission__content_type__app_label=app_label
        ).values_list("content_object__path", flat=True):
            within |= Q(center__path__startswith=path)
        return self.exclude(within)


class StandInQuerySet(ScopedQuerySet):
    def in_force(self, *, on: date) -> Self:
        """Return the stand-ins that receive on ``on``."""
        return self.filter(withdrawn_at=None, starts_on__lte=on, ends_on__gte=on)

    def touching(self, first: date, last: date) -> Self:
        """Return the stand-ins that receive on some day from ``first`` to ``last``."""
        return self.filter(withdrawn_at=None, starts_on__lte=last, ends_on__gte=first)

    def visible_to(self, user: "User") -> Self:
        """Return those by or for oneself, and those of the people whom one may name stand-ins for."""
        if not is_staff_account(user):
            return self.none()
        mine = Q(absent=user) | Q(stand_in=user)
        return self.filter(mine | Q(absent__in=_administered(user, "centers.view_standin")))

    def governed_by(self, user: "User") -> Self:
        """Return those that ``user`` may withdraw: one's own, and those of the people one may name stand-ins for."""
        return self.filter(Q(absent=user) | Q(absent__in=_administered(user, "centers.change_standin")))


def _administered(user: "User", permission: str) -> "UserQuerySet":
    """Return the accounts whose posts all lie where ``user`` administers accounts; none without ``permission``."""
    accounts: UserQuerySet = rows_of("core.User").get_queryset()
    return accounts.administered_by(user) if user.has_perm(permission) else accounts.none()


class CenterGrantQuerySet(QuerySet):
    def live(self, *, on: date) -> Self:
        """Return the rights whose post is held on ``on``: a post that has ended gives nothing, at once."""
        return self.filter(
            Q(post__ends_on=None) | Q(post__ends_on__gte=on), post__starts_on__lte=on, user__is_active=True
        )

    def over_all(self, user: "User", permission: str, *, on: date) -> Self:
        """Return the rights of ``user`` to ``permission`` that are held on ``on`` at the top of the tree."""
        app_label, _dot, codename = permission.partition(".")
        return self.live(on=on).filter(
            user=user,
            content_object__parent=None,
            permission__codename=codename,
            permission__content_type__app_label=app_label,
        )


class WorkCalendarDayQuerySet(PublicQuerySet):
    def everywhere(self) -> Self:
        """Return the days as they are where no region has its own."""
        return self.filter(center=None)

    def regional(self) -> Self:
        """Return the days that hold in one region only."""
        return self.exclude(center=None)
