import pytest
from django.urls import reverse

from grids.enums import GridKind
from grids.models import Grid
from grids.services.update_grid import update_grid

VALUES = {"name": "新名", "kind": GridKind.MICRO, "households": 60}


def test_name_kind_and_households_change(manager, grids):
    update_grid(grids[0].pk, **VALUES, is_active=False, actor=manager)
    grid = Grid.objects.get(pk=grids[0].pk)
    assert (grid.name, grid.kind, grid.households, grid.is_active) == ("新名", "micro", 60, False)


def test_another_town_finds_no_grid_to_change(outsider, grids):
    with pytest.raises(Grid.DoesNotExist):
        update_grid(grids[0].pk, **VALUES, is_active=True, actor=outsider)


def test_the_form_changes_a_grid_but_neither_its_code_nor_its_village(client, manager, grids):
    client.force_login(manager)
    url = reverse("admin:grids_grid_change", args=[grids[0].pk])
    assert client.post(url, {**VALUES, "is_active": "on", "code": "330681109201099"}).status_code == 302
    grid = Grid.objects.get(pk=grids[0].pk)
    assert (grid.name, grid.code) == ("新名", grids[0].code)
