"""Who sees how the system runs: its jobs, and the fence that stops them."""

from typing import TYPE_CHECKING, Self

from core import clock
from core.scoping import ScopedQuerySet, is_staff_account, rows_of

if TYPE_CHECKING:
    from core.models import User


class HeartbeatQuerySet(ScopedQuerySet):
    def visible_to(self, user: "User") -> Self:
        """Return all rows to those who watch over the running of the system, none to others."""
        return self if is_staff_account(user) and user.has_perm("core.view_heartbeat") else self.none()


class FenceEntryQuerySet(ScopedQuerySet):
    def visible_to(self, user: "User") -> Self:
        """Return all rows to those who watch over the running of the system, none to others."""
        return self if is_staff_account(user) and user.has_perm("core.view_fenceentry") else self.none()

    def releasable_by(self, user: "User") -> Self:
        """Return the rows to a system administrator of the whole tree: the clock is everybody's."""
        grants = rows_of("centers.CenterGrant").live(on=clock.today())
        of_the_whole = grants.filter(
            user=user, permission__codename="release_fenceentry", content_object__parent=None
        ).exists()
        return self.visible_to(user) if of_the_whole else self.none()
