"""A file of divisions, line by line: what each line says, or what keeps it from being read."""

import codecs
import csv
from collections.abc import Iterable, Iterator
from enum import StrEnum
from itertools import chain
from typing import Final, NamedTuple

HEADER: Final = ("code", "name", "level", "parent_code")
COLUMNS: Final = len(HEADER)
NOTHING: Final = b" \t\r\n,"  # what a spreadsheet leaves of an emptied line


class Flaw(StrEnum):
    """Why a line cannot be read as a division."""

    HEADER = "header"
    ENCODING = "encoding"
    CONTROL = "control"
    QUOTES = "quotes"
    COLUMNS = "columns"


class Row(NamedTuple):
    """One line. A row without a level says nothing but its flaw, and perhaps its code."""

    line: int
    code: str = ""
    name: str = ""
    level: str | None = None
    parent_code: str = ""
    flaw: Flaw | None = None
    detail: str = ""


def read_divisions(file: Iterable[bytes]) -> Iterator[Row]:
    """Yield the lines of ``file`` that hold something, the header excepted; no line is kept.

    Every physical line is read by itself, so that a stray quotation mark spoils its own line and not the rest.
    A missing header is a flaw of line 1; whether that line is a division then shows in its first character.
    """
    lines = enumerate(file, start=1)
    first = next(lines, (1, b""))[1].removeprefix(codecs.BOM_UTF8)
    if not _is_header(first):
        yield Row(1, flaw=Flaw.HEADER)
        if not first[:1].isdigit():
            return
        lines = chain([(1, first)], lines)  # type: ignore[assignment]  # iterated all the same
    for number, raw in lines:
        if raw.strip(NOTHING):
            yield _row(number, raw)


def _is_header(raw: bytes) -> bool:
    cells = raw.decode(errors="replace").replace('"', "").lower().split(",")
    return tuple(cell.strip() for cell in cells) == HEADER


def _row(number: int, raw: bytes) -> Row:
    text, flaw = _text(raw)
    try:
        cells = _cells(text)
    except csv.Error:
        return Row(number, flaw=Flaw.QUOTES)
    if len(cells) != COLUMNS:
        return Row(number, cells[0], flaw=Flaw.COLUMNS, detail=str(len(cells)))
    code, name, level, parent_code = cells
    return Row(number, code, name, level, parent_code, flaw)


def _text(raw: bytes) -> tuple[str, Flaw | None]:
    try:
        text = raw.decode()
    except UnicodeDecodeError:
        return raw.decode(errors="replace").replace("\0", "\ufffd"), Flaw.ENCODING
    if "\0" in text:
        return text.replace("\0", "\ufffd"), Flaw.CONTROL
    return text, None


def _cells(text: str) -> list[str]:
    line = text.rstrip("\r\n")
    cells = next(csv.reader([line], strict=True)) if '"' in line else line.split(",")
    return [cell.strip() for cell in cells]
