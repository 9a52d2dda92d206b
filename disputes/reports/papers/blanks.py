"""What stands in the blanks of many papers, and how: the matter, its parties, the committee, days and signatures.

A paper is a Chinese document, whoever makes it. Nothing here reads who an informant is: they keep the letter.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from functools import wraps
from typing import Final, ParamSpec

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from cases.models import Case, Party
from cases.reports.holdings import parties_of
from core import clock
from core.papers.fields import Field, Row, Value
from core.papers.layout import Grid, Rows, Text
from disputes.reports import mediating_center

P = ParamSpec("P")

SHORT, WIDE, FULL = "＿" * 3, "＿" * 8, "＿" * 22
GAP: Final = "　" * 4
BY_HAND: Final = "\n" * 5
DATE_LINE: Final = Text("年　　月　　日", align="right")
SEAL: Final = Text("{{ committee }}（盖章）", align="right")
OF_PARTIES: Final = Text(f"当事人（签名、盖章或者捺印）：{WIDE}")
OF_MEDIATOR: Final = Text(f"人民调解员（签名）：{WIDE}")
OF_RECORDER: Final = Text(f"记录人（签名）：{WIDE}")
PARTICULARS: Final = (
    f"{{{{ row.role }}}}：{{{{ row.name }}}}\n性别：{SHORT}　民族：{SHORT}　年龄：{SHORT}\n职业或职务：{WIDE}　"
)
BLANK_CONTACT: Final = f"联系方式：{WIDE}\n单位或住址：{FULL}"
KNOWN_CONTACT: Final = "联系方式：{{ row.mobile }}\n单位或住址：{{ row.address }}"
PARTIES_TABLE: Final = Rows("parties", [("当事人基本情况", PARTICULARS + BLANK_CONTACT)])
REACHABLE_TABLE: Final = Rows("parties", [("当事人基本情况", PARTICULARS + KNOWN_CONTACT)])
SIGNATURES_TABLE: Final = Rows("parties", [("当事人", "name"), ("签名、盖章或者捺印", ""), ("日期", "")])

COMMITTEE: Final = Field("committee", _("Committee"), "枫桥镇人民调解委员会")
MATTER: Final = Field("matter", _("Matter"), "楼上漏水赔偿（示例）")
CASE_NUMBER: Final = Field("case_number", _("Case number"), "(2026)枫桥综治字第0001号")
FACTS: Final = Field("facts", _("Brief facts"), "楼上水管破裂，楼下天花板受损。（示例）")
CATEGORY: Final = Field("category", _("Kind of dispute"), "邻里")
MEDIATOR: Final = Field("mediator", _("Mediator"), "王调解（示例）")
NAMES: Final = Field("names", _("Parties present"), "张三（示例）、李四（示例）")
_ROLE: Final = Field("role", _("Role"), "申请人")
_NAME: Final = Field("name", _("Name"), "张三（示例）")
PARTIES: Final = Field("parties", _("Parties"), "", columns=(_ROLE, _NAME))
SIGNERS: Final = Field("parties", _("Parties"), "", columns=(_NAME,))
REACHABLE: Final = Field(
    "parties",
    _("Parties"),
    "",
    columns=(
        _ROLE,
        _NAME,
        Field("mobile", _("Contact"), "13800000001", is_required=False),
        Field("address", _("Unit or address"), "示例路1号", is_required=False),
    ),
)


def in_chinese(values: Callable[P, Mapping[str, Value]]) -> Callable[P, Mapping[str, Value]]:
    """Let the words of the choices stand in the paper's language, whatever its reader's is."""

    @wraps(values)
    def chosen(*args: P.args, **kwargs: P.kwargs) -> Mapping[str, Value]:
        with translation.override(settings.LANGUAGE_CODE):
            return values(*args, **kwargs)

    return chosen


def day(value: date | None) -> str:
    """Return a day as papers write it; nothing for none.

    >>> day(date(2026, 9, 1))
    '2026年9月1日'
    """
    return f"{value.year}年{value.month}月{value.day}日" if value else ""


def span(start: datetime, end: datetime) -> str:
    """Return from when until when something lasted, on one day in China.

    >>> from datetime import UTC
    >>> span(datetime(2026, 9, 1, 1, tzinfo=UTC), datetime(2026, 9, 1, 2, 30, tzinfo=UTC))
    '2026年9月1日9时00分至10时30分'
    """
    first, last = start.astimezone(clock.SHANGHAI), end.astimezone(clock.SHANGHAI)
    return f"{day(first.date())}{first.hour}时{first:%M}分至{last.hour}时{last:%M}分"


def tick(*, is_so: bool) -> str:
    """Return the box of a form, ticked or empty."""
    return "☑" if is_so else "□"


def party_name(party: Party) -> str:
    """Return what a party is called on paper: by name, an informant by the letter."""
    return party.pseudonym or party.name


def party_rows(parties: Iterable[Party]) -> list[Row]:
    """Return the parties by role and name."""
    return [{"role": str(party.get_role_display()), "name": party_name(party)} for party in parties]


def reachable_rows(parties: Iterable[Party]) -> list[Row]:
    """Return the parties with where they can be reached, for papers that are of no use without."""
    return [
        {**row, "mobile": party.mobile, "address": party.address}
        for party, row in zip(parties, party_rows(parties), strict=True)
    ]


def party_names(parties: Iterable[Party]) -> str:
    """Return the names of the parties in one line."""
    return "、".join(map(party_name, parties))


def committee(case: Case) -> str:
    """Return the committee that mediates, by name."""
    return f"{mediating_center(case).name}人民调解委员会"


def mediator(case: Case) -> str:
    """Return who has the matter on the desk; nothing while nobody has."""
    return case.handler.full_name if case.handler else ""


@in_chinese
def basics(case: Case, _today: date) -> Mapping[str, Value]:
    """Return what most papers say of a matter."""
    of_both_sides = parties_of(case)
    return {
        "committee": committee(case),
        "matter": case.title,
        "case_number": case.number,
        "facts": case.summary,
        "category": str(case.get_category_display()),
        "mediator": mediator(case),
        "names": party_names(of_both_sides),
        "parties": party_rows(of_both_sides),
    }


def lines(*labels: str) -> Grid:
    """Return a table in which each label has room beside it to write by hand."""
    return Grid([(label, BY_HAND) for label in labels])
