import io

import pytest
from openpyxl import load_workbook

from grids.resources.workbooks import read_sheet
from grids.rules import columns
from grids.rules.columns import GRIDS, MEMBERS


@pytest.fixture
def template(page):
    def get(user, model="gridmember"):
        return load_workbook(io.BytesIO(page(user, model).get("import_template").content))

    return get


def test_the_template_has_text_columns_and_lists_to_choose_from(template, manager, grids):
    sheet = template(manager).worksheets[0]
    assert [cell.value for cell in sheet[1]] == list(MEMBERS.columns)
    assert {dimension.number_format for dimension in sheet.column_dimensions.values()} == {"@"}
    assert any("专职网格员" in rule.formula1 for rule in sheet.data_validations.dataValidation)


def test_the_second_sheet_lists_the_manager_s_own_grids(template, manager, outsider, grids, far_grid):
    assert [row[0] for row in template(manager).worksheets[1].values][1:] == [grid.code for grid in grids]
    assert [row[0] for row in template(outsider).worksheets[1].values][1:] == [far_grid.code]


def test_the_third_sheet_explains_every_column(template, manager, grids):
    text = [row[0] for row in template(manager, "grid").worksheets[2].values]
    assert set(GRIDS.columns) <= set(text)


def test_a_filled_in_template_can_be_read(template, manager, grids):
    book = template(manager)
    book.worksheets[0].append([grids[0].code, "样本·甲"])
    stream = io.BytesIO()
    book.save(stream)
    sheet = read_sheet(stream.getvalue(), MEMBERS)
    assert [number for number, _ in sheet.rows] == [2]
    assert sheet.rows[0][1][columns.NAME] == "样本·甲"
