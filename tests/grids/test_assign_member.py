from datetime import date

import pytest

from core.errors import DomainError
from grids.enums import GridPost
from grids.models import Assignment, Grid, GridMember
from grids.services.assign_member import assign_member
from tests.grids.conftest import TODAY, member_cells, workbook

LATER = date(2025, 6, 1)


@pytest.fixture
def members(page, manager, grids):
    page(manager).bring_in(workbook(member_cells(1, 岗位="网格长"), member_cells(2)))
    return list(GridMember.objects.order_by("name"))


def assign(member, grid, actor, post=GridPost.PART_TIME, starts_on=LATER):
    return assign_member(member.pk, grid_id=grid.pk, post=post, starts_on=starts_on, today=TODAY, actor=actor)


def test_a_new_grid_ends_the_service_in_the_old_one(manager, grids, members):
    assign(members[1], grids[1], manager)
    rows = Assignment.objects.filter(member=members[1]).order_by("starts_on")
    assert [(row.grid, row.ends_on) for row in rows] == [(grids[0], date(2025, 5, 31)), (grids[1], None)]


def test_a_grid_has_one_leader(manager, grids, members):
    with pytest.raises(DomainError) as caught:
        assign(members[1], grids[0], manager, GridPost.GRID_LEADER)
    assert caught.value.code == "second_leader"
    assign(members[0], grids[1], manager, GridPost.GRID_LEADER)
    assign(members[1], grids[0], manager, GridPost.GRID_LEADER)


def test_a_day_before_the_present_service_is_refused(manager, grids, members):
    with pytest.raises(DomainError) as caught:
        assign(members[1], grids[1], manager, starts_on=date(2024, 1, 1))
    assert caught.value.code == "starts_before_replaced"


def test_neither_grids_nor_people_of_another_town_are_found(manager, outsider, grids, members, far_grid):
    with pytest.raises(Grid.DoesNotExist):
        assign(members[0], far_grid, manager)
    with pytest.raises(GridMember.DoesNotExist):
        assign(members[0], far_grid, outsider)
