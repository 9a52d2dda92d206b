"""The staged lines of a file of divisions become centers: what is new, what differs, what is gone."""

from typing import Final

from django.db.backends.utils import CursorWrapper

from centers.rules import LEVELS

# A division that the file leaves without a parent stays where the system has it.
KEEP_PARENTS: Final = """
UPDATE division_line line SET parent_code = above.code
FROM centers_center center JOIN centers_center above ON above.id = center.parent_id
WHERE line.parent_code = '' AND center.code = line.code
"""

FIND_CHANGES: Final = """
CREATE TEMPORARY TABLE division_change ON COMMIT DROP AS
SELECT line.code, line.name, line.level, line.parent_code, center.name AS old_name, above.code AS old_parent_code,
       center.id IS NULL AS is_created,
       center.name <> line.name AS is_renamed,
       coalesce(above.code, '') <> line.parent_code AND center.id IS NOT NULL AS is_moved,
       NOT center.is_current AS is_returned
FROM division_line line
LEFT JOIN centers_center center ON center.code = line.code
LEFT JOIN centers_center above ON above.id = center.parent_id
WHERE center.id IS NULL OR center.name <> line.name OR NOT center.is_current
   OR coalesce(above.code, '') <> line.parent_code
"""

# In the order of the codes, so that the indexes grow at their end.
ADD_LEVEL: Final = """
INSERT INTO centers_center (code, name, level, parent_id, path, is_current)
SELECT change.code, change.name, change.level, above.id, coalesce(above.path, '') || change.code || '/', true
FROM division_change change LEFT JOIN centers_center above ON above.code = change.parent_code
WHERE change.is_created AND change.level = %s
ORDER BY change.code
"""

CHANGE: Final = """
UPDATE centers_center center SET name = change.name, parent_id = above.id, is_current = true
FROM division_change change LEFT JOIN centers_center above ON above.code = change.parent_code
WHERE center.code = change.code AND NOT change.is_created
"""

REWRITE_PATHS: Final = """
UPDATE centers_center center SET path = above.path || center.code || '/'
FROM centers_center above
WHERE above.id = center.parent_id AND center.level = %s AND center.path <> above.path || center.code || '/'
"""

# A subtree is one range of paths: "0" is the character after "/".
FIND_MISSING: Final = """
CREATE TEMPORARY TABLE division_missing ON COMMIT DROP AS
WITH root AS (
    SELECT center.path FROM division_line line JOIN centers_center center USING (code)
    WHERE NOT EXISTS (SELECT FROM division_line above WHERE above.code = line.parent_code)
)
SELECT DISTINCT center.id, center.code, center.name
FROM root JOIN centers_center center ON center.path >= root.path AND center.path < left(root.path, -1) || '0'
WHERE NOT EXISTS (SELECT FROM division_line line WHERE line.code = center.code)
"""

MARK_MISSING: Final = """
UPDATE centers_center center SET is_current = false FROM division_missing missing
WHERE missing.id = center.id AND center.is_current
"""


def merge_divisions(cursor: CursorWrapper) -> None:
    """Bring the centers in line with the checked lines; what already agrees is not written.

    Leaves the temporary tables ``division_change`` and ``division_missing``, which tell what was done.
    """
    cursor.execute(KEEP_PARENTS)
    cursor.execute("DROP TABLE IF EXISTS pg_temp.division_change, pg_temp.division_missing")
    cursor.execute(FIND_CHANGES)
    cursor.execute("ANALYZE division_change")
    for level in LEVELS:
        cursor.execute(ADD_LEVEL, [level])
    cursor.execute(CHANGE)
    _rewrite_paths(cursor)
    cursor.execute(FIND_MISSING)
    cursor.execute(MARK_MISSING)


def _rewrite_paths(cursor: CursorWrapper) -> None:
    """Let the path of everything below a moved division follow it, from the top down."""
    cursor.execute("SELECT EXISTS (SELECT FROM division_change WHERE is_moved)")
    if cursor.fetchone() == (True,):
        for level in LEVELS:
            cursor.execute(REWRITE_PATHS, [level])
