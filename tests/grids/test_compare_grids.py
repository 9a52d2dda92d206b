"""A list of grids is compared and written by the same way as a roster."""

import pytest

from centers.models import Post
from grids.enums import ImportState, RosterKind
from grids.models import Grid, RosterImport
from grids.reports import absent_rows
from grids.services.write_import import write_import
from tests.grids.conftest import TODAY
from tests.grids.staging import NOW, actions, compared, confirmed, everything, found, plot, written

GRIDS = {"kind": RosterKind.GRIDS}


def test_grids_are_new_changed_and_the_same(manager, bridge, grids):
    shown = compared(manager, plot(bridge, 1), plot(bridge, 2, households=301), plot(bridge, 3), **GRIDS)
    assert (actions(shown), shown.new_rows, shown.changed_rows) == (["same", "changed", "new"], 1, 1)


@pytest.mark.parametrize("change", [{"name": "新网格"}, {"kind": "micro"}, {"households": 299}])
def test_what_a_cell_tells_otherwise_changes_the_grid(manager, bridge, grids, change):
    written(manager, plot(bridge, 1, **change), **GRIDS)
    grid = Grid.objects.get(pk=grids[0].pk)
    assert {name: getattr(grid, name) for name in change} == change


def test_an_empty_cell_tells_nothing(manager, bridge, grids):
    assert actions(compared(manager, plot(bridge, 1, name="", households=None), **GRIDS)) == ["same"]


def test_a_new_grid_has_the_levels_above_its_village(manager, bridge, grids):
    written(manager, plot(bridge, 3), **GRIDS)
    levels = ("province_id", "city_id", "county_id", "town_id", "village_id", "kind", "is_active")
    grid = Grid.objects.get(name="第3网格")
    assert [getattr(grid, name) for name in levels] == [getattr(grids[0], name) for name in levels]


def test_villages_under_other_centers_are_nobody_s_business(manager, bridge, neighbour, far_grid):
    shown = compared(manager, plot(neighbour, 1), plot(neighbour, 2), plot(bridge, 7), **GRIDS)
    assert found(shown) == [(2, "not_yours"), (3, "not_yours")]


def test_a_code_of_another_village_is_refused(manager, bridge, neighbour):
    assert found(compared(manager, plot(neighbour, 1) | {"village_id": bridge.pk}, **GRIDS)) == [(2, "not_yours")]


def test_a_file_whose_ground_has_changed_since_it_was_shown_is_shown_again(manager, bridge, grids):
    file = confirmed(manager, plot(bridge, 1, name="新网格"), **GRIDS)
    Grid.objects.filter(pk=grids[0].pk).update(name="旧网格")
    assert write_import(file.pk, attempt=1, now=NOW).state == ImportState.READY
    again = confirmed(manager, plot(bridge, 1, name="新网格"), **GRIDS)
    Post.objects.filter(user=manager).update(ends_on="2020-02-01")
    assert write_import(again.pk, attempt=1, now=NOW).state == ImportState.READY


def test_the_same_file_twice_writes_nothing(manager, bridge, grids):
    written(manager, plot(bridge, 3), **GRIDS)
    before = everything()
    again = compared(manager, plot(bridge, 3), **GRIDS)
    RosterImport.objects.filter(pk=again.pk).update(state=ImportState.CONFIRMED)
    write_import(again.pk, attempt=1, now=NOW)
    assert everything() == before


def test_grids_in_use_that_the_file_leaves_out_are_absent(manager, bridge, grids):
    shown = compared(manager, plot(bridge, 1), **GRIDS)
    assert ([*absent_rows(shown, on=TODAY)], shown.absent_rows) == ([grids[1]], 1)
    Grid.objects.filter(pk=grids[1].pk).update(is_active=False)
    assert not absent_rows(shown, on=TODAY).exists()
