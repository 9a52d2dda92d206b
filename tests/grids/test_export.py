import io

import pytest
from django.db import IntegrityError, ProgrammingError, connection, transaction
from django.urls import reverse
from openpyxl import load_workbook

from core import clock
from grids.models import GridMember, RosterExport
from grids.resources.formats import write_texts
from grids.rules import columns
from tests.grids.conftest import grid_cells, grid_workbook, id_number, member_cells, workbook


@pytest.fixture
def export(client):
    def get(user, model="gridmember", query="", **data):
        client.force_login(user)
        response = client.post(reverse(f"admin:grids_{model}_export") + query, data)
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
    page(manager, "grids").bring_in(grid_workbook(grid_cells(3, 网格类型="微网格")))
    assert [row[2] for row in export(manager, "grid", "?kind__exact=micro")] == ["网格类型", "微网格"]


def test_another_town_s_export_is_empty(page, export, manager, outsider, grids):
    page(manager).bring_in(workbook(member_cells(1)))
    assert len(export(manager)) == 2
    assert len(export(outsider)) == 1


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠"])
def test_no_cell_of_an_export_is_a_formula(page, client, manager, grids, start):
    page(manager).bring_in(workbook(member_cells(1)))
    GridMember.objects.update(note=f"{start}1+1", name="=HYPERLINK(1)")
    book = load_workbook(io.BytesIO(client.post(reverse("admin:grids_gridmember_export")).content))
    cells = [cell for row in book.active.rows for cell in row]
    assert {cell.data_type for cell in cells if cell.value} <= {"s", "inlineStr"}
    assert {cell.number_format for cell in cells} == {"@"}
    assert all(cell.quotePrefix for cell in cells)


def test_control_characters_do_not_break_an_export():
    book = load_workbook(io.BytesIO(write_texts([["a\x00b", None]])))
    assert book.active["A1"].value == "a\N{REPLACEMENT CHARACTER}b"


def test_readable_numbers_leave_for_a_reason_that_stays_on_record(page, export, manager, grids):
    page(manager).bring_in(workbook(member_cells(1), member_cells(2)))
    rows = export(manager, query="?q=甲2", is_unmasked="on", reason="年度体检")
    assert rows[1][3] == id_number(2)
    record = RosterExport.objects.get()
    assert (record.exported_by, record.row_count, record.is_unmasked, record.reason) == (manager, 1, True, "年度体检")
    assert record.filter_text == "q=%E7%94%B22"


def test_without_a_reason_nothing_leaves(page, client, manager, grids):
    page(manager).bring_in(workbook(member_cells(1)))
    response = client.post(reverse("admin:grids_gridmember_export"), {"is_unmasked": "on"})
    assert (response.status_code, RosterExport.objects.exists()) == (422, False)
    with pytest.raises(IntegrityError, match="rosterexport_unmasked_for_a_reason"), transaction.atomic():
        RosterExport.objects.create(exported_by=manager, exported_at=clock.now(), row_count=1, is_unmasked=True)


def test_without_the_right_the_numbers_stay_masked_whatever_is_sent(page, export, manager, grids):
    page(manager).bring_in(workbook(member_cells(1)))
    manager.posts.get().grants.filter(permission__codename="export_unmasked").delete()
    rows = export(manager, is_unmasked="on", reason="年度体检")
    assert "****" in rows[1][3]
    assert not RosterExport.objects.get().is_unmasked


def test_the_record_of_an_export_cannot_be_changed(page, export, manager, grids):
    export(manager)
    with (
        pytest.raises(ProgrammingError, match="permission denied"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("UPDATE grids_rosterexport SET row_count = 0")
