"""Which limits there are: what each does on its way, and how long the law lets it be at most."""

from collections.abc import Mapping
from typing import Final

from cases.enums import Category, ClockKind, Step
from centers.enums import Level
from core.workdays import Limit, LimitUnit

LEVEL_CLOCKS: Final[Mapping[Level, ClockKind]] = {
    Level.VILLAGE: ClockKind.LVL_VILLAGE,
    Level.TOWN: ClockKind.LVL_TOWN,
    Level.COUNTY: ClockKind.LVL_COUNTY,
}
MEDIATION_CLOCKS: Final[Mapping[Category, ClockKind]] = {
    Category.MEDICAL: ClockKind.MED_MEDICAL,
    Category.LABOUR: ClockKind.MED_LABOUR,
    Category.MIGRANT_WAGES: ClockKind.MED_LABOUR,
}
COURT_KINDS: Final = (ClockKind.MED_COURT_PRE, ClockKind.MED_COURT_ORD, ClockKind.MED_COURT_SUM)
MEDIATION_KINDS: Final = (
    ClockKind.MED_GENERAL,
    ClockKind.MED_MEDICAL,
    ClockKind.MED_LABOUR,
    *COURT_KINDS,
)
NOTICE_KINDS: Final = (ClockKind.NOTICE_REPLY, ClockKind.NOTICE_REPLY_RED, ClockKind.NOTICE_REPLY_TOP)

# How long a limit may be extended at most; these never run by themselves.
CEILING_KINDS: Final = (ClockKind.PET_EXTEND, ClockKind.MED_EXTEND)
# Limits of the people who brought the matter, or of a court: shown to help, never anybody's lateness here.
WINDOW_KINDS: Final = (
    ClockKind.PET_ASKREVIEW,
    ClockKind.PET_ASKREREVIEW,
    ClockKind.MED_JUDCONF,
    ClockKind.COURT_JC_ACCEPT,
    ClockKind.COURT_JC_DECIDE,
)

# Days that the parties agreed on: no rule sets them, and to be late is the debtor's, not the office's.
AGREED_KINDS: Final = (ClockKind.MED_PERFORM,)
# Days that an office has named in a paper: no rule sets them either, but whoever has the matter answers for them.
NAMED_KINDS: Final = (ClockKind.PET_EXECUTE, ClockKind.PET_ASSIGNED)
DATED_KINDS: Final = (*AGREED_KINDS, *NAMED_KINDS)

# Limits of the matter itself, whatever the level: whoever takes it over answers for them from then on.
FOLLOWING_KINDS: Final = (
    *(*MEDIATION_KINDS, *AGREED_KINDS, ClockKind.PET_NOTICE_DIRECT, ClockKind.PET_NOTICE_REFERRED),
    *(ClockKind.PET_HANDLE, ClockKind.PET_ASSIGNED),
)

# A notice's own answer is watched on the notice, a pause ends by itself; every other limit makes the case itself late.
KINDS_THAT_MAKE_A_CASE_LATE: Final = tuple(
    kind
    for kind in ClockKind
    if kind not in {ClockKind.PAUSE, *NOTICE_KINDS, *CEILING_KINDS, *WINDOW_KINDS, *AGREED_KINDS}
)
# The nearest of these is the day by which a case is listed: an agreed day brings it back to the mediator's desk.
KINDS_THAT_DATE_A_CASE: Final = (*KINDS_THAT_MAKE_A_CASE_LATE, *AGREED_KINDS)

# What falls before the end of a limit; everything else a clock does follows the end.
WARNINGS: Final = (Step.NUDGE, Step.REMIND, Step.PREWARN)
_NOTICES: Final = (Step.YELLOW, Step.RED, Step.MEASURES)
_LEVEL: Final = (*WARNINGS, Step.CLIMB, *_NOTICES)
_OFFICE: Final = (*WARNINGS, Step.LAPSE, *_NOTICES)
LADDERS: Final[Mapping[ClockKind, tuple[Step, ...]]] = {
    **dict.fromkeys(ClockKind, _OFFICE),
    ClockKind.SIGN_FOR: (Step.CLIMB, *_NOTICES),
    ClockKind.LVL_GRID: _LEVEL,
    ClockKind.LVL_VILLAGE: _LEVEL,
    ClockKind.LVL_TOWN: _LEVEL,
    ClockKind.PET_URGENT: (Step.LAPSE, *_NOTICES),
    ClockKind.PAUSE: (Step.REMIND, Step.PREWARN, Step.RESUME),
    **dict.fromkeys(NOTICE_KINDS, (Step.LAPSE,)),
    **dict.fromkeys(AGREED_KINDS, (Step.REMIND, Step.PREWARN, Step.LAPSE)),
    **dict.fromkeys((*CEILING_KINDS, *WINDOW_KINDS), ()),
    ClockKind.MED_JUDCONF: (Step.REMIND,),
}

_WORKDAYS: Final = LimitUnit.WORKING_DAYS
_DAYS: Final = LimitUnit.DAYS

# No rule may be longer than this: the law's own limit, or for a level the end of the range that practice allows.
CAPS: Final[Mapping[ClockKind, Limit]] = {
    ClockKind.LVL_GRID: Limit(1, _WORKDAYS),
    ClockKind.LVL_VILLAGE: Limit(5, _WORKDAYS),
    ClockKind.LVL_TOWN: Limit(10, _WORKDAYS),
    ClockKind.LVL_COUNTY: Limit(30, _WORKDAYS),
    ClockKind.PET_TRIAGE: Limit(15, _DAYS),
    ClockKind.PET_NOTICE_DIRECT: Limit(15, _DAYS),
    ClockKind.PET_NOTICE_REFERRED: Limit(15, _DAYS),
    ClockKind.PET_OBJECT: Limit(5, _WORKDAYS),
    ClockKind.PET_HANDLE: Limit(60, _DAYS),
    ClockKind.PET_EXTEND: Limit(30, _DAYS),
    ClockKind.PET_ASKREVIEW: Limit(30, _DAYS),
    ClockKind.PET_REVIEW: Limit(30, _DAYS),
    ClockKind.PET_ASKREREVIEW: Limit(30, _DAYS),
    ClockKind.PET_REREVIEW: Limit(30, _DAYS),
    ClockKind.PET_SIMPLE_HOP: Limit(1, _WORKDAYS),
    ClockKind.PET_SIMPLE_ACCEPT: Limit(3, _WORKDAYS),
    ClockKind.PET_SIMPLE_HANDLE: Limit(10, _WORKDAYS),
    ClockKind.MED_GENERAL: Limit(1, LimitUnit.MONTHS),
    ClockKind.MED_MEDICAL: Limit(30, _WORKDAYS),
    ClockKind.MED_LABOUR: Limit(15, _DAYS),
    ClockKind.MED_COURT_PRE: Limit(30, _DAYS),
    ClockKind.MED_COURT_ORD: Limit(15, _DAYS),
    ClockKind.MED_COURT_SUM: Limit(7, _DAYS),
    ClockKind.MED_JUDCONF: Limit(30, _DAYS),
    ClockKind.PAUSE: Limit(60, _DAYS),
}
# Those of them that practice sets, not the law.
PRACTICE_CAPS: Final = frozenset(
    {ClockKind.LVL_GRID, ClockKind.LVL_VILLAGE, ClockKind.LVL_TOWN, ClockKind.LVL_COUNTY, ClockKind.PAUSE}
)
# A citizen's own window may not be narrowed by a place either.
FIXED_KINDS: Final = (ClockKind.PET_ASKREVIEW, ClockKind.PET_ASKREREVIEW, ClockKind.MED_JUDCONF)

# Per unit of the law's own limit: the other units a place may write its limit in, and how much of each fits into one.
_FITS: Final[Mapping[LimitUnit, Mapping[LimitUnit, int]]] = {
    LimitUnit.HOURS: {LimitUnit.HOURS: 1},
    LimitUnit.DAYS: {LimitUnit.DAYS: 1, LimitUnit.HOURS: 24},
    LimitUnit.WORKING_DAYS: {LimitUnit.WORKING_DAYS: 1, LimitUnit.DAYS: 1, LimitUnit.HOURS: 24},
    LimitUnit.MONTHS: {LimitUnit.MONTHS: 1, LimitUnit.DAYS: 28, LimitUnit.HOURS: 28 * 24},
}


def longest(kind: ClockKind) -> Mapping[LimitUnit, int]:
    """Return the most a limit of ``kind`` may be, in each unit it may be written in; empty where nothing binds it.

    A unit that could come out longer on some calendar is no unit for it: fifteen working days are never fifteen
    days, but fifteen days are at most fifteen working days.

    >>> longest(ClockKind.PET_OBJECT)[LimitUnit.WORKING_DAYS]
    5
    """
    cap = CAPS.get(kind)
    return {} if cap is None else {unit: cap.amount * fits for unit, fits in _FITS[cap.unit].items()}


def exceeds(kind: ClockKind, limit: Limit) -> bool:
    """Return whether ``limit`` could last longer than ``kind`` may."""
    allowed = longest(kind)
    if not allowed:
        return False
    return limit.amount > allowed.get(limit.unit, 0)


def mediation_clock(category: Category) -> ClockKind:
    """Return which mediation limit binds a dispute of ``category``."""
    return MEDIATION_CLOCKS.get(category, ClockKind.MED_GENERAL)
