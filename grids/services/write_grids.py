"""Moving the staged rows of a list of grids into the system, in a fixed number of statements."""

from typing import Final

from centers.enums import Level
from core.statements import run_counted
from grids.services.compare_grids import DIFFERS
from grids.services.conflicts import TAKES_PART

_EXPECTED: Final = f"""
SELECT count(*) FILTER (WHERE told.action = 'new'), count(*) FILTER (WHERE told.action = 'changed')
FROM grids_stagedgrid told WHERE {TAKES_PART}
"""
_ABOVE: Final = ", ".join(
    f"max(above.id) FILTER (WHERE above.level = '{level}') AS {level}_id" for level in Level.values
)
# The path of a village holds the codes of everything above it, and its own.
_CREATE: Final = f"""
WITH place AS (
    SELECT village.id, {_ABOVE}
    FROM centers_center village JOIN centers_center above ON above.code = ANY(string_to_array(village.path, '/'))
    WHERE village.id IN (SELECT told.village_id FROM grids_stagedgrid told WHERE {TAKES_PART} AND told.action = 'new')
    GROUP BY village.id
)
INSERT INTO grids_grid (code, name, kind, households, is_active, province_id, city_id, county_id, town_id, village_id)
SELECT told.code, told.name, coalesce(nullif(told.kind, ''), 'comprehensive'), told.households, true,
    place.province_id, place.city_id, place.county_id, place.town_id, place.village_id
FROM grids_stagedgrid told JOIN place ON place.id = told.village_id
WHERE {TAKES_PART} AND told.action = 'new' ORDER BY told.code
"""
_CHANGE: Final = f"""
UPDATE grids_grid grid SET
    name = coalesce(nullif(told.name, ''), grid.name), kind = coalesce(nullif(told.kind, ''), grid.kind),
    households = coalesce(told.households, grid.households)
FROM grids_stagedgrid told
WHERE {TAKES_PART} AND told.action = 'changed' AND told.grid_id = grid.id AND {DIFFERS}
"""


def write_grids(import_id: int) -> None:
    """Write what the rows of a compared list of grids would do; the levels above follow from the village.

    Raises WrongCount when a statement did not do what was planned.
    """
    run_counted(_EXPECTED, (_CREATE, _CHANGE), {"id": import_id})
