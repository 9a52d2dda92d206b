"""Finding the table of a roster in a workbook: which sheet, below which headers, and what its rows hold."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from django.conf import settings
from django.utils.translation import gettext as _

from core.errors import InvalidFile
from core.tables import Values, broken, is_blank, read_workbook
from grids.rules.columns import Layout, header_of

HEADER_ROWS: Final = 10


@dataclass(frozen=True, slots=True)
class Sheet:
    """The table of a workbook: its rows, by column, each with its number in the sheet, and what was left aside."""

    layout: Layout
    rows: list[tuple[int, Mapping[str, object]]] = field(default_factory=list)
    blank_rows: int = 0
    ignored: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.rows)


def read_sheet(data: bytes, layout: Layout) -> Sheet:
    """Return the table that ``layout`` describes. Raises InvalidFile with what to do about it."""
    return read_workbook(data, lambda sheets: _find_table(sheets, layout), max_bytes=settings.ROSTER_MAX_BYTES)


def _find_table(sheets: list[Iterator[tuple[int, Values]]], layout: Layout) -> Sheet:
    """Return the table of the first sheet with the needed headers in its first rows."""
    problem: InvalidFile | None = None
    for rows in sheets:
        try:
            headers = _find_headers(rows, layout)
        except InvalidFile as error:
            problem = problem or error
        else:
            return _read_table(rows, headers, layout)
    raise problem or broken()


def _find_headers(rows: Iterator[tuple[int, Values]], layout: Layout) -> list[str]:
    """Read on to the header row, whatever titles stand above it, and return its headers."""
    best: list[str] = []
    for number, values in rows:
        headers = [header_of(value) for value in values]
        found = set(headers) & set(layout.columns)
        if set(layout.required) <= found:
            _check_headers(headers, layout)
            return headers
        best = max(best, headers, key=lambda row: len(set(row) & set(layout.columns)))
        if number == HEADER_ROWS:
            break
    missing = [column for column in layout.required if column not in best]
    raise InvalidFile(
        _("These columns are missing: %(columns)s. Their headers must stand in one of the first 10 rows."),
        code="missing_columns",
        columns="、".join(missing),
    )


def _check_headers(headers: list[str], layout: Layout) -> None:
    twice = sorted({header for header in headers if header in layout.columns and headers.count(header) > 1})
    if twice:
        raise InvalidFile(
            _("The column %(columns)s stands there twice. Delete one."),
            code="repeated_columns",
            columns="、".join(twice),
        )
    foreign = [header for header in headers if header in layout.foreign]
    if foreign:
        raise InvalidFile(
            _("The column %(columns)s belongs to the other workbook. Upload grids under Grids, members under Roster."),
            code="other_workbook",
            columns="、".join(foreign),
        )


def _read_table(rows: Iterator[tuple[int, Values]], headers: list[str], layout: Layout) -> Sheet:
    table: list[tuple[int, Mapping[str, object]]] = []
    blank = pending = 0
    for number, values in rows:
        if is_blank(values):
            pending += 1
            continue
        blank, pending = blank + pending, 0
        if len(table) == settings.ROSTER_MAX_ROWS:
            raise InvalidFile(
                _("The table has more than %(rows)s rows. Split it."),
                code="too_many_rows",
                rows=settings.ROSTER_MAX_ROWS,
            )
        table.append((number, {header: value for header, value in zip(headers, values, strict=False) if header}))
    if not table:
        raise InvalidFile(
            _("There is no row below the headers. Fill in the table and upload it again."), code="no_rows"
        )
    ignored = tuple(dict.fromkeys(header for header in headers if header and header not in layout.columns))
    return Sheet(layout, table, blank, ignored)
