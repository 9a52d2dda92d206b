import io

import pytest
from openpyxl import load_workbook

from grids.models import Assignment, GridMember
from grids.rules import columns
from tests.grids.conftest import counts, id_number, member_cells, problems, texts, workbook


def test_a_roster_in_order_is_shown_and_written_on_confirmation(page, manager, grids):
    pages = page(manager)
    found = pages.upload(workbook(member_cells(1), member_cells(2)))
    assert (counts(found), found.state) == ((2, 0, 0), "ready")
    assert not GridMember.objects.exists()
    pages.act(found, "confirm")
    assert GridMember.objects.count() == Assignment.objects.count() == 2
    assert (found.uploaded_by, found.file_name, found.state) == (manager, "roster.xlsx", "written")


def test_every_error_of_every_row_is_told_at_once_and_nothing_is_written(page, manager, grids):
    wrong = {columns.MOBILE: "123", columns.POST: "队长", columns.ID_NUMBER: id_number(2)[:17] + "?"}
    pages = page(manager)
    found = pages.upload(workbook(member_cells(1), member_cells(2, **wrong), member_cells(3, 姓名="甲")))
    assert {(row, column) for row, column, _ in problems(found)} == {
        (3, columns.MOBILE),
        (3, columns.POST),
        (3, columns.ID_NUMBER),
        (4, columns.NAME),
    }
    pages.act(found, "confirm")
    assert (found.state, GridMember.objects.count()) == ("ready", 0)


def test_only_the_good_rows_are_written_when_that_is_asked_for(page, manager, grids):
    pages = page(manager)
    found = pages.upload(workbook(member_cells(1), member_cells(2, 手机号码="123")))
    pages.act(found, "confirm", only_good_rows="on")
    assert (found.state, GridMember.objects.get().id_number) == ("written", id_number(1))


def test_the_lines_name_row_and_column_and_what_to_do(page, manager, grids):
    number = id_number(1)
    wrong = number[:17] + ("0" if number[17] != "0" else "1")
    pages = page(manager)
    shown = pages.show(pages.upload(workbook(member_cells(1, 公民身份号码=wrong)))).content.decode()
    assert "Row 2" in shown
    assert f"公民身份号码：The check digit is wrong: the last character should be {number[17]}." in shown


def test_the_same_file_again_changes_nothing(page, manager, grids):
    pages = page(manager)
    file = workbook(member_cells(1, 备注="示例", 工作证号="A1", 离岗日期="2099-12-31"), member_cells(2))
    pages.bring_in(file)
    before = list(Assignment.objects.values_list())
    again = pages.upload(file)
    assert counts(again) == (0, 0, 2)
    pages.act(again, "confirm")
    assert again.state == "ready"
    assert list(Assignment.objects.values_list()) == before


def test_changed_data_are_shown_masked_and_written(page, manager, grids):
    pages = page(manager)
    pages.bring_in(workbook(member_cells(1)))
    found = pages.upload(workbook(member_cells(1, 手机号码="13900001111")))
    text = pages.show(found).content.decode()
    assert "139****1111" in text
    assert "13900001111" not in text
    assert id_number(1) not in text
    pages.act(found, "confirm")
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
    rows = [
        member_cells(1),
        None,
        member_cells(2, 姓名="?"),
        None,
        None,
        member_cells(3),
        {"网格编码": "合计", "姓名": "3"},
    ]
    pages = page(manager)
    found = pages.upload(workbook(*rows))
    counted = (found.ok_rows, found.warning_rows, found.error_rows, found.blank_rows)
    assert (found.rows, counted) == (7, (2, 1, 1, 3))
    assert "7 rows = 2 in order + 1 with a warning + 1 with an error + 3 blank" in pages.show(found).content.decode()


def test_what_changed_since_it_was_shown_is_shown_again_and_not_written(page, manager, grids):
    pages = page(manager)
    shown = pages.upload(workbook(member_cells(1, 岗位="网格长")))
    pages.bring_in(workbook(member_cells(2, 岗位="网格长")))
    pages.act(shown, "confirm")
    assert (shown.state, problems(shown)[0][0], problems(shown)[0][1]) == ("ready", 2, columns.POST)
    assert "look again" in pages.show(shown).content.decode()
    assert GridMember.objects.count() == 1


def test_one_person_may_serve_in_two_grids_by_one_file(page, manager, grids):
    rows = [member_cells(1), member_cells(1, 网格编码=grids[1].code)]
    pages = page(manager)
    found = pages.bring_in(workbook(*rows))
    assert [code for _, _, code in problems(found)] == ["several_grids"]
    assert (GridMember.objects.count(), Assignment.objects.filter(ends_on=None).count()) == (1, 2)
    assert counts(pages.upload(workbook(*rows))) == (0, 0, 2)


def test_full_time_stands_in_one_row_of_a_file_only(page, manager, grids):
    rows = [member_cells(1, 岗位="专职网格员"), member_cells(1, 岗位="专职网格员", 网格编码=grids[1].code)]
    assert problems(page(manager).upload(workbook(*rows))) == [(3, columns.POST, "full_time_twice")]


def test_the_marked_copy_says_at_each_row_what_is_wrong_and_can_be_sent_in_corrected(page, client, manager, grids):
    pages = page(manager)
    found = pages.upload(workbook(member_cells(1, 手机号码="123"), None, member_cells(2), above=[["花名册"]]))
    content = client.get(pages.url("marked", found.pk)).getvalue()
    sheet = load_workbook(io.BytesIO(content)).active
    assert [cell.value for cell in sheet[2]][-1] == columns.MARK
    assert sheet.cell(3, 4).fill.start_color.rgb == "FFFFC7CE"
    assert sheet.cell(3, 12).value == f"手机号码：{texts(found)[0]}"
    sheet.cell(3, 4).value = "13800000001"
    stream = io.BytesIO()
    sheet.parent.save(stream)
    assert counts(pages.upload(stream.getvalue())) == (2, 0, 0)


def test_an_import_is_undone_as_a_whole(page, manager, grids):
    pages = page(manager)
    found = pages.bring_in(workbook(member_cells(1), member_cells(2)))
    pages.act(found, "undo")
    assert (found.state, GridMember.objects.count(), Assignment.objects.count()) == ("undone", 0, 0)


@pytest.mark.parametrize("is_undone", [False, True])
def test_the_page_of_a_file_stays_when_what_it_spoke_of_is_gone(page, manager, grids, is_undone):
    pages = page(manager)
    first = pages.bring_in(workbook(member_cells(1)))
    found = pages.bring_in(workbook(member_cells(1, 岗位="专职网格员")))
    if is_undone:
        pages.act(found, "undo")
        pages.act(first, "undo")
        assert not GridMember.objects.exists()
    assert {pages.show(found, f"?show={name}").status_code for name in ("changed", "new", "absent")} == {200}
