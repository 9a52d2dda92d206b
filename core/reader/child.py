"""The child: a fresh interpreter that reads one hostile file within limits, and has nothing worth stealing.

The request is its argument, the file its standard input; it says its verdict on standard output and writes the rows
into a file that its parent has opened. Neither Django nor a setting is in reach.
"""

import codecs
import gc
import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice
from typing import Any, BinaryIO, Final

from core.confined.child import answer
from core.confined.limits import open_no_more_files
from core.confined.refusal import Refused
from core.reader.headers import Found, Headers
from core.reader.wire import ROWS, Row, encode

_CODECS: Final = ("utf-8-sig", "utf-16", "utf-16-le", "gb18030", "cp437", "latin-1")


def main(request: str) -> None:
    """Read the file of a request and say what came of it."""
    gc.disable()  # nothing here goes in circles, and the process is short
    answer(request, _read)


def _read(asked: dict[str, Any]) -> dict[str, Any]:
    from core.reader.sheets import open_sheets  # noqa: PLC0415 - the parser is loaded within the limits

    wanted = Headers.from_plain(asked["wanted"])
    with os.fdopen(asked["output"], "wb") as output:
        for codec in _CODECS:  # no module can be loaded afterwards
            codecs.lookup(codec)
        open_no_more_files()
        sheets = open_sheets(sys.stdin.buffer.read(), wanted)
        return _choose(sheets, wanted, output, max_rows=asked["max_rows"])


def _choose(sheets: Sequence[Any], wanted: Headers, output: BinaryIO, *, max_rows: int) -> dict[str, Any]:
    """Write the rows of the first visible sheet with the headers, and look whether others have them too."""
    table: dict[str, Any] | None = None
    others, missing, is_empty = [], [wanted.missing(())], True
    for sheet in sheets:
        loaded = sheet.load()
        found = loaded.found(wanted)
        if found and table is None and not sheet.is_hidden:
            table = {"sheet": sheet.name, **_table(loaded, found, output, max_rows=max_rows)}
        else:
            others.append([sheet.name, sheet.is_hidden, found is not None])
            missing.append(loaded.missing(wanted))
            is_empty = is_empty and not any(map(_is_filled, chain(loaded.first, loaded.others)))
        del loaded  # one sheet in memory at a time
    if table is None:
        hidden = [name for name, is_hidden, is_alike in others if is_hidden and is_alike]
        if hidden:
            raise Refused("hidden_sheet", sheet=hidden[0])
        if is_empty:
            raise Refused("empty")
        raise Refused("missing_columns", columns=min(missing, key=len))
    return {"table": {**table, "others": others}}


def _table(loaded: Any, found: Found, output: BinaryIO, *, max_rows: int) -> dict[str, Any]:
    header_row = loaded.first[found.index][0]
    above = [(number, cells) for number, cells in loaded.first if number < header_row]
    output.write(encode(above))
    filled, last = 0, header_row
    rows = _below(loaded, found)
    while block := list(islice(rows, ROWS)):
        filled, last = filled + len(block), block[-1][0]
        if filled <= max_rows:
            output.write(encode(block))
    if filled > max_rows:
        raise Refused("too_many_rows", rows=max_rows, count=filled)
    return {
        "header_row": header_row,
        "headers": found.texts,
        "row_count": last - header_row,
        "filled_rows": filled,
        "hidden": _ranges(number for number in loaded.hidden if header_row < number <= last),
    }


def _below(loaded: Any, found: Found) -> Iterator[Row]:
    """Return the rows below the headers that hold anything."""
    return filter(_is_filled, chain(loaded.first[found.index + 1 :], loaded.others))


def _is_filled(row: Row) -> bool:
    for cell in row[1]:  # noqa: SIM110 - for most rows a loop ends at once, and this is asked of every row
        if not isinstance(cell, str) or (cell and not cell.isspace()):
            return True
    return False


def _ranges(numbers: Iterable[int]) -> list[list[int]]:
    ranges: list[list[int]] = []
    for number in sorted(set(numbers)):
        if ranges and ranges[-1][1] == number - 1:
            ranges[-1][1] = number
        else:
            ranges.append([number, number])
    return ranges
