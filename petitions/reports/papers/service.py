"""The record of service (送达回证): which paper reached the petitioner, when, how, and what proves it."""

from collections.abc import Mapping
from datetime import date
from typing import Final

from django.utils.translation import gettext_lazy as _

from cases.models import Case
from cases.reports import blanks
from cases.reports.papers import Need, PaperKind, Record, Records
from core.papers.fields import Field, Value
from core.papers.layout import Grid, Layout, Text
from petitions.enums import NoticeKind
from petitions.models import Notice
from petitions.reports.papers import first, matter, needs, records
from petitions.rules.notices import OPINIONS

_TO_SERVE: Final = "to-"  # what is taken along to be signed is another paper than the record of what was served


def _of_round(case: Case, number: int) -> list[Record]:
    return [_record(notice) for notice in records.notices(case, number)]


def _record(notice: Notice) -> Record:
    label = str(NoticeKind(notice.kind).label)
    if notice.served_on is None:
        return Record(f"{_TO_SERVE}{notice.pk}", label, Need.MAY)
    return Record(str(notice.pk), f"{label} {notice.served_on}")


@blanks.in_chinese
def _service(case: Case, _today: date, about: Record) -> Mapping[str, Value]:
    notice = case.petition_notices.select_related("served_by").get(pk=about.key.removeprefix(_TO_SERVE))
    return {
        **matter.basics(case),
        "document": _document(case, notice),
        "number": _number(case, notice),
        "served_on": blanks.day(notice.served_on),
        "method": str(notice.get_method_display()),
        "proof": notice.proof,
        "server": notice.served_by.full_name if notice.served_by else "",
    }


def _document(case: Case, notice: Notice) -> str:
    end = records.behind(case, notice) if notice.kind == NoticeKind.NON_ACCEPTANCE else None
    return first.title_of(end) if end else str(NoticeKind(notice.kind).label)


def _number(case: Case, notice: Notice) -> str:
    """Return the number under which the paper that was served was made; nothing for one that has none."""
    if notice.kind in OPINIONS:
        opinion = next(
            (row for row in records.opinions(case, notice.round) if row.signed_at == notice.owed_since), None
        )
        return opinion.number if opinion else ""
    made = case.papers.kept().filter(kind=PAPERS[NoticeKind(notice.kind)], subject=str(notice.pk)).exclude(number="")
    return made.order_by("-version").values_list("number", flat=True).first() or ""


PAPERS: Final[Mapping[NoticeKind, str]] = {
    NoticeKind.RECEIPT: "receipt_notice",
    NoticeKind.REFERRAL: "referral_notice",
    NoticeKind.ACCEPTANCE: "acceptance_notice",
    NoticeKind.NON_ACCEPTANCE: "non_acceptance_notice",
    NoticeKind.GUIDANCE: "guidance_notice",
    NoticeKind.OPINION: "handling_opinion",
    NoticeKind.REVIEW: "review_opinion",
    NoticeKind.REREVIEW: "rereview_opinion",
    NoticeKind.REPLY: "suggestion_reply",
    NoticeKind.SETTLEMENT: "settlement_agreement",
}

SERVICE_RECORD: Final = PaperKind(
    "service_record",
    _("Record of service"),
    needs.none,
    fields=(
        *matter.COMMON,
        Field("document", _("Paper that was served"), "受理告知书"),
        Field("number", _("Number of the paper"), "(2026)枫桥访受字第0001号", is_required=False),
        Field("served_on", _("Served on"), "2026年3月5日", is_required=False),
        Field("method", _("Manner of service"), "直接送达，本人签收", is_required=False),
        Field("proof", _("What proves the service"), "信访人签收（示例）", is_required=False),
        Field("server", _("Service recorded by"), "王承办（示例）", is_required=False),
    ),
    layout=Layout(
        "送达回证",
        [
            Grid(
                [
                    ("信访事项", "{{ matter }}"),
                    ("送达文书", "{{ document }}"),
                    ("文书编号", "{{ number }}"),
                    ("受送达人", "{{ names }}"),
                    ("送达日期", "{{ served_on }}", "送达方式", "{{ method }}"),
                    ("送达凭据", "{{ proof }}"),
                    ("受送达人\n签名", "\n\n"),
                    ("代收人签名\n及代收理由", "\n\n"),
                    ("送达人", "{{ server }}", "送达人签名", ""),
                    ("备注", "\n"),
                ]
            ),
            Text("（受送达人拒绝签收的，由送达人记明情况，并由见证人签名。）", align="left"),
            matter.SEAL,
        ],
        number="{{ case_number }}",
    ),
    records=Records(_of_round, _service),
)

KINDS: Final = (SERVICE_RECORD,)
