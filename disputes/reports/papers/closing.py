"""The papers with which a file ends, and the letters between the committee and others."""

from collections.abc import Mapping
from datetime import date
from typing import Final

from django.utils.translation import gettext_lazy as _

from cases.enums import Channel
from cases.models import Case
from cases.reports import blanks
from cases.reports.holdings import archived_file
from cases.reports.papers import Need, PaperKind, Record, Records
from core.papers.fields import Field, Value
from core.papers.layout import Grid, Layout, Text
from disputes.enums import Source
from disputes.reports.hand_offs import entrusted_by
from disputes.reports.papers import mediation, needs, rounds
from disputes.rules.hand_offs import ENTRUSTED


@blanks.in_chinese
def _termination(case: Case, today: date) -> Mapping[str, Value]:
    ending = next(iter(rounds.endings(case, case.round)), None)
    basics = dict(mediation.basics(case, today))
    if ending is None:
        return basics
    return basics | {
        "reason": str(ending.get_reason_display()),
        "explanation": ending.result.summary,
        "routes": "；".join(ending.route_labels()),
        "told_on": blanks.day(ending.told_on),
    }


def _last_ending(case: Case, number: int) -> list[Record]:
    """Return how a round ended, if it ended without agreement, by the day on which the parties were told."""
    if number == case.round and needs.of_terminated(case) is Need.NONE:
        return []
    return [Record(str(row.pk), f"{row.told_on:%Y-%m-%d}") for row in rounds.endings(case, number)[:1]]


@blanks.in_chinese
def _report(case: Case, today: date) -> Mapping[str, Value]:
    result = blanks.result(case)
    closed_on = case.closed_at or (result.reported_at if result else None)
    return {
        **mediation.basics(case, today),
        "accepted_on": blanks.day(case.dispute.accepted_on),
        "closed_on": blanks.day_of(closed_on),
        "source": _source(case),
        "outcome": str(result.get_outcome_display()) if result else "",
        "result": result.summary if result else "",
    }


def _source(case: Case) -> str:
    """Return how the matter came: of an entrusted one by whom and by which letter, of any other through which door."""
    letter, source = entrusted_by(case), Source(case.dispute.source)
    if letter:
        return f"{source.label}：{letter.organ_name}（{letter.letter_number}）"
    return str(source.label if source in ENTRUSTED else Channel(case.channel).label)


@blanks.in_chinese
def _entrustment(case: Case, today: date) -> Mapping[str, Value]:
    letter = entrusted_by(case)
    told = {"organ": letter.organ_name, "number": letter.letter_number, "wish": letter.wish} if letter else {}
    return {
        **mediation.basics(case, today),
        "organ": blanks.WIDE,
        "number": f"〔　　　〕{blanks.WIDE}号",
        "wish": blanks.WIDE,
        **told,
        "handed_on": blanks.day(letter.handed_on) if letter else "年　　月　　日",
    }


@blanks.in_chinese
def _back_cover(case: Case, today: date) -> Mapping[str, Value]:
    """Return what the back cover says; where the file is in the archive once it is there."""
    archived = archived_file(case)
    return {
        **mediation.basics(case, today),
        "pages": str(archived.pages) if archived else blanks.GAP,
        "archived_on": blanks.day(archived.archived_on if archived else None),
    }


FILE_NOTE: Final = PaperKind(
    "file_note",
    _("Note on the file"),
    needs.may,
    fields=(blanks.CASE_NUMBER, blanks.MATTER, mediation.COMMITTEE),
    layout=Layout(
        "卷宗情况说明",
        [
            Text("卷名：{{ matter }}", align="left"),
            Grid([("情况说明", blanks.BY_HAND * 3)]),
            Text(f"说明人（签名）：{blanks.WIDE}"),
            mediation.SEAL,
            blanks.DATE_LINE,
        ],
        number="{{ case_number }}",
    ),
    values=mediation.basics,
)

BACK_COVER: Final = PaperKind(
    "back_cover",
    _("Back cover of the file"),
    needs.of_accepted,
    fields=(
        blanks.MATTER,
        blanks.CASE_NUMBER,
        mediation.COMMITTEE,
        Field("pages", _("Pages of the file"), "12", is_required=False),
        Field("archived_on", _("Archived on"), "2026年12月1日", is_required=False),
    ),
    layout=Layout(
        "封　底",
        [
            Grid(
                [
                    ("卷名", "{{ matter }}"),
                    ("案件编号", "{{ case_number }}"),
                    ("本卷页数", f"共{{{{ pages }}}}页（含附件{blanks.GAP}页）"),
                    ("立卷人", "", "立卷日期", ""),
                    ("档案管理员", "", "归档日期", "{{ archived_on }}"),
                    ("备注", "\n\n"),
                ]
            ),
            Text("{{ committee }}", align="right"),
        ],
    ),
    values=_back_cover,
    says_archive=True,
)

TERMINATION_NOTICE: Final = PaperKind(
    "termination_notice",
    _("Notice that the mediation has ended"),
    needs.of_terminated,
    fields=(
        Field("number", _("Number of the paper"), "(2026)枫桥终调字第0001号"),
        mediation.NAMES,
        blanks.MATTER,
        Field("reason", _("Reason"), "无法达成协议"),
        Field("explanation", _("Explanation"), "双方对赔偿数额分歧过大。（示例）"),
        Field("routes", _("Routes told"), "向人民法院提起诉讼"),
        Field("told_on", _("Told on"), "2026年11月20日"),
        mediation.SIGNERS,
        mediation.COMMITTEE,
    ),
    layout=Layout(
        "终止调解通知书",
        [
            Text("{{ names }}：", align="left"),
            Text("你们之间的“{{ matter }}”纠纷，经{{ committee }}调解，因下列原因终止调解："),
            Text("{{ reason }}。{{ explanation }}"),
            Text(
                "依照《中华人民共和国人民调解法》第二十六条的规定，现告知你们可以依法通过仲裁、行政、司法等途径"
                "维护自己的权利。可以选择的途径有："
            ),
            Text("{{ routes }}。"),
            Text("特此通知。"),
            mediation.OF_MEDIATOR,
            mediation.SEAL,
            Text("{{ told_on }}", align="right"),
            Text("送达回执：", is_heading=True),
            mediation.SIGNATURES_TABLE,
        ],
        number="{{ number }}",
    ),
    values=_termination,
    records=Records(_last_ending, lambda case, today, _record: _termination(case, today)),
    series="终调字",
)

ENTRUSTMENT: Final = PaperKind(
    "entrustment",
    _("Letter that entrusts a mediation"),
    needs.of_entrusted,
    fields=(
        Field("number", _("Number of the paper"), "(2026)示例委调字第0001号"),
        Field("organ", _("Organ"), "示例人民法院"),
        Field("handed_on", _("Day of the letter"), "2026年11月18日"),
        Field("wish", _("What is asked for"), "组织双方就赔偿数额进行调解。（示例）"),
        mediation.COMMITTEE,
        mediation.NAMES,
        blanks.MATTER,
        blanks.FACTS,
        mediation.SIGNERS,
    ),
    layout=Layout(
        "委托调解函",
        [
            Text("{{ committee }}：", align="left"),
            Text("{{ names }}之间的“{{ matter }}”纠纷，经征得各方当事人同意，现委托你会进行调解。纠纷简要情况如下："),
            Text("{{ facts }}"),
            Text("委托事项：{{ wish }}"),
            Text("请在依法调解后，将调解结果（包括达成协议、未达成协议及其原因）书面反馈我单位。"),
            Text(f"附件材料：{blanks.WIDE}　共{blanks.SHORT}页"),
            Text(f"联系人：{blanks.SHORT * 2}　联系方式：{blanks.SHORT * 2}"),
            Text("当事人同意委托调解：", is_heading=True),
            mediation.SIGNATURES_TABLE,
            Text("委托单位：{{ organ }}（盖章）", align="right"),
            Text("{{ handed_on }}", align="right"),
            Text("人民调解委员会意见：　□ 同意　□ 不同意"),
            Text("（盖章）　　　年　　月　　日", align="right"),
        ],
        number="{{ number }}",
    ),
    values=_entrustment,
)

CLOSING_REPORT: Final = PaperKind(
    "closing_report",
    _("Closing report"),
    needs.of_ended,
    fields=(
        blanks.CASE_NUMBER,
        mediation.COMMITTEE,
        mediation.MEDIATOR,
        Field("accepted_on", _("Accepted on"), "2026年11月18日", is_required=False),
        Field("closed_on", _("Closed on"), "2026年11月20日"),
        mediation.NAMES,
        Field("source", _("Source of the matter"), "中心窗口"),
        blanks.FACTS,
        Field("outcome", _("Outcome"), "达成协议"),
        Field("result", _("Result"), "乙方赔偿甲方人民币800元。（示例）"),
    ),
    layout=Layout(
        "结案报告表",
        [
            Grid(
                [
                    ("办理单位", "{{ committee }}"),
                    ("经办人", "{{ mediator }}"),
                    ("受理日期", "{{ accepted_on }}", "结案日期", "{{ closed_on }}"),
                    ("当事人", "{{ names }}"),
                    ("案件来源", "{{ source }}"),
                    ("纠纷简要\n情况", "{{ facts }}"),
                    ("处理结果", "{{ outcome }}。{{ result }}"),
                    ("备注", "\n"),
                ]
            ),
            Text(f"经办人（签名）：{blanks.WIDE}"),
            mediation.SEAL,
            blanks.DATE_LINE,
        ],
        number="{{ case_number }}",
    ),
    values=_report,
)

KINDS: Final = (FILE_NOTE, BACK_COVER, TERMINATION_NOTICE, ENTRUSTMENT, CLOSING_REPORT)
