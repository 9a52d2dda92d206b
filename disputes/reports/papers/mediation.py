"""What the papers of a mediation have in common: the committee, its mediator, the parties as the standard forms ask."""

from collections.abc import Mapping
from datetime import date
from typing import Final

from django.utils.translation import gettext_lazy as _

from cases.models import Case
from cases.reports import blanks
from cases.reports.holdings import parties_of
from core.papers.fields import Field, Value
from core.papers.layout import Rows, Text
from disputes.reports import mediating_center

SEAL: Final = Text("{{ committee }}（盖章）", align="right")
OF_MEDIATOR: Final = Text(f"人民调解员（签名）：{blanks.WIDE}")
OF_RECORDER: Final = Text(f"记录人（签名）：{blanks.WIDE}")
_PARTICULARS: Final = (
    f"{{{{ row.role }}}}：{{{{ row.name }}}}\n性别：{blanks.SHORT}　民族：{blanks.SHORT}　年龄：{blanks.SHORT}\n"
    f"职业或职务：{blanks.WIDE}　"
)
_BLANK_CONTACT: Final = f"联系方式：{blanks.WIDE}\n单位或住址：{blanks.FULL}"
_KNOWN_CONTACT: Final = "联系方式：{{ row.mobile }}\n单位或住址：{{ row.address }}"
PARTIES_TABLE: Final = Rows("parties", [("当事人基本情况", _PARTICULARS + _BLANK_CONTACT)])
REACHABLE_TABLE: Final = Rows("parties", [("当事人基本情况", _PARTICULARS + _KNOWN_CONTACT)])
SIGNATURES_TABLE: Final = Rows("parties", [("当事人", "name"), ("签名、盖章或者捺印", ""), ("日期", "")])

COMMITTEE: Final = Field("committee", _("Committee"), "枫桥镇人民调解委员会")
CATEGORY: Final = Field("category", _("Kind of dispute"), "邻里")
MEDIATOR: Final = Field("mediator", _("Mediator"), "王调解（示例）")
NAMES: Final = Field("names", _("Parties present"), "张三（示例）、李四（示例）")
PARTIES: Final = Field("parties", _("Parties"), "", columns=(blanks.ROLE, blanks.NAME))
SIGNERS: Final = Field("parties", _("Parties"), "", columns=(blanks.NAME,))


@blanks.in_chinese
def basics(case: Case, _today: date) -> Mapping[str, Value]:
    """Return what most papers say of a matter."""
    of_both_sides = parties_of(case)
    return {
        "committee": f"{mediating_center(case).name}人民调解委员会",
        "matter": case.title,
        "case_number": case.number,
        "facts": case.summary,
        "category": str(case.get_category_display()),
        "mediator": blanks.handler(case),
        "names": blanks.party_names(of_both_sides),
        "parties": blanks.party_rows(of_both_sides),
    }
