"""One row of a workbook as values. Every cell is looked at, so that all that is wrong is told at once."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from typing import Any, Final

from django.utils.translation import gettext as _

from core.cells import BadCell, parse_day, text_of
from grids.enums import GridKind, GridPost, Sex
from grids.rules import cells, columns
from grids.rules.identity import check_id_number, sex_of

Check = Callable[[object], Any]
Cells = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong with a row: in which column, as a code for programs, and in words for people."""

    column: str
    code: str
    message: str

    @classmethod
    def of(cls, column: str, error: BadCell) -> "Problem":
        return cls(column, error.code, str(error))


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberRow:
    """A row of the roster whose cells are all in order. None and '' mean: not given, leave it as it is."""

    grid_code: str
    name: str
    id_number: str
    mobile: str
    post: GridPost
    starts_on: date
    grid_name: str = ""
    sex: Sex = Sex.UNKNOWN
    ends_on: date | None = None
    badge_no: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class GridRow:
    """A row of the list of grids whose cells are all in order. None means: not given, leave it as it is."""

    code: str
    name: str
    kind: GridKind | None = None
    households: int | None = None


@dataclass(slots=True)
class Reading:
    """What one row gave: its number in the sheet, the values that could be read, and what is wrong with it."""

    number: int
    values: dict[str, Any] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def refuse(self, column: str, message: str, code: str) -> None:
        self.problems.append(Problem(column, code, message))

    def read(self, column: str, name: str, raw: Cells, check: Check) -> None:
        """Put the checked value of a cell under ``name``, or note what is wrong with it."""
        try:
            self.values[name] = check(raw.get(column))
        except BadCell as error:
            self.problems.append(Problem.of(column, error))


_MEMBER_CELLS: Final[dict[str, tuple[str, Check]]] = {
    columns.GRID_CODE: ("grid_code", cells.check_grid_code),
    columns.GRID_NAME: ("grid_name", cells.check_grid_name),
    columns.NAME: ("name", cells.check_name),
    columns.SEX: ("sex", cells.check_sex),
    columns.MOBILE: ("mobile", cells.check_mobile),
    columns.POST: ("post", cells.check_post),
    columns.STARTS_ON: ("starts_on", parse_day),
    columns.ENDS_ON: ("ends_on", parse_day),
    columns.BADGE_NO: ("badge_no", cells.check_badge),
    columns.NOTE: ("note", cells.check_note),
}
_GRID_CELLS: Final[dict[str, tuple[str, Check]]] = {
    columns.GRID_CODE: ("code", cells.check_grid_code),
    columns.GRID_NAME: ("name", cells.check_grid_name),
    columns.GRID_KIND: ("kind", cells.check_kind),
    columns.HOUSEHOLDS: ("households", cells.check_households),
}


def read_member(number: int, raw: Cells, *, today: date) -> Reading:
    """Read row ``number`` of a roster; ``raw`` has the columns' Chinese headers as keys."""
    reading = _read(number, raw, _MEMBER_CELLS, columns.MEMBERS)
    reading.read(columns.ID_NUMBER, "id_number", raw, partial(check_id_number, today=today))
    _check_sex(reading)
    _check_days(reading, today)
    return reading


def read_grid(number: int, raw: Cells) -> Reading:
    """Read row ``number`` of a list of grids."""
    return _read(number, raw, _GRID_CELLS, columns.GRIDS)


def _read(number: int, raw: Cells, checks: Mapping[str, tuple[str, Check]], layout: columns.Layout) -> Reading:
    reading = Reading(number)
    for column, (name, check) in checks.items():
        if column in layout.required or text_of(raw.get(column)):
            reading.read(column, name, raw, check)
    return reading


def _check_sex(reading: Reading) -> None:
    """Take the sex from the ID number, and refuse a row in which the two differ."""
    if "id_number" not in reading.values:
        return
    told, written = sex_of(reading.values["id_number"]), reading.values.get("sex")
    if written in {Sex.MALE, Sex.FEMALE} and written is not told:
        reading.refuse(
            columns.SEX,
            _("The sex does not agree with the ID number, which says %(sex)s. Correct one of the two.")
            % {"sex": told.label},
            "sex_conflict",
        )
    reading.values["sex"] = told


def _check_days(reading: Reading, today: date) -> None:
    starts_on, ends_on = reading.values.get("starts_on"), reading.values.get("ends_on")
    if starts_on and starts_on > today:
        reading.refuse(
            columns.STARTS_ON,
            _("This day is in the future. Enter the day on which the service began."),
            "starts_in_future",
        )
    if starts_on and ends_on and ends_on < starts_on:
        reading.refuse(columns.ENDS_ON, _("The service ends before it begins. Check both days."), "ends_before_start")
