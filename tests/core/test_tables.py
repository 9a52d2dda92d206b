"""The reader around its child: what is passed on, and what becomes of a child that dies, hangs or lies."""

import json
import re
import signal
from pathlib import Path

import pytest

from core.confined import process
from core.confined.process import Limits, run_child
from core.confined.refusal import Refused
from core.errors import InvalidFile
from core.reader import kinds, wire
from core.refusals import MESSAGES, refusal
from core.tables import _READER, Headers, OtherSheet, check_size, read_table
from tests.corpus.case import HEADERS, PEOPLE, WANTED
from tests.corpus.xlsx import book, people, sheet, table

ROWS = [(f"甲{number}", "x", "y") for number in range(1234)]
SEES = """
import os, sys, json, resource
sys.path += sys.argv[1:3]
import core.reader.child, core.reader.sheets
foreign = sorted({name.partition(".")[0] for name in sys.modules} & {"django", "psycopg", "celery", "config", "redis"})
mask = os.umask(0)
print(json.dumps([dict(os.environ), os.getcwd(), mask, foreign, len(os.listdir("/proc/self/fd")), sys.path]))
"""
CONFINED = """
import sys, json, resource, os
sys.path += sys.argv[1:3]
asked = json.loads(sys.argv[3])
from core.confined.limits import confine, open_no_more_files
confine(seconds=asked["seconds"], memory_bytes=asked["memory_bytes"])
def tried(act):
    try:
        act()
    except (MemoryError, OSError) as error:
        return type(error).__name__
big = b"x" * 1024**2
output = open(asked["output"], "wb", buffering=0, closefd=False)
open_no_more_files()
print(json.dumps({
    "memory": tried(lambda: bytearray(asked["memory_bytes"])),
    "files": tried(lambda: open("/dev/null")),
    "output": tried(lambda: [output.write(big) for _ in range(300)]),
    "limits": [resource.getrlimit(what)[1] for what in (resource.RLIMIT_NPROC, resource.RLIMIT_CORE)],
}))
"""


def read(data, *, max_rows=100_000, **more):
    return read_table(data, wanted=WANTED, max_bytes=64 * 1024**2, max_rows=max_rows, **more)


def code_of(data=b"", **more):
    with pytest.raises(InvalidFile) as caught:
        read(data, **more)
    return caught.value.code


@pytest.fixture
def child_is(monkeypatch):
    """Return a setter of the program that the child runs instead of the reader."""
    return lambda program: monkeypatch.setattr(process, "_START", program)


def test_rows_come_in_blocks_of_the_size_asked_for_and_as_often_as_asked():
    found = read(book(people([HEADERS, *ROWS])))
    for _time in range(2):
        assert [len(block) for block in found.blocks(500)] == [500, 500, 234]
    assert [row[1][0] for row in found.rows()] == [row[0] for row in ROWS]


def test_a_table_says_what_stands_around_its_rows():
    above = [("花名册", None, 2026), ()]
    found = read(
        book(sheet(table((*above, (*HEADERS, "爱好"), *PEOPLE, (), PEOPLE[0]))), people(), names=["表", "旧表"])
    )
    assert (found.sheet, found.header_row, found.headers) == ("表", 3, (*HEADERS, "爱好"))
    assert [cells[:3] for cells in found.above] == [("花名册", None, 2026.0), (None, None, None)]
    assert (found.row_count, found.filled_rows, found.blank_rows) == (5, 4, 1)
    assert found.other_sheets == (OtherSheet("旧表", is_hidden=False, is_alike=True),)


def test_columns_are_headers_by_the_names_of_the_house():
    found = read(book(people([("姓\n名＊", "身份证号", "岗位", " 爱 好 "), ("a", "b", "c", "d")])))
    assert found.headers == ("姓\n名＊", "身份证号", "岗位", " 爱 好 ")
    assert found.columns == ("姓名", "公民身份号码", "岗位", "爱好")


@pytest.mark.parametrize(("limit", "code"), [(1234, None), (1233, "too_many_rows")])
def test_a_table_is_read_whole_or_refused_with_its_number_of_rows(limit, code):
    data = book(people([HEADERS, *ROWS]))
    if code is None:
        assert read(data, max_rows=limit).filled_rows == limit
        return
    with pytest.raises(InvalidFile, match="1234") as caught:
        read(data, max_rows=limit)
    assert caught.value.code == code


@pytest.mark.parametrize(("size", "is_refused"), [(1024**2, False), (1024**2 + 1, True)])
def test_a_file_is_refused_by_its_size_before_a_child_is_started(child_is, size, is_refused):
    child_is("syntax error")
    if is_refused:
        with pytest.raises(InvalidFile, match="1 MB"):
            check_size(size, max_bytes=1024**2)
    else:
        check_size(size, max_bytes=1024**2)


def test_missing_columns_are_those_of_the_sheet_and_layout_that_come_closest():
    wanted = Headers((("甲", "乙", "丙"), ("子", "丑")))
    data = book(people([("x",)]), people([("甲", "丙")]), people([("甲",)]))
    with pytest.raises(InvalidFile, match="：乙。"):
        read_table(data, wanted=wanted, max_bytes=10**6, max_rows=9)


@pytest.mark.parametrize(
    ("program", "code"),
    [
        ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", "too_complex"),
        ("import os; os.abort()", "too_complex"),
        ("import os, signal; os.kill(os.getpid(), signal.SIGXCPU)", "too_slow"),
        ("import os, signal; os.kill(os.getpid(), signal.SIGTERM)", "broken"),
        ("while True: pass", "too_slow"),
        ("import os; os.close(1)\nwhile True: pass", "too_slow"),
        ("raise SystemExit(1)", "broken"),
        ("pass", "broken"),
        ("print('garbage')", "broken"),
        ("print('[]')", "broken"),
        ("print('{}')", "broken"),
        ('print(\'{"refused": "anything", "params": {}}\')', "broken"),
        ('print(\'{"refused": "far_cell"}\')', "broken"),
        ("import sys\nwhile True: sys.stdout.write('x' * 10**6)", "broken"),
        ("import sys; sys.stdout.buffer.write(bytes([255] * 100))", "broken"),
    ],
)
def test_a_child_that_dies_hangs_or_answers_nonsense_is_a_refused_file(child_is, program, code):
    child_is(program)
    assert code_of(within=Limits(seconds=1)) == code


VERDICT = {
    "sheet": "",
    "header_row": 1,
    "headers": HEADERS,
    "row_count": 3,
    "filled_rows": 3,
    "hidden": [],
    "others": [],
}
LIE = f"""
import sys, json
open(json.loads(sys.argv[3])["output"], "wb").write(WRITTEN)
print({json.dumps({"table": VERDICT})!r})
"""


@pytest.mark.parametrize(
    "written",
    [
        b"",
        b"\n",
        b"garbage\n",
        b'{"n":[],"c":[],"k":{}}',
        b'{"n":[],"c":[],"k":{}}\n',
        b'{"n":[],"c":[],"k":{}}\n{"n":2,"c":[["a","b"]],"k":{}}\n',
        b'{"n":[],"c":[],"k":{}}\n{"n":2,"c":[["a","b","c"],["a"]],"k":{}}\n',
        b'{"n":[],"c":[],"k":{}}\n{"n":2,"c":[["a","b","c"]],"k":{"0":"ddd"}}\n',
        b'{"n":[],"c":[],"k":{}}\n{"n":2,"c":[["a","b","c"]],"k":{}}\ngarbage',
    ],
)
def test_rows_that_are_lost_or_garbled_on_the_way_are_a_refused_file(child_is, written):
    child_is(LIE.replace("WRITTEN", repr(written)))
    with pytest.raises(InvalidFile) as caught:
        list(read(b"").rows())
    assert caught.value.code == "broken"


def test_the_child_sees_nothing_of_its_parents(child_is, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgres://secret")
    child_is(SEES)
    environment, folder, mask, foreign, files, path = run_child(_READER, b"", {}, within=Limits())[0]
    assert set(environment) <= {"LC_CTYPE"}
    assert (folder, mask, foreign) == ("/", 0o077, [])
    assert files == 5  # the usual three, the rows, and the folder that is being listed
    assert not {"", str(Path.cwd())} & set(path[:-2])


def test_the_child_cannot_exceed_its_limits(child_is):
    child_is(CONFINED)
    told = run_child(_READER, b"", {}, within=Limits(memory_bytes=256 * 1024**2))[0]
    assert told == {"memory": "MemoryError", "files": "OSError", "output": "OSError", "limits": [0, 0]}


def test_a_file_that_needs_more_memory_than_allowed_is_refused():
    data = book(sheet(table([HEADERS]) + table([PEOPLE[0]], first=600_000)))
    assert read(data).blank_rows == 599_998
    assert code_of(data, within=Limits(memory_bytes=64 * 1024**2)) == "too_complex"


def test_a_file_that_needs_more_time_than_allowed_is_refused():
    assert code_of(book(), within=Limits(seconds=0)) == "too_slow"


def test_no_child_outlives_its_reading(child_is, monkeypatch):
    started, start = [], process._start
    monkeypatch.setattr(process, "_start", lambda *given: started.append(start(*given)) or started[0])
    child_is("import signal\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\nwhile True: pass")
    assert code_of(within=Limits(seconds=1)) == "too_slow"
    assert started[0].poll() == -signal.SIGKILL


def test_every_refusal_has_words_that_fit_in_chinese_and_no_words_are_spare():
    folders = [Path(module.__file__).parent for module in (process, kinds)]
    source = "".join(path.read_text() for folder in folders for path in folder.glob("*.py"))
    codes = {*re.findall(r"Refused\(\s*\"(\w+)\"", source), "old_workbook", "document", "doctype", "quotes"}
    assert codes | set(kinds._BEGINNINGS.values()) | set(kinds._PARTS.values()) == set(MESSAGES)
    names = dict.fromkeys(("columns", "count", "rows", "row", "cell", "column", "sheet", "megabytes"), "7")
    told = [str(refusal(Refused(code, **names))) for code in MESSAGES]
    assert [text for text in told if not re.search("[\u4e00-\u9fff]", text) or "%" in text] == []


@pytest.mark.parametrize("rows", [[(1, [])], [(1, [""]), (2, ["a", 1, None])], [(3, ["x\x7fy"]), (9, ["\x7f"])], []])
def test_rows_arrive_as_they_were_sent(rows):
    width = max([1, *(len(cells) for _number, cells in rows)])
    padded = [(number, tuple((*(cell or None for cell in cells), *[None] * width)[:width])) for number, cells in rows]
    assert list(wire.decode(wire.encode(rows))) == padded
