"""Reading a file column by column, a block of rows at a time: every cell is looked at, all that is wrong is told.

A column with few different values (posts, grids, days) is judged once for each value. A column in which nearly every
value is another (names, numbers) is passed at a glance where it is as it should be, and judged in full where not.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from django.utils.translation import gettext as _

from core.cells import BadCell, text_of
from core.tables import BrokenCell
from grids.rules import columns
from grids.rules.problems import Problem

Row = tuple[int, Sequence[object]]
Check = Callable[[object], Any]
Judged = tuple[Any, Problem | None]  # the clean value, or what is wrong

_TOTALS: Final = re.compile(r"(合计|总计|小计|共计|总人数|累计)")
_FOOTER: Final = re.compile(r"(填表人|制表人|填报人|填报单位|审核人|审批人|负责人|联系电话|填表日期|说明|备注|注)[:：]")
_FEW_CELLS: Final = 4  # a totals row says little else
_KEY_DIGITS: Final = 6


@dataclass(slots=True)
class Column:
    """How one column is read: under which name, with which check, and what passes at a glance."""

    title: str
    name: str
    check: Check
    is_needed: bool = True
    at_a_glance: Callable[[str], object] | None = None
    _judged: dict[object, Judged] = field(default_factory=dict)

    def read(self, values: Sequence[object], problems: dict[int, list[Problem]]) -> list[Any]:
        """Return the clean values, None for an empty or a wrong cell; what is wrong is added under its index."""
        if self.at_a_glance is None and bool not in set(map(type, values)):  # True is 1 to a dictionary
            return self._read_few(values, problems)
        clean: list[Any] = []
        glance = self.at_a_glance or _never
        for index, value in enumerate(values):
            if type(value) is str and glance(value):
                clean.append(value)
            else:
                found, problem = self._judge(value)
                clean.append(found)
                if problem is not None:
                    problems.setdefault(index, []).append(problem)
        return clean

    def _read_few(self, values: Sequence[object], problems: dict[int, list[Problem]]) -> list[Any]:
        judged = self._judged
        distinct = set(values)
        judged |= {value: self._judge(value) for value in distinct - judged.keys()}
        if any(judged[value][1] for value in distinct):
            for index, value in enumerate(values):
                if (problem := judged[value][1]) is not None:
                    problems.setdefault(index, []).append(problem)
        return [judged[value][0] for value in values]

    def _judge(self, value: object) -> Judged:
        if not self.is_needed and (value is None or not text_of(value)):
            return None, None
        if isinstance(value, BrokenCell):
            return None, _broken(self.title, value)
        try:
            return self.check(value), None
        except BadCell as error:
            return None, Problem.of(self.title, error)


def _broken(column: str, cell: BrokenCell) -> Problem:
    if cell.text.startswith("="):
        text = _("The cell holds a formula that was never calculated. Open the file, let it calculate, and save it.")
        return Problem(column, "formula", text)
    text = _("The cell holds the error %(text)s and no value. Type the value.")
    return Problem(column, "broken_cell", text % {"text": cell.text})


def _never(_text: str) -> bool:
    return False


@dataclass(slots=True)
class CheckedRows:
    """The rows of one block, column by column, and what is to be said of each, by its index.

    ``values`` hold None where a cell is empty or wrong.
    """

    numbers: list[int]
    values: dict[str, list[Any]]
    problems: dict[int, list[Problem]]

    def add(self, index: int, problem: Problem) -> None:
        self.problems.setdefault(index, []).append(problem)

    def is_wrong(self, index: int) -> bool:
        return any(problem.is_error for problem in self.problems.get(index, ()))


class RowCheck:
    """The checks of one file. It remembers what stood in earlier blocks."""

    key: str  # the column without which a row speaks of nothing

    def __init__(self, headers: Sequence[str], specs: Sequence[Column]) -> None:
        self._headers = headers
        self._columns = [(headers.index(spec.title), spec) for spec in specs if spec.title in headers]
        self._names = [spec.name for spec in specs]
        self._key_at = headers.index(self.key)

    def check(self, rows: Sequence[Row]) -> CheckedRows:
        """Return the rows of one block, none of them blank, checked."""
        table = [*zip(*(self._padded(cells) for _number, cells in rows), strict=True)]
        values: dict[str, list[Any]] = {name: [None] * len(rows) for name in self._names}
        checked = CheckedRows([number for number, _cells in rows], values, {})
        for place, spec in self._columns if rows else ():
            if spec.is_needed or any(table[place]):
                values[spec.name] = spec.read(table[place], checked.problems)
        aside = {index: [note] for index, (_, cells) in enumerate(rows) if (note := self._left_aside(cells))}
        for index in aside:
            for column in values.values():
                column[index] = None
        self.check_rows(checked)
        checked.problems |= aside
        return checked

    def check_rows(self, checked: CheckedRows) -> None:
        """Check what concerns several cells of a row, or several rows."""
        raise NotImplementedError

    def _padded(self, cells: Sequence[object]) -> Sequence[object]:
        missing = len(self._headers) - len(cells)
        return (*cells, *(None,) * missing) if missing > 0 else cells[: len(self._headers)]

    def _left_aside(self, cells: Sequence[object]) -> Problem | None:
        key = cells[self._key_at] if self._key_at < len(cells) else None
        if type(key) is str and key[:_KEY_DIGITS].isdigit():
            return None
        if columns.header_of(key) == self.key:
            return Problem("", "header_again", _("The headers stand here once more. The row is left aside."))
        said = [text for cell in cells if (text := text_of(cell))]
        is_total = len(said) <= _FEW_CELLS and _TOTALS.match(re.sub(r"\s", "", said[0]))
        if not text_of(key) and (is_total or _FOOTER.match(said[0])):
            return Problem("", "totals_row", _("This is a row of totals or remarks. It is left aside."))
        return None
