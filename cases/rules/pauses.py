"""Which times do not count, for which limits, and by which article. Pure."""

from collections.abc import Collection, Mapping
from typing import Final

from cases.enums import ClockKind, PauseReason
from cases.rules.kinds import COURT_KINDS, LEVEL_CLOCKS

# What the law itself stops, by reason.
PAUSED_BY: Final[Mapping[PauseReason, tuple[ClockKind, ...]]] = {
    PauseReason.REREVIEW_HEARING: (ClockKind.PET_REREVIEW,),
    PauseReason.MEDICAL_APPRAISAL: (ClockKind.MED_MEDICAL,),
    PauseReason.COURT_APPRAISAL: COURT_KINDS,
}
# While a mediation waits for an appraisal its level can do nothing either; a petition has no level limit beside it.
PAUSED_BESIDE: Final[Mapping[PauseReason, tuple[ClockKind, ...]]] = {
    PauseReason.REREVIEW_HEARING: (),
    PauseReason.MEDICAL_APPRAISAL: tuple(LEVEL_CLOCKS.values()),
    PauseReason.COURT_APPRAISAL: tuple(LEVEL_CLOCKS.values()),
}
PAUSE_ARTICLES: Final[Mapping[PauseReason, str]] = {
    PauseReason.REREVIEW_HEARING: "信访工作条例（2022）第36条",
    PauseReason.MEDICAL_APPRAISAL: "医疗纠纷预防和处理条例第38条",
    PauseReason.COURT_APPRAISAL: "人民法院在线调解规则第26条",
}


def fitting_reasons(running: Collection[str]) -> tuple[PauseReason, ...]:
    """Return the reasons for which one of the limits that run may be paused.

    >>> fitting_reasons(["LVL_TOWN", "MED_MEDICAL"])
    (PauseReason.MEDICAL_APPRAISAL,)
    """
    return tuple(reason for reason, kinds in PAUSED_BY.items() if set(kinds) & set(running))
