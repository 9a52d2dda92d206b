"""From a file to the table in it: which sheet, below which headers, and its rows on their way. It runs in the child."""

import io
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import chain, islice
from typing import Any, Final

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from core.confined.archive import ZIP, Archive
from core.confined.compound import OLE
from core.confined.refusal import Refused
from core.reader import biff, scan
from core.reader.columns import check_width
from core.reader.headers import ROWS, Found, Headers, find_headers, nearest
from core.reader.kinds import check_beginning, check_parts
from core.reader.scan import Marks
from core.reader.texts import text_rows
from core.reader.wire import Row

MAX_SHEETS: Final = 100
LAST_ROW: Final = 1_048_576  # of a sheet in Excel


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet, whose rows are read when they are asked for."""

    name: str
    is_hidden: bool
    load: Callable[[], "Loaded"]


@dataclass(slots=True)
class Loaded:
    """The first rows of a sheet, the iterator over all the others, and the numbers of the hidden ones."""

    first: list[Row]
    others: Iterator[Row]
    hidden: list[int]

    def found(self, wanted: Headers) -> Found | None:
        return find_headers([cells for _number, cells in self.first], wanted)

    def missing(self, wanted: Headers) -> tuple[str, ...]:
        return nearest([cells for _number, cells in self.first], wanted)


def open_sheets(data: bytes, wanted: Headers) -> list[Sheet]:
    """Return the sheets of a file of any kind that can be read; a text file is one sheet without a name."""
    if data.startswith(ZIP):
        return _sheets_of_xlsx(data)
    if data.startswith(OLE):
        workbook = biff.Workbook(data)
        return _sheets(data, workbook.marks_of)
    check_beginning(data)
    return [Sheet("", is_hidden=False, load=lambda: _loaded(enumerate(text_rows(data, wanted), start=1), []))]


def _sheets_of_xlsx(data: bytes) -> list[Sheet]:
    parts = Archive(data)
    check_parts(parts)
    names = scan.parts_of_sheets(parts)
    return _sheets(data, lambda sheet: scan.marks_of(parts, names.get(sheet, "")))


def _sheets(data: bytes, marks_of: Callable[[str], Marks]) -> list[Sheet]:
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
    except CalamineError:
        raise Refused("broken") from None
    sheets = [sheet for sheet in book.sheets_metadata if sheet.typ == SheetTypeEnum.WorkSheet]
    if len(sheets) > MAX_SHEETS or len({sheet.name for sheet in sheets}) < len(sheets):
        raise Refused("broken")

    def load(name: str) -> Loaded:
        marks = marks_of(name)
        try:
            return _loaded(_marked(book.get_sheet_by_name(name), marks), marks.hidden)
        except CalamineError:
            raise Refused("broken") from None

    return [
        Sheet(sheet.name, sheet.visible != SheetVisibleEnum.Visible, lambda name=sheet.name: load(name))  # type: ignore[misc]  # its default is the name
        for sheet in sheets
    ]


def _loaded(rows: Iterable[Row], hidden: list[int]) -> Loaded:
    others = iter(rows)
    return Loaded(list(islice(others, ROWS)), others, hidden)


def _marked(sheet: CalamineSheet, marks: Marks) -> Iterator[Row]:
    """Yield the rows of a sheet from its first column on, with the broken cells that the parser leaves empty."""
    start, end = sheet.start or (0, 0), sheet.end or (-1, -1)
    last = max([end[0] + 1, *marks.broken])
    width = max([end[1], *chain.from_iterable(marks.broken.values())], default=-1) + 1
    if last > LAST_ROW:
        raise Refused("broken")
    check_width(width)
    return _rows(sheet, marks, [""] * start[1], last)


def _rows(sheet: CalamineSheet, marks: Marks, left: list[str], last: int) -> Iterator[Row]:
    if not marks.broken and not left:
        yield from enumerate(sheet.iter_rows() if sheet.height else (), start=1)
        return
    number = 0
    for number, row in enumerate(sheet.iter_rows() if sheet.height else (), start=1):
        cells: list[Any] = left + row if left else row
        yield number, _with(cells, marks.broken[number]) if number in marks.broken else cells
    for beyond in range(number + 1, last + 1):
        yield beyond, _with([], marks.broken.get(beyond, {}))


def _with(cells: list[Any], broken: dict[int, Any]) -> list[Any]:
    cells += [""] * (max(broken, default=-1) + 1 - len(cells))
    for column, cell in broken.items():
        cells[column] = cell
    return cells
