"""Finding the table of a notice in a file: which sheet, below which headers."""

from collections.abc import Mapping
from typing import Final

from django.utils.translation import gettext as _

from centers.rules.notice import BY_HOLIDAY, DAY_BY_DAY, Layout, Notice, header_of, read_notice
from core.errors import InvalidFile
from core.tables import Rows, is_blank, read_table

MAX_BYTES: Final = 1024 * 1024
MAX_ROWS: Final = 500
HEADER_ROWS: Final = 10

Table = tuple[Layout, list[tuple[int, Mapping[str, object]]]]


def read_notice_file(data: bytes, *, year: int) -> Notice:
    """Return the year a file describes; raise InvalidFile with everything that is wrong, in the words of the office."""
    layout, rows = read_table(data, _find_table, max_bytes=MAX_BYTES)
    return read_notice(layout, rows, year=year)


def _find_table(sheets: list[Rows]) -> Table:
    for rows in sheets:
        found = _find_headers(rows)
        if found is not None:
            layout, headers = found
            return layout, _rows_below(rows, headers)
    raise InvalidFile(
        _("No table of a notice was found: its headers are %(days)s, or %(holidays)s, in one of the first 10 rows."),
        code="missing_columns",
        days="、".join(DAY_BY_DAY.columns),
        holidays="、".join(BY_HOLIDAY.columns),
    )


def _find_headers(rows: Rows) -> tuple[Layout, list[str]] | None:
    for number, values in rows:
        headers = [header_of(value) for value in values]
        for layout in (DAY_BY_DAY, BY_HOLIDAY):
            if set(layout.required) <= set(headers):
                _check_headers(headers, layout)
                return layout, headers
        if number == HEADER_ROWS:
            return None
    return None


def _check_headers(headers: list[str], layout: Layout) -> None:
    twice = [header for header in layout.columns if headers.count(header) > 1]
    if twice:
        raise InvalidFile(
            _("The column %(columns)s stands there twice. Delete one."),
            code="repeated_columns",
            columns="、".join(twice),
        )


def _rows_below(rows: Rows, headers: list[str]) -> list[tuple[int, Mapping[str, object]]]:
    table: list[tuple[int, Mapping[str, object]]] = [
        (number, {header: value for header, value in zip(headers, values, strict=False) if header})
        for number, values in _first(rows)
        if not is_blank(values)
    ]
    if not table:
        raise InvalidFile(
            _("There is no day below the headers. Fill in the table and upload it again."), code="no_rows"
        )
    return table


def _first(rows: Rows) -> Rows:
    for count, row in enumerate(rows):
        if count == MAX_ROWS:
            raise InvalidFile(
                _("The table has more than %(rows)s rows; a year has 366 days. Is it the right file?"),
                code="too_many_rows",
                rows=MAX_ROWS,
            )
        yield row
