"""What is wrong with the staged lines of a file of divisions, in the words of the person who made the file."""

from typing import Any, Final

from django.db.backends.utils import CursorWrapper
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from centers.enums import Level
from centers.models import Center
from centers.rules import CODE_DIGITS, LEVELS, parent_level
from centers.services.read_divisions import Flaw
from core.errors import InvalidFile

SHOWN: Final = 1000
NAME_LENGTH: Final = Center._meta.get_field("name").max_length  # noqa: SLF001 - the documented Meta API

TEXTS: Final[dict[str, str | Promise]] = {
    Flaw.HEADER: _("The first line must read code,name,level,parent_code. Add it above the divisions."),
    Flaw.ENCODING: _("This line is not UTF-8. Save the file as CSV UTF-8 and load it again."),
    Flaw.CONTROL: _("This line holds a character that is not text. Type the line anew."),
    Flaw.QUOTES: _("The quotation marks do not match. Close the open one or remove it."),
    Flaw.COLUMNS: _("This line has %(detail)s columns and must have 4. Check its commas and quotation marks."),
    "empty": _("The file holds no division. Choose another file."),
    "code_digits": _('The code "%(code)s" is not made of digits alone. Correct it.'),
    "code_length": _(
        "The code %(code)s has %(detail)s digits; at the level %(level)s it must have %(digits)s. Correct it."
    ),
    "code_twice": _("The code %(code)s stands in line %(detail)s already. Remove one of the two lines."),
    "level": _('The level "%(level)s" is unknown. Write province, city, county, town or village.'),
    "name_missing": _("The name is missing. Enter the name of %(code)s."),
    "name_long": _("The name has %(detail)s characters; at most %(name_length)s fit. Shorten it."),
    "parent": _("The parent %(parent)s is neither in the file nor in the system. Add its line or correct parent_code."),
    "closed": _("%(code)s was merged into %(detail)s. Remove its line, or name that one as the parent."),
    "parent_missing": _("%(code)s names no parent and is not at the file's top level. Enter its parent_code."),
    "parent_province": _("A province belongs to nothing. Leave its parent_code empty."),
    "parent_level": _(
        "The parent %(parent)s has the level %(detail)s; right above %(level)s stands %(above)s. Correct it."
    ),
}

# A line whose level is null cannot be judged, but its code still counts as known, so that one broken line does not
# condemn everything below it.
PROBLEMS: Final = """
WITH known_level(level, rank, digits) AS (
    SELECT * FROM unnest(%(levels)s::text[], %(ranks)s::int[], %(digits)s::int[])
),
stated AS (
    SELECT line.*, known_level.rank, known_level.digits FROM division_line line LEFT JOIN known_level USING (level)
    WHERE line.level IS NOT NULL
),
known AS MATERIALIZED (
    SELECT code, min(line) AS line, min(level) AS level, count(*) AS times FROM division_line
    WHERE code <> '' GROUP BY code
),
placed AS (
    SELECT stated.*, above.rank AS rank_above, coalesce(known.level, center.level) AS level_above,
           known.code IS NULL AND center.code IS NULL AS is_lost
    FROM stated
    LEFT JOIN known ON known.code = stated.parent_code
    LEFT JOIN centers_center center ON center.code = stated.parent_code
    LEFT JOIN known_level above ON above.level = coalesce(known.level, center.level)
    WHERE stated.parent_code <> ''
),
problem(line, kind, code, level, parent_code, detail) AS (
    SELECT line, flaw, code, level, parent_code, detail FROM division_line WHERE flaw IS NOT NULL
    UNION ALL
    SELECT 1, 'empty', '', '', '', '' WHERE NOT EXISTS (SELECT FROM division_line)
    UNION ALL
    SELECT line, 'code_digits', code, level, parent_code, '' FROM stated WHERE code !~ '^[0-9]+$'
    UNION ALL
    SELECT line, 'code_length', code, level, parent_code, length(code)::text FROM stated
    WHERE length(code) <> digits AND code ~ '^[0-9]+$'
    UNION ALL
    SELECT stated.line, 'code_twice', code, stated.level, stated.parent_code, known.line::text
    FROM stated JOIN known USING (code) WHERE known.times > 1 AND stated.line > known.line
    UNION ALL
    SELECT line, 'level', code, level, parent_code, '' FROM stated WHERE rank IS NULL
    UNION ALL
    SELECT line, 'name_missing', code, level, parent_code, '' FROM stated WHERE name = ''
    UNION ALL
    SELECT line, 'name_long', code, level, parent_code, length(name)::text FROM stated
    WHERE length(name) > %(name_length)s
    UNION ALL
    SELECT line, CASE WHEN rank = 0 THEN 'parent_province' WHEN is_lost THEN 'parent' ELSE 'parent_level' END,
           code, level, parent_code, level_above
    FROM placed WHERE rank = 0 OR is_lost OR rank_above <> rank - 1
    UNION ALL
    SELECT line, 'closed', closed.code, stated.level, stated.parent_code, successor.name
    FROM stated JOIN centers_center closed ON closed.code IN (stated.code, stated.parent_code)
    JOIN centers_center successor ON successor.id = closed.parent_id
    WHERE closed.closed_on IS NOT NULL
    UNION ALL
    SELECT line, 'parent_missing', code, level, parent_code, '' FROM stated
    WHERE parent_code = '' AND rank > (SELECT min(rank) FROM stated)
    AND NOT EXISTS (SELECT FROM centers_center center WHERE center.code = stated.code)
)
SELECT line, kind, left(code, 40), left(level, 40), left(parent_code, 40), detail, count(*) OVER ()
FROM problem ORDER BY line, kind LIMIT %(shown)s
"""


def check_divisions(cursor: CursorWrapper) -> None:
    """Raise InvalidFile with every problem of the staged lines, the first thousand of them in words."""
    cursor.execute(
        PROBLEMS,
        {
            "levels": [level.value for level in LEVELS],
            "ranks": list(range(len(LEVELS))),
            "digits": [CODE_DIGITS[level] for level in LEVELS],
            "name_length": NAME_LENGTH,
            "shown": SHOWN,
        },
    )
    found = cursor.fetchall()
    if found:
        count = found[0][-1]
        raise InvalidFile(
            _("Nothing was loaded: %(count)s problems. Correct the lines and load the file again."),
            problems=[(line, _problem_text(kind, *words)) for line, kind, *words, _count in found],
            count=count,
            more=count - len(found),
        )


def _problem_text(kind: str, code: str, level: str | None, parent_code: str, detail: str) -> str:
    stated = Level(level) if level in LEVELS else None
    above = parent_level(stated) if stated else None
    words: dict[str, Any] = {
        "code": code,
        "level": stated.label if stated else level,
        "parent": parent_code,
        "detail": Level(detail).label if kind == "parent_level" else detail,
        "digits": CODE_DIGITS[stated] if stated else "",
        "above": above.label if above else "",
        "name_length": NAME_LENGTH,
    }
    return str(TEXTS[kind]) % words
