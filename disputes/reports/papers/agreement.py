"""The papers of an agreement and of what follows it: its performance, the visit afterwards, the court."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Final, cast

from django.utils.translation import gettext_lazy as _

from cases.enums import PartyRole
from cases.models import Case
from cases.reports import blanks
from cases.reports.holdings import parties_of, rows_of
from cases.reports.papers import Need, PaperKind, Record, Records
from core.once import once
from core.papers.fields import Field, Row, Value
from core.papers.layout import Grid, Layout, Rows, Text
from disputes.enums import FollowUpState, Satisfaction
from disputes.models import FollowUp, Obligation
from disputes.reports.papers import mediation, needs, rounds

_TICKS: Final = "{{ satisfied }} 满意　{{ basically }} 基本满意　{{ dissatisfied }} 不满意　{{ unreachable }} 未联系上"
_OWED: Final = ("debtor", "what", "amount", "creditor", "due_on")


@blanks.in_chinese
def _agreement(case: Case, today: date) -> Mapping[str, Value]:
    """Return what the agreement that holds says; what the matter says while there is none."""
    agreement = rounds.agreement(case)
    basics: dict[str, Value] = dict(mediation.basics(case, today))
    if agreement is None:
        return basics
    return basics | {
        "number": agreement.number,
        "facts": agreement.facts,
        "content": agreement.content,
        "performance": agreement.performance,
        "signed_on": blanks.day(agreement.signed_on),
        "obligations": _obligations(agreement.pk) or [dict.fromkeys(_OWED, "／")],
        "copies": len(cast("list[Row]", basics["parties"])) + 1,
        "mediator": agreement.recorded_by.full_name,
    }


def _newest(need: Callable[[Case], Need]) -> Records:
    """Return that the last agreement of a round owes a paper of its own, of the present one if ``need`` says so."""

    def of(case: Case, number: int) -> list[Record]:
        if number == case.round and need(case) is Need.NONE:
            return []
        return [Record(str(row.pk), row.number) for row in rounds.agreements(case, number)[:1]]

    return Records(of, lambda case, today, _record: _agreement(case, today))


def _obligations(agreement_id: int) -> list[Row]:
    rows = Obligation.objects.filter(agreement=agreement_id).select_related("debtor", "creditor")
    return [
        {
            "debtor": blanks.party_name(row.debtor),
            "what": row.what,
            "amount": f"{row.amount:,.2f}" if row.amount is not None else "",
            "creditor": blanks.party_name(row.creditor) if row.creditor else "",
            "due_on": blanks.day(row.due_on),
        }
        for row in once(("obligations", agreement_id), lambda: list(rows))
    ]


@blanks.in_chinese
def _confirmation(case: Case, today: date) -> Mapping[str, Value]:
    """Return the newest application to a court; room to write by hand while there is none."""
    asked = case.confirmations.filter(agreement__result__round=case.round).order_by("-pk").first()
    court = {
        "court": asked.court if asked else f"{blanks.WIDE}人民法院",
        "applied_on": blanks.day(asked.applied_on if asked else None),
    }
    if asked is not None and asked.result:
        answer = {"result": str(asked.get_result_display()), "ruling": asked.number}
        court |= {**answer, "decided_on": blanks.day(asked.decided_on)}
    return {**_agreement(case, today), **court, "parties": _applicants(case)}


def _applicants(case: Case) -> list[Row]:
    """Return the parties as those who apply together, whatever they were to one another before the committee."""
    rows = blanks.reachable_rows(parties_of(case))
    return [{**row, "role": str(PartyRole.APPLICANT.label)} for row in rows]


@blanks.in_chinese
def _to_follow_up(case: Case, today: date) -> Mapping[str, Value]:
    """Return room to write by hand what is found."""
    return {**_agreement(case, today), **_satisfaction(None), "occasion": case.title}


@blanks.in_chinese
def _follow_up(case: Case, today: date, about: Record) -> Mapping[str, Value]:
    """Return what a follow-up found."""
    row = case.follow_ups.select_related("party", "done_by", "agreement").get(pk=about.key)
    reached = row.attempts.filter(is_reached=True).order_by("-pk").first()
    return {
        **_agreement(case, today),
        **_satisfaction(row),
        "occasion": f"{row.get_occasion_display()}（{case.title}）",
        "number": row.agreement.number,
        "visited": blanks.party_name(row.party) if row.party else "",
        "way": str(reached.get_way_display()) if reached else "／",
        "kept": row.performance or "／",
        "reason": row.reason or "／",
        "litigation": row.litigation or "／",
        "measures": row.measures or "／",
        "visitor": row.done_by.full_name if row.done_by else "",
        "done_on": blanks.day(row.done_on),
    }


def _done(case: Case, number: int) -> list[Record]:
    """Return the follow-ups of a round's agreement that were done, each by its day."""
    of_round = rows_of(case, case.follow_ups.all()).filter(agreement__result__round=number)
    done = of_round.filter(state=FollowUpState.DONE).order_by("done_on", "pk")
    return [Record(str(key), f"{day:%Y-%m-%d}") for key, day in done.values_list("pk", "done_on")]


def _satisfaction(row: FollowUp | None) -> dict[str, str]:
    result = row.result if row else ""
    return {one.value: blanks.tick(is_so=result == one) for one in Satisfaction}


_NUMBER: Final = Field("number", _("Number of the agreement"), "(2026)枫桥人调字第0001号")
_SIGNED_ON: Final = Field("signed_on", _("Signed on"), "2026年11月20日")
_CONTENT: Final = Field("content", _("Content of the agreement"), "乙方赔偿甲方人民币800元。（示例）")
_FIELDS: Final = (
    _NUMBER,
    mediation.PARTIES,
    Field(
        "facts",
        _("Main facts, disputed items and each party's responsibility"),
        "楼上水管破裂，双方对责任无争议。（示例）",
    ),
    _CONTENT,
    Field(
        "obligations",
        _("Obligations"),
        "",
        is_required=False,
        columns=(
            Field("debtor", _("Who owes it"), "李四（示例）"),
            Field("what", _("What is owed"), "赔偿款"),
            Field("amount", _("Amount (yuan)"), "800.00", is_required=False),
            Field("creditor", _("To whom it is owed"), "张三（示例）", is_required=False),
            Field("due_on", _("To be done by"), "2026年11月30日"),
        ),
    ),
    Field("performance", _("Manner and time limit of performance"), "签订之日起十日内一次付清"),
    mediation.MEDIATOR,
    _SIGNED_ON,
    mediation.COMMITTEE,
)
_BODY: Final = (
    mediation.PARTIES_TABLE,
    Text("纠纷主要事实、争议事项以及各方当事人的责任：", is_heading=True),
    Text("{{ facts }}"),
    Text("经调解，当事人自愿达成如下协议：", is_heading=True),
    Text("{{ content }}"),
    Text("各方当事人承担的义务：", is_heading=True),
    Rows(
        "obligations",
        [("义务人", "debtor"), ("事项", "what"), ("金额（元）", "amount"), ("权利人", "creditor"), ("期限", "due_on")],
    ),
    Text("履行方式、时限：", is_heading=True),
    Text("{{ performance }}"),
)

AGREEMENT: Final = PaperKind(
    "agreement",
    _("Mediation agreement"),
    needs.of_written,
    fields=(*_FIELDS, Field("copies", _("Copies"), "3")),
    layout=Layout(
        "人民调解协议书",
        [
            *_BODY,
            Text("本协议一式{{ copies }}份，各方当事人各执一份，人民调解委员会留存一份。"),
            Text("本协议自各方当事人签名、盖章或者按指印，人民调解员签名并加盖人民调解委员会印章之日起生效。"),
            mediation.SIGNATURES_TABLE,
            Text(f"人民调解员：{{{{ mediator }}}}　（签名）{blanks.SHORT * 2}"),
            mediation.OF_RECORDER,
            mediation.SEAL,
            Text("{{ signed_on }}", align="right"),
        ],
        number="{{ number }}",
    ),
    values=_agreement,
    records=_newest(needs.of_written),
)

ORAL_AGREEMENT: Final = PaperKind(
    "oral_agreement",
    _("Registration form of an oral agreement"),
    needs.of_oral,
    fields=_FIELDS,
    layout=Layout(
        "人民调解口头协议登记表",
        [
            *_BODY,
            Text("当事人认为无需制作调解协议书，以上为其口头达成的协议，由人民调解员记录。"),
            Text(f"人民调解员：{{{{ mediator }}}}　（签名）{blanks.SHORT * 2}"),
            mediation.OF_RECORDER,
            mediation.SEAL,
            Text("{{ signed_on }}", align="right"),
        ],
        number="{{ number }}",
    ),
    values=_agreement,
    records=_newest(needs.of_oral),
)

PERFORMANCE_PROOF: Final = PaperKind(
    "performance_proof", _("Proof of performance"), needs.of_agreement, comes_later=True
)

FOLLOW_UP: Final = PaperKind(
    "follow_up",
    _("Record of a follow-up"),
    needs.of_agreement,
    fields=(
        mediation.NAMES,
        _NUMBER,
        Field("occasion", _("Occasion of the follow-up"), "协议生效七日后（楼上漏水赔偿）"),
        mediation.COMMITTEE,
        Field("visited", _("Party followed up"), "张三（示例）", is_required=False),
        Field("way", _("How the party was reached"), "电话", is_required=False),
        Field("kept", _("Performance"), "已按期履行。（示例）", is_required=False),
        *(Field(one.value, one.label, blanks.tick(is_so=one is Satisfaction.SATISFIED)) for one in Satisfaction),
        Field("reason", _("Reason of dissatisfaction"), "／", is_required=False),
        Field("litigation", _("Lawsuit"), "／", is_required=False),
        Field("measures", _("Measures for the matter"), "／", is_required=False),
        Field("visitor", _("Followed up by"), "陈回访（示例）", is_required=False),
        Field("done_on", _("Followed up on"), "2026年11月27日", is_required=False),
    ),
    layout=Layout(
        "人民调解回访记录",
        [
            Grid(
                [
                    ("当事人", "{{ names }}"),
                    ("协议编号", "{{ number }}"),
                    ("回访事由", "{{ occasion }}"),
                    ("回访对象", "{{ visited }}", "回访方式", "{{ way }}"),
                    ("履行情况", "{{ kept }}"),
                    (
                        "满意程度",
                        f"{_TICKS}\n原因：{{{{ reason }}}}",
                    ),
                    ("诉讼情况", "{{ litigation }}"),
                    ("有无错调、\n激化可能及\n采取的措施", "{{ measures }}"),
                ]
            ),
            Text(f"被回访人（签名、盖章或者捺印）：{blanks.WIDE}"),
            Text(f"回访人：{{{{ visitor }}}}　（签名）{blanks.SHORT * 2}"),
            mediation.SEAL,
            Text("{{ done_on }}", align="right"),
        ],
    ),
    values=_to_follow_up,
    records=Records(_done, _follow_up),
    comes_later=True,
)

JUDICIAL_CONFIRMATION: Final = PaperKind(
    "judicial_confirmation",
    _("Joint application for judicial confirmation"),
    needs.of_agreement,
    fields=(
        blanks.REACHABLE,
        _NUMBER,
        mediation.COMMITTEE,
        _SIGNED_ON,
        _CONTENT,
        blanks.FACTS,
        Field("court", _("Court"), "示例市示例区人民法院"),
        Field("applied_on", _("Applied on"), "2026年11月25日", is_required=False),
        Field("result", _("Result"), "确认有效", is_required=False),
        Field("ruling", _("Number of the ruling"), "（示例）", is_required=False),
        Field("decided_on", _("Decided on"), "2026年11月30日", is_required=False),
    ),
    layout=Layout(
        "司法确认申请书",
        [
            mediation.REACHABLE_TABLE,
            Text(f"公民身份号码或者统一社会信用代码（由当事人填写）：{blanks.WIDE}"),
            Text("请求事项：", is_heading=True),
            Text("请求确认{{ committee }}主持达成的{{ number }}人民调解协议有效。"),
            Text("事实和理由：", is_heading=True),
            Text("{{ facts }}"),
            Text("申请人于{{ signed_on }}经{{ committee }}调解，自愿达成协议，内容如下："),
            Text("{{ content }}"),
            Text(
                "申请人出于解决纠纷的目的自愿达成协议，没有恶意串通、规避法律的行为；"
                "如果因为该协议内容而给国家、集体或者他人造成损害的，愿意承担相应的民事责任和其他法律责任。"
            ),
            Text("此致"),
            Text("{{ court }}", align="left"),
            Text(
                "附：1．人民调解协议书；2．当事人身份证明、资格证明；3．与协议有关的财产权利证明；4．授权委托书（委托代理的）。"
            ),
            mediation.SIGNATURES_TABLE,
            Text("{{ applied_on }}", align="right"),
            Text("法院办理结果（由人民调解委员会填写）：", is_heading=True),
            Grid(
                [
                    ("人民法院", "{{ court }}", "文书编号", "{{ ruling }}"),
                    ("结果", "{{ result }}", "日期", "{{ decided_on }}"),
                ]
            ),
        ],
    ),
    values=_confirmation,
    comes_later=True,
)

KINDS: Final = (AGREEMENT, ORAL_AGREEMENT, PERFORMANCE_PROOF, FOLLOW_UP, JUDICIAL_CONFIRMATION)
