"""What the page of a roster file shows unasked, and what it says once the file is written."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from grids.enums import ImportState
from grids.models import GridMember, RosterImport
from tests.grids.conftest import grid_cells, grid_workbook, member_cells, workbook


def chosen(pages, found):
    text = pages.show(found).content.decode()
    return re.search(r'show=(\w+)" aria-current="page"', text)[1]


def lines(pages, found):
    return re.findall(r"<div>([^<]*→[^<]*)</div>", pages.show(found, "?show=changed").content.decode())


@pytest.fixture
def corrected(page, manager, grids):
    """Return a file with something new, something changed and something wrong, and the pages it is on."""
    pages = page(manager)
    pages.bring_in(workbook(member_cells(1, 工作证号="A1")))
    one = member_cells(1, 手机号码="13900000009", 工作证号="A2", 网格编码=grids[1].code, 上岗日期="2025-06-01")
    return pages, pages.upload(workbook(one, member_cells(2), member_cells(3, 手机号码="1")))


def test_a_file_that_waits_shows_its_errors_and_one_that_is_written_what_came_of_it(corrected):
    pages, found = corrected
    assert chosen(pages, found) == "errors"
    pages.act(found, "confirm", only_good_rows="on")
    assert (found.state, chosen(pages, found)) == (ImportState.WRITTEN, "changed")
    GridMember.objects.filter(name="样本·甲2").update(note="改")
    pages.act(found, "undo")
    assert (found.state, chosen(pages, found)) == (ImportState.UNDONE, "kept")


@pytest.mark.django_db
def test_a_file_with_nothing_but_errors_shows_them_whatever_its_state(page, manager, grids):
    found = page(manager).upload(workbook(member_cells(1, 手机号码="1")))
    RosterImport.objects.update(state=ImportState.DISCARDED)
    assert chosen(page(manager), found) == "errors"


def test_a_written_file_tells_what_was_before_and_what_became_of_it(corrected, grids):
    pages, found = corrected
    before = lines(pages, found)
    assert "手机号码：138****0001 → 139****0009" in before
    assert "工作证号：A1 → A2" in before
    assert [line for line in before if grids[1].name in line]
    pages.act(found, "confirm", only_good_rows="on")
    assert lines(pages, found) == before
    GridMember.objects.filter(badge_no="A2").update(badge_no="A9", mobile="13700000000")
    assert lines(pages, found) == before


def test_what_was_struck_out_is_told_when_it_is_gone(page, manager, grids):
    pages = page(manager)
    pages.bring_in(workbook(member_cells(1)))
    found = pages.upload(workbook(member_cells(1, 网格编码=grids[1].code)))
    before = lines(pages, found)
    pages.act(found, "confirm")
    assert any("struck out" in line for line in before)
    assert lines(pages, found) == before


def test_a_written_list_of_grids_tells_what_was_before(page, manager, grids):
    pages = page(manager, "grids")
    found = pages.upload(grid_workbook(grid_cells(1, 户数=250, 网格名称="新网格")))
    before = lines(pages, found)
    pages.act(found, "confirm")
    assert (len(before), lines(pages, found)) == (2, before)


@pytest.mark.parametrize("act", ["discard", "undo"])
def test_only_the_word_to_write_stands_out(corrected, act):
    pages, found = corrected
    if act == "undo":
        pages.act(found, "confirm", only_good_rows="on")
    firsts = re.findall(r'class="button button-first"\s+href="([^"]*)"', pages.show(found).content.decode())
    assert firsts == ([pages.url("act", found.pk, "confirm")] if act == "discard" else [])


def cost(pages, roster_import, statements):
    with statements(connection) as seen:
        pages.show(roster_import, "?show=changed")
    return len(seen)


def test_what_a_written_file_changed_takes_the_same_queries_for_one_row_and_for_three(page, manager, grids):
    pages, costs = page(manager), []
    for numbers in ((1,), (2, 3, 4)):
        pages.bring_in(workbook(*map(member_cells, numbers)))
        moved = [member_cells(one, 备注="改", 网格编码=grids[1].code, 上岗日期="2025-06-01") for one in numbers]
        costs.append(cost(pages, pages.bring_in(workbook(*moved)), CaptureQueriesContext))
    assert costs[0] == costs[1]
