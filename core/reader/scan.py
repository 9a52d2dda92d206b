"""What the parser keeps to itself about the sheets of an .xlsx: hidden rows, errors, formulas never calculated.

A pass over the bytes finds them, and refuses what no office program writes. It runs in the child.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final
from xml.etree import ElementTree as ET

from core.confined.archive import Archive
from core.confined.refusal import Refused
from core.reader.columns import column_number
from core.reader.wire import BrokenCell

MAX_BROKEN_CELLS: Final = 50_000
_SMALL_PART: Final = 4 * 1024**2
_CARRIED: Final = 1024**2
_SHORT_SHEET: Final = 16 * 1024**2  # in a longer one the limits alone find what stands far away
_DECLARATION: Final = re.compile(rb"<!(?:DOCTYPE|ENTITY|ELEMENT|ATTLIST|NOTATION)", re.IGNORECASE)
_ROW: Final = re.compile(rb"<(?:\w+:)?row\s[^>]*?\bhidden=[\"'](?:1|true)[\"'][^>]*>")
_ROW_NUMBER: Final = re.compile(rb"\sr=[\"'](\d{1,7})[\"']")
_CELL: Final = re.compile(rb"<((?:\w+:)?)c\b([^>]*)(?<!/)>(.*?)</\1c>", re.DOTALL)
_PLACE: Final = re.compile(rb"\sr=[\"']([A-Z]{1,3})(\d{1,7})[\"']")
_ERROR: Final = re.compile(rb"\st=[\"']e[\"']")
_TEXT: Final = re.compile(rb"\st=[\"'](?:str|inlineStr|s)[\"']")
_VALUE: Final = re.compile(rb"<(?:\w+:)?v(?:\s[^>]*)?>([^<]+)<")
_FORMULA: Final = re.compile(rb"<(?:\w+:)?f\b(?:[^>]*/>|[^>]*>([^<]*))")
_FAR: Final = re.compile(rb"<(?:\w+:)?c\s[^>]*?\br=[\"']([A-Z]{3,}\d+|[A-Z]+\d{7,})[\"'][^>]*(?<!/)>")
_HIDDEN: Final = b"hidden="
_BROKEN: Final = (b't="e"', b"</f")  # an error, the end of a formula; later ones may only point to it
_ODD: Final = (b"='", b":worksheet")  # in XML written like this those signs look otherwise
_SUSPICIOUS: Final = (  # each begins with what is quickly found
    re.compile(rb't="e"'),
    re.compile(rb"</f>\s*(?:<v\s*/>|<v>\s*</v>)?\s*</c>"),
    re.compile(rb"<f\b[^>]*/>\s*(?:<v\s*/>|<v>\s*</v>)?\s*</c>"),
)
_LONGEST_TEXT: Final = 200
_CUT: Final = 16  # bytes, longer than any sign looked for


@dataclass(slots=True)
class Marks:
    """Of one sheet: the hidden rows, and by row what stands in cells that the parser would leave empty."""

    hidden: list[int] = field(default_factory=list)
    broken: dict[int, dict[int, BrokenCell]] = field(default_factory=dict)
    count: int = 0


def parts_of_sheets(archive: Archive) -> dict[str, str]:
    """Return the part that holds each sheet, by the sheet's name, after a look through all other parts."""
    targets = {node.get("Id"): node.get("Target", "") for node in _xml(archive, "xl/_rels/workbook.xml.rels").iter()}
    sheets = [node for node in _xml(archive, "xl/workbook.xml").iter() if _local(node.tag) == "sheet"]
    found = {node.get("name", ""): _part(targets.get(_link(node)) or "") for node in sheets}
    for name in archive.parts.keys() - {part.lower() for part in found.values()}:
        if name.endswith((".xml", ".rels")):
            for _piece in _checked(archive.pieces(name)):
                pass
    return found


def marks_of(archive: Archive, name: str) -> Marks:
    """Return what the parser keeps to itself about the sheet in the part ``name``."""
    if name not in archive:
        raise Refused("broken")
    is_short = archive.size(name) < _SHORT_SHEET
    signs = [_signs(piece, is_first=number == 0) for number, piece in enumerate(_checked(archive.pieces(name)))]
    has_hidden, has_broken, is_odd = map(any, zip((is_short, is_short, False), *signs, strict=True))
    marks = Marks()
    for piece in _whole_rows(archive.pieces(name)) if has_hidden or has_broken else ():
        if is_short and (far := _FAR.search(piece)):
            raise Refused("far_cell", cell=far[1].decode()[:20])
        if _HIDDEN in piece:
            marks.hidden += [int(number[1]) for row in _ROW.finditer(piece) if (number := _ROW_NUMBER.search(row[0]))]
        if has_broken:
            _mark(marks, _CELL.finditer(piece) if is_odd else _suspects(piece))
    return marks


def _signs(piece: bytes, *, is_first: bool) -> tuple[bool, bool, bool]:
    """Return whether a piece of a sheet may hold hidden rows or broken cells, and whether it is written oddly."""
    if b"!" in piece and b"<!" in piece:  # a comment or CDATA may hide half a value from the parser
        raise Refused("broken")
    is_odd = is_first and any(sign in piece for sign in _ODD)
    return _HIDDEN in piece, is_odd or any(sign in piece for sign in _BROKEN), is_odd


def _suspects(piece: bytes) -> Iterator[re.Match[bytes]]:
    """Yield the cells with an error, or with a formula and nothing behind it; most cells are never looked at."""
    for pattern in _SUSPICIOUS:
        for sign in pattern.finditer(piece):
            cell = _CELL.match(piece, max(0, piece.rfind(b"<c ", 0, sign.start())))
            if cell:
                yield cell


def _mark(marks: Marks, cells: Iterator[re.Match[bytes]]) -> None:
    for row, column, cell in _broken_cells(cells):
        marks.broken.setdefault(row, {})[column] = cell
        marks.count += 1
        if marks.count > MAX_BROKEN_CELLS:
            raise Refused("formulas", count=MAX_BROKEN_CELLS)


def _checked(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """Yield the pieces of a part, the end of each once more with the next, so that no sign is cut in two.

    Refuses declarations of its own, and an encoding in which they could hide.
    """
    tail = b""
    for piece in pieces:
        whole = tail + piece
        if b"\0" in piece:
            raise Refused("doctype" if b"<\0!\0" in whole or b"\0<\0!" in whole else "broken")
        if b"!" in whole and _DECLARATION.search(whole):
            raise Refused("doctype")
        yield whole
        tail = piece[-_CUT:]


def _whole_rows(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """Yield the pieces anew, each ending where a row does, unless rows are absurdly long."""
    carried: list[bytes] = []
    size = 0
    for piece in pieces:
        carried.append(piece)
        size += len(piece)
        if size < _CARRIED:
            continue
        whole, end, rest = b"".join(carried).rpartition(b"</row>")
        yield whole + end
        carried, size = [rest], len(rest)
        if size > 4 * _CARRIED:
            yield rest
            carried, size = [], 0
    yield b"".join(carried)


def _broken_cells(cells: Iterator[re.Match[bytes]]) -> Iterator[tuple[int, int, BrokenCell]]:
    for cell in cells:
        attributes, content = cell[2], cell[3]
        value = _VALUE.search(content)
        formula = _FORMULA.search(content)
        if _ERROR.search(attributes):
            text = value[1] if value else b"#N/A"
        elif formula and not value and not _TEXT.search(attributes):
            text = b"=" + (formula[1] or b"")
        else:
            continue
        place = _PLACE.search(attributes)
        if place is None:
            raise Refused("broken")
        yield int(place[2]), column_number(place[1]), BrokenCell(text[:_LONGEST_TEXT].decode(errors="replace"))


def _xml(archive: Archive, name: str) -> ET.Element:
    try:
        return ET.fromstring(archive.read(name, most=_SMALL_PART))  # noqa: S314 - without declarations, and confined
    except ET.ParseError:
        raise Refused("broken") from None


def _local(tag: str) -> str:
    return tag.rpartition("}")[2]


def _link(sheet: ET.Element) -> str | None:
    return next((value for name, value in sheet.items() if name.startswith("{") and _local(name) == "id"), None)


def _part(target: str) -> str:
    return target.lstrip("/") if target.startswith("/xl/") else f"xl/{target}"
