import io

import pytest
from openpyxl import load_workbook

from grids.models import GridMember
from grids.resources.formats import write_texts
from grids.rules import columns
from tests.grids.conftest import grid_cells, grid_workbook, id_number, member_cells, workbook


@pytest.fixture
def export(page, client):
    def get(user, model="gridmember", query=""):
        response = client.get(page(user, model).url("export") + query)
        return [[cell.value for cell in row] for row in load_workbook(io.BytesIO(response.content)).active.rows]

    return get


def test_members_leave_masked_with_the_services_of_today(page, export, manager, grids):
    page(manager).bring_in(workbook(member_cells(1)))
    headers, row = export(manager)
    assert headers[:2] == [columns.GRID_CODE, columns.GRID_NAME]
    number = id_number(1)
    assert row[2:4] == ["样本·甲1", f"330681********{number[-4:]}"]
    assert row[4:8] == ["男", "138****0001", "兼职网格员", "2025-01-01"]


def test_an_export_holds_the_list_as_it_is_filtered(page, export, manager, grids):
    page(manager).bring_in(workbook(member_cells(1), member_cells(2)))
    assert [row[2] for row in export(manager, query="?q=甲2")] == ["姓名", "样本·甲2"]
    page(manager, "grid").bring_in(grid_workbook(grid_cells(3, 网格类型="微网格")))
    assert [row[2] for row in export(manager, "grid", "?kind__exact=micro")] == ["网格类型", "微网格"]


def test_another_town_s_export_is_empty(page, export, manager, outsider, grids):
    page(manager).bring_in(workbook(member_cells(1)))
    assert len(export(manager)) == 2
    assert len(export(outsider)) == 1


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠"])
def test_no_cell_of_an_export_is_a_formula(page, client, manager, grids, start):
    page(manager).bring_in(workbook(member_cells(1)))
    GridMember.objects.update(note=f"{start}1+1", name="=HYPERLINK(1)")
    book = load_workbook(io.BytesIO(client.get(page(manager).url("export")).content))
    cells = [cell for row in book.active.rows for cell in row]
    assert {cell.data_type for cell in cells if cell.value} <= {"s", "inlineStr"}
    assert {cell.number_format for cell in cells} == {"@"}
    assert all(cell.quotePrefix for cell in cells)


def test_control_characters_do_not_break_an_export():
    book = load_workbook(io.BytesIO(write_texts([["a\x00b", None]])))
    assert book.active["A1"].value == "a\N{REPLACEMENT CHARACTER}b"
