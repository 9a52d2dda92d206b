"""What may stand in one cell. Each function returns the clean value or raises BadCell with what to do about it."""

import re
from datetime import date, timedelta
from typing import Final

from django.utils.translation import gettext as _

from core.cells import BadCell, needed, parse_day
from grids.enums import GridKind, GridPost, Sex
from grids.rules.columns import KINDS, POSTS, SEXES

MAX_NAME: Final = 40
MAX_GRID_NAME: Final = 60
MAX_BADGE: Final = 30
MAX_NOTE: Final = 200
MAX_HOUSEHOLDS: Final = 20_000

PLAIN_NAME: Final = re.compile(r"[\u4e00-\u9fff]{2,40}")
PLAIN_BADGE: Final = re.compile(r"[A-Za-z0-9-]{1,30}")
MOBILE: Final = re.compile(r"1[3-9]\d{9}", re.ASCII)

_NAME: Final = re.compile(r"[^\W_][\w·' .()（）-]*")
_DOTS: Final = str.maketrans("•・‧∙⋅", "·····")
_LONG_NUMBER: Final = re.compile(r"\d{7}")
_PERSONAL_NUMBER: Final = re.compile(r"(?<!\d)(1[3-9]\d{9}|\d{15}|\d{17}[\dXx])(?!\d)")
_GRID_CODE: Final = re.compile(r"\d{15}")
_BADGE: Final = re.compile(r"[\w./()-]+")
_DAY_NUMBERS: Final = range(30_000, 60_000)  # as Excel counts days: 1982 to 2064
_FIRST_DAY: Final = date(1899, 12, 30)


def check_name(value: object) -> str:
    """Return a person's name: 2 to 40 characters, letters and ·, never a number that slipped in from a neighbour."""
    name = re.sub(r"\s+", " ", needed(value).translate(_DOTS))
    if not 2 <= len(name) <= MAX_NAME:  # noqa: PLR2004 - the shortest name
        raise BadCell(_("A name has 2 to 40 characters. Enter the full name."), code="name_length")
    if not _NAME.fullmatch(name) or _LONG_NUMBER.search(name) or name.isdigit():
        raise BadCell(_("This does not look like a name. Use letters and · only."), code="name_characters")
    return name


def check_mobile(value: object) -> str:
    """Return the eleven digits of a mobile number.

    >>> check_mobile("+86 138-0000-0000"), check_mobile(13800000000.0)
    ('13800000000', '13800000000')
    """
    digits = re.sub(r"[\s-]", "", needed(value)).removesuffix(".0")
    digits = re.sub(r"^(\+86|0086|86(?=1\d{10}$))", "", digits)
    if not MOBILE.fullmatch(digits):
        raise BadCell(_("A mobile number has 11 digits and begins with 13 to 19. Check the number."), code="mobile")
    return digits


def check_grid_code(value: object) -> str:
    """Return the fifteen digits of a grid code: the village's twelve and three more."""
    code = re.sub(r"\s", "", needed(value))
    if not (code.isascii() and _GRID_CODE.fullmatch(code)):
        raise BadCell(_("A grid code has 15 digits: the village's 12 and 3 more."), code="grid_code")
    return code


def check_code_of_village(code: str, village_code: str) -> None:
    """Refuse a grid code that does not begin with its village's code."""
    if check_grid_code(code)[:-3] != village_code:
        raise BadCell(
            _("The code of a grid in this village begins with %(village_code)s. Correct the code or the village."),
            code="grid_code_prefix",
            village_code=village_code,
        )


def check_grid_name(value: object) -> str:
    """Return a grid's name, at most 60 characters."""
    name = re.sub(r"\s+", " ", needed(value))
    if len(name) > MAX_GRID_NAME:
        raise BadCell(_("A grid's name has at most 60 characters. Shorten it."), code="grid_name_length")
    return name


def check_households(value: object) -> int:
    """Return the number of households of a grid."""
    text = needed(value).removesuffix("户")
    if not (text.isascii() and text.isdigit() and int(text[:9]) <= MAX_HOUSEHOLDS):
        raise BadCell(_("The number of households is a whole number up to 20,000."), code="households")
    return int(text)


def check_post(value: object) -> GridPost:
    """Return the post that one of the four Chinese titles names."""
    title = needed(value)
    if title not in POSTS:
        raise BadCell(_("Unknown post. Write one of: %(choices)s."), code="post", choices="、".join(POSTS))
    return POSTS[title]


def check_kind(value: object) -> GridKind:
    """Return the kind of grid that one of the three Chinese titles names."""
    title = needed(value)
    if title not in KINDS:
        raise BadCell(_("Unknown kind of grid. Write one of: %(choices)s."), code="kind", choices="、".join(KINDS))
    return KINDS[title]


def check_sex(value: object) -> Sex:
    """Return the sex written in a cell."""
    word = needed(value)
    if word not in SEXES:
        raise BadCell(_("Write 男 or 女, or leave the cell empty."), code="sex")
    return SEXES[word]


def check_day(value: object) -> date:
    """Return the day a cell names; a day that was left as the number Excel keeps for it is refused with its meaning."""
    if isinstance(value, int | float) and value in _DAY_NUMBERS:
        raise BadCell(
            _("The cell holds a number where a day should stand; %(day)s is meant, perhaps. Write it so."),
            code="day_as_number",
            day=(_FIRST_DAY + timedelta(days=int(value))).isoformat(),
        )
    return parse_day(value)


def check_badge(value: object) -> str:
    """Return a badge number, at most 30 characters without spaces."""
    badge = re.sub(r"\s", "", needed(value))
    if len(badge) > MAX_BADGE or not _BADGE.fullmatch(badge):
        raise BadCell(_("A badge number has at most 30 letters and digits. Check it."), code="badge")
    return badge


def check_note(value: object) -> str:
    """Return a remark. Identity and phone numbers have columns of their own, where they are kept encrypted."""
    note = needed(value)
    if len(note) > MAX_NOTE:
        raise BadCell(_("A remark has at most 200 characters. Shorten it."), code="note_length")
    if _PERSONAL_NUMBER.search(re.sub(r"[\s-]", "", note)):
        raise BadCell(_("The remark holds an identity or phone number. Remove it from here."), code="note_personal")
    return note
