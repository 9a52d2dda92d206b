"""The papers with which a petition ends without an opinion: a reply, a letter under seal, a statement, a result."""

from collections.abc import Mapping
from datetime import date
from typing import Final

from django.utils.translation import gettext_lazy as _

from cases.enums import Outcome
from cases.models import Case
from cases.reports import blanks
from cases.reports.papers import Need, PaperKind, Record, Records
from core.papers.fields import Field, Value
from core.papers.layout import Grid, Layout, Text
from petitions.enums import NoticeKind
from petitions.models import Conclusion, Notice
from petitions.reports.papers import matter, needs, records

GO_ON: Final = (
    "本答复不影响你（单位）继续向有权处理的机关、单位提出建议意见（《信访工作条例》第十七条）。"
    "对办理情况有疑问的，可以向本机关、单位查询，并对办理工作作出满意度评价。"
)
_SUGGESTIONS: Final = "《信访工作条例》第二十九条"


def _reply(case: Case, notice: Notice | None) -> Mapping[str, Value]:
    end = records.behind(case, notice)
    if end is None or not end.outcome:
        return matter.basics(case)
    return {
        **matter.basics(case),
        "outcome": str(end.get_outcome_display()),
        "reply": end.result.summary,
        "basis": "；".join(filter(None, [_SUGGESTIONS, end.basis])),
        "remedy": GO_ON,
        "issued_on": blanks.day_of(end.result.reported_at),
    }


def _letters(case: Case, number: int) -> list[Record]:
    """Return the letters of a round: one for each time it went, and the next one while it may go.

    A letter is numbered and made before it is carried there, so it has its key before the transfer is on record.
    """
    went = _transfers(case, number)
    letters = [Record(str(ordinal), f"{row.stated_on}") for ordinal, row in enumerate(went, 1)]
    if number == case.round and needs.may_be_transferred(case):
        letters.append(Record(str(len(went) + 1), "", Need.MAY))
    return letters


def _transfers(case: Case, number: int) -> list[Conclusion]:
    return [row for row in records.conclusions(case, number) if row.result.outcome == Outcome.TRANSFERRED]


@blanks.in_chinese
def _letter(case: Case, _today: date, about: Record) -> Mapping[str, Value]:
    """Return what the receiving organ is told: what it is about and whom it accuses, and nothing of who brought it."""
    went = _transfers(case, case.round)
    row = went[int(about.key) - 1] if int(about.key) <= len(went) else None
    return {
        "case_number": case.number,
        "matter": case.title,
        "organ": matter.organ(case),
        "handler": blanks.handler(case),
        "received_on": blanks.day_of(case.received_at),
        "receiver": row.organ if row else blanks.WIDE * 2,
        "accused": "、".join(one.label for one in case.accused.select_related("person", "unit", "center")),
        "handed_over": row.result.summary if row else matter.TO_WRITE,
        "issued_on": blanks.day(row.stated_on if row else None) or blanks.DATE_LINE.text,
    }


def _withdrawal(case: Case, end: Conclusion) -> Mapping[str, Value]:
    return {
        **matter.basics(case),
        "statement": end.result.summary,
        "stated_on": blanks.day(end.stated_on),
        "recorder": end.result.reported_by.full_name,
    }


@blanks.in_chinese
def _to_withdraw(case: Case, _today: date) -> Mapping[str, Value]:
    """Return room for the petitioner's own words."""
    return {**matter.basics(case), "statement": matter.TO_WRITE, "stated_on": blanks.DATE_LINE.text}


PROCEDURE_RESULT: Final = PaperKind(
    "procedure_result", _("Document with which the procedure ended"), needs.of_procedure, may_be_seen=True
)

REPLY: Final = PaperKind(
    "suggestion_reply",
    NoticeKind.REPLY.label,
    needs.of_end(Outcome.REPLIED),
    fields=(
        matter.number("(2026)枫桥访复字第0001号"),
        *matter.COMMON,
        matter.HANDLER,
        matter.RECEIVED_ON,
        Field("outcome", _("About the suggestion"), "采纳"),
        Field("reply", _("Reply"), "已列入下半年修缮计划。（示例）"),
        matter.BASIS,
        matter.REMEDY,
        matter.ISSUED_ON,
    ),
    layout=Layout(
        "信访建议答复函",
        [
            matter.ADDRESSEE,
            Text("你（单位）于{{ received_on }}提出的“{{ matter }}”建议意见（编号：{{ case_number }}）收悉。"),
            Text("经认真研究论证，现答复如下：{{ outcome }}。{{ reply }}"),
            Text("依据：{{ basis }}"),
            Text("{{ remedy }}"),
            Text("感谢你（单位）对我们工作的关心和支持。"),
            matter.CONTACT,
            matter.SEAL,
            matter.ISSUED,
        ],
        number="{{ number }}",
    ),
    values=lambda case, _today: _reply(case, None),
    records=records.of_notice(NoticeKind.REPLY, _reply),
    series="访复字",
)

TRANSFER: Final = PaperKind(
    "sealed_transfer",
    _("Letter of transfer under seal"),
    needs.none,
    fields=(
        matter.number("(2026)枫桥访密转字第0001号"),
        Field("receiver", _("Organ that takes it over"), "诸暨市纪委监委（示例）"),
        blanks.CASE_NUMBER,
        blanks.MATTER,
        matter.RECEIVED_ON,
        Field("accused", _("Whom it accuses"), "枫桥镇某所（示例）", is_required=False),
        Field("handed_over", _("What is handed over, and who signed for it"), "密封材料一件，机要签收。（示例）"),
        matter.ORGAN,
        matter.HANDLER,
        matter.ISSUED_ON,
    ),
    layout=Layout(
        "检举控告事项密件转送函",
        [
            Text("密件　专人送达　不得拆转", align="left", is_heading=True),
            Text("{{ receiver }}：", align="left"),
            Text(
                "我单位于{{ received_on }}收到“{{ matter }}”检举控告事项（编号：{{ case_number }}）。"
                "依照《信访工作条例》第二十二条、第三十条的规定，按照管理权限转送你单位，请依规依纪依法处理。"
            ),
            Grid(
                [
                    ("被检举\n控告对象", "{{ accused }}"),
                    ("移送材料", "{{ handed_over }}"),
                    ("材料件数", "", "密封情况", ""),
                ]
            ),
            Text(
                "检举控告人的身份信息依法保密，不在本函载明。不得将检举控告材料及有关情况透露"
                "或者转给被检举控告的人员或者单位（《信访工作条例》第三十条）。"
            ),
            matter.CONTACT,
            matter.SEAL,
            matter.ISSUED,
            Text("回　执", align="centre", is_heading=True),
            Text(f"接收单位（盖章）：{blanks.WIDE}　签收人：{blanks.WIDE}", align="left"),
            Text("签收日期：　　年　　月　　日", align="left"),
        ],
        number="{{ number }}",
    ),
    records=Records(_letters, _letter),
    series="访密转字",
)

WITHDRAWAL: Final = PaperKind(
    "petition_withdrawal",
    _("Statement of withdrawal"),
    needs.of_withdrawing,
    fields=(
        *matter.COMMON,
        Field("statement", _("What the petitioner stated"), "问题已经解决，自愿撤回。（示例）"),
        Field("stated_on", _("Stated on"), "2026年3月20日"),
        Field("recorder", _("Recorded by"), "王承办（示例）", is_required=False),
    ),
    layout=Layout(
        "撤回信访事项声明",
        [
            Text("{{ organ }}：", align="left"),
            Text("本人（单位）系“{{ matter }}”信访事项（编号：{{ case_number }}）的信访人{{ names }}，现声明如下："),
            Text("{{ statement }}"),
            Text(
                "撤回系本人（单位）真实意思表示，未受任何单位和个人强迫。本人（单位）知晓：撤回不影响依法通过诉讼、"
                "仲裁、行政复议等法定途径维护自己的权利，也不影响以新的事实和理由另行提出信访事项。"
            ),
            Text(f"信访人（签名、盖章或者捺印）：{blanks.WIDE}"),
            Text("{{ stated_on }}", align="right"),
            Text(f"口头声明的，由工作人员如实记录并向本人宣读。记录人：{{{{ recorder }}}}　（签名）{blanks.WIDE}"),
        ],
        number="{{ case_number }}",
    ),
    values=_to_withdraw,
    records=records.of_end(Outcome.WITHDRAWN, _withdrawal),
)

KINDS: Final = (PROCEDURE_RESULT, REPLY, TRANSFER, WITHDRAWAL)
