"""What a petitioner is told first, within fifteen days (art. 23): accepted, led on, or why not and where to go."""

from collections.abc import Mapping
from datetime import date
from typing import Final

from django.utils.translation import gettext_lazy as _

from cases.enums import ClockKind, Outcome
from cases.models import Case
from cases.reports import blanks
from cases.reports.papers import PaperKind
from core.papers.fields import Field, Value
from core.papers.layout import Layout, Text
from petitions.enums import NotAcceptedReason, NoticeKind, StatutoryRoute
from petitions.models import Conclusion, Notice
from petitions.reports.papers import matter, needs, records
from petitions.rules.routes import WAYS

TURN_TO: Final[Mapping[NotAcceptedReason, str]] = {
    NotAcceptedReason.IN_PROGRESS: (
        "请等待{organ}的办理结果；对其信访处理意见不服的，可以自收到书面答复之日起三十日内，"
        "请求其上一级机关、单位复查（《信访工作条例》第三十五条）。"
    ),
    NotAcceptedReason.FINAL: (
        "该信访事项的复核意见为信访终结意见，以同一事实和理由提出的投诉请求不再受理（《信访工作条例》第三十六条）；"
        "有新的事实和理由的，可以另行提出；不影响依法通过其他法定途径维护自己的权利。有关情况可以向{organ}了解。"
    ),
    NotAcceptedReason.NOT_COMPETENT: "请向有权处理的{organ}提出（《信访工作条例》第二十三条）。",
    NotAcceptedReason.STATUTORY_ROUTE: "请依照法律规定的程序和期限向{organ}提出（《信访工作条例》第三十一条）。",
}


def _acceptance(case: Case, notice: Notice | None) -> Mapping[str, Value]:
    accepted_on = case.petition.accepted_on
    return {
        **matter.basics(case),
        "issued_on": blanks.day_of(notice.owed_since) if notice else blanks.day(accepted_on),
        "accepted_on": blanks.day(accepted_on),
        "due_on": blanks.day(_due_on(case)),
    }


def _due_on(case: Case) -> date | None:
    """Return the last day as it was when the claim was accepted, before anything was extended."""
    extended = records.extensions(case, case.round)
    if extended:
        return extended[0].was_due_on
    limit = case.clocks.filter(kind=ClockKind.PET_HANDLE, round=case.round)
    return limit.values_list("due_on", flat=True).first()


def _receipt(case: Case, notice: Notice | None) -> Mapping[str, Value]:
    entered = case.statutory_procedures.filter(round=case.round)
    procedure = (entered.filter(entered_at=notice.owed_since) if notice else entered).order_by("pk").last()
    if procedure is None:
        return matter.basics(case)
    return {
        **matter.basics(case),
        "issued_on": blanks.day_of(procedure.entered_at),
        "route": str(procedure.get_route_display()),
        "basis": procedure.basis,
        "due_on": blanks.day(procedure.due_on),
    }


def _non_acceptance(case: Case, notice: Notice | None) -> Mapping[str, Value]:
    end = records.behind(case, notice)
    if end is None or not end.reason:
        return matter.basics(case)
    reason = NotAcceptedReason(end.reason)
    return {
        **matter.basics(case),
        "issued_on": blanks.day_of(end.result.reported_at),
        "title": title_of(end),
        "decision": title_of(end).removesuffix("告知书"),
        "reason": str(reason.label),
        "explanation": end.result.summary,
        "basis": end.basis,
        "competent": end.organ,
        "remedy": TURN_TO[reason].format(organ=end.organ),
    }


def title_of(end: Conclusion) -> str:
    """Return what the notice is called that tells why a petition is not accepted, or not any more (arts. 23 and 36)."""
    return "不再受理告知书" if end.reason == NotAcceptedReason.FINAL else "不予受理告知书"


def _guidance(case: Case, notice: Notice | None) -> Mapping[str, Value]:
    end = records.behind(case, notice)
    if end is None or not end.route:
        return matter.basics(case)
    way = WAYS[StatutoryRoute(end.route)]
    return {
        **matter.basics(case),
        "issued_on": blanks.day_of(end.result.reported_at),
        "route": str(end.get_route_display()),
        "competent": end.organ,
        "limit": str(way.citizens_limit),
        "bodys_limit": str(way.bodys_limit),
        "basis": f"{way.law}；信访工作条例第23条、第31条",
        "explanation": end.result.summary,
    }


_COMPETENT: Final = Field("competent", _("Competent organ"), "诸暨市劳动人事争议仲裁委员会（示例）")
_ROUTE: Final = Field("route", _("Statutory route"), "劳动争议仲裁")

ACCEPTANCE: Final = PaperKind(
    "acceptance_notice",
    NoticeKind.ACCEPTANCE.label,
    needs.of_accepted,
    fields=(
        matter.number("(2026)枫桥访受字第0001号"),
        *matter.COMMON,
        matter.HANDLER,
        matter.RECEIVED_ON,
        Field("accepted_on", _("Accepted on"), "2026年3月2日"),
        Field("due_on", _("Last day"), "2026年5月1日"),
        matter.ISSUED_ON,
    ),
    layout=Layout(
        "信访事项受理告知书",
        [
            matter.ADDRESSEE,
            Text(
                "你（单位）于{{ received_on }}提出的“{{ matter }}”信访事项（编号：{{ case_number }}）收悉。经审查，"
                "该信访事项属于本机关、单位职权范围，依照《信访工作条例》第二十三条、第三十一条第六项的规定，"
                "决定自{{ accepted_on }}起予以受理。现将有关事项告知如下："
            ),
            Text("一、办理单位：{{ organ }}。"),
            Text(
                "二、办理途径和程序：适用信访程序办理。本机关、单位将听取你（单位）陈述事实和理由，"
                "进行调查核实，并出具信访处理意见书（《信访工作条例》第三十一条第六项、第三十二条）。"
            ),
            Text(
                "三、办理期限：应当于{{ due_on }}前（含当日）办结；情况复杂的，经本机关、单位负责人批准，"
                "可以适当延长，但延长期限不得超过三十日，并告知延长理由（《信访工作条例》第三十四条）。"
            ),
            Text(
                "四、救济途径：对信访处理意见不服的，可以自收到书面答复之日起三十日内，"
                "请求原办理机关、单位的上一级机关、单位复查（《信访工作条例》第三十五条）。"
            ),
            Text(f"五、查询方式：{matter.HOW_TO_ASK}"),
            matter.CONTACT,
            matter.SEAL,
            matter.ISSUED,
        ],
        number="{{ number }}",
    ),
    values=lambda case, _today: _acceptance(case, None),
    records=records.of_notice(NoticeKind.ACCEPTANCE, _acceptance),
    series="访受字",
)

RECEIPT: Final = PaperKind(
    "receipt_notice",
    NoticeKind.RECEIPT.label,
    needs.of_entered,
    fields=(
        matter.number("(2026)枫桥访接字第0001号"),
        *matter.COMMON,
        matter.HANDLER,
        matter.RECEIVED_ON,
        _ROUTE,
        matter.BASIS,
        Field("due_on", _("Last day of the procedure"), "2026年5月10日"),
        matter.ISSUED_ON,
    ),
    layout=Layout(
        "信访事项接收告知书",
        [
            matter.ADDRESSEE,
            Text(
                "你（单位）于{{ received_on }}提出的“{{ matter }}”信访事项（编号：{{ case_number }}）已经接收。"
                "依照《信访工作条例》第二十三条、第三十一条的规定，现将处理途径和程序告知如下："
            ),
            Text("一、办理单位：{{ organ }}。"),
            Text("二、处理途径：该信访事项依法导入“{{ route }}”程序办理。依据：{{ basis }}。"),
            Text("三、办理期限：该程序的法定期限至{{ due_on }}届满。"),
            Text(
                "四、救济途径：对该程序的处理结果不服的，依照规定该程序的法律、法规寻求救济；"
                "导入法定程序办理的信访事项不适用信访复查、复核。"
            ),
            Text(f"五、查询方式：{matter.HOW_TO_ASK}"),
            matter.CONTACT,
            matter.SEAL,
            matter.ISSUED,
        ],
        number="{{ number }}",
    ),
    values=lambda case, _today: _receipt(case, None),
    records=records.of_notice(NoticeKind.RECEIPT, _receipt),
    series="访接字",
)

NON_ACCEPTANCE: Final = PaperKind(
    "non_acceptance_notice",
    _("Notice of non-acceptance, now or any more"),
    needs.of_end(Outcome.NOT_ACCEPTED),
    fields=(
        Field("title", _("Title of the notice"), "不予受理告知书"),
        matter.number("(2026)枫桥访不受字第0001号"),
        *matter.COMMON,
        matter.HANDLER,
        matter.RECEIVED_ON,
        Field("decision", _("Decision"), "不予受理"),
        Field("reason", _("Reason"), "不属于本机关、单位职权范围"),
        Field("explanation", _("Explanation"), "该事项由上一级主管部门负责。（示例）"),
        matter.BASIS,
        _COMPETENT,
        matter.REMEDY,
        matter.ISSUED_ON,
    ),
    layout=Layout(
        "{{ title }}",
        [
            matter.ADDRESSEE,
            Text(
                "你（单位）于{{ received_on }}提出的“{{ matter }}”信访事项（编号：{{ case_number }}）收悉。"
                "经审查，决定{{ decision }}，现将理由和依据告知如下："
            ),
            Text("一、理由：{{ reason }}。{{ explanation }}"),
            Text("二、法律、法规依据：{{ basis }}"),
            Text("三、有权处理的机关、单位：{{ competent }}"),
            Text("四、可以选择的途径：{{ remedy }}"),
            matter.CONTACT,
            matter.SEAL,
            matter.ISSUED,
        ],
        number="{{ number }}",
    ),
    values=lambda case, _today: _non_acceptance(case, None),
    records=records.of_notice(NoticeKind.NON_ACCEPTANCE, _non_acceptance),
    series="访不受字",
)

GUIDANCE: Final = PaperKind(
    "guidance_notice",
    NoticeKind.GUIDANCE.label,
    needs.of_end(Outcome.GUIDED_OUT),
    fields=(
        matter.number("(2026)枫桥访引字第0001号"),
        *matter.COMMON,
        matter.HANDLER,
        matter.RECEIVED_ON,
        _ROUTE,
        _COMPETENT,
        Field("limit", _("The petitioner's limit"), "一年"),
        Field("bodys_limit", _("The organ's own limit"), "五日内决定是否受理", is_required=False),
        matter.BASIS,
        Field("explanation", _("How the organ is reached, and what to bring"), "请携带身份证和劳动合同。（示例）"),
        matter.ISSUED_ON,
    ),
    layout=Layout(
        "依法分类处理途径告知书",
        [
            matter.ADDRESSEE,
            Text(
                "你（单位）于{{ received_on }}提出的“{{ matter }}”信访事项（编号：{{ case_number }}）收悉。经甄别，"
                "该事项依法应当通过其他法定途径处理，依照《信访工作条例》第二十三条、第三十一条的规定，现告知如下："
            ),
            Text("一、法定途径：{{ route }}。"),
            Text("二、有权处理的机关、单位：{{ competent }}"),
            Text("三、提出的期限：{{ limit }}（有期限的，请在期限内提出，以免丧失权利）。"),
            Text("四、有关机关、单位办理的期限：{{ bodys_limit }}"),
            Text("五、法律、法规依据：{{ basis }}"),
            Text("六、联系方式和需要携带的材料：{{ explanation }}"),
            matter.CONTACT,
            matter.SEAL,
            matter.ISSUED,
        ],
        number="{{ number }}",
    ),
    values=lambda case, _today: _guidance(case, None),
    records=records.of_notice(NoticeKind.GUIDANCE, _guidance),
    series="访引字",
)

KINDS: Final = (ACCEPTANCE, RECEIPT, NON_ACCEPTANCE, GUIDANCE)
