"""What the sample petitions are about, and how far each has come. Every one says that it is a sample."""

from dataclasses import dataclass
from enum import Enum, auto
from typing import Final

from cases.enums import Category, Channel
from petitions.enums import ClaimRoute, Kind, OpinionOutcome


class Turn(Enum):
    """One thing that a petition office does with a petition."""

    TRIAGE = auto()
    ACCEPT = auto()
    TELL = auto()
    DRAFT = auto()
    SIGN = auto()
    SERVE = auto()
    CONFIRM = auto()
    ASK_LONGER = auto()
    GRANT = auto()
    REPLY = auto()
    GUIDE = auto()
    DECLINE = auto()
    SETTLE = auto()
    WITHDRAW = auto()
    ENTER = auto()
    NAME_ACCUSED = auto()
    SORT = auto()
    REFER = auto()
    OBJECT = auto()
    REJECT = auto()
    RECEIVE = auto()
    ASK_REVIEW = auto()
    NAME_REVIEWER = auto()
    DRAFT_REVIEW = auto()
    SIGN_REVIEW = auto()
    SERVE_REVIEW = auto()
    CONFIRM_REVIEW = auto()


@dataclass(frozen=True, slots=True)
class Tale:
    """One petition: received ``ago`` working days before today; each turn comes so many working days after receipt."""

    ago: int
    title: str
    summary: str
    category: Category = Category.OTHER
    kind: Kind = Kind.CLAIM
    route: ClaimRoute | None = ClaimRoute.PETITION
    channel: Channel = Channel.VISIT
    names: tuple[str, ...] = ("样本甲",)
    participants: int = 1
    outcome: OpinionOutcome = OpinionOutcome.PARTLY_SUPPORTED
    turns: tuple[tuple[int, Turn], ...] = ()


ACCEPTED: Final = ((1, Turn.TRIAGE), (3, Turn.ACCEPT), (4, Turn.TELL))
DRAFTED: Final = (*ACCEPTED, (9, Turn.DRAFT))
SIGNED: Final = (*DRAFTED, (11, Turn.SIGN))

QUICK: Final = (
    *((1, Turn.TRIAGE), (2, Turn.ACCEPT), (3, Turn.TELL), (5, Turn.DRAFT), (6, Turn.SIGN)),
    *((7, Turn.SERVE), (8, Turn.CONFIRM), (9, Turn.ASK_REVIEW)),
)
REVIEWING: Final = (*QUICK, (10, Turn.NAME_REVIEWER))
REVIEWED: Final = (
    *(*REVIEWING, (12, Turn.DRAFT_REVIEW), (13, Turn.SIGN_REVIEW), (14, Turn.SERVE_REVIEW)),
    (15, Turn.CONFIRM_REVIEW),
)
REREVIEWING: Final = (*REVIEWED, (16, Turn.ASK_REVIEW), (17, Turn.NAME_REVIEWER))
FINAL: Final = (
    *(*REREVIEWING, (19, Turn.DRAFT_REVIEW), (20, Turn.SIGN_REVIEW), (21, Turn.SERVE_REVIEW)),
    (22, Turn.CONFIRM_REVIEW),
)

PASSED: Final = ((1, Turn.SORT), (2, Turn.REFER))

TALES: Final = (
    Tale(
        6,
        "集镇雨水管网堵塞（示例）",
        "集镇道路雨水管网堵塞，雨天积水倒灌，请求疏通。（示例）",
        Category.PROPERTY_MGMT,
        turns=(*PASSED, (3, Turn.OBJECT), (4, Turn.REJECT)),
    ),
    Tale(
        5,
        "农村公厕管理（示例）",
        "公厕无人保洁，请求落实管护。（示例）",
        turns=(*PASSED, (3, Turn.RECEIVE)),
    ),
    Tale(
        4,
        "集镇停车位划设（示例）",
        "集镇主街停车位不足，请求划设。（示例）",
        turns=(*PASSED, (3, Turn.OBJECT)),
    ),
    Tale(3, "村道护栏破损（示例）", "村道护栏破损存在隐患，请求修复。（示例）", turns=PASSED),
    Tale(
        32,
        "土地流转费结算（示例）",
        "认为土地流转费结算年限有误，请求重新核算。（示例）",
        Category.FOREST_LAND,
        outcome=OpinionOutcome.NOT_SUPPORTED,
        turns=FINAL,
    ),
    Tale(
        27,
        "独生子女父母补助（示例）",
        "认为补助起算时间有误，请求补发。（示例）",
        outcome=OpinionOutcome.NOT_SUPPORTED,
        turns=REREVIEWING,
    ),
    Tale(
        26,
        "拆迁过渡费标准（示例）",
        "认为过渡费标准与公告不符，请求按公告补发。（示例）",
        Category.EXPROPRIATION,
        outcome=OpinionOutcome.NOT_SUPPORTED,
        turns=REVIEWED,
    ),
    Tale(
        25,
        "农房确权面积（示例）",
        "认为农房确权面积少计，请求更正。（示例）",
        Category.HOUSING_HOMESTEAD,
        outcome=OpinionOutcome.NOT_SUPPORTED,
        turns=REVIEWING,
    ),
    Tale(
        23,
        "耕地地力保护补贴（示例）",
        "认为补贴面积少计，请求更正。（示例）",
        outcome=OpinionOutcome.NOT_SUPPORTED,
        turns=QUICK,
    ),
    Tale(
        24,
        "青苗补偿面积核对（示例）",
        "修路占用自留地，认为青苗补偿面积少算，请求重新核对并补发。（示例）",
        Category.EXPROPRIATION,
        turns=(*SIGNED, (12, Turn.SERVE), (14, Turn.CONFIRM)),
    ),
    Tale(
        20,
        "低保待遇重新核定（示例）",
        "家庭收入减少，请求重新核定最低生活保障待遇。（示例）",
        turns=((1, Turn.TRIAGE), (2, Turn.ACCEPT)),
    ),
    Tale(
        19,
        "村内公交增设站点（示例）",
        "建议在村口增设公交站点，方便老人和学生出行。（示例）",
        kind=Kind.SUGGESTION,
        route=None,
        channel=Channel.LETTER,
        turns=((1, Turn.TRIAGE), (6, Turn.REPLY), (7, Turn.TELL), (9, Turn.CONFIRM)),
    ),
    Tale(
        18,
        "劳动报酬争议（示例）",
        "与用工单位就劳动报酬发生争议，请求处理。（示例）",
        Category.LABOUR,
        route=ClaimRoute.ARBITRATION,
        turns=((1, Turn.TRIAGE), (2, Turn.GUIDE), (3, Turn.TELL), (5, Turn.CONFIRM)),
    ),
    Tale(
        17,
        "危房改造补助发放（示例）",
        "危房改造已验收，补助尚未发放，请求尽快发放。（示例）",
        Category.HOUSING_HOMESTEAD,
        turns=(*ACCEPTED, (10, Turn.ASK_LONGER), (11, Turn.GRANT)),
    ),
    Tale(
        16,
        "道路施工损坏围墙（示例）",
        "道路施工损坏院墙，请求修复。（示例）",
        Category.DAMAGES,
        turns=(*ACCEPTED, (8, Turn.SETTLE), (9, Turn.TELL)),
    ),
    Tale(
        15,
        "养老服务补贴停发（示例）",
        "养老服务补贴自本年起停发，请求说明原因并恢复。（示例）",
        turns=((1, Turn.TRIAGE), (4, Turn.WITHDRAW), (6, Turn.CONFIRM)),
    ),
    Tale(13, "宅基地审批答复（示例）", "宅基地申请提交后未获答复，请求答复。（示例）", turns=SIGNED),
    Tale(
        12,
        "外省社保转移（示例）",
        "请求办理外省社会保险关系转移。（示例）",
        turns=((1, Turn.TRIAGE), (3, Turn.DECLINE), (4, Turn.TELL)),
    ),
    Tale(
        11,
        "水库移民扶持资金（示例）",
        "认为移民后期扶持资金核定有误，请求复核。（示例）",
        Category.EXPROPRIATION,
        turns=DRAFTED,
    ),
    Tale(
        10,
        "违法搭建查处（示例）",
        "反映相邻违法搭建，请求依法查处。（示例）",
        Category.NEIGHBOUR,
        route=ClaimRoute.DUTY,
        turns=((1, Turn.TRIAGE), (3, Turn.ENTER), (4, Turn.TELL)),
    ),
    Tale(
        8,
        "小区门口道路积水（示例）",
        "小区门口道路长期积水，多户居民请求修整。（示例）",
        Category.PROPERTY_MGMT,
        names=("样本乙", "样本丙", "样本丁", "样本戊", "样本己"),
        participants=12,
        turns=ACCEPTED,
    ),
    Tale(
        7,
        "集体资产账目（示例）",
        "反映村集体资产出租账目不清，涉及村负责人。（示例）",
        Category.VILLAGE_AFFAIRS,
        kind=Kind.ACCUSATION,
        route=None,
        channel=Channel.CENTER_WINDOW,
        turns=((0, Turn.NAME_ACCUSED), (1, Turn.TRIAGE)),
    ),
    Tale(
        5,
        "路灯不亮（示例）",
        "村道路灯多处不亮，请求维修。来信没有署名和地址。（示例）",
        channel=Channel.LETTER,
        names=(),
        turns=((1, Turn.TRIAGE),),
    ),
    Tale(
        4,
        "校门口增设斑马线（示例）",
        "建议在学校门口增设斑马线和减速带。（示例）",
        kind=Kind.SUGGESTION,
        route=None,
        channel=Channel.ONLINE,
        turns=((1, Turn.TRIAGE), (3, Turn.REPLY)),
    ),
    Tale(
        2,
        "征地补偿款发放（示例）",
        "承包地被征收，补偿款至今没有发放，请求发放。（示例）",
        Category.EXPROPRIATION,
        turns=((1, Turn.TRIAGE),),
    ),
    Tale(1, "农田灌溉用水（示例）", "灌溉渠道淤塞，下游农户用水困难，请求清淤。（示例）"),
)

COMPETENT: Final = "外省社会保险经办机构（示例）"
ARBITRATION: Final = "诸暨市劳动人事争议仲裁委员会（示例）"
REVIEW_ORGAN: Final = "诸暨市人民政府（示例）"
NOT_OURS: Final = "《信访工作条例》第二十三条"
SETTLED_BY: Final = "《信访工作条例》第三十三条"
DUTY_BY: Final = "《行政诉讼法》第四十七条"
CLAIM: Final = "请求依法处理并答复。（示例）"
FACTS: Final = "经查阅资料、实地核对并听取信访人陈述，事实清楚。（示例）"
OPINION: Final = "部分请求予以支持，十五日内落实；其余部分已当面说明。（示例）"
NOT_SUPPORTED: Final = "请求缺乏政策依据，不予支持，已当面说明理由。（示例）"
ASKED: Final = "对意见不服，认为事实认定有误，请求重新核对。（示例）"
REQUIREMENT: Final = "请依法核实处理，按期答复信访人。（示例）"
OBJECTION: Final = "该事项涉及市政管网养护，按职责分工不属于本单位职权范围。（示例）"
INSTEAD: Final = "城镇管理办公室（示例）"
REJECTED: Final = "经核对职责清单，该事项属于该单位职权范围。（示例）"
REVIEW_FACTS: Final = "经调阅案卷、核对原始凭证并听取申请人意见，原认定事实清楚。（示例）"
UPHELD: Final = "维持原意见。（示例）"
REREVIEW_ORGAN: Final = "绍兴市人民政府（示例）"
BASIS: Final = "《信访工作条例》第三十二条（示例依据）"
PROOF: Final = "送达回证，信访人签收。（示例）"
LONGER: Final = "需实地核对面积。（示例）"
GRANTED: Final = "理由成立，同意。（示例）"
SIGNED_REMARK: Final = "同意。（示例）"
CHECKED: Final = "电话核实信访人，已告知，属实。（示例）"
REPLY: Final = "建议已采纳，列入下季度计划。（示例）"
GUIDED: Final = "该诉求应通过劳动仲裁解决，已书面告知途径和时限。（示例）"
DECLINED: Final = "不属于本机关职权范围，已告知有权处理机关。（示例）"
SETTLED: Final = "双方自愿达成和解，由施工单位十日内修复围墙。（示例）"
WITHDRAWN: Final = "信访人书面声明撤回。（示例）"
