"""What a whole file would do: every row compared with what is known and with the other rows. Nothing is written."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from core.cells import BadCell
from grids.enums import GridPost
from grids.rules import columns
from grids.rules.changes import ServiceChange, change_services, check_full_time
from grids.rules.known import Known, KnownGrid, KnownMember, Service
from grids.rules.rows import GridRow, MemberRow, Problem, Reading


@dataclass(frozen=True, slots=True)
class MemberPlan:
    """What one row of a roster would do: to the person's own data, and to the person's services."""

    number: int
    row: MemberRow
    member: KnownMember | None
    fields: Mapping[str, Any]
    services: ServiceChange

    @property
    def is_new(self) -> bool:
        return self.member is None

    @property
    def is_changed(self) -> bool:
        return self.member is not None and bool(self.fields or self.services)


@dataclass(frozen=True, slots=True)
class GridPlan:
    """What one row of a list of grids would do; ``fields`` are the values that differ from what is known."""

    number: int
    row: GridRow
    grid: KnownGrid | None
    village_id: int
    fields: Mapping[str, Any]

    @property
    def is_new(self) -> bool:
        return self.grid is None

    @property
    def is_changed(self) -> bool:
        return self.grid is not None and bool(self.fields)


def plan_members(readings: list[Reading], known: Known, *, today: date) -> list[MemberPlan]:
    """Return what each row in order would do, and add to ``readings`` every conflict with what is known."""
    _refuse_repeated(readings, "id_number", columns.ID_NUMBER)
    _refuse_repeated(readings, "badge_no", columns.BADGE_NO)
    for reading in readings:
        _check_grid(reading, known)
        _check_person(reading, known, today)
    by_number = {reading.number: reading for reading in readings}
    plans = [plan for reading in readings if (plan := _plan_member(reading, known, today))]
    _check_leaders(plans, known, by_number)
    return [plan for plan in plans if not by_number[plan.number].problems]


def plan_grids(readings: list[Reading], villages: Mapping[str, int], grids: Mapping[str, KnownGrid]) -> list[GridPlan]:
    """Return what each row in order would do; ``villages`` are the ids, by code, of those the manager may draw in."""
    _refuse_repeated(readings, "code", columns.GRID_CODE)
    for reading in readings:
        code = reading.values.get("code")
        if code and code[:12] not in villages:
            reading.refuse(columns.GRID_CODE, outside_text(), "outside")
    return [_plan_grid(reading, villages, grids) for reading in readings if not reading.problems]


def outside_text() -> str:
    """Return the one answer for what does not exist and for what lies under other centers."""
    return _("There is no such grid or village in the area you manage. Check the code.")


def _plan_grid(reading: Reading, villages: Mapping[str, int], grids: Mapping[str, KnownGrid]) -> GridPlan:
    row = GridRow(**reading.values)
    grid = grids.get(row.code)
    given = {name: getattr(row, name) for name in ("name", "kind", "households") if getattr(row, name) is not None}
    fields = {name: value for name, value in given.items() if grid is None or getattr(grid, name) != value}
    return GridPlan(reading.number, row, grid, villages[row.code[:12]], fields)


def _refuse_repeated(readings: Iterable[Reading], name: str, column: str) -> None:
    first: dict[str, int] = {}
    for reading in readings:
        value = reading.values.get(name)
        if value and first.setdefault(value, reading.number) != reading.number:
            text = _("The same value stands in row %(row)s already. Keep one of the two rows.") % {"row": first[value]}
            reading.refuse(column, text, "repeated")


def _check_grid(reading: Reading, known: Known) -> None:
    code = reading.values.get("grid_code")
    if code is None:
        return
    grid = known.grids.get(code)
    if grid is None:
        reading.refuse(columns.GRID_CODE, outside_text(), "outside")
        return
    if not grid.is_active:
        reading.refuse(
            columns.GRID_CODE,
            _("This grid is no longer in use. Enter the grid that took its place."),
            "grid_not_in_use",
        )
    if reading.values.get("grid_name", grid.name) != grid.name:
        text = _("The grid with this code is called %(name)s. Correct the name or the code.") % {"name": grid.name}
        reading.refuse(columns.GRID_NAME, text, "grid_name_differs")


def _check_person(reading: Reading, known: Known, today: date) -> None:
    member = known.members.get(reading.values.get("id_number", ""))
    if member is not None and not member.is_reachable(on=today):
        text = _("This person cannot be entered here. Ask the roster manager of the level above.")
        reading.refuse(columns.ID_NUMBER, text, "not_reachable")
    holder = known.badges.get(reading.values.get("badge_no", ""))
    if holder is not None and (member is None or member.id != holder):
        reading.refuse(columns.BADGE_NO, _("This badge number is taken. Check it."), "badge_taken")


def _plan_member(reading: Reading, known: Known, today: date) -> MemberPlan | None:
    """Return what the row would do, or None after noting why it can do nothing."""
    if reading.problems:
        return None
    row = MemberRow(**reading.values)
    member, grid = known.members.get(row.id_number), known.grids[row.grid_code]
    services = member.services if member else ()
    told = Service(
        id=0, grid_id=grid.id, grid_name=grid.name, post=row.post, starts_on=row.starts_on, ends_on=row.ends_on
    )
    column = columns.STARTS_ON
    try:
        change = change_services(services, told, today=today)
        column = columns.POST
        check_full_time(services, told, change)
    except BadCell as error:
        reading.problems.append(Problem.of(column, error))
        return None
    return MemberPlan(reading.number, row, member, _changed_fields(row, member), change)


def _changed_fields(row: MemberRow, member: KnownMember | None) -> dict[str, Any]:
    """Return the person's data that the row tells and that differ from what is known; an empty cell tells nothing."""
    told = {name: getattr(row, name) for name in ("name", "sex", "mobile", "badge_no", "note") if getattr(row, name)}
    return {name: value for name, value in told.items() if member is None or getattr(member, name) != value}


def _check_leaders(plans: list[MemberPlan], known: Known, readings: Mapping[int, Reading]) -> None:
    """Refuse a second leader of a grid, unless the file itself ends the first one's service."""
    released = {service_id for plan in plans for service_id in plan.services.released}
    first: dict[int, int] = {}
    for plan in plans:
        grid = known.grids[plan.row.grid_code]
        if plan.row.post is not GridPost.GRID_LEADER or plan.row.ends_on is not None:
            continue
        if first.setdefault(grid.id, plan.number) != plan.number:
            text = _("Row %(row)s names a leader of this grid already. A grid has one leader.") % {
                "row": first[grid.id]
            }
            readings[plan.number].refuse(columns.POST, text, "second_leader")
        holder = known.leaders.get(grid.id)
        is_other = holder is not None and (plan.member is None or plan.member.id != holder.member_id)
        if holder is not None and is_other and holder.service_id not in released:
            text = _("This grid has a leader already. Enter that person's last day first, or another post here.")
            readings[plan.number].refuse(columns.POST, text, "second_leader")
