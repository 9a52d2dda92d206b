"""How much longer a limit may be made, and on what condition. Pure."""

from collections.abc import Mapping, Sequence
from typing import Final

from cases.enums import ClockKind
from cases.rules.kinds import COURT_KINDS, LEVEL_CLOCKS
from core.workdays import Limit

# The limits that a rule of their own lets be extended, in all by no more than that rule says.
EXTENDED_BY: Final[Mapping[ClockKind, ClockKind]] = {
    ClockKind.PET_HANDLE: ClockKind.PET_EXTEND,
    **dict.fromkeys((ClockKind.MED_GENERAL, ClockKind.MED_MEDICAL, *COURT_KINDS), ClockKind.MED_EXTEND),
}
# A level's own limit may be extended once, by no more than its original length.
EXTENDED_ONCE: Final = frozenset({ClockKind.LVL_GRID, *LEVEL_CLOCKS.values()})
EXTENSION_ARTICLES: Final[Mapping[ClockKind, str]] = {
    ClockKind.PET_HANDLE: "信访工作条例（2022）第34条",
    ClockKind.MED_GENERAL: "人民调解工作若干规定（司法部令第75号）第33条；双方当事人书面同意",
    ClockKind.MED_MEDICAL: "医疗纠纷预防和处理条例第38条；双方当事人书面同意",
    **dict.fromkeys(COURT_KINDS, "最高人民法院关于人民法院特邀调解的规定第27条；双方当事人书面同意"),
    **dict.fromkeys(EXTENDED_ONCE, "综治中心办理规程：本级时限经上一级批准可延长一次"),
}
EXTENDABLE: Final = frozenset({*EXTENDED_BY, *EXTENDED_ONCE})


def needs_agreement(kind: ClockKind) -> bool:
    """Return whether ``kind`` goes on only when both parties have agreed in writing."""
    return EXTENDED_BY.get(kind) is ClockKind.MED_EXTEND


def room_to_extend(kind: ClockKind, length: Limit, *, granted: Sequence[Limit], ceiling: Limit | None) -> Limit | None:
    """Return by how much a limit may still be extended at most, None where it may not be extended any more.

    ``length`` is what it was given, ``granted`` what was added since, ``ceiling`` the rule on extensions that holds.

    >>> from core.workdays import LimitUnit
    >>> ten, thirty, sixty = (Limit(days, LimitUnit.DAYS) for days in (10, 30, 60))
    >>> room_to_extend(ClockKind.PET_HANDLE, sixty, granted=[ten], ceiling=thirty).amount
    20
    """
    if kind in EXTENDED_ONCE:
        return None if granted else length
    if kind not in EXTENDED_BY or ceiling is None or any(part.unit is not ceiling.unit for part in granted):
        return None
    left = ceiling.amount - sum(part.amount for part in granted)
    return Limit(left, ceiling.unit) if left > 0 else None


def extension_number(series_name: str, year: int, number: int) -> str:
    """Return the number of a notice of extension, with the short name of the center whose series it is of.

    >>> extension_number("枫桥", 2026, 3)
    '(2026)枫桥延字第0003号'
    """
    return f"({year}){series_name}延字第{number:04d}号"
