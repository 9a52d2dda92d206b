"""What the sample matters are about. Every one says that it is a sample."""

from dataclasses import dataclass
from typing import Final

from cases.enums import Category
from disputes.enums import CourtStage, Organ


@dataclass(frozen=True, slots=True)
class Letter:
    """One letter by which an organ entrusts a sample matter."""

    organ: Organ
    organ_name: str
    number: str
    court_stage: CourtStage | None = None


COURT: Final = "示例人民法院"
LETTERS: Final = (
    Letter(Organ.POLICE, "示例派出所", "示例警调〔2026〕1号"),
    Letter(Organ.COURT, COURT, "示例委调〔2026〕1号", CourtStage.BEFORE_FILING),
    Letter(Organ.PETITION, "示例信访局", "示例访调〔2026〕1号"),
)
WISH: Final = "请组织双方调解，并反馈结果。（示例）"
TOLD_BY: Final = "示例反馈〔2026〕1号"
TO_COURT: Final = "双方未达成协议，同意由法院处理。（示例）"

STORIES: Final = (
    (
        Category.NEIGHBOUR,
        "楼上漏水赔偿（示例）",
        "楼上水管破裂，楼下天花板和家具受损，双方对修复费用意见不一。（示例）",
    ),
    (Category.NEIGHBOUR, "相邻通行受阻（示例）", "邻居在公共巷道堆放建材，影响日常通行。（示例）"),
    (Category.NEIGHBOUR, "噪音扰民（示例）", "夜间装修噪音影响老人休息，多次沟通无果。（示例）"),
    (Category.NEIGHBOUR, "院墙滴水纠纷（示例）", "新砌院墙雨水流入邻家菜地。（示例）"),
    (Category.HOUSING_HOMESTEAD, "宅基地边界争议（示例）", "两户翻建房屋时对宅基地边界意见不一。（示例）"),
    (Category.MARRIAGE_FAMILY, "赡养费分担（示例）", "兄弟二人对老人赡养费分担意见不一。（示例）"),
    (Category.CONTRACT, "装修工程款结算（示例）", "装修完工后双方对增项费用有争议。（示例）"),
    (Category.LABOUR, "工资结算争议（示例）", "离职后双方对加班工资计算有争议。（示例）"),
    (Category.MIGRANT_WAGES, "工地工资未结清（示例）", "项目完工后劳务工资尚有一个月未结清。（示例）"),
    (Category.CONSUMER, "家电退换纠纷（示例）", "新购家电一周内两次故障，商家拒绝退换。（示例）"),
    (Category.PROPERTY_MGMT, "物业服务费争议（示例）", "业主以电梯长期停运为由拒交物业费。（示例）"),
    (Category.TRAFFIC, "电动车碰擦赔偿（示例）", "两辆电动车在村道碰擦，双方对赔偿数额有争议。（示例）"),
    (Category.FOREST_LAND, "山林界址争议（示例）", "两户承包山林界址不清，采伐时发生争执。（示例）"),
    (Category.DAMAGES, "宠物伤人赔偿（示例）", "未牵绳的宠物致人轻微受伤，双方对医药费有争议。（示例）"),
    (Category.LOAN_FINANCE, "民间借款归还（示例）", "借款到期未还，双方对利息约定说法不一。（示例）"),
    (Category.VILLAGE_AFFAIRS, "水渠维修费用分摊（示例）", "受益农户对水渠维修费用分摊办法意见不一。（示例）"),
)

FACTS: Final = "双方对事实经过无争议，对费用数额意见不一。（示例）"
IN_INSTALMENTS: Final = "分两期付清，逾期按约定支付违约金。（示例）"
CONTENTS: Final = (
    "一次性补偿人民币800元，互不追究。（示例）",
    "三日内清理完毕并保持通道畅通。（示例）",
    "按双方确认的界址施工，费用各半。（示例）",
    IN_INSTALMENTS,
)
PERFORMANCE: Final = "签订之日起十日内履行完毕"
FAILED: Final = "先后两次组织调解，双方差距较大，一方明确表示不再继续。（示例）"
CHECKED: Final = "电话核实双方，结果属实。（示例）"
INCOMPLETE: Final = "请补充履行方式和期限的说明。（示例）"
ANSWER: Final = "因一方当事人外出延误，已约定本周内再次调解。（示例）"
VERDICT: Final = "说明属实，继续跟踪。（示例）"
ROOM: Final = "综治中心调解室（示例）"
STATEMENTS: Final = "双方各自陈述了经过和诉求，均表示愿意协商解决。（示例）"
PROOF: Final = "收条，双方签名。（示例）"
KEPT: Final = "两期补偿款均已付清。（示例）"

GROUP_CAUSE: Final = "同一小区电梯长期停运引起的物业服务费争议（示例）"
GROUP_CATEGORY: Final = Category.PROPERTY_MGMT
GROUP_SUMMARY: Final = "业主以同一小区电梯长期停运为由要求减收物业费，物业公司不同意。（示例）"
GROUP_RESPONDENT: Final = "示例物业公司"
GROUP_APPLICANTS: Final = ("样本丙", "样本丁", "样本戊")
GROUP_ROOM: Final = "小区居民议事厅（示例）"
PAIR_CATEGORY: Final = Category.TRAFFIC
PAIR: Final = (
    ("村道碰擦车辆修理费（示例）", "两辆电动车在村道同一次碰擦中受损，双方对修理费有争议。（示例）"),
    ("村道碰擦误工费（示例）", "同一次碰擦中一方称误工三日，双方对误工费有争议。（示例）"),
)
PAIR_TERMS: Final = "乙方于本月底前支付修理费600元；甲方收款后不再主张其他费用。（示例）"
