"""Forms that look as papers of offices do, put together from a description that can be read and compared.

Page, fonts and lines follow GB/T 9704-2012: A4 with margins of 37, 35, 28 and 26 mm, body in FangSong of size three,
28 points from line to line. The fonts are named; a machine without them shows others of the same kind.
"""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any, Final

from docx import Document
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

TITLE_FONT: Final = "方正小标宋简体"
BODY_FONT: Final = "仿宋_GB2312"
LABEL_FONT: Final = "黑体"
PAGE_FONT: Final = "宋体"
TITLE_SIZE, BODY_SIZE, TABLE_SIZE, PAGE_SIZE = Pt(22), Pt(16), Pt(14), Pt(14)
LINE: Final = Pt(28)
_WIDTH: Final = Mm(210 - 28 - 26)
_LABEL: Final = Mm(30)
_ALIGNED: Final = {
    "left": WD_ALIGN_PARAGRAPH.LEFT,
    "centre": WD_ALIGN_PARAGRAPH.CENTER,
    "right": WD_ALIGN_PARAGRAPH.RIGHT,
    "body": WD_ALIGN_PARAGRAPH.LEFT,  # justified, a line that ends where somebody pressed Enter would be stretched
}


@dataclass(frozen=True, slots=True)
class Text:
    """One paragraph of the body; two characters are left free before it, unless it is aligned otherwise."""

    text: str
    align: str = "body"
    is_heading: bool = False


@dataclass(frozen=True, slots=True)
class Grid:
    """A table with a frame: in each row what is asked, and the blank beside it, as often as wanted."""

    rows: Sequence[Sequence[str]]


@dataclass(frozen=True, slots=True)
class Rows:
    """A table with a heading, and one row for each row of the values: ``(heading, what stands below it)`` each.

    Below stands the key of a column, or text with ``{{ row.key }}`` in it, or nothing: a blank to be filled by hand.
    """

    table: str
    columns: Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Layout:
    """A form from its title down. ``number`` stands below the title, on the right."""

    title: str
    blocks: Sequence[Text | Grid | Rows]
    number: str = ""


def compose(layout: Layout) -> bytes:
    """Return the form as a document, its placeholders in their places."""
    document = Document()
    _set_page(document)
    _add_text(document.add_paragraph(), layout.title, font=TITLE_FONT, size=TITLE_SIZE, align="centre")
    if layout.number:
        _add_text(document.add_paragraph(), layout.number, align="right")
    for block, following in zip_longest(layout.blocks, layout.blocks[1:]):
        _add_block(document, block, following)
    output = io.BytesIO()
    document.save(output)
    return output.getvalue()


def _add_block(document: Any, block: Text | Grid | Rows, following: Text | Grid | Rows | None) -> None:
    """Add a block; a heading stays with what it heads, and seal and day never stand on a page without any text."""
    match block:
        case Text():
            font = LABEL_FONT if block.is_heading else BODY_FONT
            paragraph = document.add_paragraph()
            _add_text(paragraph, block.text, font=font, align=block.align)
            is_before_seal = isinstance(following, Text) and following.align == "right"
            paragraph.paragraph_format.keep_with_next = block.is_heading or is_before_seal
            if block.align == "body":
                paragraph.paragraph_format.first_line_indent = BODY_SIZE * 2
        case Grid():
            widest = max(map(len, block.rows))
            blank = int((_WIDTH - _LABEL * ((widest + 1) // 2)) / max(1, widest // 2))
            table = _add_table(document, [blank if index % 2 else _LABEL for index in range(widest)])
            for cells in block.rows:
                _add_row(table, cells, widest)
        case Rows():
            table = _add_table(document, [int(_WIDTH / len(block.columns))] * len(block.columns))
            _add_cells(table, [heading for heading, _key in block.columns], font=LABEL_FONT, align="centre")
            _add_cells(table, [f"{{%tr for row in {block.table} %}}"])
            _add_cells(table, [_below(cell) for _heading, cell in block.columns])
            _add_cells(table, ["{%tr endfor %}"])


def _below(cell: str) -> str:
    return f"{{{{ row.{cell} }}}}" if cell.isidentifier() else cell


def _set_page(document: Any) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(37), Mm(35)
    section.left_margin, section.right_margin = Mm(28), Mm(26)
    section.footer_distance = Mm(25)
    style = document.styles["Normal"]
    style.paragraph_format.space_after = Pt(0)
    _set_font(style, BODY_FONT, BODY_SIZE)
    _add_page_number(section.footer.paragraphs[0])


def _add_page_number(paragraph: Any) -> None:
    paragraph.alignment = _ALIGNED["centre"]
    for kind, text in (("text", "— "), ("begin", ""), ("instr", "PAGE"), ("end", ""), ("text", " —")):
        run = paragraph.add_run(text if kind == "text" else "")
        _set_font(run, PAGE_FONT, PAGE_SIZE)
        if kind == "instr":
            element = OxmlElement("w:instrText")
            element.text = text
            run._r.append(element)  # noqa: SLF001 - python-docx has no words for fields
        elif kind != "text":
            element = OxmlElement("w:fldChar")
            element.set(qn("w:fldCharType"), kind)
            run._r.append(element)  # noqa: SLF001 - as above


def _add_text(paragraph: Any, text: str, *, font: str = BODY_FONT, size: Any = BODY_SIZE, align: str = "left") -> None:
    paragraph.alignment = _ALIGNED[align]
    form = paragraph.paragraph_format
    form.line_spacing_rule, form.line_spacing = WD_LINE_SPACING.AT_LEAST, LINE
    _set_font(paragraph.add_run(text), font, size)


def _set_font(styled: Any, font: str, size: Any) -> None:
    """Name a font for Chinese and for Latin letters alike; Word keeps the two apart."""
    styled.font.name, styled.font.size = font, size
    styled.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), font)


def _add_table(document: Any, widths: Sequence[int]) -> Any:
    table = document.add_table(rows=0, cols=len(widths), style="Table Grid")
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    table.autofit = False
    for column, width in zip(table.columns, widths, strict=True):
        column.width = width
    return table


def _add_row(table: Any, cells: Sequence[str], widest: int) -> None:
    """Add a row in which what is asked stands narrow and the last blank takes what is left."""
    row = table.add_row()
    last = row.cells[len(cells) - 1]
    if len(cells) < widest:
        last.merge(row.cells[widest - 1])
    for index, text in enumerate(cells):
        is_label = index % 2 == 0
        paragraph = row.cells[index].paragraphs[0]
        font, align = (LABEL_FONT, "centre") if is_label else (BODY_FONT, "left")
        _add_text(paragraph, text, font=font, size=TABLE_SIZE, align=align)


def _add_cells(table: Any, texts: Sequence[str], *, font: str = BODY_FONT, align: str = "left") -> None:
    row = table.add_row()
    row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))  # noqa: SLF001 - python-docx has no words for it
    for cell, text in zip(row.cells, texts, strict=False):
        _add_text(cell.paragraphs[0], text, font=font, size=TABLE_SIZE, align=align)
