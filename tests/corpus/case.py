"""One file of the corpus: how it is made, and the verdict it must end in."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from core.reader.wire import BrokenCell
from core.tables import Headers

NAME, ID_NUMBER, POST, STARTS_ON, NOTE = HEADERS = ("姓名", "公民身份号码", "岗位", "上岗日期", "备注")
WANTED = Headers((HEADERS[:3],), HEADERS[3:], {"身份证号": ID_NUMBER, "人员类别": POST})
PEOPLE = (
    ("张三（示例）", "330681199001010016", "网格长", "2026-01-05", "甲"),
    ("李四（示例）", "33068119900101003X", "专职网格员", "2026.1.5", None),
    ("王五·买买提（示例）", "330681199001010059", "兼职网格员", "2026年1月5日", "丙"),
)
TABLE = (HEADERS, *PEOPLE)


@dataclass(frozen=True)
class Reads:
    """The file is read: these rows, by their numbers, and nothing else."""

    rows: tuple
    blank: int = 0
    hidden: frozenset = frozenset()
    alike: tuple = ()
    header_row: int | None = None


@dataclass(frozen=True)
class Case:
    name: str
    make: Callable[[], bytes]
    verdict: Reads | frozenset  # of codes

    @property
    def is_read(self):
        return isinstance(self.verdict, Reads)


def reads(*rows, first=2, **more):
    """Return the verdict of a file with ``rows`` from the row ``first`` on, None for a blank one."""
    numbered = tuple((number, trimmed(row)) for number, row in enumerate(rows, start=first) if row is not None)
    return Reads(numbered, blank=sum(row is None for row in rows), header_row=first - 1, **more)


def refused(*codes):
    return frozenset(codes)


def trimmed(cells: Sequence):
    cells = list(cells)
    while cells and cells[-1] is None:
        cells.pop()
    return tuple(cells)


def broken(text):
    return BrokenCell(text)
