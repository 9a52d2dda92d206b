"""The papers of review and re-review: what was asked for, what the higher organ decided, and what a hearing found."""

from collections.abc import Mapping
from datetime import date
from typing import Final

from django.utils.translation import gettext_lazy as _

from cases.models import Case
from cases.reports import blanks
from cases.reports.papers import Need, PaperKind, Record, Records
from core.papers.fields import Field, Value
from core.papers.layout import Grid, Layout, Text
from petitions.enums import Instance, NoticeKind, OpinionOutcome
from petitions.models import Hearing, Opinion, Review
from petitions.reports.papers import handling, matter, needs, records

FINAL: Final = (
    "本复核意见是信访终结意见。信访人仍然以同一事实和理由提出投诉请求的，"
    "各级机关、单位不再受理（《信访工作条例》第三十六条）。"
)
ANEW: Final = "原处理意见已被撤销，由原办理机关、单位重新办理并另行出具信访处理意见书。"


def _remedy(opinion: Opinion) -> str:
    """Return whom to ask for a re-review, by when and with what; after a re-review that nothing follows (art. 36)."""
    if opinion.instance == Instance.REREVIEW:
        return FINAL
    if opinion.outcome == OpinionOutcome.REVOKED:
        return ANEW
    return (
        f"如不服本复查意见，可以自收到本意见书之日起三十日内，向{opinion.review_organ}书面请求复核"
        "（《信访工作条例》第三十六条）。请求复核应当提交：复核申请书、信访处理意见书和本意见书复印件、"
        "请求人身份证明复印件以及与复核请求有关的证据材料。"
    )


def _requests(case: Case, number: int) -> list[Record]:
    return [
        Record(str(row.pk), f"{Instance(row.instance).label} {row.asked_on:%Y-%m-%d}")
        for row in records.reviews(case, number)
    ]


@blanks.in_chinese
def _request(case: Case, _today: date, about: Record) -> Mapping[str, Value]:
    review: Review = case.reviews.get(pk=about.key)
    return {
        **matter.basics(case),
        "asked_organ": review.organ,
        "decided_by": review.from_unit.name if review.from_unit else review.from_center.name,
        "claim": review.request,
        "late_reason": review.late_reason,
        "issued_on": blanks.day(review.asked_on),
    }


def _signed(instance: Instance) -> Records:
    def of(case: Case, number: int) -> list[Record]:
        signed = [row for row in records.of_instance(case, number, instance) if row.signed_at]
        return [Record(str(row.pk), row.number) for row in reversed(signed)]

    return Records(of, _opinion)


@blanks.in_chinese
def _opinion(case: Case, _today: date, about: Record) -> Mapping[str, Value]:
    opinion: Opinion = case.opinions.issued().select_related("unit", "review__from_unit").get(pk=about.key)
    review = opinion.review
    before = review.from_unit if review else None
    return {
        **matter.basics(case),
        "number": opinion.number,
        "organ": opinion.unit.name,
        "decided_by": before.name if before else (review.from_center.name if review else ""),
        "asked_on": blanks.day(review.asked_on if review else None),
        "claim": opinion.claim,
        "facts": opinion.facts,
        "outcome": str(opinion.get_outcome_display()),
        "opinion": handling.decided(opinion),
        "basis": opinion.basis,
        "remedy": _remedy(opinion),
        "issued_on": blanks.day_of(opinion.signed_at),
    }


def _held(case: Case, number: int) -> list[Record]:
    held = case.hearings.filter(round=number)
    return [Record(str(row.pk), f"{row.held_on:%Y-%m-%d}") for row in held]


@blanks.in_chinese
def _hearing(case: Case, _today: date, about: Record) -> Mapping[str, Value]:
    hearing: Hearing = case.hearings.get(pk=about.key)
    return {
        **matter.basics(case),
        "held_on": blanks.day(hearing.held_on),
        "place": hearing.place,
        "chair": hearing.chair,
        "participants": hearing.participants,
        "statements": hearing.statements,
        "findings": hearing.findings,
    }


def _decided_elsewhere(case: Case, number: int) -> list[Record]:
    return [
        Record(str(row.pk), f"{Instance(row.instance).label} {row.number}", Need.MUST)
        for row in records.reviews(case, number)
        if row.served_on
    ]


_CLAIM: Final = Field("claim", _("What is asked for, and why"), "认为补偿面积认定有误，请求重新核对。（示例）")
_DECIDED_BY: Final = Field("decided_by", _("Organ that decided before"), "枫桥镇信访工作办公室（示例）")
_PARTIES: Final = (*matter.COMMON, _DECIDED_BY, _CLAIM)
_WITHOUT_ORGAN: Final = tuple(field for field in _PARTIES if field is not matter.ORGAN)

REQUEST: Final = PaperKind(
    "review_request",
    _("Request for a review"),
    needs.none,
    fields=(
        *_WITHOUT_ORGAN,
        Field("asked_organ", _("Organ that was asked"), "诸暨市人民政府（示例）"),
        Field("late_reason", _("Good reason for asking late"), "因病住院（示例）", is_required=False),
        matter.ISSUED_ON,
    ),
    layout=Layout(
        "信访事项复查（复核）申请书",
        [
            Grid(
                [
                    ("申请人", "{{ names }}"),
                    ("原办理（复查）\n机关、单位", "{{ decided_by }}"),
                    ("请求机关、单位", "{{ asked_organ }}"),
                    ("信访事项", "{{ matter }}"),
                    ("请求、事实\n和理由", "{{ claim }}"),
                    ("逾期申请的\n正当理由", "{{ late_reason }}"),
                    ("提交的材料", blanks.BY_HAND),
                    ("申请日期", "{{ issued_on }}"),
                ]
            ),
            Text("以上内容经本人核对（或者已向本人宣读），无误。"),
            Text(f"申请人（签名、盖章或者捺印）：{blanks.WIDE}"),
            Text(f"接收人（签名）：{blanks.WIDE}"),
            blanks.DATE_LINE,
        ],
        number="{{ case_number }}",
    ),
    records=Records(_requests, _request),
)


def _opinion_kind(name: str, notice: NoticeKind, instance: Instance, sample: str) -> PaperKind:
    """Return the paper of what an instance decided: who asked, who decided before, findings, decision, law, remedy."""
    return PaperKind(
        name,
        notice.label,
        needs.none,
        fields=(
            matter.number(sample),
            *_PARTIES,
            Field("asked_on", _("Asked for on"), "2026年4月1日"),
            Field("facts", _("Facts found, and on what they rest"), "经核对测绘资料，面积认定无误。（示例）"),
            Field("outcome", _("Decision"), "维持"),
            Field("opinion", _("Opinion"), "维持原处理意见。（示例）"),
            matter.BASIS,
            matter.REMEDY,
            matter.ISSUED_ON,
        ),
        layout=_opinion_layout("复查" if instance is Instance.REVIEW else "复核"),
        records=_signed(instance),
    )


def _opinion_layout(word: str) -> Layout:
    asked = (
        f"申请人因“{{{{ matter }}}}”信访事项（编号：{{{{ case_number }}}}），于{{{{ asked_on }}}}"
        f"向本机关、单位提出{word}请求，现已{word}完毕。"
    )
    parts = [
        (f"一、{word}请求、事实和理由", "{{ claim }}"),
        (f"二、{word}查明的事实", "{{ facts }}"),
        (f"三、{word}意见", "{{ outcome }}。{{ opinion }}"),
        ("四、法律、法规、规章及其他有关规定依据", "{{ basis }}"),
        ("五、救济途径", "{{ remedy }}"),
    ]
    return Layout(
        f"信访事项{word}意见书",
        [
            Text("申请人：{{ names }}", align="left"),
            Text("被申请机关、单位：{{ decided_by }}", align="left"),
            Text(asked),
            *(line for heading, text in parts for line in (Text(heading, is_heading=True), Text(text))),
            matter.SEAL,
            matter.ISSUED,
        ],
        number="{{ number }}",
    )


REVIEW: Final = _opinion_kind("review_opinion", NoticeKind.REVIEW, Instance.REVIEW, "(2026)诸暨访查字第0001号")
REREVIEW: Final = _opinion_kind("rereview_opinion", NoticeKind.REREVIEW, Instance.REREVIEW, "(2026)绍兴访核字第0001号")
ELSEWHERE: Final = PaperKind(
    "other_review_opinion",
    _("Opinion of another organ"),
    needs.none,
    records=Records(_decided_elsewhere, lambda case, _today, _about: matter.basics(case)),
)
PUBLIC_HEARING: Final = PaperKind(
    "public_hearing",
    _("Record of a hearing"),
    needs.none,
    fields=(
        *matter.COMMON,
        Field("held_on", _("Held on"), "2026年4月10日"),
        Field("place", _("Place"), "诸暨市综治中心（示例）"),
        Field("chair", _("Chair of the hearing"), "李主持（示例）"),
        Field("participants", _("Participants"), "信访人、承办单位、听证员（示例）"),
        Field("statements", _("What was said"), "各方陈述事实和理由并进行质证。（示例）"),
        Field("findings", _("What the hearing found"), "面积以现场测绘结果为准。（示例）"),
    ),
    layout=Layout(
        "信访事项听证记录",
        [
            Grid(
                [
                    ("信访事项", "{{ matter }}"),
                    ("信访人", "{{ names }}"),
                    ("时间", "{{ held_on }}", "地点", "{{ place }}"),
                    ("主持人", "{{ chair }}"),
                    ("参加人", "{{ participants }}"),
                    ("陈述、质证\n和辩论", "{{ statements }}"),
                    ("评议意见", "{{ findings }}"),
                ]
            ),
            Text("以上记录经参加人核对，无误。"),
            Text(f"信访人（签名、盖章或者捺印）：{blanks.WIDE}"),
            Text(f"主持人（签名）：{blanks.WIDE}"),
            Text(f"听证员（签名）：{blanks.WIDE}"),
            Text(f"记录人（签名）：{blanks.WIDE}"),
            matter.SEAL,
            blanks.DATE_LINE,
        ],
        number="{{ case_number }}",
    ),
    records=Records(_held, _hearing),
)

KINDS: Final = (REQUEST, PUBLIC_HEARING, REVIEW, REREVIEW, ELSEWHERE)
