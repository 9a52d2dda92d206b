from centers.models import Post
from grids.models import Grid, RosterImport
from grids.rules import columns
from tests.grids.conftest import PASS, form_error, grid_cells, grid_workbook, member_cells, problems, workbook

ELSEWHERE = {"code": "330681111", "name": "别镇（示例）", "level": "town", "path": "33/3306/330681/330681111/"}


def test_grids_are_written_with_the_levels_above_them(page, manager, bridge):
    page(manager, "grid").bring_in(grid_workbook(grid_cells(1, 网格类型="微网格"), grid_cells(2)))
    micro, plain = Grid.objects.order_by("code")
    assert (micro.kind, plain.kind, plain.households) == ("micro", "comprehensive", 300)
    assert (plain.village, plain.town, plain.county) == (bridge, bridge.parent, bridge.parent.parent)
    assert (plain.city.code, plain.province.code) == ("3306", "33")
    assert RosterImport.objects.get().new_rows == 2


def test_the_same_grids_again_change_nothing_and_a_new_name_changes_one(page, manager, grids):
    pages = page(manager, "grid")
    plan = pages.upload(grid_workbook(grid_cells(1), grid_cells(2, 网格名称="新名"))).context["result"].plan
    assert (plan.new_rows, plan.changed_rows, plan.same_rows) == (0, 1, 1)
    pages.bring_in(grid_workbook(grid_cells(2, 网格名称="新名")))
    assert Grid.objects.get(pk=grids[1].pk).name == "新名"


def test_a_file_that_became_wrong_since_its_preview_is_refused_whole(page, manager, grids):
    pages = page(manager, "grid")
    preview = pages.upload(grid_workbook(grid_cells(3)))
    Post.objects.filter(user=manager).update(center=grids[0].county.children.create(**ELSEWHERE))
    manager.posts.get().grants.update(content_object=manager.posts.get().center)
    assert problems(pages.confirm(preview)) == [(2, columns.GRID_CODE, "outside")]
    assert Grid.objects.count() == 2


def test_errors_are_told_all_at_once(page, manager, bridge):
    file = grid_workbook(
        grid_cells(1), grid_cells(1), grid_cells(2, 网格类型="大网格", 户数="许多"), grid_cells(3, 网格编码=12)
    )
    assert problems(page(manager, "grid").upload(file)) == [
        (3, columns.GRID_CODE, "repeated"),
        (4, columns.GRID_KIND, "kind"),
        (4, columns.HOUSEHOLDS, "households"),
        (5, columns.GRID_CODE, "grid_code"),
    ]


def test_a_village_of_another_town_looks_like_one_that_does_not_exist(page, manager, neighbour):
    rows = [grid_cells(1, village=f"{PASS}201"), grid_cells(1, village="330681999999")]
    response = page(manager, "grid").upload(grid_workbook(*rows))
    messages = {problem.message for reading in response.context["result"].plan.wrong for problem in reading.problems}
    assert len(messages) == 1
    assert not Grid.objects.exists()


def test_a_roster_of_members_is_not_taken_for_a_list_of_grids(page, manager, grids):
    assert "other workbook" in form_error(page(manager, "grid").upload(workbook(member_cells(1))))
