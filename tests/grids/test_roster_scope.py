"""Who reaches the rosters: by which door, and what is behind it. The insider is asked first."""

import pytest
from django.contrib.contenttypes.models import ContentType
from django.urls import reverse

from centers.enums import Role
from centers.services.appoint import appoint
from core.models import User
from grids.models import GridMember
from grids.rules import columns
from tests.grids.conftest import BRIDGE, PASS, TODAY, member_cells, problems, workbook

DOORS = ["changelist", "import", "process_import", "import_template", "export"]


@pytest.fixture
def nobody(bridge):
    user = User.objects.create_user("nobody", full_name="乙（示例）")
    appoint(user, role=Role.HANDLER, center=bridge.parent, starts_on=TODAY.replace(year=2020))
    return user


@pytest.mark.parametrize("model", ["grid", "gridmember"])
@pytest.mark.parametrize("door", DOORS)
def test_without_the_right_there_is_no_page(page, manager, nobody, grids, client, model, door):
    assert page(manager, model).get(door).status_code in {200, 405}
    closed = page(nobody, model)
    assert closed.get(door).status_code in {403, 405}
    assert client.post(closed.url(door)).status_code == 403


@pytest.mark.parametrize("door", DOORS)
def test_a_visitor_is_sent_to_sign_in(client, door):
    assert client.get(reverse(f"admin:grids_gridmember_{door}")).status_code == 302


def test_members_are_seen_by_their_own_town_only(page, manager, outsider, grids):
    page(manager).bring_in(workbook(member_cells(1)))
    for user, seen in ((manager, True), (outsider, False)):
        listed = page(user).get("changelist").content.decode()
        assert ("样本·甲1" in listed) is seen


def test_a_member_s_page_is_not_found_by_another_town(page, client, manager, outsider, grids):
    page(manager).bring_in(workbook(member_cells(1)))
    url = reverse("admin:grids_gridmember_change", args=[GridMember.objects.get().pk])
    assert client.get(url).status_code == 200
    client.force_login(outsider)
    assert client.get(url).status_code == 302
    assert client.get(f"{reverse('admin:grids_gridmember_changelist')}?q=样本").content.decode().count("样本·甲1") == 0


def test_nobody_filters_by_a_column_that_is_not_shown(page, client, manager, grids):
    page(manager).bring_in(workbook(member_cells(1)))
    url = page(manager).url("changelist")
    hashed = GridMember.objects.get().id_hash
    assert client.get(f"{url}?id_hash={hashed}").status_code == 400


def test_a_grid_of_another_town_looks_like_none_at_all(page, outsider, grids, neighbour):
    rows = [member_cells(1), member_cells(2, 网格编码="330681999999999")]
    response = page(outsider).upload(workbook(*rows))
    assert [code for _, _, code in problems(response)] == ["outside", "outside"]
    messages = {problem.message for reading in response.context["result"].plan.wrong for problem in reading.problems}
    assert len(messages) == 1


def test_a_person_of_another_town_is_neither_changed_nor_named(page, manager, outsider, grids, far_grid):
    page(manager).bring_in(workbook(member_cells(1)))
    response = page(outsider).upload(workbook(member_cells(1, 网格编码=far_grid.code, 姓名="另名")))
    assert problems(response) == [(2, columns.ID_NUMBER, "not_reachable")]
    text = response.content.decode()
    assert BRIDGE not in text
    assert "枫" not in text


def test_a_person_who_has_left_may_be_taken_on_elsewhere(page, manager, outsider, grids, far_grid):
    page(manager).bring_in(workbook(member_cells(1, 离岗日期="2025-06-01")))
    page(outsider).bring_in(workbook(member_cells(1, 网格编码=far_grid.code, 上岗日期="2025-07-01")))
    member = GridMember.objects.get()
    assert [row.grid.code[:9] for row in member.assignments.order_by("starts_on")] == [BRIDGE, PASS]


def test_a_town_does_not_see_where_its_former_member_serves_now(page, manager, outsider, grids, far_grid):
    test_a_person_who_has_left_may_be_taken_on_elsewhere(page, manager, outsider, grids, far_grid)
    pages = page(manager)
    listed = pages.get("changelist").content.decode()
    assert "样本·甲1" in listed
    assert far_grid.name not in listed


def test_an_upload_is_of_no_use_to_anybody_else(page, client, manager, outsider, grids):
    preview = page(manager).upload(workbook(member_cells(1)))
    stranger = page(outsider)
    assert stranger.confirm(preview).url == stranger.url("import")
    assert not GridMember.objects.exists()
    page(manager).confirm(preview)
    assert GridMember.objects.exists()


def test_nothing_is_written_to_the_stock_log(page, manager, grids, django_assert_num_queries):
    page(manager).bring_in(workbook(member_cells(1)))
    log = ContentType.objects.get(app_label="admin", model="logentry").model_class()
    assert not log.objects.exists()
