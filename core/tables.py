"""Reading a table that somebody sent in: a workbook or a text file, parsed by a child process within limits.

Nothing is taken on trust: not the name's ending, not the sizes the file declares, not the extent of its sheets. A table
is returned whole or refused; none is ever cut.
"""

import mmap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import Any, BinaryIO, Final

from django.utils.translation import gettext as _

from core.confined.process import Limits, Program, run_child
from core.confined.refusal import Refused
from core.errors import InvalidFile
from core.reader.headers import Headers
from core.reader.wire import LINE_BYTES, BrokenCell, Row, decode
from core.refusals import refusal

__all__ = ["BrokenCell", "Headers", "Limits", "OtherSheet", "Row", "Table", "check_size", "read_table"]

_READER: Final = Program("core.reader.child", "python_calamine")


@dataclass(frozen=True, slots=True)
class OtherSheet:
    """A sheet that was not read; ``is_alike`` when it has the headers too."""

    name: str
    is_hidden: bool
    is_alike: bool


@dataclass(frozen=True, slots=True)
class Table:
    """One sheet's table. Its rows lie in memory as the child wrote them, and are unpacked block by block.

    ``headers`` are as written, '' for none, ``columns`` as the ``Headers`` name them; ``above`` are the rows above the
    ``header_row``. ``row_count`` counts the rows below it to the last that holds anything, ``filled_rows`` those that
    hold anything. ``hidden_rows`` were read like all others.
    """

    sheet: str
    header_row: int
    headers: tuple[str, ...]
    columns: tuple[str, ...]
    above: tuple[tuple[object, ...], ...]
    row_count: int
    filled_rows: int
    hidden_rows: frozenset[int]
    other_sheets: tuple[OtherSheet, ...]
    _lines: mmap.mmap = field(repr=False)

    @property
    def blank_rows(self) -> int:
        return self.row_count - self.filled_rows

    def blocks(self, size: int = 5000) -> Iterator[Sequence[Row]]:
        """Yield the rows that hold anything, each with its number in the sheet, ``size`` at a time.

        A cell is None, str, int, float, bool, date, datetime or BrokenCell. Raises InvalidFile should a row be lost.
        """
        block: list[Row] = []
        count = 0
        for line in _lines(self._lines, skipped=1):
            block += _decoded(line)
            while len(block) >= size:
                yield block[:size]
                count += size
                block = block[size:]
        if block:
            yield block
        if count + len(block) != self.filled_rows:
            raise refusal(Refused("broken"))

    def rows(self) -> Iterator[Row]:
        """Yield the rows one by one."""
        return chain.from_iterable(self.blocks())


def read_table(data: bytes, *, wanted: Headers, max_bytes: int, max_rows: int, within: Limits | None = None) -> Table:
    """Return the table with the ``wanted`` headers in a workbook (.xlsx, .xls) or text file (.csv, .tsv).

    Raises InvalidFile with what to do about it for anything else, and for more than ``max_rows`` rows.
    """
    check_size(len(data), max_bytes=max_bytes)
    asked = {"wanted": wanted.as_plain(), "max_rows": max_rows}
    try:
        verdict, rows = run_child(_READER, data, asked, within=within or Limits())
        with rows:
            table = _table(verdict, rows, wanted)
    except Refused as refused:
        raise refusal(refused) from None
    except (KeyError, TypeError, ValueError, IndexError, AttributeError):
        raise refusal(Refused("broken")) from None
    _check_repeated(table.columns, wanted)
    return table


def check_size(size: int, *, max_bytes: int) -> None:
    """Refuse a file of more than ``max_bytes`` bytes."""
    if size > max_bytes:
        raise InvalidFile(
            _("The file is larger than %(megabytes)s MB. Remove pictures and empty sheets, or split it."),
            code="too_large",
            megabytes=max_bytes // 1024**2,
        )


def _table(verdict: dict[str, Any], rows: BinaryIO, wanted: Headers) -> Table:
    if "refused" in verdict:
        error = refusal(Refused(verdict["refused"], **verdict["params"]))
        str(error)  # a figure that is missing shows here
        raise error
    told = verdict["table"]
    lines = mmap.mmap(rows.fileno(), 0, access=mmap.ACCESS_READ)
    headers = tuple(map(str, told["headers"]))
    return Table(
        sheet=str(told["sheet"]),
        header_row=int(told["header_row"]),
        headers=headers,
        columns=tuple(map(wanted.column_of, headers)),
        above=tuple(tuple(cells) for _number, cells in _decoded(next(_lines(lines, skipped=0)))),
        row_count=int(told["row_count"]),
        filled_rows=int(told["filled_rows"]),
        hidden_rows=frozenset(number for first, last in told["hidden"] for number in range(first, last + 1)),
        other_sheets=tuple(OtherSheet(*other) for other in told["others"]),
        _lines=lines,
    )


def _lines(lines: mmap.mmap, *, skipped: int) -> Iterator[bytes]:
    start = 0
    while (end := lines.find(b"\n", start, start + LINE_BYTES)) >= 0:
        if skipped <= 0:
            yield lines[start:end]
        skipped, start = skipped - 1, end + 1
    if start != len(lines):
        raise refusal(Refused("broken"))


def _decoded(line: bytes) -> list[Row]:
    try:
        return list(decode(line))
    except (KeyError, TypeError, ValueError, IndexError, AttributeError):
        raise refusal(Refused("broken")) from None


def _check_repeated(columns: Sequence[str], wanted: Headers) -> None:
    twice = sorted(column for column in wanted.known if columns.count(column) > 1)
    if twice:
        raise InvalidFile(
            _("The column %(columns)s stands there twice. Delete one."),
            code="repeated_columns",
            columns="、".join(twice),
        )
