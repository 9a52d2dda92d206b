"""A roster in the browser: uploaded, its errors read, corrected in the marked copy, looked at, written, undone."""

import pytest
from openpyxl import load_workbook
from playwright.sync_api import expect

from grids.models import Assignment, GridMember
from grids.rules import columns
from tests.grids.conftest import id_number, work, workbook

pytestmark = pytest.mark.browser


@pytest.fixture
def rows(served_house):
    def cells(number, **changes):
        return {
            columns.GRID_CODE: served_house.grid.code,
            columns.NAME: f"样本·甲{number}",
            columns.ID_NUMBER: id_number(number),
            columns.MOBILE: f"138{number:08}",
            columns.POST: "兼职网格员",
            columns.STARTS_ON: "2025-01-01",
        } | changes

    return cells


def upload(page, path):
    page.goto("/admin/grids/gridmember/")
    page.get_by_role("link", name="上传文件").click()
    page.get_by_label("文件").set_input_files(path)
    page.get_by_role("button", name="检查文件").click()
    expect(page.get_by_text("可以关闭本页")).to_be_visible()
    work()
    expect(page.get_by_text("可以关闭本页")).to_be_hidden()


def act(page, name, *, becomes):
    page.get_by_role("link", name=name).click()
    page.get_by_role("button", name=name).click()
    work()
    expect(page.get_by_text(becomes, exact=True).first).to_be_visible()


def correct_in_marked_copy(page, file):
    """Take the copy with the errors marked and put right what is wrong in it."""
    with page.expect_download() as marked:
        page.get_by_role("link", name="下载标明错误的原表").click()
    marked.value.save_as(file)
    book = load_workbook(file)
    book.active.cell(3, 4).value = "13800000002"
    book.save(file)


def test_a_roster_is_corrected_written_and_undone(rows, served_house, sign_in, tmp_path):
    before, file = GridMember.objects.count(), tmp_path / "花名册.xlsx"
    file.write_bytes(workbook(rows(1), rows(2, 手机号码="123"), None, rows(3)))
    page = sign_in(served_house.roster_manager.username)
    upload(page, file)
    expect(page.get_by_text("共 4 行 = 正常 2 + 有提示 0 + 有错误 1 + 空行 1")).to_be_visible()
    expect(page.get_by_text("手机号码：手机号码应为 11 位")).to_be_visible()
    correct_in_marked_copy(page, file)
    upload(page, file)
    expect(page.get_by_role("link", name="新增 3")).to_be_visible()
    act(page, "写入系统", becomes="已导入")
    assert (GridMember.objects.count() - before, Assignment.objects.filter(grid=served_house.grid).count()) == (3, 3)
    act(page, "撤销", becomes="已撤销")
    assert GridMember.objects.count() == before
