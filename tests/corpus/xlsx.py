"""A writer of .xlsx files that does what no honest writer does when it is told to."""

import io
import re
import warnings
import zipfile
from dataclasses import dataclass
from xml.sax.saxutils import escape

from core.reader.columns import column_letters
from tests.corpus.case import TABLE

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
SHEET, STRINGS, WORKBOOK = "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/workbook.xml"
LINKS = "xl/_rels/workbook.xml.rels"


def cell(place, value):
    """Return the XML of a cell; what is XML already is taken as it is, with {} for its place."""
    if value is None:
        return ""
    if isinstance(value, str) and value.startswith("<c"):
        return value.replace("{}", place)
    if isinstance(value, bool):
        return f'<c r="{place}" t="b"><v>{value:d}</v></c>'
    if isinstance(value, int | float):
        return f'<c r="{place}"><v>{value}</v></c>'
    return f'<c r="{place}" t="inlineStr"><is><t xml:space="preserve">{escape(value)}</t></is></c>'


def row(number, cells, attributes=""):
    told = "".join(cell(f"{column_letters(column)}{number}", value) for column, value in enumerate(cells))
    return f'<row r="{number}"{attributes}>{told}</row>'


def table(rows, first=1, attributes=None):
    """Return the rows' XML; ``attributes`` by row number."""
    attributes = attributes or {}
    return "".join(
        row(number, cells, attributes.get(number, "")) for number, cells in enumerate(rows, first) if cells is not None
    )


def sheet(content, before="", after=""):
    return f'{DECLARATION}<worksheet xmlns="{MAIN}">{before}<sheetData>{content}</sheetData>{after}</worksheet>'


def people(rows=TABLE, **options):
    return sheet(table(rows), **options)


def parts(*sheets, names=None, states=None, dates_from_1904=False):
    """Return the parts of a workbook by name; ``sheets`` are their XML, one with ``people`` where none is given."""
    sheets = sheets or (people(),)
    names = names or [f"表{number}" for number in range(1, len(sheets) + 1)]
    states = states or [""] * len(sheets)
    listed = "".join(
        f'<sheet name="{name}" sheetId="{number}"{state} r:id="rId{number}"/>'
        for number, (name, state) in enumerate(zip(names, states, strict=True), start=1)
    )
    links = "".join(
        f'<Relationship Id="rId{number}" Type="{RELATIONS}/worksheet" Target="worksheets/sheet{number}.xml"/>'
        for number in range(1, len(sheets) + 1)
    )
    further = f'<Relationship Id="rId98" Type="{RELATIONS}/styles" Target="styles.xml"/>'
    further += f'<Relationship Id="rId99" Type="{RELATIONS}/sharedStrings" Target="sharedStrings.xml"/>'
    start = '<workbookPr date1904="1"/>' if dates_from_1904 else ""
    return {
        "[Content_Types].xml": f'{DECLARATION}<Types xmlns="{PACKAGE}/content-types"/>',
        "_rels/.rels": f'{DECLARATION}<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="rId1" '
        f'Type="{RELATIONS}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        WORKBOOK: f'{DECLARATION}<workbook xmlns="{MAIN}" xmlns:r="{RELATIONS}">{start}<sheets>{listed}</sheets>'
        "</workbook>",
        LINKS: f'{DECLARATION}<Relationships xmlns="{PACKAGE}/relationships">{links}{further}</Relationships>',
        "xl/styles.xml": f'{DECLARATION}<styleSheet xmlns="{MAIN}"><cellXfs count="3"><xf numFmtId="0"/>'
        '<xf numFmtId="14"/><xf numFmtId="22"/></cellXfs></styleSheet>',
        **{f"xl/worksheets/sheet{number}.xml": content for number, content in enumerate(sheets, start=1)},
    }  # fmt: skip


def strings(*texts, count=None):
    told = "".join(text if text.startswith("<si") else f"<si><t>{escape(text)}</t></si>" for text in texts)
    return f'{DECLARATION}<sst xmlns="{MAIN}" uniqueCount="{len(texts) if count is None else count}">{told}</sst>'


@dataclass(frozen=True)
class Repeated:
    """What a part holds a million times over, without a maker that is as large."""

    piece: bytes
    times: int
    before: bytes = b""
    after: bytes = b""


def _write_repeated(archive, name, content):
    told = zipfile.ZipInfo(name)
    told.compress_type = zipfile.ZIP_DEFLATED
    with archive.open(told, "w") as part:
        part.write(content.before)
        for _time in range(content.times):
            part.write(content.piece)
        part.write(content.after)


def packed(files, *, method=zipfile.ZIP_DEFLATED):
    """Return an archive of ``files``, a mapping or pairs of name and content."""
    stream = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(stream, "w", method) as archive:
        warnings.simplefilter("ignore")  # names that stand there twice are meant
        for name, content in files.items() if isinstance(files, dict) else files:
            if isinstance(content, Repeated):
                _write_repeated(archive, name, content)
            else:
                archive.writestr(zipfile.ZipInfo(name), content, compress_type=method)
    return stream.getvalue()


def book(*sheets, **options):
    return packed(parts(*sheets, **options))


def locked(data):
    """Return the archive with the flag "encrypted" set on its parts."""
    return re.sub(rb"(PK\x01\x02.{4})..", lambda found: found[1] + b"\x01\x00", data, flags=re.DOTALL)


def with_declared_sizes(data, size):
    """Return the archive with ``size`` as what every part declares to unpack to."""
    change = size.to_bytes(4, "little")
    data = re.sub(rb"(PK\x01\x02.{20})....", lambda found: found[1] + change, data, flags=re.DOTALL)
    return re.sub(rb"(PK\x03\x04.{18})....", lambda found: found[1] + change, data, flags=re.DOTALL)
