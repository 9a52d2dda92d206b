"""What each row of a list of grids would do: told by the database for all rows at once."""

from typing import Final

from centers.reports import Scope
from core.statements import run
from grids.models import StagedGrid
from grids.services.conflicts import COVERED, TAKES_PART, area_of, refuse

# What a row tells of the grid and the system says otherwise; an empty cell tells nothing.
DIFFERS: Final = """(
    told.name <> '' AND told.name <> grid.name OR told.kind <> '' AND told.kind <> grid.kind
    OR told.households IS NOT NULL AND told.households IS DISTINCT FROM grid.households
)"""

_CLASSIFY: Final = f"""
UPDATE grids_stagedgrid row SET grid_id = found.grid_id, action = found.action
FROM (
    SELECT told.id, grid.id AS grid_id,
        CASE WHEN grid.id IS NULL THEN 'new' WHEN {DIFFERS} THEN 'changed' ELSE 'same' END AS action
    FROM grids_stagedgrid told LEFT JOIN grids_grid grid ON grid.code = told.code
    WHERE {TAKES_PART}
) found
WHERE row.id = found.id AND (row.action <> found.action OR row.grid_id IS DISTINCT FROM found.grid_id)
"""
_CONFLICTS: Final = f"""
SELECT told.id, 'not_yours' AS code, NULL AS detail
FROM grids_stagedgrid told
LEFT JOIN grids_grid grid ON grid.id = told.grid_id
LEFT JOIN centers_center village
    ON village.id = told.village_id AND village.level = 'village' AND (
        village.code = left(told.code, 12) OR EXISTS (
            SELECT FROM centers_center merged
            WHERE merged.parent_id = village.id AND merged.code = left(told.code, 12)))
WHERE {TAKES_PART} AND (
    village.id IS NULL OR grid.id IS NOT NULL AND {COVERED} IS NOT TRUE
    OR NOT EXISTS (SELECT FROM centers_center held WHERE held.id = ANY(%(held)s::bigint[])
        AND starts_with(village.path, held.path)))
"""


def compare_grids(import_id: int, *, scope: Scope) -> None:
    """Say of each row of a list of grids what it would do under the centers of ``scope``, or that it may not.

    The rows that the checks refused are left alone. The caller has taken back what was said before.
    """
    held = [pk for ids in scope.center_ids.values() for pk in ids]
    given = {"id": import_id, "held": held} | area_of(scope)
    run(_CLASSIFY, given)
    refuse(StagedGrid, found=_CONFLICTS, **given)
