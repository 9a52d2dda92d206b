"""Reads for rosters: what is known of the grids, villages and people a file names, in a fixed number of queries."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import TYPE_CHECKING, Protocol

from django.db.models import Prefetch, Q, QuerySet

from centers.enums import Level
from centers.models import Center
from centers.reports import scope_of
from core.crypto import lookup_hash
from grids.enums import GridKind, GridPost, Sex
from grids.models import Assignment, Grid, GridMember
from grids.rules.known import Known, KnownGrid, KnownMember, Leader, Service
from grids.rules.rows import Reading

if TYPE_CHECKING:
    from core.models import User

IMPORT_ROSTER = "grids.import_roster"


class Area(Protocol):
    """Where somebody may act, as ``centers.reports.Scope`` tells it."""

    def covers(self, prefix: str = "") -> Q: ...


def id_hash_of(id_number: str) -> str:
    """Return the keyed hash by which a member is found."""
    return lookup_hash(id_number, context="id_number")


def _told(readings: Iterable[Reading], name: str) -> set[str]:
    return {reading.values[name] for reading in readings if reading.values.get(name)}


def known_roster(readings: Sequence[Reading], area: Area, *, lock: bool = False) -> Known:
    """Return what is known of the grids in ``area`` and of the people, wherever they are, that ``readings`` name.

    With ``lock`` the rows of these grids and people are locked, each table in primary-key order.
    """
    grids = list(_locked(Grid.objects.filter(area.covers(), code__in=_told(readings, "grid_code")), lock=lock))
    return Known(
        grids={grid.code: known_grid(grid) for grid in grids},
        members=known_members(_told(readings, "id_number"), area, lock=lock),
        badges=_badge_holders(_told(readings, "badge_no")),
        leaders=leaders_of(grids),
    )


def _badge_holders(badges: Iterable[str]) -> dict[str, int]:
    return {
        member.badge_no or "": member.pk for member in GridMember.objects.filter(badge_no__in=badges).only("badge_no")
    }


def _locked(rows: QuerySet, *, lock: bool) -> QuerySet:
    return rows.select_for_update(of=("self",)).order_by("pk") if lock else rows


def known_grid(grid: Grid) -> KnownGrid:
    """Return a grid as a plain value."""
    return KnownGrid(grid.pk, grid.code, grid.name, GridKind(grid.kind), grid.households, grid.is_active)


def leaders_of(grids: Iterable[Grid]) -> dict[int, Leader]:
    """Return who leads each of the grids with no end in sight."""
    rows = Assignment.objects.filter(grid__in=grids, post=GridPost.GRID_LEADER, ends_on=None)
    return {row.grid_id: Leader(row.pk, row.member_id) for row in rows}


def known_members(id_numbers: Iterable[str], area: Area, *, lock: bool = False) -> dict[str, KnownMember]:
    """Return the people with these ID numbers, each with all services, marked as here or elsewhere."""
    numbers = {id_hash_of(number): number for number in id_numbers}
    members = list(_locked(GridMember.objects.filter(id_hash__in=numbers).defer("id_number"), lock=lock))
    here = set(Assignment.objects.filter(area.covers("grid__"), member__in=members).values_list("pk", flat=True))
    services: dict[int, list[Service]] = {}
    for row in Assignment.objects.filter(member__in=members).select_related("grid"):
        services.setdefault(row.member_id, []).append(known_service(row, is_here=row.pk in here))
    return {numbers[member.id_hash]: _known_member(member, services.get(member.pk, [])) for member in members}


def known_service(row: Assignment, *, is_here: bool = True) -> Service:
    """Return an assignment as a plain value."""
    return Service(
        id=row.pk,
        grid_id=row.grid_id,
        grid_name=row.grid.name,
        post=GridPost(row.post),
        starts_on=row.starts_on,
        ends_on=row.ends_on,
        is_here=is_here,
    )


def _known_member(member: GridMember, services: Iterable[Service]) -> KnownMember:
    return KnownMember(
        id=member.pk,
        name=member.name,
        sex=Sex(member.sex),
        mobile=member.mobile,
        badge_no=member.badge_no or "",
        note=member.note,
        services=tuple(services),
    )


def known_grids(readings: Sequence[Reading], area: Area, *, lock: bool = False) -> dict[str, KnownGrid]:
    """Return the grids in ``area`` that ``readings`` name, by code."""
    rows = Grid.objects.filter(area.covers(), code__in=_told(readings, "code"))
    return {grid.code: known_grid(grid) for grid in _locked(rows, lock=lock)}


def villages_by_code(codes: Iterable[str], villages: QuerySet[Center]) -> dict[str, Center]:
    """Return those of ``villages`` that have one of the codes."""
    return {village.code: village for village in villages.filter(level=Level.VILLAGE, code__in=set(codes))}


def ancestor_ids(villages: Iterable[Center]) -> dict[int, dict[str, int]]:
    """Return, by village, the id of the center of each level above it, in one query."""
    paths = {village.pk: village.path.strip("/").split("/") for village in villages}
    codes = {code for path in paths.values() for code in path}
    centers = {center.code: center for center in Center.objects.filter(code__in=codes).exclude(level=Level.VILLAGE)}
    return {
        pk: {centers[code].level: centers[code].pk for code in path if code in centers} for pk, path in paths.items()
    }


def grids_to_fill(user: "User") -> QuerySet[Grid]:
    """Return the grids in use for which ``user`` may send in a roster."""
    return Grid.objects.filter(scope_of(user, IMPORT_ROSTER).covers(), is_active=True)


def with_services(members: QuerySet, user: "User", *, on: date) -> QuerySet:
    """Add to each member, as ``services_here``, the services in force on ``on`` that ``user`` may see."""
    services = Assignment.objects.visible_to(user).on_duty(on=on).select_related("grid")
    return members.prefetch_related(Prefetch("assignments", services, to_attr="services_here"))


def exportable(rows: QuerySet, user: "User") -> QuerySet:
    """Return those of ``rows``, grids or members, that lie under centers whose rosters ``user`` may take out."""
    scope = scope_of(user, "grids.export_roster")
    if rows.model is Grid:
        return rows.filter(scope.covers())
    return rows.filter(pk__in=Assignment.objects.filter(scope.covers("grid__")).values("member"))
