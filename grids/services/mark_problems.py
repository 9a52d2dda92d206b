"""The copy of an uploaded table in which every wrong cell is coloured and every row says what is wrong with it."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from core.tables import Table
from core.workbooks import Cell, Look, WorkbookWriter
from grids.enums import ImportPhase, RosterKind
from grids.models import RosterFile, RosterImport
from grids.rules import columns
from grids.rules.columns import LAYOUTS
from grids.rules.problems import Problem
from grids.services.read_roster import BLOCK, read_file
from grids.services.staging import STAGED
from grids.services.take_up import Work

_WIDTHS: Final = {columns.ID_NUMBER: 22, columns.GRID_CODE: 18, columns.GRID_NAME: 18, columns.NOTE: 24}

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
    RosterFile.objects.filter(pk=roster_import.pk).update(annotated=copy.content())
    work.end(work.state)


class MarkedCopy:
    """The copy while it is written, row by row, each under the number it has in the original."""

    def __init__(self, table: Table, kind: RosterKind) -> None:
        self._places = {column: index for index, column in enumerate(table.columns)}
        self._width = self._places.get(columns.MARK, len(table.headers))  # this may be the copy of a copy
        self._book = WorkbookWriter(table.sheet or LAYOUTS[kind].title, widths=_widths(table.columns, self._width))
        for title in table.above:
            self._book.append(title)
        self._book.skip_to(table.header_row)
        self._book.append([*table.headers[: self._width], columns.MARK])

    def add(self, number: int, cells: Sequence[object], problems: Sequence[Problem]) -> None:
        """Write row ``number``; blank rows before it stay blank."""
        self._book.skip_to(number)
        row: list[Any] = [*cells[: self._width], *[None] * (self._width - len(cells))]
        if problems:
            for problem in problems:
                place = self._places.get(problem.column)
                if place is not None and place < self._width:
                    row[place] = _coloured(row[place], problem)
            row.append(Cell("\n".join(map(str, problems)), Look.WRAPPED))
        self._book.append(row)

    def content(self) -> bytes:
        return self._book.content()


def _widths(names: Sequence[str], width: int) -> dict[int, int]:
    """Return the widths of the columns, in characters: what stands in the table is to be read as it opens."""
    return {index: _WIDTHS.get(name, 14) for index, name in enumerate(names[:width])} | {width: 60}


def _coloured(value: Any, problem: Problem) -> Cell:
    known = value if isinstance(value, Cell) else Cell("" if value is None else str(value), Look.DOUBTFUL)
    return Cell(known.value, Look.WRONG if problem.is_error else known.look)


def _problems_of(roster_import: RosterImport) -> Problems:
    rows = STAGED[RosterKind(roster_import.kind)].objects.filter(roster_import=roster_import).exclude(problems=[])
    return {
        number: [Problem(*told) for told in problems]
        for number, problems in rows.values_list("number", "problems").iterator(chunk_size=BLOCK)
    }
