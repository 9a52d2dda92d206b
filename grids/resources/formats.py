"""The one file format in which rosters leave, .xlsx, as django-import-export asks for it."""

import io
from typing import Any, Final
from urllib.parse import quote

from django.http import HttpResponse
from import_export.formats.base_formats import Format
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

CONTENT_TYPE: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class RosterWorkbook(Format):
    def get_title(self) -> str:
        return "xlsx"

    def get_extension(self) -> str:
        return "xlsx"

    def get_content_type(self) -> str:
        return CONTENT_TYPE

    def can_export(self) -> bool:
        return True

    def export_data(self, dataset: Any, **_kwargs: Any) -> bytes:
        return write_texts([dataset.headers, *dataset])


def workbook_response(content: bytes, name: str) -> HttpResponse:
    """Return a workbook as a download called ``name``."""
    response = HttpResponse(content, content_type=CONTENT_TYPE)
    response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    return response


def write_texts(rows: list[Any]) -> bytes:
    """Return a workbook in which every cell is text and marked as such, so that none can ever be a formula."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    for row in rows:
        sheet.append([_text_cell(sheet, value) for value in row])
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def _text_cell(sheet: Any, value: Any) -> WriteOnlyCell:
    text = "" if value is None else ILLEGAL_CHARACTERS_RE.sub("\N{REPLACEMENT CHARACTER}", str(value))
    cell = WriteOnlyCell(sheet, text)
    cell.data_type = "s"
    cell.number_format = "@"
    cell.quotePrefix = True
    return cell
