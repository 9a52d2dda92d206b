"""The papers of the handling of a claim: the petitioner was heard, the limit extended, an opinion given, or settled."""

from collections.abc import Mapping
from datetime import date
from typing import Final

from django.utils.translation import gettext_lazy as _

from cases.enums import ClockKind
from cases.models import Case, Extension
from cases.reports import blanks
from cases.reports.papers import PaperKind, Record, Records
from cases.rules.extensions import EXTENSION_ARTICLES
from core.papers.fields import Field, Value
from core.papers.layout import Grid, Layout, Text
from petitions.enums import Instance, NoticeKind
from petitions.models import Notice, Opinion
from petitions.reports.papers import matter, needs, records

HEARD: Final = "本机关、单位于{day}听取了信访人的陈述。"
NOBODY_TO_HEAR: Final = "信访人姓名（名称）或者住址不清，无法听取其陈述。"


def _remedy(opinion: Opinion) -> str:
    """Return whom to ask for a review, by when, and with what: every written answer says so (art. 35)."""
    return (
        f"如不服本处理意见，可以自收到本意见书之日起三十日内，向{opinion.review_organ}书面请求复查"
        "（《信访工作条例》第三十五条）。请求复查应当提交：复查申请书、本意见书复印件、"
        "请求人身份证明复印件以及与复查请求有关的证据材料。"
    )


def decided(opinion: Opinion) -> str:
    """Return what an opinion decides, with the day by which it is done where it obliges to something."""
    by = f"上述意见于{blanks.day(opinion.execute_by)}前执行完毕。" if opinion.execute_by else ""
    return f"{opinion.opinion}{by}"


def _opinion(case: Case, opinion: Opinion) -> Mapping[str, Value]:
    return {
        **matter.basics(case),
        "number": opinion.number,
        "organ": opinion.unit.name,
        "claim": opinion.claim,
        "heard": HEARD.format(day=blanks.day(opinion.heard_on)) if opinion.heard_on else NOBODY_TO_HEAR,
        "facts": opinion.facts,
        "outcome": str(opinion.get_outcome_display()),
        "opinion": decided(opinion),
        "basis": opinion.basis,
        "review_organ": opinion.review_organ,
        "remedy": _remedy(opinion),
        "issued_on": blanks.day_of(opinion.signed_at),
    }


def _signed(case: Case, number: int) -> list[Record]:
    signed = [row for row in records.of_instance(case, number, Instance.HANDLING) if row.signed_at]
    return [Record(str(row.pk), row.number) for row in reversed(signed)]


@blanks.in_chinese
def _signed_opinion(case: Case, _today: date, about: Record) -> Mapping[str, Value]:
    return _opinion(case, case.opinions.issued().select_related("unit").get(pk=about.key))


@blanks.in_chinese
def _to_hear(case: Case, _today: date) -> Mapping[str, Value]:
    """Return room to write by hand what the petitioner said."""
    return {**matter.basics(case), "claim": matter.TO_WRITE}


@blanks.in_chinese
def _heard(case: Case, _today: date, about: Record) -> Mapping[str, Value]:
    heard_on = date.fromisoformat(about.key)
    handling = records.of_instance(case, case.round, Instance.HANDLING)
    said = next(row for row in handling if row.heard_on == heard_on)
    return {**matter.basics(case), "heard_on": blanks.day(heard_on), "claim": said.claim}


def _granted(case: Case, number: int) -> list[Record]:
    return [Record(str(row.pk), row.number) for row in records.extensions(case, number)]


@blanks.in_chinese
def _extension(case: Case, _today: date, about: Record) -> Mapping[str, Value]:
    extension = Extension.objects.select_related("decided_by").get(pk=about.key, clock__case=case)
    return {
        **matter.basics(case),
        "number": extension.number,
        "was_due_on": blanks.day(extension.was_due_on),
        "due_on": blanks.day(extension.due_on),
        "reason": extension.ground,
        "basis": EXTENSION_ARTICLES[ClockKind.PET_HANDLE],
        "approver": extension.decided_by.full_name if extension.decided_by else "",
        "told_on": blanks.day(extension.told_on),
        "issued_on": blanks.day_of(extension.decided_at),
    }


def _settled(case: Case, notice: Notice) -> Mapping[str, Value]:
    end = records.behind(case, notice)
    if end is None:
        return matter.basics(case)
    return {
        **matter.basics(case),
        "content": end.result.summary,
        "basis": end.basis,
        "issued_on": blanks.day(end.stated_on),
    }


@blanks.in_chinese
def _to_settle(case: Case, _today: date) -> Mapping[str, Value]:
    """Return room to write by hand what both sides agree on."""
    blank = {"content": matter.TO_WRITE, "issued_on": blanks.DATE_LINE.text}
    return {**matter.basics(case), **blank, "basis": "《信访工作条例》第三十三条"}


_CLAIM: Final = Field(
    "claim", _("Claim, facts and reasons of the petitioner"), "承包地被征收，补偿款没有发放，请求发放。（示例）"
)

HEARING: Final = PaperKind(
    "hearing_record",
    _("Record that the petitioner was heard"),
    needs.of_accepted,
    fields=(
        *matter.COMMON,
        matter.HANDLER,
        Field("heard_on", _("Petitioner heard on"), "2026年3月10日", is_required=False),
        _CLAIM,
    ),
    layout=Layout(
        "听取信访人陈述记录",
        [
            Grid(
                [
                    ("信访事项", "{{ matter }}"),
                    ("时间", "{{ heard_on }}", "地点", ""),
                    ("信访人", "{{ names }}"),
                    ("听取人", "{{ handler }}", "记录人", ""),
                    ("投诉请求、\n事实和理由", "{{ claim }}"),
                    ("补充陈述\n和申辩", blanks.BY_HAND),
                ]
            ),
            Text(
                "已告知信访人：依照《信访工作条例》第三十一条第六项的规定，"
                "办理机关、单位应当听取信访人陈述事实和理由；信访人可以要求有直接利害关系的工作人员回避（第二十八条）。"
            ),
            Text("以上记录经本人核对（或者已向本人宣读），无误。"),
            Text(f"信访人（签名、盖章或者捺印）：{blanks.WIDE}"),
            Text(f"听取人（签名）：{blanks.WIDE}"),
            Text(f"记录人（签名）：{blanks.WIDE}"),
            matter.SEAL,
            blanks.DATE_LINE,
        ],
        number="{{ case_number }}",
    ),
    values=_to_hear,
    records=Records(records.hearings, _heard),
)

INVESTIGATION: Final = PaperKind("petition_investigation", _("Materials of the investigation"), needs.of_accepted)

EXTENSION: Final = PaperKind(
    "petition_extension",
    _("Notice of the extension"),
    needs.none,
    fields=(
        matter.number("(2026)枫桥延字第0001号"),
        *matter.COMMON,
        matter.HANDLER,
        matter.RECEIVED_ON,
        Field("was_due_on", _("Last day before"), "2026年5月1日"),
        Field("due_on", _("Last day"), "2026年5月31日"),
        Field("reason", _("Reason"), "需要委托鉴定。（示例）"),
        matter.BASIS,
        Field("approver", _("Approved by"), "钱负责（示例）"),
        Field("told_on", _("Told on"), "2026年4月20日", is_required=False),
        matter.ISSUED_ON,
    ),
    layout=Layout(
        "延长办理期限告知书",
        [
            matter.ADDRESSEE,
            Text(
                "你（单位）于{{ received_on }}提出的“{{ matter }}”信访事项（编号：{{ case_number }}），"
                "应当于{{ was_due_on }}前办结。因情况复杂，决定将办理期限延长至{{ due_on }}。"
            ),
            Text("一、延长理由：{{ reason }}"),
            Text("二、依据：{{ basis }}"),
            Text("三、批准人：{{ approver }}（办理机关、单位负责人）"),
            Text(f"四、查询方式：{matter.HOW_TO_ASK}"),
            matter.CONTACT,
            matter.SEAL,
            matter.ISSUED,
            Text("告知日期：{{ told_on }}", align="left"),
            matter.RECEIVED,
        ],
        number="{{ number }}",
    ),
    records=Records(_granted, _extension),
)

OPINION: Final = PaperKind(
    "handling_opinion",
    NoticeKind.OPINION.label,
    needs.none,
    fields=(
        matter.number("(2026)枫桥访意字第0001号"),
        *matter.COMMON,
        matter.RECEIVED_ON,
        _CLAIM,
        Field("heard", _("That the petitioner was heard"), "本机关、单位于2026年3月10日听取了信访人的陈述。"),
        Field("facts", _("Facts found, and on what they rest"), "补偿款已到账，因账户信息有误未发放。（示例）"),
        Field("outcome", _("Decision"), "予以支持"),
        Field("opinion", _("Opinion"), "十五日内发放到位。（示例）"),
        matter.BASIS,
        Field("review_organ", _("Organ to be asked for a review"), "诸暨市人民政府（示例）"),
        matter.REMEDY,
        matter.ISSUED_ON,
    ),
    layout=Layout(
        "信访处理意见书",
        [
            matter.ADDRESSEE,
            Text(
                "你（单位）于{{ received_on }}提出的“{{ matter }}”信访事项（编号：{{ case_number }}），现已办理完毕。"
            ),
            Text("一、信访人投诉请求、事实和理由", is_heading=True),
            Text("{{ claim }}"),
            Text("二、调查核实情况", is_heading=True),
            Text("{{ heard }}"),
            Text("{{ facts }}"),
            Text("三、处理意见", is_heading=True),
            Text("{{ outcome }}。{{ opinion }}"),
            Text("四、法律、法规、规章及其他有关规定依据", is_heading=True),
            Text("{{ basis }}"),
            Text("五、救济途径", is_heading=True),
            Text("复查机关、单位：{{ review_organ }}"),
            Text("{{ remedy }}"),
            matter.SEAL,
            matter.ISSUED,
        ],
        number="{{ number }}",
    ),
    records=Records(_signed, _signed_opinion),
)

SETTLEMENT: Final = PaperKind(
    "settlement_agreement",
    NoticeKind.SETTLEMENT.label,
    needs.of_settling,
    fields=(
        matter.number("(2026)枫桥访调字第0001号"),
        *matter.COMMON,
        matter.HANDLER,
        Field("content", _("What both sides agreed on"), "十五日内支付补偿款，双方就此了结。（示例）"),
        matter.BASIS,
        matter.ISSUED_ON,
    ),
    layout=Layout(
        "信访事项调解（和解）协议书",
        [
            Text("方式（请勾选）：□ 调解　□ 和解", align="left"),
            Text("信访人：{{ names }}", align="left"),
            Text(f"争议另一方：{blanks.FULL}", align="left"),
            Text(
                "就“{{ matter }}”信访事项（编号：{{ case_number }}），争议双方在不违反政策法规强制性规定的情况下，"
                "自愿达成如下协议："
            ),
            Text("{{ content }}"),
            Text("依据：{{ basis }}"),
            Text("本协议一式三份，争议双方各执一份，{{ organ }}留存一份。自双方签名、盖章或者捺印之日起生效。"),
            Text(f"信访人（签名、盖章或者捺印）：{blanks.WIDE}"),
            Text(f"争议另一方（签名、盖章或者捺印）：{blanks.WIDE}"),
            Text(f"主持人：{{{{ handler }}}}　（签名）{blanks.WIDE}"),
            matter.SEAL,
            matter.ISSUED,
        ],
        number="{{ number }}",
    ),
    values=_to_settle,
    records=records.of_notice(NoticeKind.SETTLEMENT, _settled),
    series="访调字",
)

KINDS: Final = (HEARING, INVESTIGATION, EXTENSION, OPINION, SETTLEMENT)
