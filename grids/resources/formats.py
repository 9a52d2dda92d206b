"""The one file format in which rosters leave, .xlsx, as django-import-export asks for it."""

from collections.abc import Iterable
from typing import Any
from urllib.parse import quote

from django.http import HttpResponse
from import_export.formats.base_formats import Format

from core.workbooks import CONTENT_TYPE, WorkbookWriter, as_texts


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


def write_texts(rows: Iterable[Iterable[Any]]) -> bytes:
    """Return a workbook in which every cell is text and marked as such, so that none can ever be a formula."""
    book = WorkbookWriter("Sheet")
    for row in rows:
        book.append(as_texts(row))
    return book.content()
