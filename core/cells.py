"""What may stand in one cell of a table that somebody sent in, whatever the table is about.

Each function returns the clean value or raises BadCell with what to do about it.
"""

import math
import re
import unicodedata
from datetime import date, datetime
from typing import Final

from django.utils.translation import gettext as _

from core.errors import DomainError

_DAY: Final = (
    re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?: 0?0:00(?::00)?)?"),
    re.compile(r"(\d{4})年(\d{1,2})月(\d{1,2})日"),
    re.compile(r"(\d{4})(\d{2})(\d{2})"),
)
_DAY_WITHOUT_CENTURY: Final = re.compile(r"\d{1,4}[-/.年]\d{1,2}[-/.月]\d{1,4}日?")
_YEARS: Final = range(1950, 2101)


class BadCell(DomainError):
    """A cell cannot be taken as it is."""

    code = "bad_cell"


def text_of(value: object) -> str:
    """Return a cell as text: numbers without a decimal part, full-width forms and outer spaces gone, '' for none."""
    if value is None:
        return ""
    if isinstance(value, float) and math.isfinite(value) and value.is_integer():
        value = int(value)
    return unicodedata.normalize("NFKC", str(value)).strip()


def needed(value: object) -> str:
    """Return the text of a cell that may not be empty."""
    text = text_of(value)
    if not text:
        raise BadCell(
            _("Nothing is filled in. Fill in every row; a merged cell counts for its first row only."), code="missing"
        )
    return text


def parse_day(value: object) -> date:
    """Return the day a cell names. A form that can be read in two ways is refused.

    >>> parse_day("2026年1月5日"), parse_day("2026.1.5") == parse_day(20260105)
    (datetime.date(2026, 1, 5), True)
    """
    if isinstance(value, datetime):
        return _checked_year(value.date())
    if isinstance(value, date):
        return _checked_year(value)
    text = re.sub(r"\s*([-/.年月日])\s*", r"\1", needed(value))
    for pattern in _DAY:
        if match := pattern.fullmatch(text):
            return _day(*map(int, match.groups()))
    if _DAY_WITHOUT_CENTURY.fullmatch(text):
        raise BadCell(
            _("It is not clear which day this is. Write year, month and day, such as 2026-01-05."), code="ambiguous_day"
        )
    raise BadCell(_("This is not a date. Write it such as 2026-01-05."), code="not_a_day")


def _day(year: int, month: int, day: int) -> date:
    try:
        found = date(year, month, day)
    except ValueError:
        raise BadCell(_("There is no such day in the calendar. Check month and day."), code="no_such_day") from None
    return _checked_year(found)


def _checked_year(day: date) -> date:
    if day.year not in _YEARS:
        raise BadCell(_("The year is not plausible. Write the day such as 2026-01-05."), code="implausible_year")
    return day
