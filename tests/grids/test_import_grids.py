from centers.models import Post
from grids.models import Grid
from grids.rules import columns
from tests.grids.conftest import PASS, counts, grid_cells, grid_workbook, member_cells, problems, texts, workbook

ELSEWHERE = {"code": "330681111", "name": "别镇（示例）", "level": "town", "path": "33/3306/330681/330681111/"}


def test_grids_are_written_with_the_levels_above_them(page, manager, bridge):
    page(manager, "grids").bring_in(grid_workbook(grid_cells(1, 网格类型="微网格"), grid_cells(2)))
    micro, plain = Grid.objects.order_by("code")
    assert (micro.kind, plain.kind, plain.households) == ("micro", "comprehensive", 300)
    assert (plain.village, plain.town, plain.county) == (bridge, bridge.parent, bridge.parent.parent)
    assert (plain.city.code, plain.province.code) == ("3306", "33")


def test_the_same_grids_again_change_nothing_and_a_new_name_changes_one(page, manager, grids):
    pages = page(manager, "grids")
    assert counts(pages.upload(grid_workbook(grid_cells(1), grid_cells(2, 网格名称="新名")))) == (0, 1, 1)
    pages.bring_in(grid_workbook(grid_cells(2, 网格名称="新名")))
    assert Grid.objects.get(pk=grids[1].pk).name == "新名"


def test_a_right_that_ended_since_it_was_shown_writes_nothing(page, manager, grids):
    pages = page(manager, "grids")
    shown = pages.upload(grid_workbook(grid_cells(3)))
    Post.objects.filter(user=manager).update(center=grids[0].county.children.create(**ELSEWHERE))
    manager.posts.get().grants.update(content_object=manager.posts.get().center)
    pages.act(shown, "confirm")
    assert (shown.state, problems(shown)[0][:2]) == ("ready", (2, columns.GRID_CODE))
    assert Grid.objects.count() == 2


def test_errors_are_told_all_at_once(page, manager, bridge):
    file = grid_workbook(
        grid_cells(1), grid_cells(1), grid_cells(2, 网格类型="大网格", 户数="许多"), grid_cells(3, 网格编码=12)
    )
    assert problems(page(manager, "grids").upload(file)) == [
        (3, columns.GRID_CODE, "repeated"),
        (4, columns.GRID_KIND, "kind"),
        (4, columns.HOUSEHOLDS, "households"),
        (5, columns.GRID_CODE, "grid_code"),
    ]


def test_a_village_of_another_town_looks_like_one_that_does_not_exist(page, manager, neighbour):
    rows = [grid_cells(1, village=f"{PASS}201"), grid_cells(1, village="330681999999")]
    found = page(manager, "grids").upload(grid_workbook(*rows))
    assert len(texts(found)) == 2
    assert len(set(texts(found))) == 1
    assert not Grid.objects.exists()


def test_a_roster_of_members_is_not_taken_for_a_list_of_grids(page, manager, grids):
    found = page(manager, "grids").upload(workbook(member_cells(1)))
    assert (found.state, found.failure["code"]) == ("failed", "other_workbook")
