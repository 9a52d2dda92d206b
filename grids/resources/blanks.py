"""The empty workbooks for download: headers, text columns, drop-downs, the manager's own grids, and instructions."""

import io
from collections.abc import Iterable
from typing import Final

from django.conf import settings
from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from grids.rules import columns
from grids.rules.columns import Layout

_WIDTHS: Final = {columns.ID_NUMBER: 24, columns.GRID_CODE: 20, columns.GRID_NAME: 20, columns.NOTE: 30}
_CHOICES: Final = {columns.POST: columns.POSTS, columns.SEX: ("男", "女"), columns.GRID_KIND: columns.KINDS}
_EXPLANATIONS: Final = {
    columns.GRID_CODE: "15 位数字：村（社区）12 位代码加 3 位顺序号。",
    columns.GRID_NAME: "网格的全称；花名册中可不填，填写时应与编码一致。",
    columns.GRID_KIND: "综合网格、专属网格或微网格；不填的，新网格按综合网格登记。",
    columns.HOUSEHOLDS: "整数，一般 300 至 500 户。",
    columns.NAME: "2 至 40 个字，少数民族姓名中的间隔号用“·”。",
    columns.ID_NUMBER: "18 位，以文本填写；港澳台居民居住证、外国人永久居留身份证号码同样填在此列。",
    columns.SEX: "男或女；可不填，由公民身份号码得出。",
    columns.MOBILE: "11 位手机号码。",
    columns.POST: "网格长、专职网格员、兼职网格员或网格指导员。每个网格一名网格长，专职网格员只在一个网格任职。",
    columns.STARTS_ON: "例如 2026-01-05，不晚于今天。换岗、换网格的，填新岗位的上岗日期，原岗位自动止于前一天。",
    columns.ENDS_ON: "仍在岗的不填。",
    columns.BADGE_NO: "不得重复；没有的不填。",
    columns.NOTE: "不超过 200 字，不得填写身份号码和电话号码。",
}
_GRIDS: Final = "我的网格"
_OFFERED_ROWS: Final = 5000  # as far down as the drop-downs reach
_GENERAL: Final = (
    "一行一人（一网格），不要合并单元格，不要改动表头。",
    f"一次最多 {settings.ROSTER_MAX_ROWS} 行。没有填写的选填项保持系统中原有内容不变。",
    "系统中有而表中没有的，不会删除。有任何一处错误时默认整表都不写入，可以改好后重新上传，也可以选择只写入无错误的行。",
)


def blank_workbook(layout: Layout, grids: Iterable[tuple[str, str]]) -> bytes:
    """Return the workbook to fill in. ``grids`` are code and name of the grids it may speak of."""
    book = Workbook()
    _fill_table(book.active, layout)
    known = _fill_grids(book.create_sheet(_GRIDS), grids)
    if known and columns.POST in layout.columns:
        _offer_grids(book.active, layout, known)
    _fill_instructions(book.create_sheet("填写说明"), layout)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def _fill_table(sheet: Worksheet, layout: Layout) -> None:
    sheet.title = layout.title
    sheet.append(list(layout.columns))
    sheet.freeze_panes = "A2"
    for index, column in enumerate(layout.columns, start=1):
        letter = get_column_letter(index)
        sheet.column_dimensions[letter].width = _WIDTHS.get(column, 14)
        sheet.column_dimensions[letter].number_format = "@"
        _head(sheet[f"{letter}1"], needed=column in layout.required)
        if column in _CHOICES:
            _offer(sheet, f"{letter}2:{letter}{_OFFERED_ROWS}", _CHOICES[column])


def _head(cell: Cell, *, needed: bool) -> None:
    cell.font = Font(bold=True)
    cell.number_format = "@"
    cell.fill = PatternFill("solid", fgColor="FFF2CC" if needed else "F2F2F2")


def _offer(sheet: Worksheet, cells: str, words: Iterable[str]) -> None:
    validation = DataValidation("list", formula1=f'"{",".join(words)}"', allow_blank=True, showErrorMessage=True)
    sheet.add_data_validation(validation)
    validation.add(cells)


def _offer_grids(sheet: Worksheet, layout: Layout, count: int) -> None:
    """Let a grid be picked from those on the other sheet."""
    letter = get_column_letter(layout.columns.index(columns.GRID_CODE) + 1)
    known = DataValidation("list", formula1=f"={_GRIDS}!$A$2:$A${count + 1}", allow_blank=True, showErrorMessage=True)
    sheet.add_data_validation(known)
    known.add(f"{letter}2:{letter}{_OFFERED_ROWS}")


def _fill_grids(sheet: Worksheet, grids: Iterable[tuple[str, str]]) -> int:
    """List the grids and return how many there are."""
    sheet.append(["可选的编码", "名称"])  # other words than those by which a table is found
    for grid in grids:
        sheet.append(list(grid))
        for cell in sheet[sheet.max_row]:
            cell.data_type, cell.number_format = "s", "@"
    for letter in "AB":
        sheet.column_dimensions[letter].width = 24
        _head(sheet[f"{letter}1"], needed=False)
    return int(sheet.max_row) - 1


def _fill_instructions(sheet: Worksheet, layout: Layout) -> None:
    sheet.append(["列", "是否必填", "怎样填写"])
    for column in layout.columns:
        sheet.append([column, "必填" if column in layout.required else "选填", _EXPLANATIONS[column]])
    for line in _GENERAL:
        sheet.append(["", "", line])
    for letter, width in (("A", 18), ("B", 10), ("C", 80)):
        sheet.column_dimensions[letter].width = width
        _head(sheet[f"{letter}1"], needed=False)
        for cell in sheet[letter]:
            cell.alignment = Alignment(wrap_text=True, vertical="top")
