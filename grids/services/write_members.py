"""Moving the staged rows of a roster into the system, in a fixed number of statements."""

from typing import Final

from core.statements import run_counted
from grids.services.compare_members import DIFFERS
from grids.services.conflicts import TAKES_PART

# One person may stand in several rows, which do not contradict each other.
_EXPECTED: Final = f"""
SELECT count(DISTINCT told.id_hash) FILTER (WHERE told.action = 'new'),
    count(DISTINCT told.member_id) FILTER (WHERE told.action = 'changed' AND {DIFFERS}),
    coalesce(sum(cardinality(told.struck)), 0), coalesce(sum(redated.ended), 0), coalesce(sum(redated.open), 0),
    count(*) FILTER (WHERE told.begins)
FROM grids_stagedmember told
LEFT JOIN grids_gridmember known ON known.id = told.member_id
LEFT JOIN LATERAL (
    SELECT count(service ->> 2) AS ended, count(*) - count(service ->> 2) AS open
    FROM jsonb_array_elements(told.redated) service
) redated ON told.redated <> '[]'
WHERE {TAKES_PART} AND told.action <> 'same'
"""
# In the order of the hashes, by which the index of those who are there is kept.
_CREATE: Final = f"""
INSERT INTO grids_gridmember (name, id_number, id_hash, sex, mobile, mobile_hash, badge_no, note)
SELECT DISTINCT ON (told.id_hash)
    told.name, told.id_number, told.id_hash, coalesce(nullif(told.sex, ''), '0'), told.mobile, told.mobile_hash,
    nullif(max(told.badge_no) OVER person, ''), max(told.note) OVER person
FROM grids_stagedmember told WHERE {TAKES_PART} AND told.action = 'new'
WINDOW person AS (PARTITION BY told.id_hash) ORDER BY told.id_hash
"""
_CHANGE: Final = f"""
UPDATE grids_gridmember known SET
    name = coalesce(nullif(told.name, ''), known.name), sex = coalesce(nullif(told.sex, ''), known.sex),
    mobile = CASE WHEN told.mobile_hash IN ('', known.mobile_hash) THEN known.mobile ELSE told.mobile END,
    mobile_hash = coalesce(nullif(told.mobile_hash, ''), known.mobile_hash),
    badge_no = coalesce(nullif(told.badge_no, ''), known.badge_no), note = coalesce(nullif(told.note, ''), known.note)
FROM (
    SELECT told.member_id, max(told.name) AS name, max(told.sex) AS sex, max(told.mobile) AS mobile,
        max(told.mobile_hash) AS mobile_hash, max(told.badge_no) AS badge_no, max(told.note) AS note
    FROM grids_stagedmember told WHERE {TAKES_PART} AND told.action = 'changed' GROUP BY told.member_id
) told
WHERE told.member_id = known.id AND {DIFFERS}
"""
_STRIKE_OUT: Final = f"""
DELETE FROM grids_assignment WHERE id IN (
    SELECT unnest(told.struck) FROM grids_stagedmember told WHERE {TAKES_PART} AND told.struck <> '{{}}')
"""
_REDATE: Final = f"""
UPDATE grids_assignment service SET starts_on = (redated.days ->> 1)::date, ends_on = (redated.days ->> 2)::date
FROM (
    SELECT jsonb_array_elements(told.redated) AS days FROM grids_stagedmember told
    WHERE {TAKES_PART} AND told.redated <> '[]'
) redated
WHERE service.id = (redated.days ->> 0)::bigint AND redated.days ->> 2 IS"""
_END: Final = f"{_REDATE} NOT NULL"
_OPEN: Final = f"{_REDATE} NULL"
_BEGIN: Final = f"""
INSERT INTO grids_assignment (grid_id, member_id, post, starts_on, ends_on)
SELECT told.grid_id, member.id, told.post, told.starts_on, told.ends_on
FROM grids_stagedmember told JOIN grids_gridmember member ON member.id_hash = told.id_hash
WHERE {TAKES_PART} AND told.begins ORDER BY member.id
"""


def write_members(import_id: int) -> None:
    """Write what the rows of a compared roster would do. What ends is written before what begins.

    So a grid may change its leader in one go. Raises WrongCount when a statement did not do what was planned.
    """
    run_counted(_EXPECTED, (_CREATE, _CHANGE, _STRIKE_OUT, _END, _OPEN, _BEGIN), {"id": import_id})
