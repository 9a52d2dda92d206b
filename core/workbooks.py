"""Writing a table as .xlsx, row by row, in memory alone: a list of people must never lie on a disk in plain.

openpyxl writes each sheet through a temporary file; it is for workbooks that hold no personal data.
"""

import io
import math
import re
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from enum import IntEnum
from typing import Any, Final, NamedTuple
from xml.sax.saxutils import escape, quoteattr

from core.reader.columns import column_letters

CONTENT_TYPE: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_TITLE_LENGTH: Final = 31  # of a sheet's name in Excel
_NOT_IN_TITLES: Final = re.compile(r"[\[\]:*?/\\\x00-\x1f]")
_NOT_IN_XML: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_CARRIAGE_RETURN: Final = {"\r": "&#13;"}
_HEAD: Final = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MAIN: Final = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE: Final = "http://schemas.openxmlformats.org/package/2006"
_SHEET: Final = "xl/worksheets/sheet1.xml"


class Look(IntEnum):
    """How a cell looks; the number is that of its style."""

    PLAIN = 0
    TEXT = 1  # and stays text when somebody edits it
    WRONG = 2
    DOUBTFUL = 3
    WRAPPED = 4
    DAY = 5
    MONEY = 6  # thousands apart, two decimals


_LOOKS: Final[Mapping[type, Look]] = {date: Look.DAY, Decimal: Look.MONEY, int: Look.PLAIN}
_DAY_0: Final = date(1899, 12, 30)  # from which Excel counts days, once past February 1900


class Cell(NamedTuple):
    """A value that is to look other than plain."""

    value: Any
    look: Look


def as_texts(values: Iterable[Any]) -> list[Cell]:
    """Return values as cells that are text and are marked as such."""
    return [Cell("" if value is None else str(value), Look.TEXT) for value in values]


def as_values(values: Iterable[Any]) -> list[Cell | None]:
    """Return values as cells that can be sorted and summed: days and amounts as what they are, the rest as text.

    What is not there has no cell: one empty text in a column, and nothing groups its days any more.
    """
    return [_as_value(value) for value in values]


def _as_value(value: Any) -> Cell | None:
    if value is None or value == "":
        return None
    look = _LOOKS.get(type(value))
    return as_texts([value])[0] if look is None else Cell(value, look)


class WorkbookWriter:
    """A workbook of one sheet while it is written. No cell of it can ever be a formula.

    ``widths`` are those of columns, by index, in characters.
    """

    def __init__(self, title: str, *, widths: Mapping[int, int] | None = None) -> None:
        self._stream = io.BytesIO()
        self._archive = zipfile.ZipFile(self._stream, "w", zipfile.ZIP_DEFLATED)
        for name, text in (_PARTS | {"xl/workbook.xml": _workbook(title)}).items():
            self._archive.writestr(name, _HEAD + text)
        self._sheet = self._archive.open(_SHEET, "w")
        self._sheet.write(f'{_HEAD}<worksheet xmlns="{_MAIN}">{_columns(widths or {})}<sheetData>'.encode())
        self._letters: list[str] = []
        self.rows = 0

    def append(self, cells: Sequence[Any]) -> None:
        """Write one row below: texts, numbers, days, None, or ``Cell``; of anything else what it is as text."""
        self.rows += 1
        while len(self._letters) < len(cells):
            self._letters.append(column_letters(len(self._letters)))
        told = "".join(
            [
                _cell(f"{letters}{self.rows}", *(value if isinstance(value, Cell) else (value, Look.PLAIN)))
                for letters, value in zip(self._letters, cells, strict=False)
                if value is not None and value != ""
            ]
        )
        self._sheet.write(f'<row r="{self.rows}">{told}</row>'.encode())

    def skip_to(self, number: int) -> None:
        """Leave the rows before ``number`` blank."""
        self.rows = max(self.rows, number - 1)

    def content(self) -> bytes:
        """Return the workbook; nothing more can be written."""
        self._sheet.write(b"</sheetData></worksheet>")
        self._sheet.close()
        self._archive.close()
        return self._stream.getvalue()


def _cell(place: str, value: Any, look: Look) -> str:
    if isinstance(value, bool):
        return f'<c r="{place}" s="{look:d}" t="b"><v>{value:d}</v></c>'
    if isinstance(value, int | float | Decimal) and math.isfinite(value):
        return f'<c r="{place}" s="{look:d}"><v>{value}</v></c>'
    if look is Look.DAY and isinstance(value, date):
        return f'<c r="{place}" s="{look:d}"><v>{(value - _DAY_0).days}</v></c>'
    text = "" if value is None else escape(_NOT_IN_XML.sub("\N{REPLACEMENT CHARACTER}", str(value)), _CARRIAGE_RETURN)
    return f'<c r="{place}" s="{look:d}" t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>'


def _columns(widths: Mapping[int, int]) -> str:
    told = "".join(
        f'<col min="{index + 1}" max="{index + 1}" width="{width}" customWidth="1"/>'
        for index, width in sorted(widths.items())
    )
    return f"<cols>{told}</cols>" if told else ""


def _workbook(title: str) -> str:
    name = quoteattr(_NOT_IN_TITLES.sub("_", title)[:_TITLE_LENGTH] or "1")
    sheet = f'<sheets><sheet name={name} sheetId="1" r:id="rId1"/></sheets>'
    return f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}">{sheet}</workbook>'


def _relations(*targets: tuple[str, str]) -> str:
    told = "".join(
        f'<Relationship Id="rId{number}" Type="{_OFFICE}/{kind}" Target="{target}"/>'
        for number, (kind, target) in enumerate(targets, start=1)
    )
    return f'<Relationships xmlns="{_PACKAGE}/relationships">{told}</Relationships>'


def _styles() -> str:
    fills = "".join(
        f'<fill><patternFill patternType="solid"><fgColor rgb="{colour}"/></patternFill></fill>'
        for colour in ("FFFFC7CE", "FFFFEB9C")
    )
    looks = (
        '<xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>',
        '<xf numFmtId="49" fontId="0" fillId="0" borderId="0" xfId="0" quotePrefix="1" applyNumberFormat="1"/>',
        '<xf numFmtId="49" fontId="0" fillId="2" borderId="0" xfId="0" applyNumberFormat="1" applyFill="1"/>',
        '<xf numFmtId="49" fontId="0" fillId="3" borderId="0" xfId="0" applyNumberFormat="1" applyFill="1"/>',
        '<xf numFmtId="49" fontId="0" fillId="0" borderId="0" xfId="0"><alignment wrapText="1"/></xf>',
        '<xf numFmtId="164" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>',
        '<xf numFmtId="4" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>',
    )
    return (
        f'<styleSheet xmlns="{_MAIN}"><numFmts count="1"><numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd"/></numFmts>'
        '<fonts count="1"><font><sz val="11"/><name val="宋体"/></font></fonts>'
        '<fills count="4"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/>'
        f'</fill>{fills}</fills><borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
        '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
        f'<cellXfs count="{len(looks)}">{"".join(looks)}</cellXfs>'
        '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
    )


_TYPES: Final = {
    "/xl/workbook.xml": "sheet.main",
    f"/{_SHEET}": "worksheet",
    "/xl/styles.xml": "styles",
}
_PARTS: Final = {
    "[Content_Types].xml": (
        f'<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        + "".join(
            f'<Override PartName="{part}" '
            f'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.{kind}+xml"/>'
            for part, kind in _TYPES.items()
        )
        + "</Types>"
    ),
    "_rels/.rels": _relations(("officeDocument", "xl/workbook.xml")),
    "xl/_rels/workbook.xml.rels": _relations(("worksheet", "worksheets/sheet1.xml"), ("styles", "styles.xml")),
    "xl/styles.xml": _styles(),
}
