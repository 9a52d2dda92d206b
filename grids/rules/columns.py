"""The columns of the two workbooks: their Chinese headers, which of them are needed, and the words allowed in them.

Headers and words are what stands in the offices' files, so they are data here, not texts of the interface.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext as _

from core.errors import InvalidFile
from core.reader.headers import Headers, header_text
from grids.enums import GridKind, GridPost, RosterKind, Sex

GRID_CODE: Final = "网格编码"
GRID_NAME: Final = "网格名称"
GRID_KIND: Final = "网格类型"
HOUSEHOLDS: Final = "户数"
NAME: Final = "姓名"
ID_NUMBER: Final = "公民身份号码"
SEX: Final = "性别"
MOBILE: Final = "手机号码"
POST: Final = "岗位"
STARTS_ON: Final = "上岗日期"
ENDS_ON: Final = "离岗日期"
BADGE_NO: Final = "工作证号"
NOTE: Final = "备注"
MARK: Final = "错误说明"  # the column of the annotated copy; nothing is read from it

POSTS: Final = {
    "网格长": GridPost.GRID_LEADER,
    "专职网格员": GridPost.FULL_TIME,
    "兼职网格员": GridPost.PART_TIME,
    "网格指导员": GridPost.INSTRUCTOR,
}
KINDS: Final = {"综合网格": GridKind.COMPREHENSIVE, "专属网格": GridKind.DEDICATED, "微网格": GridKind.MICRO}
SEXES: Final = {"男": Sex.MALE, "女": Sex.FEMALE, "未知": Sex.UNKNOWN, "未说明": Sex.NOT_STATED}

# What offices write instead; the roster's own words come from GB/T 31000.
OTHER_NAMES: Final = {
    "身份证号": ID_NUMBER,
    "身份证号码": ID_NUMBER,
    "公民身份证号码": ID_NUMBER,
    "手机号": MOBILE,
    "手机": MOBILE,
    "联系电话": MOBILE,
    "网格代码": GRID_CODE,
    "职务": POST,
    "上岗时间": STARTS_ON,
    "离岗时间": ENDS_ON,
}


@dataclass(frozen=True, slots=True)
class Layout:
    """The columns of one kind of workbook, in the order of the template; ``foreign`` ones betray another kind."""

    title: str
    required: tuple[str, ...]
    optional: tuple[str, ...] = ()
    foreign: tuple[str, ...] = ()

    @property
    def columns(self) -> tuple[str, ...]:
        return self.required + self.optional

    @property
    def headers(self) -> Headers:
        """By which headers the table is found in a workbook."""
        return Headers((self.required,), self.optional, OTHER_NAMES)


GRIDS: Final = Layout("网格", (GRID_CODE, GRID_NAME), (GRID_KIND, HOUSEHOLDS), foreign=(ID_NUMBER, POST))
MEMBERS: Final = Layout(
    "花名册",
    (GRID_CODE, NAME, ID_NUMBER, MOBILE, POST, STARTS_ON),
    (GRID_NAME, SEX, ENDS_ON, BADGE_NO, NOTE),
    foreign=(GRID_KIND, HOUSEHOLDS),
)
LAYOUTS: Final = {RosterKind.GRIDS: GRIDS, RosterKind.MEMBERS: MEMBERS}


def header_of(value: object) -> str:
    r"""Return the column a header cell names, whatever spaces, line breaks, stars or full-width forms surround it.

    >>> header_of(" 身份证号\n（必填）")
    '公民身份号码'
    """
    text = header_text(value)
    return OTHER_NAMES.get(text, text)


def check_columns(found: Sequence[str], layout: Layout) -> None:
    """Refuse a table that has a column of the other kind of file."""
    foreign = [column for column in found if column in layout.foreign]
    if foreign:
        raise InvalidFile(
            _("The column %(columns)s belongs to the other kind of file: grids go under Grids, members under Roster."),
            code="other_workbook",
            columns="、".join(foreign),
        )


def unknown_columns(found: Sequence[str], layout: Layout) -> list[str]:
    """Return the columns from which nothing is read, each once."""
    known = {*layout.columns, MARK}
    return [*dict.fromkeys(column for column in found if column and column not in known)]
