"""A writer of small .xls files (BIFF8 in an OLE file), and what becomes of them."""

import struct
from datetime import date
from functools import partial

from tests.corpus.case import HEADERS, PEOPLE, TABLE, Case, broken, reads, refused

ALL = reads(*PEOPLE)
ROW = PEOPLE[0]
SECTOR = 512
FREE, END, TABLE_SECTOR = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
CUTOFF = 4096
BIFF8, BIFF5 = 0x0600, 0x0500
GLOBALS, SHEET = 0x0005, 0x0010


def record(kind, content=b""):
    return struct.pack("<HH", kind, len(content)) + content


def beginning(kind, version=BIFF8):
    return record(0x0809, struct.pack("<HHHHII", version, kind, 0x0DBB, 0x07CC, 0, 6))


def text(value, length_format):
    return struct.pack(f"<{length_format}B", len(value.encode("utf-16-le")) // 2, 1) + value.encode("utf-16-le")


def cell(row, column, value):
    """Return the record of a cell; bytes are the content of one whose kind they follow."""
    place = struct.pack("<HHH", row, column, 1 if isinstance(value, date) else 0)
    if isinstance(value, tuple):
        return record(value[0], place + value[1])
    if isinstance(value, bool):
        return record(0x0205, place + struct.pack("<BB", value, 0))
    if isinstance(value, date):
        value = (value - date(1899, 12, 30)).days
    if isinstance(value, int | float):
        return record(0x0203, place + struct.pack("<d", value))
    return record(0x0204, place + text(value, "H"))


def sheet(rows, hidden=()):
    told = b"".join(record(0x0208, struct.pack("<HHHHHHI", row - 1, 0, 9, 255, 0, 0, 0x20)) for row in hidden)
    for number, cells in enumerate(rows):
        told += b"".join(cell(number, column, value) for column, value in enumerate(cells) if value is not None)
    return beginning(SHEET) + told + record(0x0A)


def stream(*sheets, states=None, from_1904=False, version=BIFF8, before=b""):
    names = [f"表{number}" for number in range(1, len(sheets) + 1)]
    start = beginning(GLOBALS, version) + before + record(0x42, struct.pack("<H", 1200))
    start += record(0x22, struct.pack("<H", from_1904))
    start += b"".join(record(0xE0, struct.pack("<HHHHIIHH", 0, kind, 0, 0, 0, 0, 0, 0)) for kind in (0, 14))
    listed = [text(name, "B") for name in names]
    at = len(start) + sum(4 + 6 + len(name) for name in listed) + 4
    bounds = b""
    for name, content, state in zip(listed, sheets, states or [0] * len(sheets), strict=True):
        bounds += record(0x85, struct.pack("<IBB", at, state, 0) + name)
        at += len(content)
    return start + bounds + record(0x0A) + b"".join(sheets)


def compound(content, name="Workbook", *, is_small=False, turn=None, beside=()):
    """Return an OLE file with one stream, among the small ones or by itself; ``turn`` breaks its table of sectors.

    Up to two empty streams with the names in ``beside`` stand in it as well.
    """
    content = content if is_small else content.ljust(CUTOFF, b"\0")
    body = content.ljust(-(-len(content) // SECTOR) * SECTOR, b"\0")
    count = len(body) // SECTOR
    small = struct.pack("<128I", *range(1, 128), END) if is_small else b""
    sectors = 2 + count + bool(small)
    table = [TABLE_SECTOR, END, *range(3, count + 2), END, *([END] if small else [])]
    table = turn(table) if turn else table
    table = struct.pack(f"<{len(table)}I", *table).ljust(SECTOR, b"\xff")
    root = (2, len(body)) if is_small else (END, 0)
    entries = entry("Root Entry", 5, *root, child=1) + entry(name, 2, 0 if is_small else 2, len(content))
    entries += b"".join(entry(other, 2, END, 0) for other in beside)
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(10)
    header += struct.pack("<IIIIIIII", 1, 1, 0, CUTOFF, sectors - 1 if small else END, bool(small), END, 0)
    header += struct.pack("<I", 0) + b"\xff" * 432
    return header + table + entries.ljust(SECTOR, b"\0") + body + small


def entry(name, kind, start, size, child=FREE):
    told = name.encode("utf-16-le").ljust(64, b"\0") + struct.pack("<HBB", len(name) * 2 + 2, kind, 1)
    return told + struct.pack("<III", FREE, FREE, child) + bytes(36) + struct.pack("<IQ", start, size)


def book(*sheets, **options):
    return compound(stream(*(sheets or [sheet(TABLE)]), **options))


def with_note(note):
    return book(sheet((HEADERS, (*ROW[:4], note))))


def _cells():
    yield "a number", 1.5, 1.5
    yield "an ID as a number", 330681199001010016, 330681199001010016.0
    yield "a truth", True, True
    yield "a date", date(2026, 1, 5), date(2026, 1, 5)
    yield "an error", (0x0205, b"\x2a\x01"), broken("#N/A")
    yield "a formula with a number", (0x06, struct.pack("<dHIH", 2.0, 0, 0, 0)), 2.0
    yield "a formula with an error", (0x06, b"\x02\0\x07\0\0\0\xff\xff" + bytes(8)), broken("#DIV/0!")
    yield "emoji", "😀", "😀"


def _books():
    note = sheet([("请先阅读",)])
    yield "plain", book(), ALL
    yield "small", compound(stream(sheet(TABLE)), is_small=True), ALL
    yield "hidden rows", book(sheet(TABLE, hidden=[2, 4])), reads(*PEOPLE, hidden=frozenset({2, 4}))
    yield "the second sheet", book(note, sheet(TABLE)), ALL
    yield "two alike", book(sheet(TABLE), sheet(TABLE)), reads(*PEOPLE, alike=("表2",))
    yield "a hidden sheet", book(note, sheet(TABLE), states=[0, 1]), refused("hidden_sheet")
    yield (
        "dates from 1904",
        book(sheet((HEADERS, (*ROW[:4], date(2022, 1, 4)))), from_1904=True),
        reads((*ROW[:4], date(2026, 1, 5))),
    )
    yield "3,000 rows", book(sheet((HEADERS, *[ROW] * 100))), reads(*[ROW] * 100)
    yield "another table", book(note), refused("missing_columns")


def _refused():
    yield "a password", book(sheet(TABLE), before=record(0x2F, bytes(54))), refused("encrypted")
    yield "Excel 95", compound(stream(sheet(TABLE), version=BIFF5), "Book"), refused("old_workbook")
    yield "Excel 95 in a new stream", book(sheet(TABLE), version=BIFF5), refused("old_workbook")
    yield "encrypted .xlsx", compound(bytes(100), "EncryptedPackage"), refused("encrypted")
    yield "Word", compound(bytes(100), "WordDocument"), refused("document")
    yield "PowerPoint", compound(bytes(100), "PowerPoint Document"), refused("document")
    yield "an unknown stream", compound(bytes(100), "Anything"), refused("broken")
    yield "an empty stream", compound(b""), refused("broken")
    yield (
        "a ring of sectors",
        compound(stream(sheet(TABLE)), turn=lambda table: [*table[:2], 2, *table[3:]]),
        refused("broken"),
    )
    yield (
        "a sector outside the file",
        compound(stream(sheet(TABLE)), turn=lambda table: [*table[:2], 99_999, *table[3:]]),
        refused("broken"),
    )
    yield "half of it", book()[: len(book()) // 2], refused("broken", "too_complex")
    yield "the header alone", book()[:512], refused("broken")
    yield "8 bytes", book()[:8], refused("broken")
    yield (
        "a record that says it is longer",
        book().replace(struct.pack("<HH", 0x85, 12), struct.pack("<HH", 0x85, 9999)),
        refused("broken"),
    )
    for version in (b"\x09\x00\x04\x00", b"\x09\x02\x06\x00", b"\x09\x04\x06\x00"):
        yield f"Excel of {version[1]}", version + bytes(100), refused("old_workbook")


def cases():
    yield from (
        Case(f"xls: {name}", lambda data=data: data, verdict) for name, data, verdict in (*_books(), *_refused())
    )
    for name, written, read in _cells():
        yield Case(f"xls cell: {name}", partial(with_note, written), reads((*ROW[:4], read)))
