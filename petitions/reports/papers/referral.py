"""The papers of referral: the letter with which a petition goes to a unit, what the unit says to it, and its report."""

from collections.abc import Mapping
from datetime import date
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from cases.models import Case
from cases.reports import blanks
from cases.reports.papers import Need, PaperKind, Record, Records
from core.papers.fields import Field, Value
from core.papers.layout import Grid, Layout, Text
from petitions.enums import NoticeKind, ReferralKind
from petitions.models import Notice, Referral
from petitions.reports.papers import matter, needs, records

_TO: Final = Field("receiver", _("Unit"), "枫桥镇村镇建设办公室（示例）")
_FROM: Final = Field("sender", _("Referred by"), "枫桥镇综治中心")
_REQUIREMENT: Final = Field("requirement", _("What is asked of it"), "请依法核实处理，并答复信访人。（示例）")


def _of_kind(kind: ReferralKind) -> Records:
    def of(case: Case, number: int) -> list[Record]:
        passed = [row for row in records.referrals(case, number) if row.kind == kind]
        return [Record(str(row.pk), row.to_unit.name) for row in passed]

    return Records(of, _letter)


@blanks.in_chinese
def _letter(case: Case, _today: date, about: Record) -> Mapping[str, Value]:
    referral = _referral(case, about)
    return {
        **_parties(case, referral),
        "received_on": blanks.day_of(case.received_at),
        "requirement": referral.requirement,
        "due_on": blanks.day(referral.result_due_on),
        "issued_on": blanks.day_of(referral.referred_at),
    }


def _objected(case: Case, number: int) -> list[Record]:
    objected = [row for row in records.referrals(case, number) if row.objected_at]
    return [Record(str(row.pk), row.to_unit.name) for row in objected]


@blanks.in_chinese
def _objection(case: Case, _today: date, about: Record) -> Mapping[str, Value]:
    referral = _referral(case, about)
    upheld = {None: "", True: "异议成立，退回另行转送交办。", False: "异议不成立，由该单位办理。"}[referral.is_upheld]
    return {
        **_parties(case, referral),
        "reasons": referral.reasons,
        "suggested": referral.suggested,
        "decision": f"{upheld}{referral.decision}",
        "issued_on": blanks.day_of(referral.objected_at),
    }


def _reported(case: Case, number: int) -> list[Record]:
    """Return that what was assigned and not taken back is reported on, once there is a result."""
    last = records.referrals(case, number)[-1:]
    assigned = [row for row in last if row.kind == ReferralKind.ASSIGN and not row.is_upheld]
    need = Need.MUST if number == case.round and blanks.result(case) else Need.MAY
    return [Record(str(row.pk), row.to_unit.name, need) for row in assigned]


@blanks.in_chinese
def _report(case: Case, _today: date, about: Record) -> Mapping[str, Value]:
    referral, result = _referral(case, about), blanks.result(case)
    signed = [row for row in records.opinions(case, case.round) if row.signed_at]
    return {
        **_parties(case, referral),
        "handler": blanks.handler(case),
        "received_on": blanks.day_of(referral.received_at or referral.referred_at),
        "facts": signed[0].facts if signed else matter.TO_WRITE,
        "result": result.summary if result else matter.TO_WRITE,
        "issued_on": blanks.day_of(result.reported_at if result else None) or blanks.DATE_LINE.text,
    }


def _where_it_went(case: Case, notice: Notice) -> Mapping[str, Value]:
    passed = [row for row in records.referrals(case, notice.round) if row.referred_at == notice.owed_since]
    if not passed:
        return matter.basics(case)
    return {
        **_parties(case, passed[-1]),
        "received_on": blanks.day_of(case.received_at),
        "issued_on": blanks.day_of(notice.owed_since),
    }


def _referral(case: Case, about: Record) -> Referral:
    referral: Referral = case.referrals.select_related("from_center", "to_unit").get(pk=about.key)
    return referral


def _parties(case: Case, referral: Referral) -> Mapping[str, Value]:
    told = {name: value for name, value in matter.basics(case).items() if name in {"case_number", "matter", "names"}}
    return {**told, "sender": f"{referral.from_center.name}综治中心", "receiver": referral.to_unit.name}


def _letter_kind(key: str, label: str | Promise, kind: ReferralKind, series: str) -> PaperKind:
    assigned = kind is ReferralKind.ASSIGN
    due = (Field("due_on", _("Result reported by"), "2026年4月30日"),) if assigned else ()
    ask = "请于{{ due_on }}前反馈办理结果，并提交办结报告。" if assigned else "请依照《信访工作条例》办理并答复信访人。"
    return PaperKind(
        key,
        label,
        needs.none,
        fields=(
            matter.number(f"(2026)枫桥{series}第0001号"),
            *(blanks.CASE_NUMBER, blanks.MATTER, matter.NAMES, _TO, _FROM, _REQUIREMENT, matter.RECEIVED_ON),
            *due,
            matter.ISSUED_ON,
        ),
        layout=Layout(
            "信访事项交办函" if assigned else "信访事项转送函",
            [
                Text("{{ receiver }}：", align="left"),
                Text(
                    "{{ names }}于{{ received_on }}提出的“{{ matter }}”信访事项（编号：{{ case_number }}），"
                    "属于你单位职权范围，现依照《信访工作条例》第二十二条规定转交你单位。"
                ),
                Text("办理要求：{{ requirement }}"),
                Text(ask),
                Text(
                    "你单位认为不属于本单位职权范围的，应当自收到之日起五个工作日内提出异议，并详细说明理由；"
                    "经核实同意后，交还相关材料（第二十三条）。"
                ),
                Text(f"联系人：{blanks.FULL}"),
                Text("{{ sender }}（印章）", align="right"),
                matter.ISSUED,
                matter.RECEIVED,
            ],
            number="{{ number }}",
        ),
        records=_of_kind(kind),
        series=series,
    )


FORWARD: Final = _letter_kind("forward_letter", _("Letter of referral"), ReferralKind.FORWARD, "访转字")
ASSIGN: Final = _letter_kind("assign_letter", _("Letter of assignment"), ReferralKind.ASSIGN, "访交字")
OBJECTION: Final = PaperKind(
    "referral_objection",
    _("Objection to a referral"),
    needs.none,
    fields=(
        *(blanks.CASE_NUMBER, blanks.MATTER, matter.NAMES, _TO, _FROM),
        Field("reasons", _("Reasons"), "该事项属于县级住建部门职权范围。（示例）"),
        Field("suggested", _("Competent unit instead"), "诸暨市住房和城乡建设局（示例）", is_required=False),
        Field("decision", _("Decision about the objection"), "异议成立，退回另行转送交办。（示例）", is_required=False),
        matter.ISSUED_ON,
    ),
    layout=Layout(
        "信访事项异议书",
        [
            Text("{{ sender }}：", align="left"),
            Text(
                "你单位转交的{{ names }}提出的“{{ matter }}”信访事项（编号：{{ case_number }}），"
                "我单位认为不属于本单位职权范围，依照《信访工作条例》第二十三条规定提出异议。"
            ),
            Text("一、理由：{{ reasons }}"),
            Text("二、建议承办单位：{{ suggested }}"),
            Text("{{ receiver }}（印章）", align="right"),
            matter.ISSUED,
            Grid([("异议处理\n决定", "{{ decision }}"), ("决定人\n签名", "\n")]),
        ],
        number="{{ case_number }}",
    ),
    records=Records(_objected, _objection),
)
REPORT: Final = PaperKind(
    "result_report",
    _("Report on what was assigned"),
    needs.none,
    fields=(
        *(blanks.CASE_NUMBER, blanks.MATTER, matter.NAMES, _TO, _FROM, matter.HANDLER, matter.RECEIVED_ON),
        Field("facts", _("Facts found, and on what they rest"), "经核实，情况属实。（示例）"),
        Field("result", _("Result"), "已落实到位。（示例）"),
        matter.ISSUED_ON,
    ),
    layout=Layout(
        "信访事项办结报告",
        [
            Text("{{ sender }}：", align="left"),
            Text("你单位交办的{{ names }}“{{ matter }}”信访事项（编号：{{ case_number }}），现将办理情况报告如下。"),
            Grid(
                [
                    ("收到日期", "{{ received_on }}", "承办人", "{{ handler }}"),
                    ("办理经过", blanks.BY_HAND),
                    ("查明的事实", "{{ facts }}"),
                    ("办理结果", "{{ result }}"),
                    ("信访人意见", blanks.BY_HAND),
                ]
            ),
            Text("{{ receiver }}（印章）", align="right"),
            matter.ISSUED,
        ],
        number="{{ case_number }}",
    ),
    records=Records(_reported, _report),
)

NOTICE: Final = PaperKind(
    "referral_notice",
    NoticeKind.REFERRAL.label,
    needs.none,
    fields=(
        matter.number("(2026)枫桥访告字第0001号"),
        *(blanks.CASE_NUMBER, blanks.MATTER, matter.NAMES, _TO, _FROM, matter.RECEIVED_ON, matter.ISSUED_ON),
    ),
    layout=Layout(
        "信访事项转送告知书",
        [
            matter.ADDRESSEE,
            Text(
                "你（单位）于{{ received_on }}提出的“{{ matter }}”信访事项（编号：{{ case_number }}）已经收到。"
                "依照《信访工作条例》第二十二条、第二十三条的规定，已于{{ issued_on }}转送（交办）{{ receiver }}办理。"
            ),
            Text("一、{{ receiver }}应当自收到之日起十五日内书面告知你（单位）接收情况以及处理途径和程序。"),
            Text(f"二、查询方式：{matter.HOW_TO_ASK}"),
            Text("{{ sender }}（印章）", align="right"),
            matter.ISSUED,
            matter.RECEIVED,
        ],
        number="{{ number }}",
    ),
    records=records.of_notice(NoticeKind.REFERRAL, _where_it_went),
    series="访告字",
)

KINDS: Final = (NOTICE, FORWARD, ASSIGN, OBJECTION, REPORT)
