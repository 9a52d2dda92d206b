from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper
from django.utils.translation import gettext as _

from centers.models import Center
from centers.services.check_divisions import check_divisions
from centers.services.merge_divisions import merge_divisions
from centers.services.read_divisions import read_divisions
from centers.services.reorganise import FOLLOWERS
from core.errors import InvalidFile

NAMED: Final = 20

# Joins over a whole country stay in memory; two loads wait for each other, readers for neither.
PREPARE: Final = """
SET LOCAL work_mem = '128MB';
LOCK TABLE centers_center IN SHARE ROW EXCLUSIVE MODE;
DROP TABLE IF EXISTS pg_temp.division_line;
CREATE TEMPORARY TABLE division_line (
    line integer, code text COLLATE "C", name text, level text, parent_code text COLLATE "C", flaw text, detail text
) ON COMMIT DROP
"""

MOVED: Final = """
SELECT center.id, line.line FROM division_change change
JOIN centers_center center USING (code) JOIN division_line line USING (code)
WHERE change.is_moved
"""

COUNTS: Final = """
SELECT count(*) FILTER (WHERE is_created), count(*) FILTER (WHERE is_renamed), count(*) FILTER (WHERE is_moved),
       count(*) FILTER (WHERE is_returned), (SELECT count(*) FROM division_missing), count(*)
FROM division_change
"""

NAMES: Final = """
(SELECT 'created', name || ' ' || code
 FROM division_change WHERE is_created ORDER BY code LIMIT %(named)s)
UNION ALL
(SELECT 'renamed', old_name || ' → ' || name || ' ' || code
 FROM division_change WHERE is_renamed ORDER BY code LIMIT %(named)s)
UNION ALL
(SELECT 'moved', name || ' ' || code || ' ' || coalesce(old_parent_code, '') || ' → ' || parent_code
 FROM division_change WHERE is_moved ORDER BY code LIMIT %(named)s)
UNION ALL
(SELECT 'returned', name || ' ' || code
 FROM division_change WHERE is_returned ORDER BY code LIMIT %(named)s)
UNION ALL
(SELECT 'missing', name || ' ' || code
 FROM division_missing ORDER BY code LIMIT %(named)s)
"""


@dataclass(frozen=True, slots=True)
class Divisions:
    """How many divisions something happened to, and their names and codes where they are few."""

    count: int
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LoadedDivisions:
    """What a file did. One division may be renamed, moved and returned at once; missing ones stand in no line."""

    lines: int
    unchanged: int
    created: Divisions
    renamed: Divisions
    moved: Divisions
    returned: Divisions
    missing: Divisions


@transaction.atomic
def load_divisions(file: Iterable[bytes]) -> LoadedDivisions:
    """Bring the tree of centers in line with the lines of ``file`` (``code,name,level,parent_code``, UTF-8).

    Divisions at or below the file's roots that it no longer names cease to be current; none is ever deleted. The
    table of centers is locked against other writers. Raises InvalidFile, with every bad line, and then nothing is
    written.
    """
    with connection.cursor() as cursor:
        lines = _stage(cursor, file)
        check_divisions(cursor)
        merge_divisions(cursor)
        _check_moves(cursor)
        return _report(cursor, lines)


def _stage(cursor: CursorWrapper, file: Iterable[bytes]) -> int:
    count = 0
    cursor.execute(PREPARE)
    with cursor.copy("COPY division_line FROM STDIN") as copy:
        for count, row in enumerate(read_divisions(file), start=1):  # noqa: B007 - the last count is returned
            copy.write_row(row)
    cursor.execute("ANALYZE division_line")
    return count


def _check_moves(cursor: CursorWrapper) -> None:
    """Raise InvalidFile when a division was put elsewhere under which something lies: that takes a reorganisation."""
    cursor.execute(MOVED)
    lines = dict(cursor.fetchall())
    bound = [
        center
        for center in Center.objects.filter(pk__in=lines).order_by("code")
        if any(follower.holds(center) for follower in FOLLOWERS)
    ]
    if bound:
        text = _("%(center)s has matters or grids and is not moved by a file. Reorganise it on its page first.")
        raise InvalidFile(
            _("Nothing was loaded: %(count)s problems. Correct the lines and load the file again."),
            problems=[(lines[center.pk], text % {"center": center}) for center in bound],
            count=len(bound),
        )


def _report(cursor: CursorWrapper, lines: int) -> LoadedDivisions:
    cursor.execute(COUNTS)
    ((*counts, changed),) = cursor.fetchall()
    cursor.execute(NAMES, {"named": NAMED})
    named = cursor.fetchall()
    fate = {
        kind: Divisions(count, tuple(name for key, name in named if key == kind) if count <= NAMED else ())
        for kind, count in zip(("created", "renamed", "moved", "returned", "missing"), counts, strict=True)
    }
    return LoadedDivisions(lines=lines, unchanged=lines - changed, **fate)
