from grids.models import Assignment, GridMember, RosterImport
from grids.rules import columns
from tests.grids.conftest import id_number, member_cells, problems, workbook


def counts(response):
    plan = response.context["result"].plan
    return plan.new_rows, plan.changed_rows, plan.same_rows


def test_a_roster_in_order_is_previewed_and_written_on_confirmation(page, manager, grids):
    pages = page(manager)
    preview = pages.upload(workbook(member_cells(1), member_cells(2)))
    assert counts(preview) == (2, 0, 0)
    assert not GridMember.objects.exists()
    assert pages.confirm(preview).status_code == 302
    assert GridMember.objects.count() == Assignment.objects.count() == 2
    record = RosterImport.objects.get()
    assert (record.imported_by, record.file_name, record.new_rows) == (manager, "roster.xlsx", 2)


def test_every_error_of_every_row_is_told_at_once_and_nothing_is_written(page, manager, grids):
    wrong = {columns.MOBILE: "123", columns.POST: "队长", columns.ID_NUMBER: id_number(2)[:17] + "?"}
    response = page(manager).upload(workbook(member_cells(1), member_cells(2, **wrong), member_cells(3, 姓名="甲")))
    assert {(row, column) for row, column, _ in problems(response)} == {
        (3, columns.MOBILE),
        (3, columns.POST),
        (3, columns.ID_NUMBER),
        (4, columns.NAME),
    }
    assert response.status_code == 422
    assert response.context["confirm_form"] is None
    assert not GridMember.objects.exists()


def test_the_lines_name_row_and_column_and_what_to_do(page, manager, grids):
    number = id_number(1)
    wrong = number[:17] + ("0" if number[17] != "0" else "1")
    response = page(manager).upload(workbook(member_cells(1, 公民身份号码=wrong)))
    line = f"Row 2 · 公民身份号码: The check digit is wrong: the last character should be {number[17]}."
    assert line in response.content.decode()


def test_the_same_file_again_changes_nothing(page, manager, grids):
    pages = page(manager)
    file = workbook(member_cells(1, 备注="示例", 工作证号="A1", 离岗日期="2099-12-31"), member_cells(2))
    pages.bring_in(file)
    before = list(Assignment.objects.values_list())
    preview = pages.upload(file)
    assert counts(preview) == (0, 0, 2)
    pages.confirm(preview)
    assert list(Assignment.objects.values_list()) == before


def test_changed_data_are_shown_masked_and_written(page, manager, grids):
    pages = page(manager)
    pages.bring_in(workbook(member_cells(1)))
    preview = pages.upload(workbook(member_cells(1, 手机号码="13900001111")))
    text = preview.content.decode()
    assert "139****1111" in text
    assert "13900001111" not in text
    assert id_number(1) not in text
    pages.confirm(preview)
    assert GridMember.objects.get().mobile == "13900001111"


def test_an_empty_cell_leaves_what_is_known(page, manager, grids):
    pages = page(manager)
    pages.bring_in(workbook(member_cells(1, 备注="示例", 工作证号="A1")))
    assert counts(pages.upload(workbook(member_cells(1)))) == (0, 0, 1)


def test_another_grid_ends_the_old_service_on_the_day_before(page, manager, grids):
    pages = page(manager)
    pages.bring_in(workbook(member_cells(1)))
    pages.bring_in(workbook(member_cells(1, 网格编码=grids[1].code, 上岗日期="2025-06-01")))
    rows = Assignment.objects.order_by("starts_on").values_list("grid", "starts_on", "ends_on")
    assert [(grid, str(start), str(end)) for grid, start, end in rows] == [
        (grids[0].pk, "2025-01-01", "2025-05-31"),
        (grids[1].pk, "2025-06-01", "None"),
    ]


def test_another_post_on_the_same_day_corrects_the_old_one(page, manager, grids):
    pages = page(manager)
    pages.bring_in(workbook(member_cells(1)))
    pages.bring_in(workbook(member_cells(1, 岗位="专职网格员")))
    assert Assignment.objects.get().post == "full_time"


def test_a_leader_may_be_replaced_within_one_file(page, manager, grids):
    pages = page(manager)
    pages.bring_in(workbook(member_cells(1, 岗位="网格长")))
    ended = member_cells(1, 岗位="网格长", 离岗日期="2025-05-31")
    pages.bring_in(workbook(member_cells(2, 岗位="网格长", 上岗日期="2025-06-01"), ended))
    leaders = Assignment.objects.filter(post="grid_leader", ends_on=None)
    assert leaders.get().member.id_number == id_number(2)


def test_rows_in_are_rows_reported(page, manager, grids):
    file = workbook(member_cells(1), None, member_cells(2, 姓名="?"), None, None, member_cells(3))
    result = page(manager).upload(file).context["result"]
    assert (result.total_rows, result.good_rows, result.wrong_rows, result.sheet.blank_rows) == (6, 2, 1, 3)
    assert result.plan.wrong[0].number == 4


def test_a_file_that_became_wrong_since_its_preview_is_refused_whole(page, manager, grids):
    pages = page(manager)
    preview = pages.upload(workbook(member_cells(1, 岗位="网格长")))
    pages.bring_in(workbook(member_cells(2, 岗位="网格长")))
    response = pages.confirm(preview)
    assert problems(response) == [(2, columns.POST, "second_leader")]
    assert GridMember.objects.count() == 1
