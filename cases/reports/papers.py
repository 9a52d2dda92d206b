"""The papers a matter has: which there are, in the order of its file, and what stands in them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import Enum
from typing import Final

from django.utils.functional import Promise

from cases.enums import Procedure
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
    """What one paper is about where a matter owes several of a kind, as a session: its key, and what people call it.

    ``need``: a paper about it may be made before the matter must have one.
    """

    key: str
    label: str
    need: Need = Need.MUST


@dataclass(frozen=True, slots=True)
class Records:
    """What owes a paper each: ``of`` returns what a round of a matter has of it, ``values`` what the paper says."""

    of: Callable[[Case, int], Sequence[Record]]
    values: Callable[[Case, date, Record], Mapping[str, Value]]


@dataclass(frozen=True, slots=True)
class PaperKind:
    """One kind of paper. ``values`` says what stands in its blanks; a kind without a ``layout`` comes from outside.

    A matter that has something of the kind's ``records`` has a paper about each, as each of them asks; its own ``need``
    counts while there are none.
    A paper that ``comes_later`` is taken into the file of a closed matter too. One that ``says_archive`` is made anew
    when the file is archived, so that it tells where.

    A kind with a ``series`` is numbered by center and year, as ``(2026)枫桥<series>第0001号``, and shows that in its
    field ``number``, which ``values`` leaves out. ``may_be_seen``: a note that it was seen is enough.

    Only matters of its ``procedure`` have it, which registering it says; what it asks and tells may rely on that.
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
    procedure: Procedure | None = None


KINDS: Final[dict[str, PaperKind]] = {}


def kinds_of(case: Case) -> list[PaperKind]:
    """Return the kinds of paper that a matter of its procedure can have, in the order of its file."""
    return [kind for kind in KINDS.values() if kind.procedure in {None, case.procedure}]


def kind_of(case: Case, key: str) -> PaperKind | None:
    """Return a kind of paper that a matter can have, None for one of another procedure, or of none."""
    kind = KINDS.get(key)
    return kind if kind and kind.procedure in {None, case.procedure} else None


def paper_label(key: str) -> str:
    """Return what people call a kind of paper; its key for one that is no longer made."""
    return str(KINDS[key].label) if key in KINDS else key


def register_kinds(kinds: tuple[PaperKind, ...], *, procedure: Procedure | None = None) -> None:
    """Take up the kinds of paper of one procedure, of any for None, in the order of its file.

    Raises ValueError for a key that another procedure has taken: one key is one kind, in the database too.
    """
    if taken := KINDS.keys() & {kind.key for kind in kinds}:
        raise ValueError(taken)
    KINDS.update({kind.key: replace(kind, procedure=procedure) for kind in kinds})
