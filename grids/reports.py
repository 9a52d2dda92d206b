"""Reads over grids and those who serve in them, each in a fixed number of queries."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef, Prefetch, QuerySet

from centers.enums import Level
from centers.models import Center
from centers.reports import centers_in_scope, scope_of
from grids.enums import GridPost, RosterKind
from grids.models import Assignment, Grid, GridMember, RosterImport, StagedGrid, StagedMember
from grids.rules.known import KnownGrid, Leader, Service

if TYPE_CHECKING:
    from core.models import User

IMPORT_ROSTER = "grids.import_roster"


def leaders_of(grids: Iterable[Grid]) -> dict[int, Leader]:
    """Return who leads each of the grids with no end in sight."""
    rows = Assignment.objects.filter(grid__in=grids, post=GridPost.GRID_LEADER, ends_on=None)
    return {row.grid_id: Leader(row.pk, row.member_id) for row in rows}


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


def rosterable_grids(user: "User") -> dict[str, KnownGrid]:
    """Return the grids, by code, for which ``user`` may send in a roster; those out of use among them."""
    rows = Grid.objects.filter(scope_of(user, IMPORT_ROSTER).covers())
    told = rows.values_list("pk", "code", "name", "is_active")
    return {code: KnownGrid(pk, code, name, is_active=is_active) for pk, code, name, is_active in told}


def drawable_villages(user: "User") -> dict[str, int]:
    """Return the ids of the villages, by code, in which ``user`` may draw grids by a file.

    The code of a village that was merged into another stands for that one: its grids have kept their codes.
    """
    villages = centers_in_scope(user, IMPORT_ROSTER).filter(level=Level.VILLAGE)
    merged = villages.exclude(closed_on=None).values_list("code", "parent")
    return dict(merged) | dict(villages.current().values_list("code", "pk"))


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


def export_rows(kind: RosterKind, user: "User", *, among: Sequence[int], on: date) -> QuerySet:
    """Return what ``user`` may take out of a block of rows: grids, or members with the services in force on ``on``.

    The services of the block are asked for first: for a thousand members the database would look through all others.
    """
    if kind is RosterKind.GRIDS:
        return exportable(Grid.objects.visible_to(user), user).filter(pk__in=among)
    served = Assignment.objects.visible_to(user).filter(member__in=among).values_list("member", flat=True)
    taken = served.filter(scope_of(user, "grids.export_roster").covers("grid__"))
    return with_services(GridMember.objects.filter(pk__in={*served} & {*taken}), user, on=on)


def absent_rows(roster_import: RosterImport, *, on: date) -> QuerySet:
    """Return what the system has and the file leaves out, in the villages of which the file speaks.

    For a roster these are the members who serve there on ``on``, for a list of grids the grids in use. An import never
    touches them. A row that was refused is not left out.
    """
    if roster_import.kind == RosterKind.GRIDS:
        rows = StagedGrid.objects.filter(roster_import=roster_import)
        there = Grid.objects.filter(village__in=rows.exclude(village=None).values("village"), is_active=True)
        return there.exclude(Exists(rows.filter(code=OuterRef("code"))))
    told = StagedMember.objects.filter(roster_import=roster_import)
    villages = Grid.objects.filter(pk__in=told.exclude(grid=None).values("grid")).values("village")
    services = Assignment.objects.on_duty(on=on).filter(grid__village__in=villages)
    return GridMember.objects.filter(pk__in=services.values("member")).exclude(
        Exists(told.filter(id_hash=OuterRef("id_hash")))
    )
