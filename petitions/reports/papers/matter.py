"""What the papers of a petition have in common: who petitions, the organ that answers, and how both stand on paper.

Whoever brought a confidential or sealed matter keeps the letter here too; what leaves to another organ names nobody.
"""

from collections.abc import Mapping
from typing import Final

from django.utils.translation import gettext_lazy as _

from cases.enums import PartyRole
from cases.models import Case, Party
from cases.reports import blanks
from cases.reports.holdings import parties_of
from core.papers.fields import Field, Row, Value
from core.papers.layout import Text

PETITIONER: Final = "信访人"
UNCLEAR: Final = "信访人（姓名或者住址不清）"
TO_WRITE: Final = "\n".join([blanks.FULL] * 4)
ADDRESSEE: Final = Text("{{ names }}：", align="left")
SEAL: Final = Text("{{ organ }}（印章）", align="right")
ISSUED: Final = Text("{{ issued_on }}", align="right")
CONTACT: Final = Text(f"联系人：{{{{ handler }}}}　联系电话：{blanks.WIDE}")
HOW_TO_ASK: Final = "凭登记时领取的查询码，可以随时向本机关、单位查询办理进度和结果。"
RECEIVED: Final = Text(f"签收人（签名）：{blanks.WIDE}　签收日期：　　年　　月　　日", align="left")

NAMES: Final = Field("names", _("Petitioners"), "张三（示例）、李四（示例）")
ORGAN: Final = Field("organ", _("Organ"), "枫桥镇信访工作办公室（示例）")
HANDLER: Final = Field("handler", _("Handler"), "王承办（示例）", is_required=False)
ISSUED_ON: Final = Field("issued_on", _("Day of the paper"), "2026年3月2日")
RECEIVED_ON: Final = Field("received_on", _("Received on"), "2026年3月1日")
BASIS: Final = Field("basis", _("Laws and rules relied on"), "《信访工作条例》第二十三条")
REMEDY: Final = Field("remedy", _("Remedy"), "可以自收到本意见书之日起三十日内，向诸暨市人民政府书面请求复查。（示例）")
COMMON: Final = (blanks.CASE_NUMBER, blanks.MATTER, NAMES, ORGAN)


def number(sample: str) -> Field:
    """Return the field of a number, as papers of one series show it."""
    return Field("number", _("Number of the paper"), sample)


def organ(case: Case) -> str:
    """Return who handles a petition, by name: the unit with which it lies, before that the center."""
    return case.unit.name if case.unit else f"{case.holder.name}综治中心"


def petitioners(case: Case) -> list[Party]:
    """Return those who petition and are named."""
    return [party for party in parties_of(case) if party.role == PartyRole.APPLICANT]


def people(case: Case) -> list[Row]:
    """Return those who petition, and who speaks for them, with where they can be reached, for the file of the house."""
    roles = {PartyRole.APPLICANT.value: PETITIONER, PartyRole.AGENT.value: str(case.petition.get_agency_display())}
    parties = sorted(parties_of(case), key=lambda party: party.role != PartyRole.APPLICANT)
    rows: list[Row] = [
        {**row, "role": roles.get(party.role) or row["role"]}
        for party, row in zip(parties, blanks.reachable_rows(parties), strict=True)
    ]
    return rows or [{"role": PETITIONER, "name": UNCLEAR}]


def basics(case: Case) -> Mapping[str, Value]:
    """Return what most papers say of a petition."""
    return {
        "case_number": case.number,
        "matter": case.title,
        "names": blanks.party_names(petitioners(case)) or UNCLEAR,
        "organ": organ(case),
        "handler": blanks.handler(case),
        "received_on": blanks.day_of(case.received_at),
    }
