"""What each row of a roster would do: told by the database for all rows at once.

Only people whose services change are looked at one by one, in blocks, with the rule of ``rules.changes``.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final, NamedTuple

from centers.reports import Scope
from core.bulk import AS_JSON, without_collector
from core.cells import BadCell
from core.statements import fetch, fetch_blocks, run
from grids.enums import GridPost
from grids.models import StagedMember
from grids.rules.changes import ServiceChange, change_services, check_full_time
from grids.rules.known import Service
from grids.services.conflicts import COVERED, TAKES_PART, area_of, refuse, warn

BLOCK: Final = 2_000

# What a row tells of the person and the system says otherwise; an empty cell tells nothing.
DIFFERS: Final = """(
    told.name <> '' AND told.name <> known.name OR told.sex <> '' AND told.sex <> known.sex
    OR told.mobile_hash <> '' AND told.mobile_hash <> known.mobile_hash
    OR told.badge_no <> '' AND told.badge_no IS DISTINCT FROM known.badge_no
    OR told.note <> '' AND told.note <> known.note
)"""
# The service that a row tells of is there, day for day.
_SERVED: Final = """
    served.member_id = {member} AND served.grid_id = told.grid_id AND served.post = told.post
    AND served.starts_on = told.starts_on AND served.ends_on IS NOT DISTINCT FROM told.ends_on
"""
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
    LEFT JOIN grids_assignment served ON {_SERVED.format(member="known.id")}
    WHERE {TAKES_PART}
) found
WHERE row.id = found.id AND (
    row.action <> found.action OR row.member_id IS DISTINCT FROM found.member_id
    OR found.is_served AND (row.begins OR row.struck <> '{{}}' OR row.redated <> '[]')
)
"""

_CONFLICTS: Final = f"""
WITH place AS (SELECT grid.id, grid.is_active FROM grids_grid grid WHERE {COVERED}), reach AS (
    SELECT service.member_id, bool_or(place.id IS NOT NULL) AS is_here
    FROM grids_assignment service LEFT JOIN place ON place.id = service.grid_id
    WHERE {_IN_FORCE} AND service.member_id IN (
        SELECT told.member_id FROM grids_stagedmember told WHERE {TAKES_PART} AND told.action = 'changed')
    GROUP BY service.member_id
), judged AS (
    SELECT told.id, place.id IS NULL AS is_elsewhere, NOT place.is_active AS is_out_of_use,
        holder.id IS NOT NULL AS is_taken, NOT reach.is_here AS is_out_of_reach
    FROM grids_stagedmember told
    LEFT JOIN place ON place.id = told.grid_id
    LEFT JOIN grids_gridmember holder ON told.badge_no <> '' AND holder.badge_no = told.badge_no
        AND holder.id IS DISTINCT FROM told.member_id
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

# One person's rows come in the order in which the services begin, so that the first one ends what was before.
_TO_LOOK_AT: Final = f"""
SELECT told.id, told.member_id, told.grid_id, told.post, told.starts_on, told.ends_on
FROM grids_stagedmember told
WHERE {TAKES_PART} AND told.action = 'changed'
    AND NOT EXISTS (SELECT FROM grids_assignment served WHERE {_SERVED.format(member="told.member_id")})
ORDER BY told.member_id, told.starts_on, told.number
"""
_OF_SEVERAL_ROWS: Final = f"""
SELECT told.member_id, array_agg(told.grid_id), array_agg(told.post)
FROM grids_stagedmember told WHERE {TAKES_PART} AND told.member_id IS NOT NULL
GROUP BY told.member_id HAVING count(*) > 1
"""
_SERVICES: Final = f"""
SELECT service.member_id, service.id, service.grid_id, service.post, service.starts_on, service.ends_on,
    {COVERED} IS TRUE
FROM grids_assignment service JOIN grids_grid grid ON grid.id = service.grid_id
WHERE service.member_id = ANY(%(members)s) ORDER BY service.id
"""
_CHANGE: Final = """
UPDATE grids_stagedmember row SET struck = found.struck, redated = found.redated, begins = found.begins
FROM jsonb_to_recordset(%(found)s::jsonb) AS found(id bigint, struck bigint[], redated jsonb, begins boolean)
WHERE row.id = found.id AND row.id = ANY(%(ids)s)
    AND (row.struck, row.redated, row.begins) IS DISTINCT FROM (found.struck, found.redated, found.begins)
"""
_REFUSED: Final = "SELECT * FROM jsonb_to_recordset(%(refused)s::jsonb) AS found(id bigint, code text, detail text)"

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


class ToldService(NamedTuple):
    """One row whose service is not there as it is told."""

    row_id: int
    member_id: int
    service: Service


def compare_members(import_id: int, *, scope: Scope, today: date) -> None:
    """Say of each row of a roster what it would do under the centers of ``scope``, and what speaks against it.

    The rows that the checks refused are left alone. The caller has taken back what was said before.
    """
    given = {"id": import_id, "today": today} | area_of(scope)
    run(_CLASSIFY, given)
    refuse(StagedMember, found=_CONFLICTS, **given)
    _change_services(given)
    while refuse(StagedMember, found=_LEADERS, **given):
        pass  # a row that is refused ends no service, so that another row may find its grid taken
    warn(StagedMember, found=_REMARKABLE, **given)


def _change_services(given: dict[str, Any]) -> None:
    """Write to the rows whose services are not there as told which of them are struck out, redated and begun."""
    several = {pk: {*zip(grids, posts, strict=True)} for pk, grids, posts in fetch(_OF_SEVERAL_ROWS, given)}
    known: dict[int, list[Service]] = {}
    with without_collector():
        for rows in fetch_blocks(_TO_LOOK_AT, given, size=BLOCK):
            block = [ToldService(pk, member_id, _service(0, *told)) for pk, member_id, *told in rows]
            known = _known_services(block, given) | {pk: known[pk] for pk in {block[0].member_id} & known.keys()}
            _change_block(block, known, several, today=given["today"])


def _known_services(block: Sequence[ToldService], given: dict[str, Any]) -> dict[int, list[Service]]:
    known: dict[int, list[Service]] = {row.member_id: [] for row in block}
    for member_id, *service in fetch(_SERVICES, given | {"members": [*known]}):
        known[member_id].append(_service(*service))
    return known


def _change_block(
    block: Sequence[ToldService], known: dict[int, list[Service]], several: Mapping[int, set[Any]], *, today: date
) -> None:
    """Write to the rows of one block what happens to services, or why it cannot; ``known`` is then what follows."""
    changes, refused = [], []
    for row in block:
        places = several.get(row.member_id, set()) - {(row.service.grid_id, row.service.post)}
        services = [one for one in known[row.member_id] if (one.grid_id, one.post) not in places]
        try:
            change = change_services(services, row.service, today=today)
            check_full_time(services, row.service, change)
        except BadCell as error:
            refused.append({"id": row.row_id, "code": error.code, "detail": str(error)})
        else:
            changes.append(_as_json(row, change))
            known[row.member_id] = _changed(known[row.member_id], change)
    if changes:
        run(_CHANGE, {"found": AS_JSON(changes), "ids": [change["id"] for change in changes]})
    if refused:
        refuse(StagedMember, found=_REFUSED, refused=AS_JSON(refused))


def _changed(services: list[Service], change: ServiceChange) -> list[Service]:
    """Return the known services as they are after the change; what begins is told by its own row."""
    redated = {service.id: service for service in change.redated}
    struck = {service.id for service in change.struck}
    return [redated.get(service.id, service) for service in services if service.id not in struck]


def _service(
    pk: int,
    grid_id: int,
    post: str,
    starts_on: date,
    ends_on: date | None,
    is_here: bool = True,  # noqa: FBT001, FBT002 - the same
) -> Service:
    return Service(
        id=pk, grid_id=grid_id, grid_name="", post=GridPost(post), starts_on=starts_on, ends_on=ends_on, is_here=is_here
    )


def _as_json(row: ToldService, change: ServiceChange) -> dict[str, Any]:
    redated = [
        [service.id, service.starts_on.isoformat(), service.ends_on and service.ends_on.isoformat()]
        for service in change.redated
    ]
    struck = [service.id for service in change.struck]
    return {"id": row.row_id, "struck": struck, "redated": redated, "begins": change.begun is not None}
