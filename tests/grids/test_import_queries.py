"""The number of statements does not grow with the number of rows."""

from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.grids.conftest import grid_cells, grid_workbook, member_cells, workbook


def members(count, **changes):
    return workbook(*[member_cells(number, **changes) for number in range(count)])


def statements(act, *args):
    with CaptureQueriesContext(connection) as captured:
        response = act(*args)
    assert response.status_code in {200, 302}
    return len(captured), response


def cost(pages, data):
    looked, preview = statements(pages.upload, data)
    written, _ = statements(pages.confirm, preview)
    return looked, written


def test_new_changed_and_unchanged_members_cost_the_same_for_any_number(page, manager, grids):
    pages = page(manager)
    pages.upload(members(1))
    moved = {"网格编码": grids[1].code, "上岗日期": "2025-06-01", "备注": "示例"}
    few = [cost(pages, data) for data in (members(20), members(20, **moved), members(20, **moved))]
    many = [cost(pages, data) for data in (members(200), members(200, **moved), members(200, **moved))]
    assert many[1:] == few[1:]
    assert max(max(pair) for pair in few + many) <= 40


def test_grids_cost_the_same_for_any_number(page, manager, bridge):
    pages = page(manager, "grid")
    pages.upload(grid_workbook(grid_cells(1)))
    few = cost(pages, grid_workbook(*[grid_cells(number) for number in range(20)]))
    many = cost(pages, grid_workbook(*[grid_cells(number) for number in range(100, 300)]))
    assert many == few
    assert max(many) <= 20
