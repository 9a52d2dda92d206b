from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from centers.enums import Level
from centers.models import Center
from centers.reports import centers_in_scope
from core import locks
from core.errors import DomainError
from grids.enums import GridKind
from grids.models import Grid
from grids.reports import ancestor_ids
from grids.rules.cells import check_code_of_village
from grids.services.staging import ROSTER_LOCK

if TYPE_CHECKING:
    from core.models import User

ABOVE_VILLAGE: Final = (Level.PROVINCE, Level.CITY, Level.COUNTY, Level.TOWN)


@transaction.atomic
def create_grid(
    village_id: int,
    *,
    code: str,
    name: str,
    kind: GridKind,
    households: int | None,
    actor: "User",
) -> Grid:
    """Draw a grid in a village; the columns of the levels above follow from the village.

    Raises Center.DoesNotExist for a village where ``actor`` may draw none, and DomainError for a code that is not
    the village's code with three digits more, or that another grid has.
    """
    locks.hold_with_others(ROSTER_LOCK)
    villages = centers_in_scope(actor, "grids.add_grid").open().filter(level=Level.VILLAGE)
    village = villages.get(pk=village_id)
    check_code_of_village(code, village.code)
    if Grid.objects.filter(code=code).exists():
        raise DomainError(_("Another grid has this code. Take the next free number."), code="code_taken")
    above = ancestor_ids([village])[village.pk]
    grid = new_grid(village, above, code=code, name=name, kind=kind, households=households)
    grid.save()
    return grid


def new_grid(village: Center, above: Mapping[str, int], **fields: object) -> Grid:
    """Return an unsaved grid of ``village`` with the columns of its ancestors filled in."""
    ancestors = {f"{level.value}_id": above.get(level) for level in ABOVE_VILLAGE}
    return Grid(village=village, **ancestors, **fields)
