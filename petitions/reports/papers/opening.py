"""The papers with which the file of a petition begins: its cover, what was taken down, who speaks for whom."""

from collections.abc import Mapping
from datetime import date
from typing import Final

from django.utils.translation import gettext_lazy as _

from cases.enums import Channel, Outcome
from cases.models import Case, Result
from cases.reports import blanks
from cases.reports.holdings import archived_file
from cases.reports.papers import PaperKind
from core.papers.fields import Field, Value
from core.papers.layout import Grid, Layout, Rows, Text
from petitions.enums import State
from petitions.reports.papers import matter, needs

TITLES: Final = {
    Channel.VISIT: "来访登记表",
    Channel.CENTER_WINDOW: "来访登记表",
    Channel.LETTER: "来信登记表",
    Channel.FAX: "来信登记表",
    Channel.PHONE: "来电登记表",
    Channel.ONLINE: "网上信访登记表",
}

_TICKS: Final = (
    "{{ is_oral }} 口头提出，已如实记录并向信访人宣读\n"
    "{{ is_anonymous }} 姓名（名称）或者住址不清\n{{ is_confidential }} 对信访人身份信息保密"
)


@blanks.in_chinese
def _cover(case: Case, _today: date) -> Mapping[str, Value]:
    archived, result = archived_file(case), blanks.result(case)
    ended_at = case.closed_at or (result.reported_at if result else None)
    return {
        **matter.basics(case),
        "ended_on": blanks.day_of(ended_at),
        "outcome": _outcome(result) if result else "",
        "kept_for": blanks.kept_for(case),
        "volume": archived.volume if archived else "",
        "pages": str(archived.pages) if archived else "",
        "archived_on": blanks.day(archived.archived_on if archived else None),
    }


def _outcome(result: Result) -> str:
    """Return how a petition ended, in the words of petitions."""
    is_withdrawn = result.outcome == Outcome.WITHDRAWN
    return str(State.WITHDRAWN.label if is_withdrawn else result.get_outcome_display())


@blanks.in_chinese
def _form(case: Case, _today: date) -> Mapping[str, Value]:
    petition = case.petition
    return {
        **matter.basics(case),
        "title": TITLES.get(Channel(case.channel), "信访事项登记表"),
        "channel": str(case.get_channel_display()),
        "parties": matter.people(case),
        "participants": petition.participants,
        "authority": petition.authority,
        "kind": str(petition.get_kind_display()),
        "category": str(case.get_category_display()),
        "place": case.grid.name if case.grid else _place(case),
        "facts": case.summary,
        "accused": "、".join(one.label for one in case.accused.select_related("person", "unit", "center")),
        "is_oral": blanks.tick(is_so=petition.is_oral),
        "is_anonymous": blanks.tick(is_so=petition.is_anonymous),
        "is_confidential": blanks.tick(is_so=case.hides_identity),
        "registrar": case.registered_by.full_name,
    }


def _place(case: Case) -> str:
    return str(case.village or case.town or case.holder)


COVER: Final = PaperKind(
    "petition_cover",
    _("Cover of the file of a petition"),
    needs.of_handled,
    fields=(
        *matter.COMMON,
        matter.RECEIVED_ON,
        matter.HANDLER,
        Field("ended_on", _("Ended on"), "2026年4月20日", is_required=False),
        Field("outcome", _("Outcome"), "出具处理意见书", is_required=False),
        Field("kept_for", _("Kept for"), "10年"),
        Field("volume", _("Volume number"), "2026-示例-1", is_required=False),
        Field("pages", _("Pages of the file"), "24", is_required=False),
        Field("archived_on", _("Archived on"), "2026年5月8日", is_required=False),
    ),
    layout=Layout(
        "信访事项卷宗",
        [
            Text("{{ organ }}", align="centre"),
            Grid(
                [
                    ("卷名", "{{ matter }}"),
                    ("卷号", "{{ volume }}", "卷内页数", "{{ pages }}"),
                    ("信访人", "{{ names }}"),
                    ("收到日期", "{{ received_on }}", "办结日期", "{{ ended_on }}"),
                    ("办理结果", "{{ outcome }}", "承办人", "{{ handler }}"),
                    ("立卷人", "", "归档日期", "{{ archived_on }}"),
                    ("保管期限", "{{ kept_for }}"),
                    ("备注", "\n\n"),
                ]
            ),
        ],
        number="{{ case_number }}",
    ),
    values=_cover,
    says_archive=True,
)

FORM: Final = PaperKind(
    "petition_form",
    _("Registration form of a petition"),
    needs.must,
    fields=(
        Field("title", _("Title of the form"), "来访登记表"),
        *matter.COMMON,
        matter.RECEIVED_ON,
        Field("channel", _("Form"), "走访"),
        blanks.REACHABLE,
        Field("participants", _("How many people petition"), "2"),
        Field(
            "authority", _("By what right somebody speaks for the petitioner"), "授权委托书（示例）", is_required=False
        ),
        Field("kind", _("Purpose"), "申诉求决"),
        Field("category", _("Category"), "征地拆迁"),
        Field("place", _("Where it arose"), "枫桥镇"),
        Field("facts", _("Request, facts and reasons"), "承包地被征收，补偿款没有发放，请求发放。（示例）"),
        Field("accused", _("Whom it complains of"), "枫桥镇某所（示例）", is_required=False),
        Field("is_oral", _("Whether it was told, written down and read back"), "☑"),
        Field("is_anonymous", _("Whether name or address are unclear"), "□"),
        Field("is_confidential", _("Whether the name is kept from others"), "□"),
        Field("registrar", _("Registered by"), "赵登记（示例）"),
    ),
    layout=Layout(
        "{{ title }}",
        [
            Rows(
                "parties",
                [
                    ("身份", "role"),
                    ("姓名（名称）", "name"),
                    ("联系方式", "mobile"),
                    ("住址", "address"),
                ],
            ),
            Grid(
                [
                    ("收到日期", "{{ received_on }}", "信访形式", "{{ channel }}"),
                    ("信访人数", "{{ participants }}", "信访目的", "{{ kind }}"),
                    ("问题类别", "{{ category }}", "问题属地", "{{ place }}"),
                    ("代理依据", "{{ authority }}"),
                    ("反映对象", "{{ accused }}"),
                    ("事由", "{{ matter }}"),
                    ("投诉请求、\n事实和理由", "{{ facts }}"),
                    (
                        "登记情况",
                        _TICKS,
                    ),
                    ("信访人\n（签名）", "{{ names }}\n"),
                    ("登记人", "{{ registrar }}", "登记人签名", ""),
                ]
            ),
            matter.SEAL,
            Text("{{ received_on }}", align="right"),
        ],
        number="{{ case_number }}",
    ),
    values=_form,
)

MATERIAL: Final = PaperKind("petition_material", _("What the petitioner handed in"), needs.may)

AUTHORITY: Final = PaperKind(
    "petition_authority", _("Proof of authority or guardianship"), needs.of_represented, may_be_seen=True
)

KINDS: Final = (COVER, FORM, MATERIAL, AUTHORITY)
