"""Reading a table that somebody sent in: what kind of file it may be, how large, and what its rows are.

Nothing is taken on trust: not the name's ending, not the sizes the file declares, not the extent of its sheets.
"""

import csv
import io
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from typing import Final, TypeVar
from xml.etree.ElementTree import ParseError

from django.utils.translation import gettext as _
from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from core.errors import InvalidFile

MAX_UNPACKED_BYTES: Final = 50 * 1024 * 1024
MAX_PARTS: Final = 300
MAX_COLUMNS: Final = 60
LAST_ROW: Final = 1_048_576  # of a sheet in Excel
_ZIP: Final = b"PK\x03\x04"
_OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED_OLE: Final = "EncryptedPackage".encode("utf-16-le")
_DOCTYPES: Final = tuple("<!DOCTYPE".encode(encoding) for encoding in ("utf-8", "utf-16-le", "utf-16-be"))
_ENCODINGS: Final = ("utf-8-sig", "gb18030")
_DELIMITERS: Final = ",\t;"
# What zipfile, expat and openpyxl raise on a file that only looks like a workbook.
_BROKEN: Final = (
    zipfile.BadZipFile, zlib.error, ParseError, InvalidFileException, struct.error, LookupError, ValueError, TypeError,
    AttributeError, ArithmeticError, EOFError, OSError, NotImplementedError,
)  # fmt: skip

Values = Sequence[object]
Rows = Iterator[tuple[int, Values]]
T = TypeVar("T")


def read_table(data: bytes, find: Callable[[list[Rows]], T], *, max_bytes: int) -> T:
    """Return what ``find`` makes of the sheets of a workbook, or of a text file in UTF-8 or GB18030 as its only sheet.

    Raises InvalidFile with what to do about it for a file that is neither.
    """
    if data.startswith((_ZIP, _OLE)):
        return read_workbook(data, find, max_bytes=max_bytes)
    check_size(len(data), max_bytes=max_bytes)
    try:
        return find([_rows_of_text(_decoded(data))])
    except csv.Error:
        raise _no_table() from None


def read_workbook(data: bytes, find: Callable[[list[Rows]], T], *, max_bytes: int) -> T:
    """Return what ``find`` makes of the rows of each sheet of an .xlsx, which are read as it asks for them.

    Raises InvalidFile with what to do about it for a file that is no workbook, locked, or absurdly large.
    """
    check_size(len(data), max_bytes=max_bytes)
    _check_kind(data)
    try:
        _check_parts(data)
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
        try:
            return find([_rows_of(sheet) for sheet in book.worksheets])
        finally:
            book.close()
    except _BROKEN:
        raise broken() from None


def check_size(size: int, *, max_bytes: int) -> None:
    """Refuse a file of more than ``max_bytes`` bytes."""
    if size > max_bytes:
        raise InvalidFile(
            _("The file is larger than %(megabytes)s MB. Remove pictures and empty sheets, or split it."),
            code="too_large",
            megabytes=max_bytes // 1024**2,
        )


def is_blank(values: Values) -> bool:
    """Return whether a row holds nothing but spaces."""
    if values.count(None) == len(values):
        return True
    return all(value is None or (isinstance(value, str) and not value.strip()) for value in values)


def broken() -> InvalidFile:
    """Return the refusal of a workbook that cannot be read."""
    return InvalidFile(
        _("The file is damaged or no workbook. Open it in Excel or WPS and save it as .xlsx anew."), code="broken"
    )


def _no_table() -> InvalidFile:
    return InvalidFile(
        _("The file is no table. Save it in Excel or WPS as .xlsx or as .csv and upload it again."), code="no_table"
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
        raise broken()


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


def _rows_of(sheet: object) -> Rows:
    """Yield the rows of a sheet from what it holds, not from what it declares; a sheet ends where Excel's ends."""
    sheet.reset_dimensions()  # type: ignore[attr-defined]  # a ReadOnlyWorksheet
    rows = sheet.iter_rows(max_col=MAX_COLUMNS, values_only=True)  # type: ignore[attr-defined]
    for number, values in enumerate(rows, start=1):
        if number > LAST_ROW:
            raise broken()
        yield number, values


def _decoded(data: bytes) -> str:
    for encoding in _ENCODINGS:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise _no_table()


def _rows_of_text(text: str) -> Rows:
    """Yield the rows of a text file, whichever of the usual characters parts its columns; empty cells are None."""
    delimiter = max(_DELIMITERS, key=text[:2000].count)
    for number, values in enumerate(csv.reader(io.StringIO(text), delimiter=delimiter), start=1):
        yield number, [value.strip() or None for value in values[:MAX_COLUMNS]]
