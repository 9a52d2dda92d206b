"""Who reaches the rosters: by which door, and what is behind it. The insider is asked first."""

import pytest
from django.contrib.contenttypes.models import ContentType
from django.urls import reverse

from centers.enums import Role
from core.models import User
from grids.models import GridMember
from grids.rules import columns
from tests.factories import appoint
from tests.grids.conftest import BRIDGE, PASS, TODAY, member_cells, problems, texts, workbook

DOORS = [
    ("grids_grid_changelist",),
    ("grids_grid_export",),
    ("grids_gridmember_changelist",),
    ("grids_gridmember_export",),
    ("grids_rosterimport_changelist",),
    ("grids_rosterimport_upload", "members"),
    ("grids_rosterimport_upload", "grids"),
    ("grids_rosterimport_template", "members"),
]
OWN = ["change", "progress", "marked"]


@pytest.fixture
def nobody(bridge):
    user = User.objects.create_user("nobody", full_name="乙（示例）")
    appoint(user, role=Role.HANDLER, center=bridge.parent, starts_on=TODAY.replace(year=2020))
    return user


@pytest.mark.parametrize(("door", "args"), [(door, args) for door, *args in DOORS])
def test_without_the_right_there_is_no_page(manager, nobody, grids, client, door, args):
    url = reverse(f"admin:{door}", args=args)
    for user, status in ((manager, 200), (nobody, 403)):
        client.force_login(user)
        assert client.get(url).status_code == status
    assert client.post(url).status_code == 403
    client.logout()
    assert client.get(url).status_code == 302


@pytest.mark.parametrize("door", OWN)
def test_a_file_is_of_its_uploader_alone(page, client, manager, outsider, grids, door):
    pages = page(manager)
    found = pages.upload(workbook(member_cells(1, 手机号码="1")))
    assert client.get(pages.url(door, found.pk)).status_code == 200
    client.force_login(outsider)
    assert client.get(pages.url(door, found.pk)).status_code == 404


@pytest.mark.parametrize("act", ["confirm", "discard", "undo"])
def test_nobody_decides_on_another_s_file(page, client, manager, outsider, grids, act):
    found = page(manager).upload(workbook(member_cells(1)))
    assert page(outsider).act(found, act).status_code == 404
    assert (found.state, GridMember.objects.exists()) == ("ready", False)


def test_members_are_seen_by_their_own_town_only(page, client, manager, outsider, grids):
    page(manager).bring_in(workbook(member_cells(1)))
    for user, seen in ((manager, True), (outsider, False)):
        client.force_login(user)
        listed = client.get(reverse("admin:grids_gridmember_changelist")).content.decode()
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
    url = reverse("admin:grids_gridmember_changelist")
    hashed = GridMember.objects.get().id_hash
    assert client.get(f"{url}?id_hash={hashed}").status_code == 400


def test_a_grid_of_another_town_looks_like_none_at_all(page, outsider, grids, neighbour):
    rows = [member_cells(1), member_cells(2, 网格编码="330681999999999")]
    found = page(outsider).upload(workbook(*rows))
    assert [code for _, _, code in problems(found)] == ["outside", "outside"]
    assert len(set(texts(found))) == 1


def test_a_person_of_another_town_is_neither_changed_nor_named(page, manager, outsider, grids, far_grid):
    page(manager).bring_in(workbook(member_cells(1)))
    pages = page(outsider)
    found = pages.upload(workbook(member_cells(1, 网格编码=far_grid.code, 姓名="另名")))
    assert (2, columns.ID_NUMBER, "not_reachable") in problems(found)
    text = pages.show(found).content.decode()
    assert BRIDGE not in text
    assert "枫" not in text


def test_a_person_who_has_left_may_be_taken_on_elsewhere(page, manager, outsider, grids, far_grid):
    page(manager).bring_in(workbook(member_cells(1, 离岗日期="2025-06-01")))
    page(outsider).bring_in(workbook(member_cells(1, 网格编码=far_grid.code, 上岗日期="2025-07-01")))
    member = GridMember.objects.get()
    assert [row.grid.code[:9] for row in member.assignments.order_by("starts_on")] == [BRIDGE, PASS]


def test_a_town_does_not_see_where_its_former_member_serves_now(page, client, manager, outsider, grids, far_grid):
    test_a_person_who_has_left_may_be_taken_on_elsewhere(page, manager, outsider, grids, far_grid)
    client.force_login(manager)
    listed = client.get(reverse("admin:grids_gridmember_changelist")).content.decode()
    assert "样本·甲1" in listed
    assert far_grid.name not in listed


def test_nothing_is_written_to_the_stock_log(page, manager, grids, django_assert_num_queries):
    page(manager).bring_in(workbook(member_cells(1)))
    log = ContentType.objects.get(app_label="admin", model="logentry").model_class()
    assert not log.objects.exists()
