"""The papers with which a file begins: its cover, how the matter came, what the parties were told, and who they are."""

from collections.abc import Mapping
from datetime import date
from typing import Final

from django.utils.translation import gettext_lazy as _

from cases.enums import Channel
from cases.models import Case
from cases.reports import blanks
from cases.reports.holdings import archived_file, parties_of
from cases.reports.papers import PaperKind
from core.papers.fields import Field, Value
from core.papers.layout import Grid, Layout, Text
from disputes.reports.papers import mediation, needs, rounds
from disputes.rules.hand_offs import ENTRUSTED

ENTRUSTED_TO_US: Final = "接受委托、移送调解"
_SOURCES: Final = {Channel.GRID: "人民调解委员会主动调解", Channel.REFERRED: ENTRUSTED_TO_US}


@blanks.in_chinese
def _cover(case: Case, today: date) -> Mapping[str, Value]:
    dispute = case.dispute
    agreement = rounds.agreement(case)
    ended = agreement.signed_on if agreement else next((row.told_on for row in rounds.endings(case, case.round)), None)
    archived = archived_file(case)
    return {
        **mediation.basics(case, today),
        "number": agreement.number if agreement else case.number,
        "volume": archived.volume if archived else "",
        "from_on": blanks.day(dispute.accepted_on),
        "until_on": blanks.day(ended),
        "kept_for": blanks.kept_for(case),
    }


@blanks.in_chinese
def _application(case: Case, today: date) -> Mapping[str, Value]:
    return {**mediation.basics(case, today), "parties": blanks.reachable_rows(parties_of(case))}


@blanks.in_chinese
def _intake(case: Case, today: date) -> Mapping[str, Value]:
    channel = Channel(case.channel)
    return {
        **mediation.basics(case, today),
        "received_on": blanks.day_of(case.received_at),
        "source": ENTRUSTED_TO_US if case.dispute.source in ENTRUSTED else _SOURCES.get(channel, "当事人申请"),
        "registrar": case.registered_by.full_name,
    }


@blanks.in_chinese
def _rights(case: Case, today: date) -> Mapping[str, Value]:
    return {**mediation.basics(case, today), "told_on": blanks.day(case.dispute.rights_told_on)}


COVER: Final = PaperKind(
    "cover",
    _("Cover of the file"),
    needs.of_accepted,
    fields=(
        mediation.COMMITTEE,
        Field("number", _("Number of the paper"), "(2026)枫桥人调字第0001号"),
        blanks.MATTER,
        mediation.NAMES,
        mediation.MEDIATOR,
        Field("from_on", _("Mediated from"), "2026年11月18日", is_required=False),
        Field("until_on", _("Mediated until"), "2026年11月20日", is_required=False),
        Field("kept_for", _("Kept for"), "10年"),
        Field("volume", _("Volume number"), "2026-示例-1", is_required=False),
    ),
    layout=Layout(
        "人民调解卷宗",
        [
            Text("{{ committee }}", align="centre"),
            Grid(
                [
                    ("卷名", "{{ matter }}"),
                    ("卷号", "{{ volume }}"),
                    ("当事人", "{{ names }}"),
                    ("人民调解员", "{{ mediator }}"),
                    ("调解日期", "自 {{ from_on }} 至 {{ until_on }}"),
                    ("立卷人", "", "立卷日期", ""),
                    ("保管期限", "{{ kept_for }}"),
                    ("备注", "\n\n"),
                ]
            ),
        ],
        number="{{ number }}",
    ),
    values=_cover,
    says_archive=True,
)

APPLICATION: Final = PaperKind(
    "application",
    _("Application for people's mediation"),
    needs.of_application,
    fields=(blanks.REACHABLE, blanks.FACTS, mediation.COMMITTEE),
    layout=Layout(
        "人民调解申请书",
        [
            mediation.REACHABLE_TABLE,
            Text("纠纷简要情况：", is_heading=True),
            Text("{{ facts }}"),
            Text("当事人申请事项：", is_heading=True),
            Text(f"1．{blanks.FULL}"),
            Text(f"2．{blanks.FULL}"),
            Text("人民调解委员会已将申请人民调解的相关规定告知我，现自愿申请人民调解委员会进行调解。"),
            Text("此致"),
            Text("{{ committee }}", align="left"),
            Text(f"申请人（签名、盖章或者捺印）：{blanks.WIDE}"),
            blanks.DATE_LINE,
        ],
    ),
    values=_application,
)

INTAKE_FORM: Final = PaperKind(
    "intake_form",
    _("Registration form of an accepted dispute"),
    needs.of_intake,
    fields=(
        blanks.CASE_NUMBER,
        Field("received_on", _("Received on"), "2026年11月18日"),
        mediation.NAMES,
        mediation.CATEGORY,
        Field("source", _("Source of the matter"), "当事人申请"),
        blanks.FACTS,
        Field("registrar", _("Registered by"), "赵登记（示例）"),
        mediation.COMMITTEE,
    ),
    layout=Layout(
        "人民调解受理登记表",
        [
            Grid(
                [
                    ("登记日期", "{{ received_on }}", "纠纷类型", "{{ category }}"),
                    ("当事人", "{{ names }}"),
                    ("案件来源", "{{ source }}"),
                    ("纠纷简要\n情况", "{{ facts }}"),
                    ("当事人\n（签名）", "\n\n"),
                    ("登记人", "{{ registrar }}", "登记人签名", ""),
                ]
            ),
            Text("（案件来源：①当事人申请；②人民调解委员会主动调解；③接受委托、移送调解。）", align="left"),
            mediation.SEAL,
            blanks.DATE_LINE,
        ],
        number="{{ case_number }}",
    ),
    values=_intake,
)

RIGHTS_NOTICE: Final = PaperKind(
    "rights_notice",
    _("Notice of rights and duties"),
    needs.of_begun,
    fields=(
        mediation.NAMES,
        blanks.MATTER,
        mediation.SIGNERS,
        mediation.COMMITTEE,
        Field("told_on", _("Told on"), "2026年11月18日", is_required=False),
    ),
    layout=Layout(
        "人民调解权利义务告知书",
        [
            Text("{{ names }}：", align="left"),
            Text("就你们之间的“{{ matter }}”一事，现将人民调解的性质、原则和效力，以及当事人的权利和义务告知如下："),
            Text("一、人民调解的性质", is_heading=True),
            Text(
                "人民调解是人民调解委员会通过说服、疏导等方法，促使当事人在平等协商基础上自愿达成调解协议，"
                "解决民间纠纷的活动。人民调解委员会是依法设立的调解民间纠纷的群众性组织，调解不收取任何费用。"
            ),
            Text("二、人民调解的原则", is_heading=True),
            Text(
                "在当事人自愿、平等的基础上进行调解；不违背法律、法规和国家政策；"
                "尊重当事人的权利，不得因调解而阻止当事人依法通过仲裁、行政、司法等途径维护自己的权利。"
            ),
            Text("三、调解协议的效力", is_heading=True),
            Text(
                "经人民调解委员会调解达成的调解协议具有法律约束力，当事人应当按照约定履行。"
                "双方认为有必要的，可以自调解协议生效之日起三十日内共同向有管辖权的人民法院申请司法确认。"
            ),
            Text("四、当事人的权利", is_heading=True),
            Text("（一）选择或者接受人民调解员；"),
            Text("（二）接受调解、拒绝调解或者要求终止调解；"),
            Text("（三）要求调解公开进行或者不公开进行；"),
            Text("（四）自主表达意愿、自愿达成调解协议。"),
            Text("五、当事人的义务", is_heading=True),
            Text("（一）如实陈述纠纷事实；"),
            Text("（二）遵守调解现场秩序，尊重人民调解员；"),
            Text("（三）尊重对方当事人行使权利。"),
            Text("以上内容我已知悉。告知日期：{{ told_on }}"),
            mediation.SIGNATURES_TABLE,
            mediation.SEAL,
            blanks.DATE_LINE,
        ],
    ),
    values=_rights,
)

IDENTITY_PROOF: Final = PaperKind(
    "identity_proof", _("Proof of the parties' identity"), needs.of_begun, may_be_seen=True
)

AUTHORISATION: Final = PaperKind(
    "authorisation",
    _("Authorisation"),
    needs.may,
    fields=(mediation.NAMES, blanks.MATTER, mediation.COMMITTEE),
    layout=Layout(
        "授权委托书",
        [
            Text(f"委托人：{blanks.WIDE}　联系方式：{blanks.SHORT * 2}", align="left"),
            Text(f"受委托人：{blanks.WIDE}　联系方式：{blanks.SHORT * 2}", align="left"),
            Text(f"受委托人与委托人的关系：{blanks.WIDE}", align="left"),
            Text(
                "现委托上列受委托人，在{{ committee }}调解{{ names }}之间的“{{ matter }}”一事中，作为委托人的代理人。"
            ),
            Text("代理权限（请勾选）：", is_heading=True),
            Text("□ 一般代理：代为陈述事实、提供证据、参加调解。"),
            Text("□ 特别授权：代为承认、变更、放弃调解请求，代为达成并签署调解协议，代为接收文书和款物。"),
            Text(f"□ 其他：{blanks.WIDE * 2}"),
            Text("委托期限：自签署之日起至本次调解终结之日止。"),
            Text(f"委托人（签名、盖章或者捺印）：{blanks.WIDE}"),
            Text(f"受委托人（签名、盖章或者捺印）：{blanks.WIDE}"),
            blanks.DATE_LINE,
        ],
    ),
    values=mediation.basics,
)

KINDS: Final = (COVER, APPLICATION, INTAKE_FORM, RIGHTS_NOTICE, IDENTITY_PROOF, AUTHORISATION)
