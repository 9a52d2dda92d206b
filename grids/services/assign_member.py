from datetime import date
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from centers.reports import scope_of
from core import locks
from core.errors import DomainError
from grids.enums import GridPost
from grids.models import Assignment, Grid, GridMember
from grids.reports import IMPORT_ROSTER, known_service, leaders_of
from grids.rules.changes import ServiceChange, change_services, check_full_time
from grids.rules.known import Service
from grids.services.staging import ROSTER_LOCK

if TYPE_CHECKING:
    from core.models import User


@transaction.atomic
def assign_member(
    member_id: int,
    *,
    grid_id: int,
    post: GridPost,
    starts_on: date,
    today: date,
    actor: "User",
) -> GridMember:
    """Let a person serve in a grid from ``starts_on``; the service this one takes the place of ends the day before.

    Grid and person are locked. Those that ``actor`` does not see raise DoesNotExist. Raises DomainError when the
    grid has a leader already, when the person is full-time elsewhere, or when the day lies before the present service.
    """
    locks.hold_with_others(ROSTER_LOCK)
    scope = scope_of(actor, IMPORT_ROSTER)
    grid = Grid.objects.filter(scope.covers()).select_for_update(of=("self",)).get(pk=grid_id)
    members = GridMember.objects.visible_to(actor).select_for_update(of=("self",))
    member = members.get(pk=member_id)
    rows = Assignment.objects.filter(member=member).select_related("grid")
    here = set(rows.filter(scope.covers("grid__")).values_list("pk", flat=True))
    services = [known_service(row, is_here=row.pk in here) for row in rows]
    told = Service(id=0, grid_id=grid.pk, grid_name=grid.name, post=post, starts_on=starts_on)
    change = change_services(services, told, today=today)
    check_full_time(services, told, change)
    _check_leader(grid, member, post)
    _write(change, member)
    return member


def _check_leader(grid: Grid, member: GridMember, post: GridPost) -> None:
    leader = leaders_of([grid]).get(grid.pk)
    if post is GridPost.GRID_LEADER and leader is not None and leader.member_id != member.pk:
        raise DomainError(_("This grid has a leader already. End that person's service first."), code="second_leader")


def _write(change: ServiceChange, member: GridMember) -> None:
    """Write the change of one person's services; what ends before what begins."""
    Assignment.objects.filter(pk__in=[service.id for service in change.struck]).delete()
    for service in change.redated:
        Assignment.objects.filter(pk=service.id).update(starts_on=service.starts_on, ends_on=service.ends_on)
    if change.begun:
        told = change.begun
        Assignment.objects.create(
            grid_id=told.grid_id, member=member, post=told.post, starts_on=told.starts_on, ends_on=told.ends_on
        )
