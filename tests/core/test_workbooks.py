import io
from datetime import date, datetime
from decimal import Decimal

import pytest
from openpyxl import load_workbook

from core.workbooks import Cell, Look, WorkbookWriter, as_values


def read(book):
    return load_workbook(io.BytesIO(book.content())).active


def written(*rows, title="花名册", **options):
    book = WorkbookWriter(title, **options)
    for row in rows:
        book.append(row)
    return read(book)


@pytest.mark.parametrize(
    "value", ["甲<&>\"'", " 前后有空格 ", "一行\n两行", "a\rb", "0012", 12, 1.5, True, "\U00020000"]
)
def test_what_is_written_is_read_again(value):
    assert written([None, value]).cell(1, 2).value == value


@pytest.mark.parametrize("value", ["=1+1", "+1", "-1", "@a", "\t=1", "{=1}", "=HYPERLINK(1)"])
def test_nothing_is_a_formula(value):
    cell = written([value])["A1"]
    assert (cell.data_type, cell.value) == ("s", value)


@pytest.mark.parametrize("value", ["a\0b", "a\x1fb", "a\ud800b", "a\uffffb"])
def test_what_no_workbook_can_hold_is_shown_as_such(value):
    assert written([value])["A1"].value == "a\N{REPLACEMENT CHARACTER}b"


def test_what_is_neither_text_nor_number_is_written_as_text():
    row = [cell.value for cell in written([date(2026, 1, 5), float("inf"), "", 1])[1]]
    assert row == ["2026-01-05", "inf", None, 1]


def test_rows_keep_their_numbers_and_columns_go_beyond_z():
    book = WorkbookWriter("x")
    book.skip_to(3)
    book.append([None] * 27 + ["甲"])
    book.skip_to(2)
    book.append(["乙"])
    sheet = read(book)
    assert (sheet["AB3"].value, sheet["A4"].value, sheet.max_row) == ("甲", "乙", 4)


def test_cells_look_as_they_are_to():
    looks = [Look.TEXT, Look.WRONG, Look.DOUBTFUL, Look.WRAPPED]
    text, wrong, doubtful, wrapped = written([Cell("a", look) for look in looks])[1]
    assert (text.number_format, text.quotePrefix, wrapped.alignment.wrap_text) == ("@", True, True)
    assert [cell.fill.start_color.rgb for cell in (wrong, doubtful)] == ["FFFFC7CE", "FFFFEB9C"]


def test_days_and_amounts_can_be_sorted_and_summed_and_all_else_is_text():
    cells = written(as_values([date(2026, 3, 10), Decimal("800.50"), 7, "=1+1", "", None]))[1]
    assert len(cells) == 4, "an empty text would keep Excel from grouping the days of its column"
    assert [cell.value for cell in cells] == [datetime(2026, 3, 10), 800.5, 7, "=1+1"]  # noqa: DTZ001 - as Excel keeps days
    assert [cell.number_format for cell in cells] == [r"yyyy\-mm\-dd", "#,##0.00", "General", "@"]
    assert [cell.data_type for cell in cells] == ["d", "n", "n", "s"]


@pytest.mark.parametrize(("title", "shown"), [("一/二*", "一_二_"), ("长" * 40, "长" * 31), ("", "1"), ('"&<', '"&<')])
def test_a_sheet_is_called_what_excel_accepts(title, shown):
    assert written(["x"], title=title).title == shown


def test_columns_have_their_widths():
    assert written(["x", "y"], widths={1: 20}).column_dimensions["B"].width == 20
