"""The grids when the tree of centers changes: they keep their codes, members and services, and lie in another place."""

from datetime import date

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from centers.models import Center
from centers.reports.reorganisation import TreeChange
from centers.services.reorganise import Reorganised
from grids.models import Grid
from grids.querysets import GridQuerySet
from grids.services.staging import hold_rosters


def count_grids(change: TreeChange, *, on: date) -> list[tuple[str | Promise, int]]:  # noqa: ARG001 - a follower's shape
    """Return how many grids lie under the center."""
    return [(_("Grids that come to lie elsewhere"), _under(change.center).count())]


def holds_grids(center: Center) -> bool:
    """Return whether a grid lies under the center."""
    return _under(center).exists()


def follow_tree(done: Reorganised) -> None:
    """Write the new place onto every grid under the center. Whoever draws grids or loads rosters waits."""
    hold_rosters()
    _under(done.change.center).update(**{f"{level}_id": pk for level, pk in done.change.place.items()})


def _under(center: Center) -> GridQuerySet:
    return Grid.objects.filter(**{center.level: center.pk})
