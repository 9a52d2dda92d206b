"""What each row of a roster would do: told by the database for all rows at once."""

from datetime import date
from typing import Final

from centers.reports import Scope
from core.statements import run
from grids.models import StagedMember
from grids.services.compare_services import SERVED, compare_services
from grids.services.conflicts import COVERED, TAKES_PART, area_of, refuse, warn

# What a row tells of the person and the system says otherwise; an empty cell tells nothing.
DIFFERS: Final = """(
    told.name <> '' AND told.name <> known.name OR told.sex <> '' AND told.sex <> known.sex
    OR told.mobile_hash <> '' AND told.mobile_hash <> known.mobile_hash
    OR told.badge_no <> '' AND told.badge_no IS DISTINCT FROM known.badge_no
    OR told.note <> '' AND told.note <> known.note
)"""
_IN_FORCE: Final = "(service.ends_on IS NULL OR service.ends_on >= %(today)s)"

# Of a file that was compared before only those rows are written whose answer is another one.
_CLASSIFY: Final = f"""
UPDATE grids_stagedmember row SET
    member_id = found.member_id, action = found.action, begins = found.action = 'new', struck = '{{}}', redated = '[]'
FROM (
    SELECT told.id, known.id AS member_id, served.id IS NOT NULL AS is_served,
        CASE WHEN known.id IS NULL THEN 'new' WHEN served.id IS NULL OR {DIFFERS} THEN 'changed' ELSE 'same' END
            AS action
    FROM grids_stagedmember told
    LEFT JOIN grids_gridmember known ON known.id_hash = told.id_hash
    LEFT JOIN grids_assignment served ON {SERVED.format(member="known.id")}
    WHERE {TAKES_PART}
) found
WHERE row.id = found.id AND (
    row.action <> found.action OR row.member_id IS DISTINCT FROM found.member_id
    OR found.is_served AND (row.begins OR row.struck <> '{{}}' OR row.redated <> '[]')
)
"""

# Who gets a badge number by the file, and so gives up the one they have.
_RENUMBERED: Final = f"""
    SELECT told.member_id, max(told.badge_no) AS badge_no FROM grids_stagedmember told
    WHERE {TAKES_PART} AND told.action = 'changed' AND told.badge_no <> '' GROUP BY told.member_id
"""
_CONFLICTS: Final = f"""
WITH place AS (SELECT grid.id, grid.is_active FROM grids_grid grid WHERE {COVERED}), reach AS (
    SELECT service.member_id, bool_or(place.id IS NOT NULL) AS is_here
    FROM grids_assignment service LEFT JOIN place ON place.id = service.grid_id
    WHERE {_IN_FORCE} AND service.member_id IN (
        SELECT told.member_id FROM grids_stagedmember told WHERE {TAKES_PART} AND told.action = 'changed')
    GROUP BY service.member_id
), renumbered AS ({_RENUMBERED}), judged AS (
    SELECT told.id, place.id IS NULL AS is_elsewhere, NOT place.is_active AS is_out_of_use,
        holder.id IS NOT NULL AND renumbered.member_id IS NULL AS is_taken, NOT reach.is_here AS is_out_of_reach
    FROM grids_stagedmember told
    LEFT JOIN place ON place.id = told.grid_id
    LEFT JOIN grids_gridmember holder ON told.badge_no <> '' AND holder.badge_no = told.badge_no
        AND holder.id IS DISTINCT FROM told.member_id
    LEFT JOIN renumbered ON renumbered.member_id = holder.id AND renumbered.badge_no <> holder.badge_no
    LEFT JOIN reach ON reach.member_id = told.member_id AND told.action = 'changed'
    WHERE {TAKES_PART}
)
SELECT judged.id, conflict.code, NULL AS detail
FROM judged CROSS JOIN LATERAL (VALUES
    ('not_yours', is_elsewhere), ('grid_not_in_use', is_out_of_use), ('badge_taken', is_taken),
    ('not_reachable', is_out_of_reach)
) conflict(code, holds)
WHERE (is_elsewhere OR is_out_of_use OR is_taken OR is_out_of_reach) AND conflict.holds
"""

# A number that was to be given up is kept when the row that says so is refused.
_BADGES: Final = f"""
WITH renumbered AS ({_RENUMBERED})
SELECT told.id, 'badge_taken' AS code, NULL AS detail
FROM grids_stagedmember told
JOIN grids_gridmember holder ON holder.badge_no = told.badge_no AND holder.id IS DISTINCT FROM told.member_id
LEFT JOIN renumbered ON renumbered.member_id = holder.id AND renumbered.badge_no <> holder.badge_no
WHERE {TAKES_PART} AND told.badge_no <> '' AND renumbered.member_id IS NULL
"""

# A leader stays unless the file ends that service. Of several rows that name a leader anew the first is right.
_LEADERS: Final = f"""
WITH claim AS (
    SELECT told.id, told.number, told.grid_id, told.begins, told.redated FROM grids_stagedmember told
    WHERE {TAKES_PART} AND told.post = 'grid_leader' AND told.ends_on IS NULL
), released AS (
    SELECT unnest(told.struck) AS id FROM grids_stagedmember told WHERE {TAKES_PART} AND told.struck <> '{{}}'
    UNION ALL SELECT (ended ->> 0)::bigint FROM grids_stagedmember told, jsonb_array_elements(told.redated) ended
    WHERE {TAKES_PART} AND told.redated <> '[]' AND ended ->> 2 IS NOT NULL
), holder AS (
    SELECT service.id, service.grid_id FROM grids_assignment service
    WHERE service.post = 'grid_leader' AND service.ends_on IS NULL
        AND service.grid_id IN (SELECT grid_id FROM claim)
        AND NOT EXISTS (SELECT FROM released WHERE released.id = service.id)
), judged AS (
    SELECT claim.id, claim.number, min(claim.number) OVER (PARTITION BY claim.grid_id) AS first, holder.id AS held,
        holder.id IS NOT NULL AND (claim.begins OR claim.redated <> '[]'
            AND NOT claim.redated @> jsonb_build_array(jsonb_build_array(holder.id))) AS is_anothers
    FROM claim LEFT JOIN holder USING (grid_id)
)
SELECT id, CASE WHEN is_anothers THEN 'leader_known' ELSE 'second_leader' END AS code, first AS detail
FROM judged WHERE is_anothers OR held IS NULL AND number <> first
"""

_REMARKABLE: Final = f"""
SELECT told.id, 'name_changes' AS code, NULL AS detail
FROM grids_stagedmember told JOIN grids_gridmember known ON known.id = told.member_id
WHERE {TAKES_PART} AND told.action = 'changed' AND told.name <> '' AND told.name <> known.name
UNION ALL
SELECT told.id, 'serves_elsewhere', NULL FROM grids_stagedmember told
WHERE {TAKES_PART} AND told.action <> 'new' AND told.post = 'part_time'
    AND (told.ends_on IS NULL OR told.ends_on >= %(today)s)
    AND EXISTS (
        SELECT FROM grids_assignment service
        WHERE service.member_id = told.member_id AND service.grid_id <> told.grid_id AND {_IN_FORCE}
            AND service.id <> ALL(told.struck)
            AND NOT told.redated @> jsonb_build_array(jsonb_build_array(service.id))
            AND NOT EXISTS (
                SELECT FROM grids_stagedmember other WHERE other.roster_import_id = %(id)s
                    AND other.member_id = service.member_id AND other.grid_id = service.grid_id))
"""


def compare_members(import_id: int, *, scope: Scope, today: date) -> None:
    """Say of each row of a roster what it would do under the centers of ``scope``, and what speaks against it.

    The rows that the checks refused are left alone. The caller has taken back what was said before.
    """
    given = {"id": import_id, "today": today} | area_of(scope)
    run(_CLASSIFY, given)
    refuse(StagedMember, found=_CONFLICTS, **given)
    compare_services(given)
    while refuse(StagedMember, found=_BADGES, **given) + refuse(StagedMember, found=_LEADERS, **given):
        pass  # a row that is refused ends no service and gives up no number, so that another may find them taken
    warn(StagedMember, found=_REMARKABLE, **given)
