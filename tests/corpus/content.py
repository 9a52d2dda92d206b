"""What offices really put into their workbooks: titles, merged headers, hidden rows, odd cells."""

import re
from datetime import date, datetime
from functools import partial

from tests.corpus.case import HEADERS, PEOPLE, Case, broken, reads, refused
from tests.corpus.xlsx import STRINGS, book, packed, parts, people, sheet, strings, table

ALL = reads(*PEOPLE)
ROW = PEOPLE[0]
HIDDEN = ' hidden="1"'


def with_headers(*headers, rows=PEOPLE, above=()):
    return book(sheet(table((*above, headers, *rows))))


def below_titles(count, *rows):
    return book(
        sheet(table([("枫桥镇网格员花名册",), *[("填表说明：请逐行填写。",)] * (count - 1), HEADERS, *PEOPLE, *rows]))
    )


def with_note(note):
    """Return a workbook whose first person has ``note`` in the last column."""
    return book(sheet(table((HEADERS, (*ROW[:4], note)))))


def _headers():
    name, id_number, post, _starts_on, note = HEADERS
    yield (
        "in another order",
        with_headers(note, post, name, id_number, rows=[("a", "b", "c", "d")]),
        [("a", "b", "c", "d")],
    )
    for space in (" ", "\u3000", "\n", "\r\n", "\t", "\u00a0", "\u200b", "\ufeff", "\u202e"):
        headers = f"{space}{name[0]}{space}{name[1]}{space}", id_number, post
        yield f"spaces {space!a}", with_headers(*headers, rows=[("a", "b", "c")]), [("a", "b", "c")]
    for mark in ("*", "＊", "（必填）", "(必填)", "（选填）"):
        yield (
            f"marked {mark}",
            with_headers(name + mark, mark + id_number, post, rows=[("a", "b", "c")]),
            [("a", "b", "c")],
        )
    yield "other names", with_headers(name, "身份证号", "人员类别", rows=[("a", "b", "c")]), [("a", "b", "c")]
    yield (
        "unknown columns",
        with_headers("序号", name, "爱好", id_number, post, "爱好", rows=[(1, "a", None, "b", "c", "d")]),
        [(1.0, "a", None, "b", "c", "d")],
    )
    yield (
        "columns without a header",
        with_headers(None, name, None, id_number, post, rows=[("x", "a", "y", "b", "c", "z")]),
        [("x", "a", "y", "b", "c", "z")],
    )


def _header_rows():
    name, id_number, post, starts_on, note = HEADERS
    for count in (1, 2, 5, 19):
        yield f"{count} titles above", below_titles(count), reads(*PEOPLE, first=count + 2)
    yield "20 titles above", below_titles(20), refused("missing_columns")
    groups = (name, id_number, "任职情况", None, note), (None, None, post, starts_on, None)
    yield "headers in two rows", book(sheet(table((*groups, *PEOPLE)))), reads(*PEOPLE, first=3)
    groups = (name, id_number, post, "时间", None), (None, None, None, starts_on, note)
    yield "further headers in a second row", book(sheet(table((*groups, *PEOPLE)))), reads(*PEOPLE, first=3)
    groups = ("基本情况", None, "任职情况", None, None), HEADERS
    yield "groups above the headers", book(sheet(table((*groups, *PEOPLE)))), reads(*PEOPLE, first=3)
    yield (
        "headers in two rows below a title",
        book(sheet(table((("花名册",), *groups, *PEOPLE)))),
        reads(*PEOPLE, first=4),
    )
    yield "headers in rows and columns further on", _shifted(), _shifted_verdict()
    yield "headers repeated below", with_headers(*HEADERS, rows=[*PEOPLE, HEADERS, ROW]), reads(*PEOPLE, HEADERS, ROW)
    yield "a needed header missing", with_headers(name, id_number), refused("missing_columns")
    yield "a needed header twice", with_headers(name, id_number, post, name), refused("repeated_columns")
    yield "an alias beside its column", with_headers(name, id_number, post, "身份证号"), refused("repeated_columns")
    yield "no row below", with_headers(*HEADERS, rows=[]), reads()
    yield "blank rows below", with_headers(*HEADERS, rows=[(" ", "\u3000"), ("\n",)]), reads()
    yield "an empty sheet", book(sheet("")), refused("empty")
    yield "empty sheets", book(sheet(""), sheet("")), refused("empty")
    yield "spaces alone", book(sheet(table([(" ", "\u3000"), ("\n",)]))), refused("empty")
    yield "something far below", book(sheet(table([("x",)], first=40))), refused("missing_columns")
    yield "something in the second sheet", book(sheet(""), sheet(table([("x",)]))), refused("missing_columns")


def _shifted():
    return book(sheet(table([(None, None, None, *cells) for cells in (HEADERS, *PEOPLE)], first=6)))


def _shifted_verdict():
    return reads(*[(None, None, None, *cells) for cells in PEOPLE], first=7)


def _rows():
    yield "blank rows between", with_headers(*HEADERS, rows=[ROW, (), (), ROW]), reads(ROW, None, None, ROW)
    yield "rows of spaces between", with_headers(*HEADERS, rows=[ROW, ("  ", "\u3000"), ROW]), reads(ROW, None, ROW)
    yield "blank rows at the end", with_headers(*HEADERS, rows=[ROW, (), (" ",)]), reads(ROW)
    yield "a row of totals", with_headers(*HEADERS, rows=[ROW, ("合计", None, 1)]), reads(ROW, ("合计", None, 1.0))
    yield "a note below", with_headers(*HEADERS, rows=[ROW, (), ("填表人：王五",)]), reads(ROW, None, ("填表人：王五",))
    yield "one row", with_headers(*HEADERS, rows=[ROW]), reads(ROW)
    yield "5,001 rows", with_headers(*HEADERS, rows=[ROW] * 5001), reads(*[ROW] * 5001)
    yield "100,001 rows", with_headers(*HEADERS[:3], rows=[("a", "b", "c")] * 100_001), refused("too_many_rows")
    hidden = sheet(table((HEADERS, *PEOPLE), attributes={2: HIDDEN, 4: ' x="1" hidden="true"'}))
    yield "hidden rows", book(hidden), reads(*PEOPLE, hidden=frozenset({2, 4}))
    yield (
        "rows that say they are not hidden",
        book(hidden.replace('hidden="1"', 'hidden="0"').replace("true", "false")),
        ALL,
    )
    yield "rows without numbers", book(people().replace(' r="', ' q="')), ALL
    yield (
        "rows from the last to the first",
        book(sheet("".join(reversed([table([c], n) for n, c in enumerate((HEADERS, *PEOPLE), 1)])))),
        ALL,
    )
    yield (
        "a merged cell counts for its first row",
        book(people([HEADERS, ROW, (None, *ROW[1:])], after='<mergeCells><mergeCell ref="A2:A3"/></mergeCells>')),
        reads(ROW, (None, *ROW[1:])),
    )


def _sheets():
    note = sheet(table([("请先阅读",)]))
    yield "the second sheet", book(note, people()), ALL
    yield "two alike", book(people(), people()), reads(*PEOPLE, alike=("表2",))
    yield (
        "a hidden one first",
        book(people(), people([HEADERS, ROW]), states=[' state="hidden"', ""]),
        reads(ROW, alike=("表1",)),
    )
    yield (
        "a very hidden one first",
        book(people(), people([HEADERS, ROW]), states=[' state="veryHidden"', ""]),
        reads(ROW, alike=("表1",)),
    )
    yield "a hidden one alone", book(note, people(), states=["", ' state="hidden"']), refused("hidden_sheet")
    yield "names with signs", book(people(), names=["a&amp;b &lt;&quot;表&quot;&gt;"]), ALL


def _cells():
    yield "an error", '<c r="{}" t="e"><v>#N/A</v></c>', broken("#N/A")
    yield "an error of a formula", '<c r="{}" t="e"><f>1/0</f><v>#DIV/0!</v></c>', broken("#DIV/0!")
    yield "a formula with a number", '<c r="{}"><f>1+1</f><v>2</v></c>', 2.0
    yield "a formula with a text", '<c r="{}" t="str"><f>A1</f><v>甲</v></c>', "甲"
    yield "a formula with an empty text", '<c r="{}" t="str"><f>""</f><v></v></c>', None
    yield "a formula without a value", '<c r="{}"><f>VLOOKUP(A1,B:C,2,0)</f></c>', broken("=VLOOKUP(A1,B:C,2,0)")
    yield "a formula with an empty value", '<c r="{}"><f>A1</f><v></v></c>', broken("=A1")
    yield "a formula with no value at all", '<c r="{}"><f>A1</f><v/></c>', broken("=A1")
    yield "a shared formula without a value", '<c r="{}"><f t="shared" si="0"/></c>', broken("=")
    yield "no number", '<c r="{}"><v>NaN</v></c>', broken("NaN")
    yield "an infinite number", '<c r="{}"><v>1e999</v></c>', broken("Infinity")
    yield "letters for a number", '<c r="{}"><v>甲</v></c>', "甲"
    yield "an ID as a number", 330681199001010016, 330681199001010016.0
    yield "a truth", True, True
    yield "zero", 0, 0.0
    yield "a date", '<c r="{}" s="1"><v>46027</v></c>', date(2026, 1, 5)
    yield "a date with a time", '<c r="{}" s="2"><v>46027.5</v></c>', datetime(2026, 1, 5, 12)  # noqa: DTZ001
    yield "a date as ISO", '<c r="{}" t="d"><v>2026-01-05</v></c>', date(2026, 1, 5)
    yield "a styled empty cell", '<c r="{}" s="1"/>', None
    yield "rich text", '<c r="{}" t="inlineStr"><is><r><t>张</t></r><r><t>三</t></r></is></c>', "张三"
    for number, text in enumerate(_texts()):
        yield f"text {number} {text[:20]!a}", text, text


def _texts():
    yield from (
        "二〇二六年一月",
        "1/5/26",
        "2026.1.5",
        "####",
        "'330681",
        "007",
        "=1+1",
        "@x",
        "＝甲",
        "+86 138 0000 0000",
    )
    yield from ("😀👨‍👩‍👧", "\u202eabc", "a\u200bb", "é", "٣", "𠮷野", "阿·买买提", "x" * 32_767, "长" * 40_000)
    yield from ("第一行\n第二行", "a\tb", '"', "\\", "\\u0000", "\x7f", "\u2028", "null", "NaN", "</t>&amp;", "x\x7fy")


def _odd_hands():
    """Yield errors in XML written as no office program writes it."""
    written = people((HEADERS, (*ROW[:4], '<c r="{}" t="e"><v>#N/A</v></c>')))
    yield "an error between single quotation marks", book(written.replace('"', "'"))
    prefixed = re.sub(r"<(/?)(?=[a-zA-Z])", r"<\1x:", written).replace("xmlns=", "xmlns:x=")
    yield "an error in XML with prefixes", book(prefixed)


def _shared_texts():
    rich = '<si><r><t>张</t></r><r><rPr/><t xml:space="preserve"> 三</t></r><rPh sb="0" eb="1"><t>zhang</t></rPh></si>'
    yield "rich text with its sound", rich, "张 三"
    yield "escaped line end", "<si><t>a_x000D_b</t></si>", "a\rb"
    yield "escaped NUL", "<si><t>a_x0000_b</t></si>", broken("a␀b")
    yield "no text", "<si/>", None


def _shared(told):
    rows = [(*cells[:4], '<c r="{}" t="s"><v>0</v></c>' if cells is ROW else cells[4]) for cells in (HEADERS, ROW)]
    return packed(parts(sheet(table(rows))) | {STRINGS: strings(told)})


def cases():
    for name, data, rows in _headers():
        yield Case(f"headers: {name}", lambda data=data: data, reads(*rows))
    for family in (_header_rows, _rows, _sheets):
        yield from (
            Case(f"{family.__name__[1:]}: {name}", lambda data=data: data, verdict) for name, data, verdict in family()
        )
    for name, written, read in _cells():
        yield Case(f"cell: {name}", partial(with_note, written), reads((*ROW[:4], read)))
    for name, data in _odd_hands():
        yield Case(f"cell: {name}", lambda data=data: data, reads((*ROW[:4], broken("#N/A"))))
    for name, told, read in _shared_texts():
        yield Case(f"shared text: {name}", partial(_shared, told), reads((*ROW[:4], read)))
    old = sheet(table((HEADERS, (*ROW[:4], '<c r="{}" s="1"><v>44565</v></c>'))))
    yield Case("dates from 1904", lambda: book(old, dates_from_1904=True), reads((*ROW[:4], date(2026, 1, 5))))
