"""The copy of an uploaded table in which every wrong cell is coloured and every row says what is wrong with it."""

import io
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from openpyxl import Workbook
from openpyxl.cell import Cell, WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import PatternFill

from core.tables import Table
from grids.enums import ImportPhase, RosterKind
from grids.models import RosterFile, RosterImport
from grids.rules import columns
from grids.rules.columns import LAYOUTS
from grids.rules.problems import Problem
from grids.services.read_roster import BLOCK, read_file
from grids.services.staging import STAGED
from grids.services.take_up import Work

_WRONG: Final = PatternFill("solid", start_color="FFFFC7CE")
_DOUBTFUL: Final = PatternFill("solid", start_color="FFFFEB9C")
_TITLE_LENGTH: Final = 31  # of a sheet's name in Excel

Problems = Mapping[int, Sequence[Problem]]


def mark_problems(work: Work) -> Iterator[int]:
    """Write the copy of a file that has been read; yield how many rows each block had."""
    roster_import = RosterImport.objects.get(pk=work.import_id)
    work.tell(ImportPhase.MARKING, total=roster_import.rows)
    table, problems, done = read_file(roster_import), _problems_of(roster_import), 0
    copy = MarkedCopy(table, RosterKind(roster_import.kind))
    for rows in table.blocks(BLOCK):
        for number, cells in rows:
            copy.add(number, cells, problems.get(number, ()))
        done += len(rows)
        work.tell(ImportPhase.MARKING, done=done, total=roster_import.rows)
        yield len(rows)
    file = RosterFile.objects.get(pk=roster_import.pk)
    file.annotated = copy.content()
    file.save(update_fields=["annotated"])
    work.end(work.state)


class MarkedCopy:
    """The copy while it is written, row by row, each under the number it has in the original."""

    def __init__(self, table: Table, kind: RosterKind) -> None:
        layout = LAYOUTS[kind]
        self._book = Workbook(write_only=True)
        self._sheet = self._book.create_sheet((table.sheet or layout.title)[:_TITLE_LENGTH])
        self._places = {column: index for index, column in enumerate(table.columns)}
        self._width = len(table.headers)
        self._row = 0
        if columns.MARK in self._places:  # the copy of a copy
            self._width = self._places[columns.MARK]
        for title in table.above:
            self._append(title)
        self._skip_to(table.header_row)
        self._append([*table.headers[: self._width], columns.MARK])

    def add(self, number: int, cells: Sequence[object], problems: Sequence[Problem]) -> None:
        """Write row ``number``; blank rows before it stay blank."""
        self._skip_to(number)
        row: list[Any] = [*cells[: self._width], *[None] * (self._width - len(cells))]
        if problems:
            for problem in problems:
                place = self._places.get(problem.column)
                if place is not None and place < self._width:
                    row[place] = self._coloured(row[place], problem)
            row.append("\n".join(map(str, problems)))
        self._append(row)

    def content(self) -> bytes:
        stream = io.BytesIO()
        self._book.save(stream)
        return stream.getvalue()

    def _append(self, row: Sequence[Any]) -> None:
        self._sheet.append([self._as_written(value) for value in row])
        self._row += 1

    def _skip_to(self, number: int) -> None:
        while self._row < number - 1:
            self._append([])

    def _as_written(self, value: Any) -> Any:
        """Return a cell that shows what the original shows; none is ever a formula."""
        if not isinstance(value, str):
            return value if value is None or isinstance(value, Cell | int | float) else self._text(str(value))
        return self._text(value) if value.startswith("=") or not value.isprintable() else value

    def _text(self, value: str) -> Cell:
        cell = WriteOnlyCell(self._sheet, ILLEGAL_CHARACTERS_RE.sub("\N{REPLACEMENT CHARACTER}", value))
        cell.data_type = "s"
        return cell

    def _coloured(self, value: Any, problem: Problem) -> Cell:
        cell = value if isinstance(value, Cell) else self._text("" if value is None else str(value))
        if cell.fill != _WRONG:
            cell.fill = _WRONG if problem.is_error else _DOUBTFUL
        cell.number_format = "@"
        return cell


def _problems_of(roster_import: RosterImport) -> Problems:
    rows = STAGED[RosterKind(roster_import.kind)].objects.filter(roster_import=roster_import).exclude(problems=[])
    return {
        number: [Problem(*told) for told in problems]
        for number, problems in rows.values_list("number", "problems").iterator(chunk_size=BLOCK)
    }
