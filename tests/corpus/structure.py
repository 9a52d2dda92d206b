"""Workbooks whose structure is odd or hostile, each also with its archive or XML written in another odd way."""

import re
import zipfile
from dataclasses import replace
from functools import partial

from tests.corpus.case import HEADERS, PEOPLE, TABLE, Case, reads, refused
from tests.corpus.xlsx import (
    LINKS,
    MAIN,
    SHEET,
    STRINGS,
    WORKBOOK,
    Repeated,
    book,
    locked,
    packed,
    parts,
    people,
    row,
    sheet,
    strings,
    table,
    with_declared_sizes,
)

ALL = reads(*PEOPLE)
FAR = "A1:XFD1048576"
STRINGS_OF_TABLE = tuple(cell or "" for cells in TABLE for cell in cells)
VARIOUS = "".join(map(str, range(150_000, 300_000))).encode()
LAUGHS = '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]>'
OUTSIDE = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'


def shared(count=None, shift=0):
    """Return the parts of a workbook whose texts are shared ones."""
    places = [
        [f'<c r="{{}}" t="s"><v>{index * len(HEADERS) + column + shift}</v></c>' for column in range(len(HEADERS))]
        for index in range(len(TABLE))
    ]
    return parts(sheet(table(places))) | {STRINGS: strings(*STRINGS_OF_TABLE, count=count)}


def with_sheet(change):
    return parts(change(people()))


def below(content, before="", after=""):
    return parts(sheet(table(TABLE) + content, before=before, after=after))


def declared(text):
    return with_sheet(lambda xml: xml.replace("<worksheet", f"{text}<worksheet", 1))


SHAPES = {
    "plain": (parts, ALL),
    "shared texts": (shared, ALL),
    "too small an extent": (partial(below, "", before='<dimension ref="A1:A1"/>'), ALL),
    "too large an extent": (partial(below, "", before=f'<dimension ref="{FAR}"/>'), ALL),
    "an empty cell far away": (partial(below, '<row r="1048576"><c r="XFD1048576" s="1"/></row>'), ALL),
    "a merge of all cells": (partial(below, "", after=f'<mergeCells><mergeCell ref="{FAR}"/></mergeCells>'), ALL),
    "a cell far away": (partial(below, row(1048576, [], "") + '<row><c r="XFD1048576"><v>1</v></c></row>'), "far_cell"),
    "a column without end": (partial(below, '<row r="9"><c r="ZZZZZZZ9"><v>1</v></c></row>'), "far_cell"),
    "a row 0": (partial(below, '<row r="0"><c r="A0"><v>1</v></c></row>'), "broken"),
    "a row 2^64": (partial(below, f'<row r="{2**64}"><c r="A{2**64}"><v>1</v></c></row>'), "far_cell"),
    "a row after the last": (partial(below, '<row r="1048577"><c r="A1048577"><v>1</v></c></row>'), "far_cell"),
    "too many shared texts": (partial(shared, count=4_000_000_000), "too_complex"),
    "a shared text that is none": (partial(shared, shift=1000), "broken"),
    "billion laughs": (partial(declared, LAUGHS), "doctype"),
    "an entity from outside": (partial(declared, OUTSIDE), "doctype"),
    "an entity nobody declared": (lambda: with_sheet(lambda xml: xml.replace("甲", "&nope;")), "broken"),
    "an unknown type of cell": (partial(below, '<row r="9"><c r="A9" t="zz"><v>1</v></c></row>'), "broken"),
    "half the XML": (lambda: with_sheet(lambda xml: xml[: len(xml) // 2]), "broken"),
}  # fmt: skip


def _utf16(files):
    xml = files[SHEET].replace("UTF-8", "UTF-16")
    return files | {SHEET: xml.encode("utf-16")}


def _marked(files):
    return files | {SHEET: re.sub(r"(<t [^>]*>)([^<]*)", r"\1<![CDATA[\2]]>", files[SHEET])}


def _prefixed(files):
    xml = re.sub(r"<(/?)(?=[a-zA-Z])", r"<\1x:", files[SHEET]).replace("xmlns=", "xmlns:x=")
    return files | {SHEET: xml}


def _absolute(files):
    return files | {LINKS: files[LINKS].replace('Target="', 'Target="/xl/')}


def _linked(files):
    link = f'<externalLink xmlns="{MAIN}"/>'
    return files | {"xl/externalLinks/externalLink1.xml": link}


# How it is written, what makes it, and with which code it is refused, if so.
WAYS = {
    "": (dict, None),
    "parts in another order": (lambda files: dict(reversed(files.items())), None),
    "no links": (lambda files: {name: xml for name, xml in files.items() if name != LINKS}, "broken"),
    "a part twice": (lambda files: [*files.items(), (SHEET, files[SHEET])], "broken"),
    "utf-16": (_utf16, "broken"),
    "CDATA": (_marked, "broken"),
    "prefixes": (_prefixed, None),
    "absolute targets": (_absolute, None),
    "links to other files": (_linked, None),
}


def _crossed():
    """Yield the plain workbook written in every way, the others in every second one."""
    for number, (shape, (make, verdict)) in enumerate(SHAPES.items()):
        for turn, (way, (change, code)) in enumerate(WAYS.items()):
            if number and turn and (number + turn) % 2:
                continue
            expected = refused(verdict) if isinstance(verdict, str) else verdict
            if code and (shape, way) != ("shared texts", "CDATA"):  # which has no text in its sheet
                expected = refused(code, *(expected if isinstance(verdict, str) else ()))
            yield Case(", ".join(filter(None, (shape, way))), partial(_written, make, change), expected)


def _written(make, change):
    return packed(change(make()))


def _bombs():
    yield "20 million empty cells", _empty_cells, refused("bomb")
    yield "300 MB of nothing", partial(_zeros, 300, "xl/a.xml"), refused("too_large_unpacked")
    yield "a part of zeros", partial(_zeros, 20, "xl/media/a.png"), refused("bomb")
    yield "2,500 parts", lambda: packed(parts() | {f"xl/{n}.xml": "" for n in range(2500)}), refused("bomb")
    yield "20 million characters in a cell", partial(_long_cell, Repeated(b"x" * 10**6, 20)), refused("bomb")
    yield "9 million various characters in a cell", partial(_long_cell, Repeated(VARIOUS, 10)), refused("long_cells")
    yield "half a row of cells beside the table", _wide, refused("too_many_columns")
    yield "a cell at row 600,000", lambda: packed(_stray(600_000)), reads(*PEOPLE, *[None] * 599_995, ("x",))
    yield "cells apart beyond all memory", _apart, refused("too_complex")
    yield "declares less than it holds", lambda: with_declared_sizes(book(), 100), refused("bomb")
    yield "declares more than it holds", lambda: with_declared_sizes(book(), 10**6), refused("broken")
    yield "declares 4 GB", lambda: with_declared_sizes(book(), 2**32 - 2), refused("too_large_unpacked")


def _around(content):
    """Return the XML before and behind what stands below the table."""
    return [half.encode() for half in people().replace("</sheetData>", f"{content}</sheetData>").split("{}")]


def _empty_cells():
    before, after = _around("{}")
    return packed(parts() | {SHEET: Repeated((b"<row>" + b"<c/>" * 10 + b"</row>") * 1000, 2000, before, after)})


def _long_cell(filler):
    before, after = _around(row(9, ["{}"]))
    return packed(parts() | {SHEET: replace(filler, before=before, after=after)})


def _zeros(megabytes, name):
    return packed(parts() | {name: Repeated(bytes(1024**2), megabytes)})


def _stray(number):
    return below(row(number, ["x"]))


def _wide():
    return packed(below(row(9, [None] * 300 + ["x"])))


def _apart():
    return packed(below(row(999_999, [None] * 250 + ["x"])))


def _archives():
    yield "empty", lambda: b"PK\x05\x06" + bytes(18), refused("broken")
    yield "not compressed", lambda: packed(parts(), method=zipfile.ZIP_STORED), ALL
    yield "bzip2", lambda: packed(parts(), method=zipfile.ZIP_BZIP2), refused("broken")
    yield "lzma", lambda: packed(parts(), method=zipfile.ZIP_LZMA), refused("broken")
    yield "locked", lambda: locked(book()), refused("encrypted")
    yield "first half", lambda: book()[: len(book()) // 2], refused("broken")
    yield "without its last bytes", lambda: book()[:-10], refused("broken")
    yield "first 100 bytes", lambda: book()[:100], refused("broken")
    yield "a byte of the sheet turned", lambda: _turned(book()), refused("broken")
    yield "bytes after the end", lambda: book() + b"\n", ALL
    yield "no workbook part", lambda: packed({n: x for n, x in parts().items() if n != WORKBOOK}), refused("broken")
    yield "no sheet part", lambda: packed({n: x for n, x in parts().items() if n != SHEET}), refused("broken")
    yield "the same part in capitals", lambda: packed([*parts().items(), (SHEET.upper(), people())]), refused("broken")
    yield (
        "the same part by backslashes",
        lambda: packed([*parts().items(), (SHEET.replace("/", "\\"), "")]),
        refused("broken"),
    )
    yield "a target above the folder", lambda: _relinked("../xl/worksheets/sheet1.xml"), refused("broken")
    yield "a target that is not there", lambda: _relinked("worksheets/sheet9.xml"), refused("broken")
    yield (
        "a target at its own links",
        lambda: _relinked("_rels/workbook.xml.rels"),
        refused("missing_columns", "broken", "empty"),
    )


def _contents():
    yield "two sheets of one name", lambda: book(people(), people(), names=["表", "表"]), refused("broken")
    yield "101 sheets", lambda: book(*[sheet("")] * 101), refused("broken")
    yield (
        "no sheet at all",
        lambda: packed(parts() | {WORKBOOK: f'<workbook xmlns="{MAIN}"/>'}),
        refused("broken", "missing_columns", "empty"),
    )
    yield (
        "a sheet in GBK",
        lambda: packed(parts() | {SHEET: people().replace("UTF-8", "GBK").encode("gbk")}),
        refused("broken"),
    )
    yield (
        "bytes that are no UTF-8",
        lambda: packed(parts() | {SHEET: people().encode().replace("甲".encode(), b"\xff")}),
        refused("broken"),
    )
    yield (
        "a comment in a value",
        lambda: packed(with_sheet(lambda xml: xml.replace("甲", "甲<!-- -->乙"))),
        refused("broken"),
    )
    yield "CDATA in a shared text", _shared_marked, ALL
    yield "a comment in a shared text", lambda: _shared_marked("甲<!-- -->"), ALL
    yield "a comment in another part", lambda: packed(parts() | {"docProps/app.xml": "<a><!-- by hand --></a>"}), ALL


def _shared_marked(text="<![CDATA[甲]]>"):
    files = shared()
    return packed(files | {STRINGS: files[STRINGS].replace("甲", text)})


def _turned(data):
    at = data.index(SHEET.encode()) + len(SHEET) + 40
    return data[:at] + bytes([data[at] ^ 0xFF]) + data[at + 1 :]


def _relinked(target):
    files = parts()
    return packed(files | {LINKS: files[LINKS].replace("worksheets/sheet1.xml", target)})


def cases():
    yield from _crossed()
    yield from (Case(f"bomb: {name}", make, verdict) for name, make, verdict in _bombs())
    for family in (_archives, _contents):
        yield from (Case(f"archive: {name}", make, verdict) for name, make, verdict in family())
