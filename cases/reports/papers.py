"""The papers a matter has: which there are, in the order of its file, and what stands in them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import Enum
from typing import Final

from django.utils.functional import Promise

from cases.models import Case
from core.papers.fields import Field, Value
from core.papers.layout import Layout


class Need(Enum):
    """Whether a matter, as it stands, must have a paper of a kind in its file."""

    MUST = "must"
    MAY = "may"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Record:
    """What one paper is about where a matter owes several of a kind, as a session: its key, and what people call it."""

    key: str
    label: str


@dataclass(frozen=True, slots=True)
class Records:
    """What owes a paper each: ``of`` returns what a round of a matter has of it, ``values`` what the paper says."""

    of: Callable[[Case, int], Sequence[Record]]
    values: Callable[[Case, date, Record], Mapping[str, Value]]


@dataclass(frozen=True, slots=True)
class PaperKind:
    """One kind of paper. ``values`` says what stands in its blanks; a kind without a ``layout`` comes from outside.

    A matter that has something of the kind's ``records`` must have a paper about each, and its ``need`` is met by them.
    A paper that ``comes_later`` is taken into the file of a closed matter too. One that ``says_archive`` is made anew
    when the file is archived, so that it tells where.

    A kind with a ``series`` is numbered by center and year, as ``(2026)枫桥<series>第0001号``, and shows that in its
    field ``number``, which ``values`` leaves out. ``may_be_seen``: a note that it was seen is enough.
    """

    key: str
    label: str | Promise
    need: Callable[[Case], Need]
    fields: tuple[Field, ...] = ()
    layout: Layout | None = None
    values: Callable[[Case, date], Mapping[str, Value]] | None = None
    series: str = ""
    may_be_seen: bool = False
    records: Records | None = None
    comes_later: bool = False
    says_archive: bool = False


KINDS: Final[dict[str, PaperKind]] = {}


def paper_label(key: str) -> str:
    """Return what people call a kind of paper; its key for one that is no longer made."""
    return str(KINDS[key].label) if key in KINDS else key


def register_kinds(kinds: tuple[PaperKind, ...]) -> None:
    """Take up the kinds of paper of one procedure, in the order of its file."""
    KINDS.update({kind.key: kind for kind in kinds})
