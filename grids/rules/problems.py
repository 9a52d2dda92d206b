"""What is said of a row of a file: in which column, as a code for programs, and in words for people."""

from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext as _

from core.cells import BadCell

# These are said, and the row is imported all the same.
WARNINGS: Final = frozenset({"households_unusual", "name_changes", "serves_elsewhere", "several_grids"})
# These are said, and the row is left aside: it speaks of no person and no grid.
LEFT_ASIDE: Final = frozenset({"totals_row", "header_again"})

AsList = list[str]


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is to be said of a row. ``column`` is empty where it concerns the row as a whole."""

    column: str
    code: str
    message: str

    @classmethod
    def of(cls, column: str, error: BadCell) -> "Problem":
        return cls(column, error.code, str(error))

    @property
    def is_error(self) -> bool:
        return self.code not in WARNINGS | LEFT_ASIDE

    def __str__(self) -> str:
        return f"{self.column}：{self.message}" if self.column else self.message

    def as_list(self) -> AsList:
        """Return the problem as it is staged; ``Problem(*as_list)`` is the problem again."""
        return [self.column, self.code, self.message]


def outside(column: str) -> Problem:
    """Return the one answer for what does not exist and for what lies under other centers."""
    return Problem(column, "outside", _("There is no such grid or village in the area you manage. Check the code."))


def repeated(column: str, *, row: int) -> Problem:
    """Return what is said of a value that may stand in the file once and stands in ``row`` already."""
    text = _("The same value stands in row %(row)s already. Keep one of the two rows.") % {"row": row}
    return Problem(column, "repeated", text)
