import pytest
from django.urls import reverse

from centers.models import Center
from core.errors import DomainError
from grids.enums import GridKind
from grids.models import Grid
from grids.services.create_grid import create_grid
from tests.grids.conftest import grid_of

ADD = "/admin/grids/grid/add/"
MICRO = {"kind": GridKind.MICRO, "households": 60, "name": "微网格"}


def test_a_grid_carries_every_level_above_it(bridge, manager):
    grid = grid_of(bridge, 1, manager)
    grid.refresh_from_db()
    above = [grid.province, grid.city, grid.county, grid.town]
    assert [center.code for center in above] == ["33", "3306", "330681", "330681109"]


def test_a_code_must_begin_with_the_village_s_code(bridge, manager):
    with pytest.raises(DomainError) as caught:
        create_grid(bridge.pk, code="330681109202001", actor=manager, **MICRO)
    assert caught.value.code == "grid_code_prefix"


def test_a_code_is_given_once(bridge, manager, grids):
    with pytest.raises(DomainError) as caught:
        create_grid(bridge.pk, code=grids[0].code, actor=manager, **MICRO)
    assert caught.value.code == "code_taken"


def test_nobody_draws_a_grid_in_another_town(neighbour, manager):
    with pytest.raises(Center.DoesNotExist):
        grid_of(neighbour, 1, manager)


def test_the_form_offers_own_villages_and_draws_a_grid(client, bridge, neighbour, manager):
    client.force_login(manager)
    shown = client.get(ADD).content.decode()
    assert (bridge.name in shown, neighbour.name in shown) == (True, False)
    data = {"village": bridge.pk, "code": f"{bridge.code}001", **MICRO}
    assert client.post(ADD, data).status_code == 302
    assert Grid.objects.get().town == bridge.parent


@pytest.mark.parametrize(("field", "code"), [("village", "330681110201001"), ("code", "330681110201001")])
def test_the_form_refuses_a_foreign_village_and_a_wrong_code(client, bridge, neighbour, manager, field, code):
    client.force_login(manager)
    village = neighbour if field == "village" else bridge
    response = client.post(ADD, {"village": village.pk, "code": code, **MICRO})
    assert field in response.context["adminform"].form.errors
    assert not Grid.objects.exists()


def test_another_town_cannot_open_a_grid(client, outsider, manager, grids):
    url = reverse("admin:grids_grid_change", args=[grids[0].pk])
    client.force_login(manager)
    assert client.get(url).status_code == 200
    client.force_login(outsider)
    assert client.get(url).status_code == 302
