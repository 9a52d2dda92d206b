"""Finding the header row of a table by what its headers say, wherever it stands."""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Final

ROWS: Final = 20  # how far down a header row is looked for
_REQUIRED_MARK: Final = re.compile(r"[*\s\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]|\(必填\)|\(选填\)")

Cells = Sequence[object]


def header_text(value: object) -> str:
    r"""Return what a header cell says, whatever spaces, line breaks, stars or full-width forms surround it.

    >>> header_text(" 节日\n（必填）")
    '节日'
    """
    return _REQUIRED_MARK.sub("", unicodedata.normalize("NFKC", str(value))) if value is not None else ""


@dataclass(frozen=True, slots=True)
class Headers:
    """Which columns a table has: all of one of ``layouts``, and ``others``; ``aliases`` are what offices write instead.

    All of them are written as ``header_text`` returns them.
    """

    layouts: tuple[tuple[str, ...], ...]
    others: tuple[str, ...] = ()
    aliases: Mapping[str, str] = field(default_factory=dict)

    @property
    def known(self) -> frozenset[str]:
        return frozenset(self.others).union(*self.layouts)

    def column_of(self, value: object) -> str:
        """Return the column a header cell names, or what it says."""
        text = header_text(value)
        return self.aliases.get(text, text)

    def missing(self, values: Iterable[object]) -> tuple[str, ...]:
        """Return the columns that a row of headers lacks, of the layout that it comes closest to."""
        named = {self.column_of(value) for value in values}
        lacking = [tuple(column for column in layout if column not in named) for layout in self.layouts]
        return min(lacking, key=len)

    def as_plain(self) -> dict[str, Any]:
        """Return what ``from_plain`` takes, for the way to the child."""
        return asdict(self)

    @classmethod
    def from_plain(cls, plain: Mapping[str, Any]) -> "Headers":
        return cls(tuple(map(tuple, plain["layouts"])), tuple(plain["others"]), plain["aliases"])


@dataclass(frozen=True, slots=True)
class Found:
    """A header row: its index among the rows looked at, the last one where it takes two; and its texts."""

    index: int
    texts: tuple[str, ...]


def find_headers(rows: Sequence[Cells], wanted: Headers) -> Found | None:
    """Return the first header row of a sheet's first ``rows``; headers merged over two rows are read as one."""
    for index, row in enumerate(rows):
        below = rows[index + 1] if index + 1 < len(rows) else ()
        if not wanted.missing(row):
            if _continues(row, below, wanted):
                return Found(index + 1, _texts(_joined(row, below)))
            return Found(index, _texts(row))
        joined = _joined(row, below)
        if below and wanted.missing(below) and not wanted.missing(joined) and _names_one(below, wanted):
            return Found(index + 1, _texts(joined))
    return None


def nearest(rows: Sequence[Cells], wanted: Headers) -> tuple[str, ...]:
    """Return the columns that the best of the ``rows`` lacks."""
    return min((wanted.missing(row) for row in rows), key=len, default=wanted.layouts[0])


def _continues(upper: Cells, lower: Cells, wanted: Headers) -> bool:
    """Return whether ``lower`` is the second half of a header row: silent below every column that is needed."""
    needed = frozenset().union(*wanted.layouts)
    is_silent = not any(
        header_text(below) for above, below in zip(upper, lower, strict=False) if wanted.column_of(above) in needed
    )
    return is_silent and _names_one(lower, wanted)


def _names_one(row: Cells, wanted: Headers) -> bool:
    return any(wanted.column_of(value) in wanted.known for value in row)


def _joined(upper: Cells, lower: Cells) -> list[object]:
    width = max(len(upper), len(lower))
    above, below = ([*row, *[""] * (width - len(row))] for row in (upper, lower))
    return [under if header_text(under) else over for over, under in zip(above, below, strict=True)]


def _texts(row: Cells) -> tuple[str, ...]:
    return tuple("" if value is None else str(value) for value in row)
