"""Which matters a figure of the register counts, as one text that stands in an address: a period, a figure, a place."""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

FIRST_YEAR: Final = 2000
LAST_YEAR: Final = 2999
_PERIOD: Final = re.compile(r"(\d{4})(?:-(0[1-9]|1[0-2])|Q([1-4]))?")
_WHOLE: Final = re.compile(r"\d{1,18}")
_MONTHS_OF: Final = {"year": 12, "quarter": 3, "month": 1}


@dataclass(frozen=True, slots=True)
class Period:
    """A calendar month, quarter or year: its name in an address, and its first and last day."""

    text: str
    first: date
    last: date

    @property
    def kind(self) -> str:
        """``year``, ``quarter`` or ``month``."""
        return "year" if len(self.text) == len("2026") else "quarter" if "Q" in self.text else "month"

    @property
    def months(self) -> int:
        """How many months it has."""
        return _MONTHS_OF[self.kind]


def period_of(text: str) -> Period | None:
    """Return the period that ``text`` names, None for what names none.

    >>> [period_of(text).last.isoformat() for text in ("2026", "2026Q1", "2028-02")]
    ['2026-12-31', '2026-03-31', '2028-02-29']
    """
    found = _PERIOD.fullmatch(text) if text.isascii() else None
    if found is None or not FIRST_YEAR <= int(found[1]) <= LAST_YEAR:
        return None
    year, month, quarter = int(found[1]), found[2], found[3]
    start = int(month) if month else (int(quarter) - 1) * 3 + 1 if quarter else 1
    period = Period(text, date(year, start, 1), date(year, start, 1))
    return Period(text, period.first, _plus_months(period.first, period.months) - timedelta(days=1))


def periods_up_to(today: date, kind: str, count: int) -> list[Period]:
    """Return the last ``count`` periods of one kind, the one of ``today`` first.

    >>> [period.text for period in periods_up_to(date(2026, 2, 3), "quarter", 2)]
    ['2026Q1', '2025Q4']
    """
    months = _MONTHS_OF[kind]
    start = date(today.year, (today.month - 1) // months * months + 1, 1)
    starts = [_plus_months(start, -months * back) for back in range(count)]
    return [period for first in starts if (period := period_of(_text(first, kind)))]


def _text(first: date, kind: str) -> str:
    texts = {"year": f"{first:%Y}", "quarter": f"{first:%Y}Q{(first.month + 2) // 3}", "month": f"{first:%Y-%m}"}
    return texts[kind]


def _plus_months(first: date, months: int) -> date:
    index = first.year * 12 + first.month - 1 + months
    return date(index // 12, index % 12 + 1, 1)


class Holding(StrEnum):
    """Who holds the matters that arose in a place: anybody, the place itself, it or one below, or one above."""

    ANYBODY = ""
    OWN = "own"
    WITHIN = "within"
    ABOVE = "above"


@dataclass(frozen=True, slots=True)
class Selection:
    """What one figure counts: a period, the figure's name, and perhaps a place, a category and a source.

    A matter is counted where it arose; ``holding`` tells those apart that a center above has taken up.
    """

    period: Period
    figure: str = "accepted"
    center_id: int | None = None
    holding: Holding = Holding.ANYBODY
    category: str = ""
    source: str = ""

    def __str__(self) -> str:
        center = "" if self.center_id is None else str(self.center_id)
        return f"{self.period.text}:{self.figure}:{center}:{self.holding}:{self.category}:{self.source}"


def selection_of(text: str) -> Selection | None:
    """Return what a text of an address selects, None where it makes no sense.

    >>> str(selection_of("2026Q3:succeeded:12:own:D02:court"))
    '2026Q3:succeeded:12:own:D02:court'
    """
    parts = text.split(":")
    period = period_of(parts[0])
    if period is None or len(parts) != len(Selection.__slots__):
        return None
    figure, center, holding, category, source = parts[1:]
    if (center and not (center.isascii() and _WHOLE.fullmatch(center))) or holding not in [*Holding]:
        return None
    return Selection(period, figure, int(center) if center else None, Holding(holding), category, source)
