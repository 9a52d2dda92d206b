"""What a roster does to services that are not there as it tells: which end, are struck out or redated, which begin.

Those who stand in one row are looked at by the database, all at once; those who stand in several one by one, in blocks,
with the rule of ``rules.changes``.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final, NamedTuple

from core.bulk import AS_JSON, without_collector
from core.cells import BadCell
from core.statements import fetch, fetch_blocks, run
from grids.enums import GridPost
from grids.models import StagedMember
from grids.rules.changes import ServiceChange, change_services, check_full_time, full_time_elsewhere, too_early
from grids.rules.known import Service
from grids.services.conflicts import COVERED, TAKES_PART, refuse

BLOCK: Final = 2_000

# The service that a row tells of is there, day for day.
SERVED: Final = """
    served.member_id = {member} AND served.grid_id = told.grid_id AND served.post = told.post
    AND served.starts_on = told.starts_on AND served.ends_on IS NOT DISTINCT FROM told.ends_on
"""

# What ``rules.changes`` says, for all at once who stand in one row of the file; a test compares the two.
_AT_ONCE: Final = f"""
WITH moving AS (
    SELECT told.id, told.member_id, told.grid_id, told.post, told.starts_on, told.ends_on,
        told.ends_on IS NULL OR told.ends_on >= %(today)s AS takes_over
    FROM grids_stagedmember told
    WHERE {TAKES_PART} AND told.action = 'changed' AND told.member_id <> ALL(%(several)s)
        AND NOT EXISTS (SELECT FROM grids_assignment served WHERE {SERVED.format(member="told.member_id")})
), known AS (
    SELECT moving.id AS row_id, moving.member_id, moving.post = 'full_time' AND moving.ends_on IS NULL AS is_full_time,
        moving.starts_on AS told_from, moving.ends_on AS told_until, moving.takes_over, service.id, service.starts_on,
        service.post = 'full_time' AND service.ends_on IS NULL AS has_full_time,
        {COVERED} AND service.grid_id = moving.grid_id AND service.post = moving.post
            AND (service.starts_on = moving.starts_on OR service.ends_on IS NULL OR service.ends_on >= %(today)s)
            AS is_same,
        {COVERED} AND (service.ends_on IS NULL OR service.ends_on >= moving.starts_on) AS goes_on,
        service.grid_id = moving.grid_id AS is_same_grid
    FROM moving LEFT JOIN grids_assignment service ON service.member_id = moving.member_id
    LEFT JOIN grids_grid grid ON grid.id = service.grid_id
), placed AS (
    SELECT known.*,
        first_value(CASE WHEN is_same THEN id END) OVER (
            PARTITION BY row_id ORDER BY is_same DESC NULLS LAST, starts_on = told_from DESC, id) AS corrected,
        takes_over AND goes_on AND (is_same_grid OR NOT bool_or(goes_on AND is_same_grid) OVER (PARTITION BY row_id))
            AS is_replaced
    FROM known
), change AS (
    SELECT row_id, told_from, told_until, is_full_time, corrected,
        array_agg(id ORDER BY id) FILTER (WHERE is_replaced AND starts_on = told_from) AS struck,
        jsonb_agg(jsonb_build_array(id, starts_on, told_from - 1) ORDER BY id)
            FILTER (WHERE is_replaced AND starts_on < told_from) AS redated,
        max(starts_on) FILTER (WHERE is_replaced AND starts_on > told_from AND corrected IS NULL) AS late,
        bool_or(has_full_time AND CASE WHEN corrected IS NULL THEN is_replaced IS NOT TRUE ELSE id <> corrected END)
            AS keeps_full_time
    FROM placed GROUP BY row_id, told_from, told_until, is_full_time, corrected
)
"""
_REFUSED_AT_ONCE: Final = f"""{_AT_ONCE}
SELECT row_id AS id, CASE WHEN late IS NULL THEN 'full_time_elsewhere' ELSE 'starts_before_replaced' END AS code,
    CASE WHEN late IS NULL THEN %(full_time_elsewhere)s ELSE replace(%(too_early)s, '{{day}}', late::text) END AS detail
FROM change WHERE late IS NOT NULL OR is_full_time AND keeps_full_time
"""
_CHANGE_AT_ONCE: Final = f"""{_AT_ONCE}
UPDATE grids_stagedmember row SET struck = found.struck, redated = found.redated, begins = found.begins
FROM (
    SELECT row_id, corrected IS NULL AS begins,
        CASE WHEN corrected IS NULL THEN coalesce(struck, '{{}}') ELSE '{{}}' END AS struck,
        CASE WHEN corrected IS NULL THEN coalesce(redated, '[]')
            ELSE jsonb_build_array(jsonb_build_array(corrected, told_from, told_until)) END AS redated
    FROM change
) found
WHERE row.id = found.row_id
    AND (row.struck, row.redated, row.begins) IS DISTINCT FROM (found.struck, found.redated, found.begins)
"""

# One person's rows come in the order in which the services begin, so that the first one ends what was before.
_TO_LOOK_AT: Final = f"""
SELECT told.id, told.member_id, told.grid_id, told.post, told.starts_on, told.ends_on
FROM grids_stagedmember told
WHERE {TAKES_PART} AND told.action = 'changed'
    AND told.member_id = ANY(%(several)s)
    AND NOT EXISTS (SELECT FROM grids_assignment served WHERE {SERVED.format(member="told.member_id")})
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


class ToldService(NamedTuple):
    """One row whose service is not there as it is told."""

    row_id: int
    member_id: int
    service: Service


def compare_services(given: dict[str, Any]) -> None:
    """Write to the rows whose services are not there as told which of them are struck out, redated and begun."""
    several = {pk: {*zip(grids, posts, strict=True)} for pk, grids, posts in fetch(_OF_SEVERAL_ROWS, given)}
    given |= {"several": [*several]}
    refuse(StagedMember, found=_REFUSED_AT_ONCE, **given, **_words())
    run(_CHANGE_AT_ONCE, given)
    if several:
        _compare_one_by_one(several, given)


def _words() -> dict[str, str]:
    return {"too_early": str(too_early("{day}")), "full_time_elsewhere": str(full_time_elsewhere())}


def _compare_one_by_one(several: dict[int, set[Any]], given: dict[str, Any]) -> None:
    """Look at those who stand in several rows, each of which begins where the one before has ended."""
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
