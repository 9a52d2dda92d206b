from datetime import date
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from centers.reports import scope_of
from core.errors import DomainError
from grids.enums import GridPost
from grids.models import Assignment, Grid, GridMember
from grids.reports import IMPORT_ROSTER, known_service, leaders_of
from grids.rules.changes import change_services, check_full_time
from grids.rules.known import Service
from grids.services.write_roster import write_services

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
    write_services([(member.pk, change)])
    return member


def _check_leader(grid: Grid, member: GridMember, post: GridPost) -> None:
    leader = leaders_of([grid]).get(grid.pk)
    if post is GridPost.GRID_LEADER and leader is not None and leader.member_id != member.pk:
        raise DomainError(_("This grid has a leader already. End that person's service first."), code="second_leader")
