"""The rows of a roster file as its page shows them. Identity and phone numbers are masked, whoever looks."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from core.masking import mask_id_number, mask_mobile
from grids.enums import GridPost, RosterKind
from grids.models import Grid, GridMember, RosterImport, StagedGrid, StagedMember
from grids.rules.problems import Problem
from grids.services.staging import STAGED

Staged = StagedMember | StagedGrid


@dataclass(frozen=True, slots=True)
class ShownRow:
    """One row: its number in the sheet, None for what is not in the sheet; whom it is about; and what is said of it."""

    number: int | None
    about: tuple[str, ...]
    lines: tuple[str, ...] = ()


def shown_rows(rows: Sequence[Staged]) -> list[ShownRow]:
    """Return rows that would be written as they stand there."""
    return [ShownRow(row.number, _about(row)) for row in rows]


def shown_problems(rows: Sequence[Staged]) -> list[ShownRow]:
    """Return rows with everything that is to be said of each."""
    return [ShownRow(row.number, (row.name,), tuple(str(Problem(*told)) for told in row.problems)) for row in rows]


def problem_lines(roster_import: RosterImport) -> Iterator[str]:
    """Yield "Row 47 · column: what is wrong", row by row, for those who have no page."""
    rows = STAGED[RosterKind(roster_import.kind)].objects.filter(roster_import=roster_import).exclude(problems=[])
    for number, problems in rows.order_by("number").values_list("number", "problems"):
        for told in problems:
            yield _("Row %(row)s · %(what)s") % {"row": number, "what": str(Problem(*told))}


def shown_absent(rows: Sequence[GridMember | Grid]) -> list[ShownRow]:
    """Return people or grids of whom the file says nothing."""
    return [ShownRow(None, _known(row)) for row in rows]


def shown_kept(entries: Sequence[Mapping[str, str]]) -> list[ShownRow]:
    """Return who or what stayed as it is when a file was undone, and why."""
    return [ShownRow(None, (entry["name"],), (entry["text"],)) for entry in entries]


def term_of(starts_on: date, ends_on: date | None) -> str:
    """Return the days of a service in words."""
    first = date_format(starts_on, "Y-m-d")
    return f"{first} — {date_format(ends_on, 'Y-m-d')}" if ends_on else _("since %(day)s") % {"day": first}


def _about(row: Staged) -> tuple[str, ...]:
    if isinstance(row, StagedGrid):
        households = _("%(count)s households") % {"count": row.households} if row.households else ""
        return (row.code, row.name, row.get_kind_display() if row.kind else "", households)
    grid = row.grid.name if row.grid else ""
    post = GridPost(row.post).label if row.post else ""
    term = term_of(row.starts_on, row.ends_on) if row.starts_on else ""
    return (row.name, mask_id_number(row.id_number), mask_mobile(row.mobile), f"{grid} · {post}", term)


def _known(row: GridMember | Grid) -> tuple[str, ...]:
    if isinstance(row, Grid):
        return (row.code, row.name)
    return (row.name, mask_id_number(row.id_number), mask_mobile(row.mobile))
