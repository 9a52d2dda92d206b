"""Finding the table of a notice in a file: below which headers, and in which of the two forms."""

from collections.abc import Mapping
from typing import Final

from django.utils.translation import gettext as _

from centers.rules.notice import BY_HOLIDAY, DAY_BY_DAY, OTHER_NAMES, Layout, Notice, read_notice
from core.errors import InvalidFile
from core.tables import Headers, Table, read_table

MAX_BYTES: Final = 1024 * 1024
MAX_ROWS: Final = 500
WANTED: Final = Headers(
    layouts=(DAY_BY_DAY.required, BY_HOLIDAY.required),
    others=DAY_BY_DAY.optional + BY_HOLIDAY.optional,
    aliases=OTHER_NAMES,
)


def read_notice_file(data: bytes, *, year: int) -> Notice:
    """Return the year a file describes; raise InvalidFile with everything that is wrong, in the words of the office."""
    try:
        table = read_table(data, wanted=WANTED, max_bytes=MAX_BYTES, max_rows=MAX_ROWS)
    except InvalidFile as error:
        raise _in_other_words(error) from None
    if not table.filled_rows:
        raise InvalidFile(
            _("There is no day below the headers. Fill in the table and upload it again."), code="no_rows"
        )
    return read_notice(_layout_of(table), list(_rows_of(table)), year=year)


def _layout_of(table: Table) -> Layout:
    return DAY_BY_DAY if set(DAY_BY_DAY.required) <= set(table.columns) else BY_HOLIDAY


def _rows_of(table: Table) -> list[tuple[int, Mapping[str, object]]]:
    return [
        (number, {column: cell for column, cell in zip(table.columns, cells, strict=False) if column})
        for number, cells in table.rows()
    ]


def _in_other_words(error: InvalidFile) -> InvalidFile:
    """Return the refusal in words that fit a notice."""
    if error.code == "missing_columns":
        return InvalidFile(
            _(
                "No table of a notice was found: its headers are %(days)s, or %(holidays)s, in one of the first "
                "%(rows)s rows."
            ),
            code=error.code,
            days="、".join(DAY_BY_DAY.columns),
            holidays="、".join(BY_HOLIDAY.columns),
            rows=error.params["rows"],
        )
    if error.code == "too_many_rows":
        return InvalidFile(
            _("The table has more than %(rows)s rows; a year has 366 days. Is it the right file?"),
            code=error.code,
            rows=MAX_ROWS,
        )
    return error
