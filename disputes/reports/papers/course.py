"""The papers of the mediation itself: what was looked into, what was shown, and what was said."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Final

from django.utils.translation import gettext_lazy as _

from cases.models import Case
from cases.reports import blanks
from cases.reports.holdings import parties_of, rows_of
from cases.reports.papers import PaperKind, Record, Records
from core import clock
from core.papers.fields import Field, Value
from core.papers.layout import Grid, Layout, Rows, Text
from disputes.enums import AttendanceRole, ReadBack
from disputes.models import Attendance, SessionRecord
from disputes.reports.papers import mediation, needs

_BY_HAND: Final = ("statements", "facts", "risk_told", "outcome")


@blanks.in_chinese
def _to_write(case: Case, today: date) -> Mapping[str, Value]:
    """Return room to write by hand what was said."""
    return {**mediation.basics(case, today), **_ticks(None), **dict.fromkeys(_BY_HAND, blanks.BY_HAND)}


@blanks.in_chinese
def _session(case: Case, today: date, about: Record) -> Mapping[str, Value]:
    """Return what the record of a session says."""
    record = case.session_records.select_related("session").get(pk=about.key)
    there = list(record.session.attendances.filter(is_present=True).select_related("party", "person"))
    came = [row.party for row in there if row.party] or parties_of(case)
    return {
        **mediation.basics(case, today),
        **_ticks(record),
        "parties": blanks.party_rows(came),
        "names": blanks.party_names(came),
        "held_at": blanks.span(record.started_at, record.ended_at),
        "place": record.session.place,
        "participants": "、".join(f"{row.name}（{row.capacity}）" for row in there if row.name) or "／",
        "mediator": _people(there, AttendanceRole.MEDIATOR) or blanks.handler(case),
        "recorder": _people(there, AttendanceRole.RECORDER),
        "statements": record.statements,
        "facts": record.facts or "／",
        "risk_told": record.risk_told or "／",
        "outcome": record.outcome,
        "routes": "、".join(record.route_labels()),
    }


def _held(case: Case, number: int) -> list[Record]:
    """Return the sessions of a round on record, each by the day on which it was held."""
    held = rows_of(case, case.session_records.all()).filter(session__round=number).order_by("started_at", "pk")
    days = held.values_list("pk", "started_at")
    return [Record(str(key), f"{clock.local_day(started_at):%Y-%m-%d}") for key, started_at in days]


def _ticks(record: SessionRecord | None) -> dict[str, str]:
    told = {
        "rights_told": record is not None and record.rights_told,
        "routes_told": record is not None and bool(record.routes_told),
        "checked": record is not None and record.read_back == ReadBack.READ,
        "read_out": record is not None and record.read_back == ReadBack.READ_OUT,
    }
    return {name: blanks.tick(is_so=is_so) for name, is_so in told.items()}


def _people(there: Iterable[Attendance], role: AttendanceRole) -> str:
    return "、".join(row.person.full_name for row in there if row.role == role and row.person)


@blanks.in_chinese
def _evidence(case: Case, today: date) -> Mapping[str, Value]:
    files = rows_of(case, case.attachments.all()).filter(withdrawn_at=None).order_by("uploaded_at", "pk")
    rows = [
        {"title": file.name, "added_on": blanks.day(clock.local_day(file.uploaded_at))}
        for file in files.only("name", "uploaded_at")
    ]
    return {**mediation.basics(case, today), "evidence": rows}


INVESTIGATION: Final = PaperKind(
    "investigation",
    _("Record of an investigation"),
    needs.may,
    fields=(blanks.CASE_NUMBER, blanks.MATTER, mediation.COMMITTEE),
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
            mediation.OF_RECORDER,
            mediation.SEAL,
            blanks.DATE_LINE,
        ],
        number="{{ case_number }}",
    ),
    values=mediation.basics,
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
        mediation.COMMITTEE,
    ),
    layout=Layout(
        "证据材料目录",
        [
            Text("纠纷：{{ matter }}", align="left"),
            Rows("evidence", [("名称", "title"), ("来源", ""), ("日期", "added_on"), ("原件或者复制件", "")]),
            Text(f"提交人（签名、盖章或者捺印）：{blanks.WIDE}"),
            Text(f"接收人（签名）：{blanks.WIDE}"),
            mediation.SEAL,
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
    fields=(
        blanks.CASE_NUMBER,
        blanks.MATTER,
        mediation.NAMES,
        mediation.MEDIATOR,
        mediation.SIGNERS,
        mediation.COMMITTEE,
        Field("held_at", _("Time"), "2026年11月20日9时00分至10时30分", is_required=False),
        Field("place", _("Place"), "枫桥镇综治中心调解室（示例）", is_required=False),
        Field("participants", _("Participants"), "／", is_required=False),
        Field("recorder", _("Recorder"), "李记录（示例）", is_required=False),
        Field("rights_told", _("Whether rights and duties were told"), "☑"),
        Field("statements", _("What the parties said"), "甲方：……乙方：……（示例）", is_required=False),
        Field("facts", _("Facts that were checked"), "漏水由水管老化引起。（示例）", is_required=False),
        Field("risk_told", _("What the parties were told of law and risk"), "／", is_required=False),
        Field("outcome", _("Terms, or why no agreement was reached"), "乙方赔偿800元。（示例）", is_required=False),
        Field("routes_told", _("Whether other routes were told"), "☑"),
        Field("routes", _("Routes told"), "向人民法院起诉", is_required=False),
        Field("checked", _("Whether the parties read the record"), "☑"),
        Field("read_out", _("Whether the record was read out"), "□"),
    ),
    layout=Layout(
        "人民调解记录",
        [
            Grid(
                [
                    ("时间", "{{ held_at }}", "地点", "{{ place }}"),
                    ("调解事项", "{{ matter }}"),
                    ("当事人", "{{ names }}"),
                    ("参加人", "{{ participants }}"),
                    ("人民调解员", "{{ mediator }}", "记录人", "{{ recorder }}"),
                    (
                        "权利义务\n告知",
                        "{{ rights_told }} 已告知当事人人民调解的性质、原则、效力和当事人的权利义务",
                    ),
                    ("当事人陈述", "{{ statements }}"),
                    ("查明的事实", "{{ facts }}"),
                    ("风险告知", "{{ risk_told }}"),
                    ("协议内容或\n未达成协议\n的原因", "{{ outcome }}"),
                    (
                        "其他途径\n告知",
                        "{{ routes_told }} 已告知当事人可以依法通过仲裁、行政、司法等途径维护自己的权利　{{ routes }}",
                    ),
                ]
            ),
            Text("以上记录{{ checked }}经当事人核对　{{ read_out }}已向当事人宣读，无误。"),
            mediation.SIGNATURES_TABLE,
            Text(f"参加人（签名）：{blanks.WIDE}"),
            mediation.OF_MEDIATOR,
            mediation.OF_RECORDER,
            mediation.SEAL,
            blanks.DATE_LINE,
        ],
        number="{{ case_number }}",
    ),
    values=_to_write,
    records=Records(_held, _session),
)

KINDS: Final = (INVESTIGATION, EVIDENCE, SESSION)
