from typing import TYPE_CHECKING

from django.db import transaction

from centers.reports import scope_of
from core import locks
from grids.enums import GridKind
from grids.models import Grid
from grids.services.staging import ROSTER_LOCK

if TYPE_CHECKING:
    from core.models import User


@transaction.atomic
def update_grid(
    grid_id: int,
    *,
    name: str,
    kind: GridKind,
    households: int | None,
    is_active: bool,
    actor: "User",
) -> Grid:
    """Change what may change of a grid; its code and village never do: a grid that moves is another grid.

    The row is locked. A grid that ``actor`` may not change raises Grid.DoesNotExist, as one that never existed.
    """
    locks.hold_with_others(ROSTER_LOCK)
    grids = Grid.objects.filter(scope_of(actor, "grids.change_grid").covers())
    grid = grids.select_for_update(of=("self",)).get(pk=grid_id)
    grid.name, grid.kind, grid.households, grid.is_active = name, kind, households, is_active
    grid.save(update_fields=["name", "kind", "households", "is_active"])
    return grid
