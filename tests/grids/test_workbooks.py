"""Files that somebody sends in: what is read of them, and what is refused with what to do about it."""

import io
import re
import zipfile

import pytest
from django.conf import settings
from openpyxl import load_workbook

from core import tables
from core.errors import InvalidFile
from grids.models import RosterImport
from grids.resources.workbooks import read_sheet
from grids.rules import columns
from grids.rules.columns import MEMBERS
from tests.grids.conftest import ROSTER_HEADERS, form_error, member_cells, workbook

SHEET = "xl/worksheets/sheet1.xml"


def repacked(data, change, part=SHEET):
    """Return the workbook with one part run through ``change``."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            content = old.read(name)
            new.writestr(name, change(content) if name == part else content)
    return stream.getvalue()


def with_part(data, name, content):
    stream = io.BytesIO(data)
    with zipfile.ZipFile(stream, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return stream.getvalue()


def with_parts(data, count):
    for number in range(count):
        data = with_part(data, f"{number}.txt", b"")
    return data


def locked(data):
    """Return the archive with the flag "encrypted" set on its parts."""
    return re.sub(rb"(PK\x01\x02.{4})..", lambda found: found[1] + b"\x01\x00", data, flags=re.DOTALL)


def code_of(data):
    with pytest.raises(InvalidFile) as caught:
        read_sheet(data, MEMBERS)
    return caught.value.code


ROSTER = workbook(member_cells(1))
TWO_ROWS = workbook(member_cells(1), member_cells(2))


def with_cells(cell):
    return repacked(ROSTER, lambda xml: re.sub(rb't="inlineStr"><is><t>[^<]*</t></is>', cell, xml))


DECLARED = b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]>'
HOSTILE = {
    "text": (b"not a workbook", "broken"),
    "html": (b"<html><table></table></html>", "broken"),
    "archive of nothing": (b"PK\x05\x06" + bytes(18), "broken"),
    "half a workbook": (ROSTER[: len(ROSTER) // 2], "broken"),
    "an archive that is no workbook": (with_part(b"", "a.txt", b"a"), "broken"),
    "broken xml": (repacked(ROSTER, lambda xml: xml[: len(xml) // 2]), "broken"),
    "old workbook": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "not_xlsx"),
    "password": (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(64) + "EncryptedPackage".encode("utf-16-le"),
        "encrypted",
    ),
    "locked archive": (locked(ROSTER), "encrypted"),
    "entities": (repacked(ROSTER, lambda xml: DECLARED + xml), "doctype"),
    "entities in utf-16": (with_part(ROSTER, "xl/x.xml", DECLARED.decode().encode("utf-16")), "doctype"),
    "bomb": (with_part(ROSTER, "xl/x.xml", bytes(tables.MAX_UNPACKED_BYTES)), "too_large_unpacked"),
    "many parts": (with_parts(ROSTER, 300), "too_large_unpacked"),
    "text that is not there": (with_cells(b't="s"><v>999</v>'), "broken"),
    "numbers that are none": (with_cells(b't="n"><v>x</v>'), "broken"),
    "a row below the last": (repacked(ROSTER, lambda xml: xml.replace(b' r="2"', b' r="999999999999"')), "broken"),
    "no row": (workbook(), "no_rows"),
    "no header": (workbook(member_cells(1), above=[["花名册"]] * 10), "missing_columns"),
    "a column twice": (workbook(member_cells(1), headers=(*ROSTER_HEADERS, columns.NAME)), "repeated_columns"),
    "a list of grids": (workbook(member_cells(1), headers=(*ROSTER_HEADERS, columns.HOUSEHOLDS)), "other_workbook"),
}  # fmt: skip


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_file_that_cannot_be_read_is_refused_with_the_reason(kind):
    data, code = HOSTILE[kind]
    assert code_of(data) == code


@pytest.mark.parametrize("kind", ["text", "password", "entities", "bomb", "no row"])
def test_the_page_says_so_on_the_form_and_keeps_nothing(page, manager, grids, kind):
    response = page(manager).upload(HOSTILE[kind][0])
    assert response.status_code == 422
    assert form_error(response)
    assert response.context["confirm_form"] is None
    assert not RosterImport.objects.exists()


@pytest.mark.parametrize("name", ["roster.xls", "roster.csv", "roster.xlsm", "roster", "roster.xlsx.exe"])
def test_only_xlsx_is_taken_by_name(page, manager, grids, name):
    assert "save it as .xlsx" in form_error(page(manager).upload(ROSTER, name=name))


def test_a_large_file_is_refused_before_it_is_read(page, manager, grids, monkeypatch):
    monkeypatch.setattr(tables, "load_workbook", None)
    data = ROSTER + bytes(settings.ROSTER_MAX_BYTES)
    assert "larger than 5 MB" in form_error(page(manager).upload(data))
    assert code_of(data) == "too_large"


def test_an_empty_file_is_refused(page, manager, grids):
    assert form_error(page(manager).upload(b""))


@pytest.mark.parametrize(("limit", "is_read"), [(3, True), (2, False)])
def test_more_rows_than_allowed_are_refused(settings, limit, is_read):
    settings.ROSTER_MAX_ROWS = limit
    data = workbook(member_cells(1), None, member_cells(2), member_cells(3), None)
    if is_read:
        assert len(read_sheet(data, MEMBERS)) == 3
    else:
        assert code_of(data) == "too_many_rows"


def test_titles_above_and_headers_in_any_order_and_shape_are_found():
    headers = (
        " 备注",
        "工作 证号",
        "岗位\n（必填）",
        "手机号",
        "＊姓名",
        "身份证号码",
        "上岗日期",
        "网格编码",
        "爱好",
        "爱好",
    )
    sheet = read_sheet(workbook({" 备注": "a", "爱好": "b"}, headers=headers, above=[["枫桥镇花名册"], []]), MEMBERS)
    number, cells = sheet.rows[0]
    assert (number, cells[columns.NOTE], sheet.ignored) == (4, "a", ("爱好",))


def test_missing_columns_are_named():
    headers = [header for header in ROSTER_HEADERS if header not in {columns.MOBILE, columns.POST}]
    with pytest.raises(InvalidFile, match="手机号码、岗位"):
        read_sheet(workbook(member_cells(1), headers=headers), MEMBERS)


@pytest.mark.parametrize("extent", [b"A1:A1", b"A1:XFD1048576"])
def test_what_a_sheet_says_of_its_own_extent_is_not_believed(extent):
    data = repacked(
        workbook(member_cells(1), member_cells(2)), lambda xml: re.sub(rb'ref="A1:K3"', b'ref="%s"' % extent, xml)
    )
    assert [number for number, _ in read_sheet(data, MEMBERS).rows] == [2, 3]


def test_a_row_far_below_is_found_and_the_blank_ones_between_are_counted():
    data = repacked(
        workbook(member_cells(1), member_cells(2)), lambda xml: re.sub(rb'r="([A-K]?)3"', rb'r="\g<1>100000"', xml)
    )
    sheet = read_sheet(data, MEMBERS)
    assert (sheet.rows[1][0], sheet.blank_rows) == (100000, 99997)


def test_the_first_sheet_with_the_headers_is_read():
    book = load_workbook(io.BytesIO(ROSTER))
    book.create_sheet("说明", 0).append(["先读我"])
    stream = io.BytesIO()
    book.save(stream)
    assert len(read_sheet(stream.getvalue(), MEMBERS)) == 1
