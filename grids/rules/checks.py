"""What is checked in a list of grids and in a roster: each column, the cells of a row together, the rows together."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar, Final

from django.utils.translation import gettext as _

from grids.enums import GridPost, Sex
from grids.rules import cells, columns
from grids.rules.identity import IdNumbers, sex_of
from grids.rules.known import KnownGrid
from grids.rules.problems import Problem, outside, repeated
from grids.rules.reading import CheckedRows, Column, RowCheck

_USUAL_HOUSEHOLDS: Final = range(200, 601)


class GridCheck(RowCheck):
    """The checks of a list of grids. ``villages`` are the ids, by code, of those in which the manager may draw."""

    key = columns.GRID_CODE

    def __init__(self, headers: Sequence[str], *, villages: Mapping[str, int]) -> None:
        super().__init__(headers, _grid_columns())
        self._villages = villages
        self._rows_of_codes: dict[str, int] = {}

    def check_rows(self, checked: CheckedRows) -> None:
        codes = checked.values["code"]
        checked.values["village_id"] = [self._villages.get(code[:12]) if code else None for code in codes]
        for index, code in enumerate(codes):
            if code is None:
                continue
            if code[:12] not in self._villages:
                checked.add(index, outside(columns.GRID_CODE))
            first = self._rows_of_codes.setdefault(code, checked.numbers[index])
            if first != checked.numbers[index]:
                checked.add(index, repeated(columns.GRID_CODE, row=first))
        for index, households in enumerate(checked.values["households"]):
            if households is not None and households not in _USUAL_HOUSEHOLDS:
                checked.add(index, _unusual_households(households))


class MemberCheck(RowCheck):
    """The checks of a roster. ``grids`` are those, by code, for which the manager may send one in."""

    key = columns.ID_NUMBER

    def __init__(self, headers: Sequence[str], *, grids: Mapping[str, KnownGrid], today: date) -> None:
        super().__init__(headers, _member_columns(today))
        self._grids = grids
        self._today = today
        self._rows_of_badges: dict[str, tuple[int, str]] = {}
        self._people: dict[str | None, tuple[Any, ...]] = {}
        self._several: dict[str, list[_Told]] = {}

    def check_rows(self, checked: CheckedRows) -> None:
        self._find_grids(checked)
        _take_sex(checked)
        self._check_days(checked)
        self._check_people(checked)
        self._check_badges(checked)

    def _find_grids(self, checked: CheckedRows) -> None:
        found = [self._grids.get(code) if code else None for code in checked.values["grid_code"]]
        checked.values["grid_id"] = [grid and grid.id for grid in found]
        for index, (code, grid, name) in enumerate(
            zip(checked.values["grid_code"], found, checked.values["grid_name"], strict=True)
        ):
            if code and grid is None:
                checked.add(index, outside(columns.GRID_CODE))
            elif grid is not None and name and name != grid.name:
                text = _("The grid with this code is called %(name)s. Correct the name or the code.")
                checked.add(index, Problem(columns.GRID_NAME, "grid_name_differs", text % {"name": grid.name}))
            if grid is not None and not grid.is_active:
                text = _("This grid is no longer in use. Enter the grid that took its place.")
                checked.add(index, Problem(columns.GRID_CODE, "grid_not_in_use", text))

    def _check_days(self, checked: CheckedRows) -> None:
        days = zip(checked.values["starts_on"], checked.values["ends_on"], strict=True)
        for index, (starts_on, ends_on) in enumerate(days):
            if starts_on and starts_on > self._today:
                text = _("This day is in the future. Enter the day on which the service began.")
                checked.add(index, Problem(columns.STARTS_ON, "starts_in_future", text))
            if starts_on and ends_on and ends_on < starts_on:
                text = _("The service ends before it begins. Check both days.")
                checked.add(index, Problem(columns.ENDS_ON, "ends_before_start", text))

    def _check_people(self, checked: CheckedRows) -> None:
        """Compare each row with the earlier ones of the same person."""
        people, told = self._people, zip(checked.numbers, *(checked.values[name] for name in _Told.FROM), strict=True)
        for index, values in enumerate(told):
            first = people.setdefault(values[1], values)
            if first is not values and values[1] is not None:
                earlier = self._several.setdefault(values[1], [_Told(*first)])
                row = _Told(*values)
                for problem in row.against(earlier):
                    checked.add(index, problem)
                earlier.append(row)

    def _check_badges(self, checked: CheckedRows) -> None:
        badges = zip(checked.values["badge_no"], checked.numbers, checked.values["id_number"], strict=True)
        for index, (badge, number, holder) in enumerate(badges):
            if badge is None:
                continue
            first, first_holder = self._rows_of_badges.setdefault(badge, (number, holder))
            if first != number and (holder is None or first_holder != holder):
                checked.add(index, repeated(columns.BADGE_NO, row=first))


@dataclass(frozen=True, slots=True)
class _Told:
    """What a row says of a person, who may serve in several grids, but in none twice and full-time in one alone."""

    OF_THE_PERSON: ClassVar = (
        (columns.NAME, "name"),
        (columns.MOBILE, "mobile"),
        (columns.BADGE_NO, "badge_no"),
        (columns.NOTE, "note"),
    )
    FROM: ClassVar = ("id_number", "name", "mobile", "badge_no", "note", "grid_code", "post", "ends_on")

    number: int
    id_number: str
    name: str
    mobile: str
    badge_no: str
    note: str
    grid_code: str
    post: GridPost
    ends_on: date | None

    def against(self, earlier: Sequence["_Told"]) -> Iterator[Problem]:
        first = earlier[0]
        if any((row.grid_code, row.post) == (self.grid_code, self.post) for row in earlier):
            yield repeated(columns.ID_NUMBER, row=first.number)
            return
        for column, name in self.OF_THE_PERSON:
            if getattr(self, name) and getattr(first, name) and getattr(self, name) != getattr(first, name):
                text = _("Row %(row)s says something else of the same person. Correct one of the two.")
                yield Problem(column, "rows_differ", text % {"row": first.number})
        if self._is_full_time and any(row._is_full_time for row in earlier):  # noqa: SLF001 - of its own kind
            text = _("Row %(row)s names the same person full-time in another grid. Full-time is in one grid only.")
            yield Problem(columns.POST, "full_time_twice", text % {"row": first.number})
        else:
            text = _("Row %(row)s names the same person, in another grid or post.")
            yield Problem(columns.GRID_CODE, "several_grids", text % {"row": first.number})

    @property
    def _is_full_time(self) -> bool:
        return self.post is GridPost.FULL_TIME and self.ends_on is None


def _take_sex(checked: CheckedRows) -> None:
    """Take the sex from the ID number, and refuse a row in which the two differ."""
    written = checked.values["sex"]
    for index, number in enumerate(checked.values["id_number"]):
        if number is None:
            continue
        told = sex_of(number)
        if written[index] in {Sex.MALE, Sex.FEMALE} and written[index] is not told:
            text = _("The sex does not agree with the ID number, which says %(sex)s. Correct one of the two.")
            checked.add(index, Problem(columns.SEX, "sex_conflict", text % {"sex": told.label}))
        written[index] = told


def _unusual_households(households: int) -> Problem:
    text = _("A grid usually has 200 to 600 households; here are %(count)s. Check whether that is meant.")
    return Problem(columns.HOUSEHOLDS, "households_unusual", text % {"count": households})


def _member_columns(today: date) -> list[Column]:
    ids = IdNumbers(today)
    return [
        Column(columns.GRID_CODE, "grid_code", cells.check_grid_code),
        Column(columns.GRID_NAME, "grid_name", cells.check_grid_name, is_needed=False),
        Column(columns.NAME, "name", cells.check_name, at_a_glance=cells.PLAIN_NAME.fullmatch),
        Column(columns.ID_NUMBER, "id_number", ids.check, at_a_glance=ids.is_right),
        Column(columns.SEX, "sex", cells.check_sex, is_needed=False),
        Column(columns.MOBILE, "mobile", cells.check_mobile, at_a_glance=cells.MOBILE.fullmatch),
        Column(columns.POST, "post", cells.check_post),
        Column(columns.STARTS_ON, "starts_on", cells.check_day),
        Column(columns.ENDS_ON, "ends_on", cells.check_day, is_needed=False),
        Column(
            columns.BADGE_NO, "badge_no", cells.check_badge, is_needed=False, at_a_glance=cells.PLAIN_BADGE.fullmatch
        ),
        Column(columns.NOTE, "note", cells.check_note, is_needed=False),
    ]


def _grid_columns() -> list[Column]:
    return [
        Column(columns.GRID_CODE, "code", cells.check_grid_code),
        Column(columns.GRID_NAME, "name", cells.check_grid_name),
        Column(columns.GRID_KIND, "kind", cells.check_kind, is_needed=False),
        Column(columns.HOUSEHOLDS, "households", cells.check_households, is_needed=False),
    ]
