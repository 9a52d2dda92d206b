"""What the sample petitions are about. Every one says that it is a sample."""

from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from cases.enums import Category, Channel
from petitions.enums import Kind, NotAcceptedReason, OpinionOutcome, StatutoryRoute, SuggestionOutcome
from petitions.services.opinion import NewOpinion


@dataclass(frozen=True, slots=True)
class Letter:
    """One petition: since how many days it is there, what it is about, and who brings it; nobody of one unsigned."""

    days_ago: int
    title: str
    summary: str
    category: Category = Category.VILLAGE_AFFAIRS
    channel: Channel = Channel.VISIT
    kind: Kind = Kind.CLAIM
    names: tuple[str, ...] = ("样本信甲",)
    participants: int = 1


CLAIMS_UNTOUCHED: Final = (
    Letter(
        0,
        "低保申请未获答复（示例）",
        "去年提出的低保申请至今没有答复，请求办理。（示例）",
        Category.OTHER,
        Channel.PHONE,
    ),
    Letter(
        6,
        "安置房迟迟未交付（示例）",
        "安置协议约定的交房时间已过，请求明确交付时间。（示例）",
        Category.EXPROPRIATION,
        Channel.LETTER,
    ),
)
TO_ACCEPT: Final = Letter(
    4, "征地青苗补偿未发放（示例）", "承包地被征收，青苗补偿款没有发放，请求发放。（示例）", Category.EXPROPRIATION
)
ACCEPTED: Final = Letter(
    12, "村道塌方未修复（示例）", "村道塌方两个月没有修复，出行不便，请求尽快修复。（示例）", Category.VILLAGE_AFFAIRS
)
JOINT: Final = Letter(
    9,
    "二十八户反映自来水停供（示例）",
    "集中供水经常停水，二十八户推选代表请求解决。（示例）",
    names=("样本代甲", "样本代乙", "样本代丙", "样本代丁", "样本代戊"),
    participants=28,
)
ANONYMOUS: Final = Letter(
    10,
    "夜间露天焚烧垃圾（示例）",
    "来信未署名，反映废品站夜间露天焚烧垃圾，请求处理。（示例）",
    Category.ENVIRONMENT,
    Channel.LETTER,
    names=(),
)
DRAFTED: Final = Letter(20, "危房改造补助核减（示例）", "对危房改造补助金额有异议，请求按标准补足。（示例）")
SIGNED: Final = Letter(24, "村集体分红漏发（示例）", "迁入户未列入分红名单，请求补发。（示例）")
SERVED: Final = Letter(30, "灌溉渠淤塞（示例）", "灌溉渠多年未清淤，农田受淹，请求组织清淤。（示例）")
IN_REVIEW: Final = Letter(
    45, "宅基地审批超期（示例）", "宅基地申请超过期限未批复，请求说明理由。（示例）", Category.HOUSING_HOMESTEAD
)
EXTENDED: Final = Letter(
    50, "历史征地面积核对（示例）", "对早年征地面积有异议，请求调档核对。（示例）", Category.EXPROPRIATION
)
TO_EXTEND: Final = Letter(
    48, "林权登记错误更正（示例）", "林权证登记四至有误，请求核实更正。（示例）", Category.FOREST_LAND
)
SUGGESTION_OPEN: Final = Letter(
    3, "建议增设公交站点（示例）", "建议在新村口增设公交站点，方便老人出行。（示例）", kind=Kind.SUGGESTION
)
SUGGESTION: Final = Letter(
    14,
    "建议便民大厅午间不断档（示例）",
    "建议便民大厅中午安排值班，方便上班的人办事。（示例）",
    channel=Channel.ONLINE,
    kind=Kind.SUGGESTION,
)
SUGGESTION_DONE: Final = Letter(
    15, "建议延长图书室开放时间（示例）", "建议村图书室晚上开放到八点。（示例）", kind=Kind.SUGGESTION
)
GUIDED: Final = Letter(11, "离职补偿争议（示例）", "单位解除劳动合同未付补偿，请求责令支付。（示例）", Category.LABOUR)
IN_PROCEDURE: Final = Letter(
    8,
    "请求查处违法排污（示例）",
    "加工点夜间向河道排污，请求依法查处。（示例）",
    Category.ENVIRONMENT,
    Channel.ONLINE,
)
DECLINED: Final = Letter(
    7, "重复反映补偿标准（示例）", "同一补偿标准问题仍在办理中，再次提出。（示例）", Category.EXPROPRIATION
)
WITHDRAWN: Final = Letter(16, "路灯不亮（示例）", "村口路灯不亮，请求修理。（示例）")
SETTLED: Final = Letter(18, "施工损坏田埂（示例）", "水利施工损坏田埂，请求赔偿。（示例）", Category.DAMAGES)
SEALED: Final = Letter(
    5,
    "反映村务支出不实（示例）",
    "反映村负责人虚列村务支出，附材料若干。（示例）",
    channel=Channel.LETTER,
    kind=Kind.ACCUSATION,
    names=("样本密甲",),
)
SEALED_AND_SENT: Final = Letter(
    13,
    "反映工程发包不公（示例）",
    "反映村负责人未经公开程序发包工程。（示例）",
    kind=Kind.ACCUSATION,
    names=("样本密乙",),
)

AGREED: Final = "同意。（示例）"
CHECKED: Final = "电话核实信访人，结果属实。（示例）"
SIGNED_FOR: Final = "信访人在送达回证上签收。（示例）"
GROUND_OF_EXTENSION: Final = "需向上级档案部门调取历史档案，情况复杂。（示例）"
BASIS_OF_PROCEDURE: Final = "水污染防治法（示例）"
REPLY: Final[dict[str, Any]] = {
    "outcome": SuggestionOutcome.ADOPTED,
    "text": "建议已采纳，自下月起实施。（示例）",
}
GUIDANCE: Final[dict[str, Any]] = {
    "route": StatutoryRoute.LABOUR_ARBITRATION,
    "organ": "示例劳动人事争议仲裁委员会",
    "text": "请携带劳动合同、解除通知和工资记录，到仲裁委员会立案窗口申请。（示例）",
}
REFUSAL: Final[dict[str, Any]] = {
    "reason": NotAcceptedReason.IN_PROGRESS,
    "organ": "枫桥镇信访工作办公室（示例）",
    "basis": "信访工作条例第28条",
    "text": "同一事项正在办理期限内，原事项的处理意见将一并答复。（示例）",
}
WITHDRAWAL: Final[dict[str, Any]] = {"text": "路灯已经修好，不再要求处理。（示例）"}
SETTLEMENT: Final[dict[str, Any]] = {
    "text": "施工方于本月底前修复田埂并补偿误工费600元，双方签订和解协议。（示例）",
    "basis": "属于裁量范围，不违反法律法规强制性规定，双方自愿。（示例）",
}
TRANSFER: Final[dict[str, Any]] = {
    "organ": "示例纪检监察机关",
    "text": "密件一份，由示例纪检监察机关专人签收。（示例）",
}


def opinion(letter: Letter, heard_on: date | None) -> NewOpinion:
    """Return the opinion about a sample petition, whole."""
    return NewOpinion(
        outcome=OpinionOutcome.SUPPORTED,
        claim=letter.summary,
        facts="经实地查看、调取资料并听取信访人陈述，反映的情况属实。（示例）",
        opinion="对信访人的请求予以支持，责成有关单位三十日内办理完毕并告知信访人。（示例）",
        basis="信访工作条例第三十二条（示例）",
        review_organ="诸暨市人民政府",
        heard_on=heard_on,
    )
