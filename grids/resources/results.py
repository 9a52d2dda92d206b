"""What the pages of an import show: counts that add up, every problem by row and column, changes field by field."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from import_export.results import Result

from core.masking import mask_id_number, mask_mobile
from grids.enums import GridKind, GridPost, Sex
from grids.resources.workbooks import Sheet
from grids.rules import columns
from grids.rules.known import Service
from grids.rules.roster import GridPlan, MemberPlan
from grids.services.import_members import ImportPlan

SHOWN_ROWS: Final = 50
_FIELD_COLUMNS: Final = {
    "name": columns.NAME,
    "sex": columns.SEX,
    "mobile": columns.MOBILE,
    "badge_no": columns.BADGE_NO,
    "note": columns.NOTE,
    "kind": columns.GRID_KIND,
    "households": columns.HOUSEHOLDS,
}


@dataclass(frozen=True, slots=True)
class Change:
    """One column of one row: what it says now, and what it will say."""

    column: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class PlannedRow:
    """One row of the preview. ``about`` names person or grid; identity and phone numbers are masked."""

    number: int
    about: tuple[str, ...]
    changes: tuple[Change, ...] = ()


class RosterResult(Result):
    """The result of a whole file: a list of problems or a plan, in the words of the page."""

    def __init__(self, sheet: Sheet, plan: ImportPlan[Any]) -> None:
        super().__init__()
        self.sheet = sheet
        self.plan = plan
        self.total_rows = len(sheet) + sheet.blank_rows
        for reading in plan.wrong:
            errors: dict[str, list[str]] = {}
            for problem in reading.problems:
                errors.setdefault(problem.column, []).append(problem.message)
            self.append_invalid_row(reading.number, {}, ValidationError(errors))

    @property
    def wrong_rows(self) -> int:
        return len(self.plan.wrong)

    @property
    def good_rows(self) -> int:
        return len(self.sheet) - self.wrong_rows

    def lines(self) -> Iterator[str]:
        """Yield "Row 47 · column: what is wrong", row by row, in the order of the columns."""
        order = {column: index for index, column in enumerate(self.sheet.layout.columns)}
        for reading in self.plan.wrong:
            for problem in sorted(reading.problems, key=lambda problem: order[problem.column]):
                yield _("Row %(row)s · %(column)s: %(message)s") % {
                    "row": reading.number,
                    "column": problem.column,
                    "message": problem.message,
                }

    def new_rows(self) -> list[PlannedRow]:
        return [_planned(plan) for plan in islice((plan for plan in self.plan.plans if plan.is_new), SHOWN_ROWS)]

    def changed_rows(self) -> list[PlannedRow]:
        return [_planned(plan) for plan in islice((plan for plan in self.plan.plans if plan.is_changed), SHOWN_ROWS)]

    @property
    def new_rows_left(self) -> int:
        return max(0, self.plan.new_rows - SHOWN_ROWS)

    @property
    def changed_rows_left(self) -> int:
        return max(0, self.plan.changed_rows - SHOWN_ROWS)


def _planned(plan: MemberPlan | GridPlan) -> PlannedRow:
    if isinstance(plan, GridPlan):
        return PlannedRow(plan.number, (plan.row.code, plan.row.name), tuple(_grid_changes(plan)))
    row = plan.row
    about = (row.name, mask_id_number(row.id_number), row.grid_code, str(row.post.label), shown(row.starts_on))
    return PlannedRow(plan.number, about, tuple(_member_changes(plan)))


def _grid_changes(plan: GridPlan) -> Iterator[Change]:
    for name, value in plan.fields.items():
        column = columns.GRID_NAME if name == "name" else _FIELD_COLUMNS[name]
        yield Change(column, shown(getattr(plan.grid, name, None)), shown(value))


def _member_changes(plan: MemberPlan) -> Iterator[Change]:
    for name, value in plan.fields.items():
        mask = mask_mobile if name == "mobile" else shown
        yield Change(_FIELD_COLUMNS[name], mask(getattr(plan.member, name, "")), mask(value))
    if plan.member and plan.services:
        before = _services(service for service in plan.member.services if service.id in _touched(plan))
        after = [*plan.services.redated, *([plan.services.begun] if plan.services.begun else [])]
        yield Change(columns.POST, before, _services(after))


def _touched(plan: MemberPlan) -> set[int]:
    return {service.id for service in (*plan.services.struck, *plan.services.redated)}


def _services(services: Iterable[Service]) -> str:
    return "\n".join(
        f"{service.grid_name} {service.post.label} {term_of(service.starts_on, service.ends_on)}"
        for service in services
    )


def term_of(starts_on: date, ends_on: date | None) -> str:
    """Return from when until when somebody serves, as it stands on a page."""
    if ends_on is None:
        return _("since %(first)s") % {"first": shown(starts_on)}
    return _("%(first)s to %(last)s") % {"first": shown(starts_on), "last": shown(ends_on)}


def shown(value: Any) -> str:
    """Return a value as it stands on a page."""
    if isinstance(value, GridPost | GridKind | Sex):
        return str(value.label)
    if hasattr(value, "isoformat"):
        return date_format(value, "Y-m-d")
    return "" if value is None else str(value)
