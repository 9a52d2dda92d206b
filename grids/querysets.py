from datetime import date
from typing import TYPE_CHECKING, Self

from django.db.models import Q

from centers.reports import scope_of
from core import clock
from core.scoping import ScopedQuerySet, rows_of

if TYPE_CHECKING:
    from core.models import User


class GridQuerySet(ScopedQuerySet):
    def visible_to(self, user: "User") -> Self:
        """Return the grids that lie under the centers where ``user`` may see grids."""
        return self.filter(scope_of(user, "grids.view_grid").covers())


class AssignmentQuerySet(ScopedQuerySet):
    def visible_to(self, user: "User") -> Self:
        """Return the assignments to grids under the centers where ``user`` may see members."""
        return self.filter(scope_of(user, "grids.view_gridmember").covers("grid__"))

    def on_duty(self, *, on: date) -> Self:
        """Return the assignments that hold on ``on``."""
        return self.filter(Q(ends_on=None) | Q(ends_on__gte=on), starts_on__lte=on)


class GridMemberQuerySet(ScopedQuerySet):
    def visible_to(self, user: "User") -> Self:
        """Return the members who serve, or served, in a grid under the centers where ``user`` may see members."""
        grids = scope_of(user, "grids.view_gridmember").covers("grid__")
        return self.filter(pk__in=rows_of("grids.Assignment").filter(grids).values("member"))

    def serving(self) -> Self:
        """Return the members who serve in a grid today."""
        return self.filter(pk__in=rows_of("grids.Assignment").on_duty(on=clock.today()).values("member"))


class RosterImportQuerySet(ScopedQuerySet):
    def visible_to(self, user: "User") -> Self:
        """Return one's own imports."""
        return self.filter(uploaded_by=user.pk)


class RosterExportQuerySet(ScopedQuerySet):
    def visible_to(self, user: "User") -> Self:
        """Return one's own exports."""
        return self.filter(exported_by=user.pk)


class ExportJobQuerySet(ScopedQuerySet):
    def visible_to(self, user: "User") -> Self:
        """Return what one has asked for oneself."""
        return self.filter(export__exported_by=user.pk)


class ExportFileQuerySet(ScopedQuerySet):
    def visible_to(self, user: "User") -> Self:
        """Return the files of what one has asked for oneself."""
        return self.filter(job__export__exported_by=user.pk)


class StagedRowQuerySet(ScopedQuerySet):
    def visible_to(self, user: "User") -> Self:
        """Return what belongs to one's own imports."""
        return self.filter(roster_import__uploaded_by=user.pk)
