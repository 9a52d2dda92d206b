import io

import pytest
from openpyxl import load_workbook

from grids.rules.columns import GRIDS, MEMBERS
from tests.grids.conftest import problems


@pytest.fixture
def template(page, client):
    def get(user, kind="members"):
        url = page(user).url("template", kind)
        return load_workbook(io.BytesIO(client.get(url).content))

    return get


def test_the_template_has_text_columns_and_lists_to_choose_from(template, manager, grids):
    sheet = template(manager).worksheets[0]
    assert [cell.value for cell in sheet[1]] == list(MEMBERS.columns)
    assert {dimension.number_format for dimension in sheet.column_dimensions.values()} == {"@"}
    rules = [rule.formula1 for rule in sheet.data_validations.dataValidation]
    assert any("专职网格员" in rule for rule in rules)
    assert "=我的网格!$A$2:$A$3" in rules


def test_the_second_sheet_lists_the_manager_s_own_grids(template, manager, outsider, grids, far_grid):
    assert [row[0] for row in template(manager).worksheets[1].values][1:] == [grid.code for grid in grids]
    assert [row[0] for row in template(outsider).worksheets[1].values][1:] == [far_grid.code]


def test_the_third_sheet_explains_every_column(template, manager, grids):
    text = [row[0] for row in template(manager, "grids").worksheets[2].values]
    assert set(GRIDS.columns) <= set(text)


def test_a_filled_in_template_can_be_read(page, template, manager, grids):
    book = template(manager)
    book.worksheets[0].append([grids[0].code, "样本·甲"])
    stream = io.BytesIO()
    book.save(stream)
    found = page(manager).upload(stream.getvalue())
    assert (found.rows, {number for number, _, _ in problems(found)}) == (1, {2})
