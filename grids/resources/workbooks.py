"""Reading an .xlsx that somebody sent in: what it may be, how large, and where its table stands.

Nothing is taken on trust: not the name's ending, not the sizes the file declares, not the extent of its sheets.
"""

import io
import struct
import zipfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final
from xml.etree.ElementTree import ParseError

from django.conf import settings
from django.utils.translation import gettext as _
from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from core.errors import InvalidFile
from grids.rules.columns import Layout, header_of
from grids.rules.files import check_size

MAX_UNPACKED_BYTES: Final = 50 * 1024 * 1024
MAX_PARTS: Final = 300
MAX_COLUMNS: Final = 60
LAST_ROW: Final = 1_048_576  # of a sheet in Excel
HEADER_ROWS: Final = 10
_ZIP: Final = b"PK\x03\x04"
_OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED_OLE: Final = "EncryptedPackage".encode("utf-16-le")
_DOCTYPES: Final = tuple("<!DOCTYPE".encode(encoding) for encoding in ("utf-8", "utf-16-le", "utf-16-be"))
# What zipfile, expat and openpyxl raise on a file that only looks like a workbook.
_BROKEN: Final = (
    zipfile.BadZipFile, zlib.error, ParseError, InvalidFileException, struct.error, LookupError, ValueError, TypeError,
    AttributeError, ArithmeticError, EOFError, OSError, NotImplementedError,
)  # fmt: skip

Values = Sequence[object]


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
    check_size(len(data), max_bytes=settings.ROSTER_MAX_BYTES)
    _check_kind(data)
    try:
        _check_parts(data)
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
        try:
            return _find_table([_rows_of(sheet) for sheet in book.worksheets], layout)
        finally:
            book.close()
    except _BROKEN:
        raise _broken() from None


def _broken() -> InvalidFile:
    return InvalidFile(
        _("The file is damaged or no workbook. Open it in Excel or WPS and save it as .xlsx anew."), code="broken"
    )


def _check_kind(data: bytes) -> None:
    if data.startswith(_OLE) and _ENCRYPTED_OLE in data:
        raise InvalidFile(
            _("The workbook is protected by a password. Save it without one and upload it again."), code="encrypted"
        )
    if data.startswith(_OLE):
        raise InvalidFile(
            _("This is a workbook of the old kind (.xls). Save it as .xlsx and upload it again."), code="not_xlsx"
        )
    if not data.startswith(_ZIP):
        raise _broken()


def _check_parts(data: bytes) -> None:
    """Refuse an archive that unpacks to an absurd size, holds declarations of its own, or is locked.

    A part cannot unpack to more than it declares: the reader stops there.
    """
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = archive.infolist()
        if len(parts) > MAX_PARTS or sum(part.file_size for part in parts) > MAX_UNPACKED_BYTES:
            raise InvalidFile(
                _("The workbook unpacks to more than 50 MB. Copy the table into a new workbook."),
                code="too_large_unpacked",
            )
        if any(part.flag_bits & 1 for part in parts):
            raise InvalidFile(
                _("The workbook is protected by a password. Save it without one and upload it again."), code="encrypted"
            )
        for part in parts:
            content = archive.read(part)
            if any(doctype in content for doctype in _DOCTYPES):
                raise InvalidFile(
                    _("The workbook holds a document type declaration, which Excel never writes. Save it anew."),
                    code="doctype",
                )


def _rows_of(sheet: object) -> Iterator[tuple[int, Values]]:
    """Yield the rows of a sheet from what it holds, not from what it declares; a sheet ends where Excel's ends."""
    sheet.reset_dimensions()  # type: ignore[attr-defined]  # a ReadOnlyWorksheet
    rows = sheet.iter_rows(max_col=MAX_COLUMNS, values_only=True)  # type: ignore[attr-defined]
    for number, values in enumerate(rows, start=1):
        if number > LAST_ROW:
            raise _broken()
        yield number, values


def _is_blank(values: Values) -> bool:
    if values.count(None) == len(values):
        return True
    return all(value is None or (isinstance(value, str) and not value.strip()) for value in values)


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
    raise problem or _broken()


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
        if _is_blank(values):
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
