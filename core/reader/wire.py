"""How rows travel from the child to the parent: one line of JSON for each few hundred rows, column by column.

A line holds ``n``, the row numbers (the first one alone where none is left out); ``c``, the columns, those of text in
one piece; and ``k``, for each column with cells that JSON does not know, one letter a cell: d a date, t a date with a
time, b broken, - as it is.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Final

from core.confined.refusal import Refused

ROWS: Final = 500
LINE_BYTES: Final = 8 * 1024**2
_SEPARATOR: Final = "\x7f"  # one byte in JSON, and nobody types it
_PLAIN: Final = {str, int, float, bool, type(None)}


@dataclass(frozen=True, slots=True)
class BrokenCell:
    """A cell that holds no value: an error such as #N/A, a formula never calculated (``=…``), no number, a NUL."""

    text: str

    def __str__(self) -> str:
        return self.text


Row = tuple[int, Sequence[Any]]
_encoder: Final = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), check_circular=False)
_decoder: Final = json.JSONDecoder(parse_constant=BrokenCell)


def encode(rows: Sequence[Row]) -> bytes:
    """Return the line that tells ``rows``; their cells may differ in number, '' stands for none."""
    numbers = [number for number, _cells in rows]
    width = max([1, *(len(cells) for _number, cells in rows)])
    padded = [cells if len(cells) == width else [*cells, *[""] * (width - len(cells))] for _number, cells in rows]
    columns: list[Sequence[Any]] = list(zip(*padded, strict=True))
    line = _line(numbers, columns)
    if "\\u0000" in line:
        line = _line(numbers, [_without_nul(column) for column in columns])
    data = line.encode()
    if len(data) >= LINE_BYTES:
        raise Refused("long_cells", row=numbers[0])
    return data + b"\n"


def decode(line: bytes) -> Iterator[Row]:
    """Yield the rows of a line. Raises ValueError, KeyError, TypeError or IndexError for anything that is no line."""
    told = _decoder.decode(line.decode())
    columns = [_apart(column) if isinstance(column, str) else column for column in told["c"]]
    for index, kinds in told["k"].items():
        column = columns[int(index)]
        columns[int(index)] = [_READ[kind](cell) for kind, cell in zip(kinds, column, strict=True)]
    rows = list(zip(*columns, strict=True))
    numbers = told["n"] if isinstance(told["n"], list) else range(told["n"], told["n"] + len(rows))
    return zip(numbers, rows, strict=True)


def _line(numbers: list[int], columns: Sequence[Sequence[Any]]) -> str:
    is_dense = bool(numbers) and numbers[-1] - numbers[0] + 1 == len(numbers)
    kinds: dict[int, str] = {}
    told = [_told(index, column, kinds) for index, column in enumerate(columns)]
    return _encoder.encode({"n": numbers[0] if is_dense else numbers, "c": told, "k": kinds})


def _told(index: int, column: Sequence[Any], kinds: dict[int, str]) -> Sequence[Any]:
    """Return a column as JSON takes it fastest; note in ``kinds`` what its cells were."""
    text = _joined(column)
    if text is not None:
        return text
    if not _PLAIN.issuperset(map(type, column)):
        kinds[index] = "".join([_KINDS.get(type(cell), "-") for cell in column])
        column = [cell if type(cell) in _PLAIN else _written(cell) for cell in column]
    return _joined(column) or [None if cell == "" else cell for cell in column]


def _joined(column: Sequence[Any]) -> str | None:
    """Return a column of nothing but text in one piece, None for any other."""
    try:
        text = _SEPARATOR.join(column)
    except TypeError:
        return None
    return text if text.count(_SEPARATOR) == len(column) - 1 else None


def _apart(text: str) -> list[str | None]:
    cells = text.split(_SEPARATOR)
    return [cell or None for cell in cells] if "" in cells else cells  # type: ignore[return-value]  # one is wider


def _without_nul(column: Sequence[Any]) -> list[Any]:
    """Return a column in which cells with a NUL, which no database takes, are broken ones."""
    return [
        BrokenCell(cell.replace("\0", "\N{SYMBOL FOR NULL}")) if isinstance(cell, str) and "\0" in cell else cell
        for cell in column
    ]


def _written(cell: date | time | timedelta | BrokenCell) -> str:
    return cell.isoformat() if isinstance(cell, date | time) else str(cell)


def _as_it_is(cell: Any) -> Any:
    return cell


_KINDS: Final[Mapping[type, str]] = {date: "d", datetime: "t", BrokenCell: "b"}
_READ: Final = {"d": date.fromisoformat, "t": datetime.fromisoformat, "b": BrokenCell, "-": _as_it_is}
