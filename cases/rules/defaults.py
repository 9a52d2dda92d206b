"""The limits as they are loaded: their lengths, for which grade, and the article or practice behind each."""

from dataclasses import dataclass
from typing import Final

from cases.enums import ClockKind, Grade
from core.workdays import Limit, LimitUnit


@dataclass(frozen=True, slots=True)
class DefaultRule:
    """One limit as it is seeded."""

    kind: ClockKind
    limit: Limit
    article: str
    grade: Grade | None = None


def _workdays(amount: int) -> Limit:
    return Limit(amount, LimitUnit.WORKING_DAYS)


def _days(amount: int) -> Limit:
    return Limit(amount, LimitUnit.DAYS)


_LOCAL: Final = "综治中心办理规程（默认配置，可由当地收紧）"
_PETITIONS: Final = "信访工作条例（2022）第{}条"
_SIMPLE: Final = "信访事项简易办理办法（试行）"
_COURT: Final = "最高人民法院关于人民法院特邀调解的规定第27条"
_CONFIRMATION: Final = "最高人民法院关于人民调解协议司法确认程序的若干规定第{}条"

DEFAULT_RULES: Final = (
    DefaultRule(ClockKind.SIGN_FOR, _workdays(1), _LOCAL),
    DefaultRule(ClockKind.SIGN_OBJECT, _workdays(2), _LOCAL),
    DefaultRule(ClockKind.LVL_GRID, _workdays(1), _LOCAL, Grade.GENERAL),
    DefaultRule(ClockKind.LVL_VILLAGE, _workdays(3), _LOCAL, Grade.GENERAL),
    DefaultRule(ClockKind.LVL_VILLAGE, _workdays(2), _LOCAL, Grade.MAJOR),
    DefaultRule(ClockKind.LVL_TOWN, _workdays(7), _LOCAL, Grade.GENERAL),
    DefaultRule(ClockKind.LVL_TOWN, _workdays(7), _LOCAL, Grade.MAJOR),
    DefaultRule(ClockKind.LVL_TOWN, _workdays(5), _LOCAL, Grade.CRITICAL),
    DefaultRule(ClockKind.LVL_COUNTY, _workdays(15), _LOCAL),
    DefaultRule(ClockKind.PET_TRIAGE, _days(15), _PETITIONS.format(22)),
    DefaultRule(ClockKind.PET_NOTICE_DIRECT, _days(15), _PETITIONS.format(23)),
    DefaultRule(ClockKind.PET_NOTICE_REFERRED, _days(15), _PETITIONS.format(23)),
    DefaultRule(ClockKind.PET_OBJECT, _workdays(5), _PETITIONS.format(23)),
    DefaultRule(ClockKind.PET_COMPETENCE, _workdays(5), _PETITIONS.format(24) + "（国家未定天数，默认5个工作日）"),
    DefaultRule(ClockKind.PET_HANDLE, _days(60), _PETITIONS.format(34)),
    DefaultRule(ClockKind.PET_EXTEND, _days(30), _PETITIONS.format(34)),
    DefaultRule(ClockKind.PET_ASKREVIEW, _days(30), _PETITIONS.format(35)),
    DefaultRule(ClockKind.PET_REVIEW, _days(30), _PETITIONS.format(35)),
    DefaultRule(ClockKind.PET_ASKREREVIEW, _days(30), _PETITIONS.format(36)),
    DefaultRule(ClockKind.PET_REREVIEW, _days(30), _PETITIONS.format(36)),
    DefaultRule(ClockKind.PET_URGENT, Limit(2, LimitUnit.HOURS), _PETITIONS.format(25) + "（“及时”，默认2小时）"),
    DefaultRule(ClockKind.PET_SUGG_FEEDBACK, _days(30), _PETITIONS.format(40) + "（国家未定天数，默认30日）"),
    DefaultRule(ClockKind.PET_SIMPLE_HOP, _workdays(1), _SIMPLE),
    DefaultRule(ClockKind.PET_SIMPLE_ACCEPT, _workdays(3), _SIMPLE),
    DefaultRule(ClockKind.PET_SIMPLE_HANDLE, _workdays(10), _SIMPLE),
    DefaultRule(ClockKind.MED_GENERAL, Limit(1, LimitUnit.MONTHS), "人民调解工作若干规定（司法部令第75号）第33条"),
    DefaultRule(ClockKind.MED_EXTEND, _days(30), "双方当事人书面同意（默认累计不超过30日）"),
    DefaultRule(ClockKind.MED_MEDICAL, _workdays(30), "医疗纠纷预防和处理条例第38条"),
    DefaultRule(ClockKind.MED_LABOUR, _days(15), "劳动争议调解仲裁法第14条"),
    DefaultRule(ClockKind.MED_COURT_PRE, _days(30), _COURT),
    DefaultRule(ClockKind.MED_COURT_ORD, _days(15), _COURT),
    DefaultRule(ClockKind.MED_COURT_SUM, _days(7), _COURT),
    DefaultRule(ClockKind.MED_JUDCONF, _days(30), "人民调解法第33条；民事诉讼法第205条"),
    DefaultRule(ClockKind.COURT_JC_ACCEPT, _days(3), _CONFIRMATION.format(4)),
    DefaultRule(ClockKind.COURT_JC_DECIDE, _days(15), _CONFIRMATION.format(5)),
    DefaultRule(ClockKind.PAUSE, Limit(60, LimitUnit.DAYS, roll_forward=False), _LOCAL),
    DefaultRule(ClockKind.NOTICE_REPLY, _workdays(3), _LOCAL),
    DefaultRule(ClockKind.NOTICE_REPLY_RED, _workdays(2), _LOCAL),
    DefaultRule(ClockKind.NOTICE_REPLY_TOP, _workdays(5), _LOCAL),
)
