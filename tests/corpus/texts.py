"""Text files as systems export them and as people break them."""

import codecs
from itertools import product

from tests.corpus.case import HEADERS, PEOPLE, Case, broken, reads, refused

ALL = reads(*PEOPLE)
ROW = PEOPLE[0]
HEADER = ",".join(HEADERS)
LINE = ",".join(ROW)
ENCODINGS = {
    "utf-8": "utf-8",
    "utf-8 with a mark": "utf-8-sig",
    "gb18030": "gb18030",
    "utf-16 little end first": "utf-16-le",
    "utf-16 big end first": "utf-16-be",
}
MARKS = {"utf-16-le": codecs.BOM_UTF16_LE, "utf-16-be": codecs.BOM_UTF16_BE}


def text(rows=PEOPLE, *, delimiter=",", end="\r\n"):
    lines = [delimiter.join("" if cell is None else str(cell) for cell in cells) for cells in (HEADERS, *rows)]
    return end.join(lines) + end


def encoded(content, encoding):
    return MARKS.get(encoding, b"") + content.encode(encoding)


def _plain():
    for (name, encoding), delimiter in product(ENCODINGS.items(), ",\t;，|"):
        yield f"{name} parted by {delimiter!a}", encoded(text(delimiter=delimiter), encoding), ALL
    for end in ("\n", "\r", "\r\n"):
        yield f"lines end in {end!a}", text(end=end).encode(), ALL
    yield "mixed line ends", f"{HEADER}\n{LINE}\r\n{LINE}\r{LINE}".encode(), reads(ROW, ROW, ROW)
    yield "no last line end", text().rstrip().encode(), ALL
    yield "titles above", f"花名册,,,,\n\n{text()}".encode(), reads(*PEOPLE, first=4)
    yield "a line that names the delimiter", f"sep=;\n{text(delimiter=';')}".encode(), reads(*PEOPLE, first=3)
    yield "blank lines between", f"{HEADER}\n{LINE}\n\n,,,,\n{LINE}\n\n".encode(), reads(ROW, None, None, ROW)
    yield "rows of many lengths", f"{HEADER}\na\na,b,c,d,e,f,g\n".encode(), reads(("a",), tuple("abcdefg"))
    yield "headers alone", HEADER.encode(), reads()
    yield (
        "rare characters",
        text([("𠮷野䶮", "1", "岗", "", "€")]).encode("gb18030"),
        reads(("𠮷野䶮", "1", "岗", None, "€")),
    )
    yield "5,001 rows", text([ROW] * 5001).encode(), reads(*[ROW] * 5001)
    yield "100,001 rows", text([("a", "b", "c")] * 100_001).encode(), refused("too_many_rows")


def _quotes():
    quoted = "\n".join(",".join(f'"{cell}"' for cell in cells) for cells in (HEADERS, ROW))
    yield "everything quoted", quoted.encode(), reads(ROW)
    yield "a delimiter in quotes", f'{HEADER}\n"甲,乙",b,c\n'.encode(), reads(("甲,乙", "b", "c"))
    yield "a line end in quotes", f'{HEADER}\n"甲\n乙",b,c\n{LINE}\n'.encode(), reads(("甲\n乙", "b", "c"), ROW)
    yield "doubled quotes", f'{HEADER}\n"甲""乙",b,c\n'.encode(), reads(('甲"乙', "b", "c"))
    yield "quotes within a cell", f'{HEADER}\n5" 管,b,c\n'.encode(), reads(('5" 管', "b", "c"))
    yield "Chinese quotes", f"{HEADER}\n“甲,b,c\n{LINE}\n".encode(), reads(("“甲", "b", "c"), ROW)
    yield "a quote left open", f'{HEADER}\n{LINE}\n"甲,b,c\n{LINE}\n{LINE}\n'.encode(), refused("quotes")
    yield "a quote left open in the last cell", f'{HEADER}\n{LINE}\na,b,"c'.encode(), refused("quotes")
    yield "a quote left open before the next one", f'{HEADER}\n"甲,b,c\n"乙",b,c\n'.encode(), refused("quotes")
    yield "text behind a quote", f'{HEADER}\n"甲"乙,b,c\n'.encode(), refused("quotes")
    yield "a quote left open in the headers", f'"{HEADER}\n{LINE}\n'.encode(), refused("quotes", "missing_columns")
    yield "a cell without end", f'{HEADER}\n"{"x" * 200_000}",b,c'.encode(), refused("long_cells")
    yield "an apostrophe before digits", f"{HEADER}\n'张三,'0123,c\n".encode(), reads(("'张三", "'0123", "c"))
    yield "digits in a formula", f'{HEADER}\n甲,="0123",c\n'.encode(), reads(("甲", '="0123"', "c"))


def _broken():
    yield "nothing", b"", refused("empty")
    yield "a letter", "今年的花名册如下。".encode(), refused("missing_columns")
    yield "a mark alone", codecs.BOM_UTF8, refused("empty")
    yield "utf-16 without a mark", text().encode("utf-16-le"), refused("no_table")
    yield "half a character of utf-16", encoded(text(), "utf-16-le")[:-1], refused("no_table")
    yield "a lone surrogate in utf-16", encoded(text(), "utf-16-le") + b"\x00\xd8", refused("no_table")
    yield "a lone surrogate in utf-8", text().encode() + b"\xed\xa0\x80", refused("no_table", "missing_columns")
    yield "another encoding behind the mark", codecs.BOM_UTF8 + text().encode("gb18030"), refused("no_table")
    yield "utf-8 and gb18030 mixed", text().encode() + LINE.encode("gb18030"), refused("no_table", "missing_columns")
    yield (
        "utf-8 cut within a character",
        text([("张三", "1", "岗")]).encode()[:-8] + b"\xe5",
        refused("no_table", "missing_columns"),
    )
    yield "big5", "姓名,公民身份號碼,崗位\n".encode("big5"), refused("no_table", "missing_columns")
    yield "NUL in a cell of utf-8", f"{HEADER}\n甲\0,b,c\n".encode(), reads((broken("甲␀"), "b", "c"))
    yield "NUL in gb18030", f"{HEADER}\n甲\0,b,c\n".encode("gb18030"), refused("no_table")
    yield "zeros", bytes(10_000), refused("no_table")
    yield "random bytes", bytes((7 * number * number + 3) % 256 for number in range(5000)), refused("no_table")
    yield "a million columns", ("," * 1_000_000).encode(), refused("empty")
    yield "a million columns below the headers", f"{HEADER}\n{',' * 1_000_000}x".encode(), refused("too_many_columns")
    yield "headers in row 21", ("x\n" * 20 + text()).encode(), refused("missing_columns")
    yield "a header twice", f"{HEADER},姓名\n{LINE}\n".encode(), refused("repeated_columns")
    yield "an unknown delimiter", text(delimiter="#").encode(), refused("missing_columns")


def cases():
    for family in (_plain, _quotes, _broken):
        yield from (Case(f"text: {name}", lambda data=data: data, verdict) for name, data, verdict in family())
