"""What is said of a file that cannot be read, by the reader's codes: what it is, and what to do about it."""

from collections.abc import Mapping
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from core.confined.refusal import Refused
from core.errors import InvalidFile
from core.reader.headers import ROWS

MESSAGES: Final[Mapping[str, Promise]] = {
    "broken": _("The file is damaged or no workbook. Open it in Excel or WPS and save it as .xlsx anew."),
    "empty": _("The file is empty: nothing stands in any cell. Fill in the table and upload it again."),
    "no_table": _("The file is no table. Save it in Excel or WPS as .xlsx or as .csv and upload it again."),
    "encrypted": _("The workbook is protected by a password. Save it without one and upload it again."),
    "doctype": _("The workbook holds a document type declaration, which Excel never writes. Save it anew."),
    "old_workbook": _("This is a workbook of Excel 95 or older. Open it in Excel or WPS and save it as .xlsx."),
    "binary_workbook": _("This is a binary workbook (.xlsb). Open it in Excel or WPS and save it as .xlsx."),
    "open_document": _("This is an OpenDocument file (.ods). Open it in Excel or WPS and save it as .xlsx."),
    "xml_workbook": _("This is a workbook in XML. Open it in Excel or WPS and save it as .xlsx."),
    "web_page": _(
        "This is a web page, whatever its name says; some systems export such. Open it in Excel or WPS and save it as "
        ".xlsx."
    ),
    "macros": _("The workbook holds macros. Save it as .xlsx, which holds none, and upload it again."),
    "document": _("This is a document, no workbook. Copy its table into a workbook and upload that."),
    "picture": _("This is a picture. Upload the workbook itself, saved as .xlsx."),
    "archive": _("This is a compressed folder. Unpack it and upload the workbook in it."),
    "too_large_unpacked": _(
        "The workbook unpacks to more than %(megabytes)s MB. Copy the table alone into a new workbook."
    ),
    "bomb": _("The workbook is packed as no office program does it. Copy the table alone into a new workbook."),
    "too_slow": _("Reading the file takes too long. Split it, or copy the table alone into a new workbook."),
    "too_complex": _(
        "Reading the file takes more memory than a table can need; something may stand far below or beside the table. "
        "Copy the table alone into a new workbook."
    ),
    "far_cell": _(
        "Something stands in cell %(cell)s, far from the table. Delete the rows below and the columns beside the table."
    ),
    "too_many_columns": _(
        "The sheet reaches to column %(column)s; at most %(columns)s columns are read. Delete the columns beside the "
        "table."
    ),
    "too_many_rows": _("The table has %(count)s rows; at most %(rows)s are read at once. Split it."),
    "long_cells": _(
        "A cell in row %(row)s or below holds more text than Excel allows. Shorten it, or see whether a quotation mark "
        "is missing."
    ),
    "quotes": _(
        "In row %(row)s a quotation mark is not closed or stands alone. Correct it, or save the table as .xlsx."
    ),
    "formulas": _(
        "More than %(count)s cells hold errors or formulas without a result. Open the workbook in Excel or WPS, let it "
        "calculate, and save it."
    ),
    "hidden_sheet": _("The table stands in the hidden sheet “%(sheet)s”. Show that sheet and save the workbook."),
    "missing_columns": _(
        "These columns are missing: %(columns)s. Their headers must stand in one of the first %(rows)s rows."
    ),
}


def refusal(refused: Refused) -> InvalidFile:
    """Return the refusal in the user's words."""
    params = refused.params
    if refused.code == "missing_columns":
        params = {**params, "columns": "、".join(params["columns"]), "rows": ROWS}
    return InvalidFile(str(MESSAGES[refused.code]), code=refused.code, **params)
