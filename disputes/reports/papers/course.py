"""The papers of the mediation itself: what was looked into, what was shown, and what was said."""

from collections.abc import Mapping
from datetime import date
from typing import Final

from django.utils.translation import gettext_lazy as _

from cases.models import Case
from cases.reports.papers import PaperKind
from core import clock
from core.papers.fields import Field, Value
from core.papers.layout import Grid, Layout, Rows, Text
from disputes.reports.papers import blanks, needs


@blanks.in_chinese
def _evidence(case: Case, today: date) -> Mapping[str, Value]:
    files = case.attachments.filter(withdrawn_at=None).order_by("uploaded_at", "pk")
    rows = [
        {"title": file.name, "added_on": blanks.day(clock.local_day(file.uploaded_at))}
        for file in files.only("name", "uploaded_at")
    ]
    return {**blanks.basics(case, today), "evidence": rows}


INVESTIGATION: Final = PaperKind(
    "investigation",
    _("Record of an investigation"),
    needs.may,
    fields=(blanks.CASE_NUMBER, blanks.MATTER, blanks.COMMITTEE),
    layout=Layout(
        "人民调解调查记录",
        [
            Grid(
                [
                    ("纠纷", "{{ matter }}"),
                    ("时间", "", "地点", ""),
                    ("参加人", ""),
                    ("被调查人", "", "与当事人\n的关系", ""),
                    ("被调查人\n基本情况", "\n"),
                    ("调查人", "", "记录人", ""),
                    ("调查内容", "\n" * 3),
                ]
            ),
            Text("以上记录经本人核对（或者已向本人宣读），无误。"),
            Text(f"被调查人（签名、盖章或者捺印）：{blanks.WIDE}"),
            Text(f"调查人（签名）：{blanks.WIDE}"),
            blanks.OF_RECORDER,
            blanks.SEAL,
            blanks.DATE_LINE,
        ],
        number="{{ case_number }}",
    ),
    values=blanks.basics,
)

EVIDENCE: Final = PaperKind(
    "evidence",
    _("Evidence"),
    needs.may,
    fields=(
        blanks.CASE_NUMBER,
        blanks.MATTER,
        Field(
            "evidence",
            _("Evidence"),
            "",
            columns=(Field("title", _("Title"), "漏水照片（示例）"), Field("added_on", _("Date"), "2026年11月18日")),
        ),
        blanks.COMMITTEE,
    ),
    layout=Layout(
        "证据材料目录",
        [
            Text("纠纷：{{ matter }}", align="left"),
            Rows("evidence", [("名称", "title"), ("来源", ""), ("日期", "added_on"), ("原件或者复制件", "")]),
            Text(f"提交人（签名、盖章或者捺印）：{blanks.WIDE}"),
            Text(f"接收人（签名）：{blanks.WIDE}"),
            blanks.SEAL,
            blanks.DATE_LINE,
        ],
        number="{{ case_number }}",
    ),
    values=_evidence,
)

SESSION: Final = PaperKind(
    "session",
    _("Record of mediation"),
    needs.of_talks,
    fields=(blanks.CASE_NUMBER, blanks.MATTER, blanks.NAMES, blanks.MEDIATOR, blanks.SIGNERS, blanks.COMMITTEE),
    layout=Layout(
        "人民调解记录",
        [
            Grid(
                [
                    ("时间", "", "地点", ""),
                    ("调解事项", "{{ matter }}"),
                    ("当事人", "{{ names }}"),
                    ("参加人", ""),
                    ("人民调解员", "{{ mediator }}", "记录人", ""),
                    ("权利义务\n告知", "□ 已告知当事人人民调解的性质、原则、效力和当事人的权利义务"),
                    ("当事人陈述", blanks.BY_HAND),
                    ("查明的事实", blanks.BY_HAND),
                    ("风险告知", "\n\n"),
                    ("协议内容或\n未达成协议\n的原因", blanks.BY_HAND),
                    ("其他途径\n告知", "□ 已告知当事人可以依法通过仲裁、行政、司法等途径维护自己的权利"),
                ]
            ),
            Text("以上记录□经当事人核对　□已向当事人宣读，无误。"),
            blanks.SIGNATURES_TABLE,
            Text(f"参加人（签名）：{blanks.WIDE}"),
            blanks.OF_MEDIATOR,
            blanks.OF_RECORDER,
            blanks.SEAL,
            blanks.DATE_LINE,
        ],
        number="{{ case_number }}",
    ),
    values=blanks.basics,
)

KINDS: Final = (INVESTIGATION, EVIDENCE, SESSION)
