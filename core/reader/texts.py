"""Rows of a text file: which encoding, which delimiter. It runs in the child."""

import codecs
import csv
import io
from collections.abc import Iterator
from itertools import islice
from typing import Final

from core.confined.refusal import Refused
from core.reader.columns import MAX_COLUMNS, check_width
from core.reader.headers import ROWS, Headers, find_headers, nearest
from core.reader.kinds import check_text

LONGEST_CELL: Final = 131_072  # characters; four times what a cell of Excel can hold
_DELIMITERS: Final = ",\t;，|"
_MARKS: Final = {
    codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16",
}  # fmt: skip
_GUESSES: Final = ("utf-8", "gb18030")
_CONTROLS: Final = frozenset(map(chr, range(32))) - set("\t\n\r\v\f\x1a\x1b\x01\x02\x03")
_LOOKED_AT: Final = 65_536
_SOME: Final = 10  # every tenth character a NUL: another encoding, or no text


def decoded(data: bytes) -> str:
    """Return the text of a file in UTF-8, GB18030, or UTF-16 with its mark."""
    for mark, encoding in _MARKS.items():
        if data.startswith(mark):
            return _decoded(data, (encoding,))
    return _decoded(data, _GUESSES)


def _decoded(data: bytes, encodings: tuple[str, ...]) -> str:
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if encoding == "gb18030" and _CONTROLS.intersection(text[:_LOOKED_AT]):
            continue
        if text.count("\0") * _SOME < len(text) or not text:
            return text
    raise Refused("no_table")


def text_rows(data: bytes, wanted: Headers) -> Iterator[list[str]]:
    """Return the rows of a text file, cut by the delimiter that brings the wanted headers to light."""
    text = decoded(data)
    check_text(text)
    csv.field_size_limit(LONGEST_CELL)
    return _rows(text, min(_DELIMITERS, key=lambda delimiter: _distance(text, delimiter, wanted)))


def _distance(text: str, delimiter: str, wanted: Headers) -> tuple[bool, int, int]:
    try:
        rows = list(islice(_rows(text, delimiter), ROWS))
    except Refused:
        rows = []
    return not find_headers(rows, wanted), len(nearest(rows, wanted)), -text[:_LOOKED_AT].count(delimiter)


def _rows(text: str, delimiter: str) -> Iterator[list[str]]:
    """Yield the rows; strict, since a quotation mark left open would swallow all rows up to the next one."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    number = 0
    while True:
        number += 1
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise Refused("long_cells" if "field larger" in str(error) else "quotes", row=number) from None
        if len(row) > MAX_COLUMNS:
            row = _without_blank_end(row)
            check_width(len(row))
        yield row


def _without_blank_end(row: list[str]) -> list[str]:
    last = max((index for index, cell in enumerate(row, start=1) if cell), default=0)
    return row[:last]
