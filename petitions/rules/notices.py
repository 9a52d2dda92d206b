"""Who is told what: which notice an act owes the petitioner, and by which limit."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Final

from cases.enums import ClockKind
from petitions.enums import Action, NoticeKind

# Regulations on Petition Work, arts. 23 (receipt, route and procedure; in writing, within 15 days), 29, 32 and 33.
OWED: Final[Mapping[Action, NoticeKind]] = {
    Action.ACCEPT: NoticeKind.ACCEPTANCE,
    Action.DECLINE: NoticeKind.NON_ACCEPTANCE,
    Action.GUIDE_OUT: NoticeKind.GUIDANCE,
    Action.ENTER_PROCEDURE: NoticeKind.RECEIPT,
    Action.REFER: NoticeKind.REFERRAL,
    Action.DECIDE_COMPETENCE: NoticeKind.REFERRAL,
    Action.SIGN: NoticeKind.OPINION,
    Action.REPLY: NoticeKind.REPLY,
    Action.SETTLE: NoticeKind.SETTLEMENT,
}
# What is told first of all ends the limit of article 23. Of an accusation nothing is told here: its organ sees to that.
FIRST_NOTICE: Final = ClockKind.PET_NOTICE_DIRECT
FIRST: Final = frozenset(
    {
        NoticeKind.RECEIPT,
        NoticeKind.REFERRAL,
        NoticeKind.ACCEPTANCE,
        NoticeKind.NON_ACCEPTANCE,
        NoticeKind.GUIDANCE,
        NoticeKind.REPLY,
    }
)
# Whoever sent a petition on tells where it went; whoever received it tells the rest within fifteen days of its own.
RECEIVERS_NOTICE: Final = ClockKind.PET_NOTICE_REFERRED
OPINIONS: Final = frozenset({NoticeKind.OPINION, NoticeKind.REVIEW, NoticeKind.REREVIEW})
LONGEST_SILENCE: Final = timedelta(days=15)
# The articles by which each is owed, as they stand on a Chinese page.
ARTICLES: Final[Mapping[NoticeKind, str]] = {
    NoticeKind.RECEIPT: "信访工作条例第23条",
    NoticeKind.REFERRAL: "信访工作条例第23条",
    NoticeKind.ACCEPTANCE: "信访工作条例第23条",
    NoticeKind.NON_ACCEPTANCE: "信访工作条例第23条",
    NoticeKind.GUIDANCE: "信访工作条例第23条、第31条",
    NoticeKind.OPINION: "信访工作条例第32条、第34条",
    NoticeKind.REVIEW: "信访工作条例第35条",
    NoticeKind.REREVIEW: "信访工作条例第36条",
    NoticeKind.REPLY: "信访工作条例第29条",
    NoticeKind.SETTLEMENT: "信访工作条例第33条",
}


def handling_counts_from(received_on: date, accepted_on: date) -> date:
    """Return the day from which the handling of an accepted claim counts: silence never lengthens the wait.

    Whoever accepts later than the fifteen days in which article 23 wants the petitioner told has had those days.

    >>> handling_counts_from(date(2026, 3, 1), date(2026, 3, 10))
    datetime.date(2026, 3, 10)
    >>> handling_counts_from(date(2026, 3, 1), date(2026, 4, 9))
    datetime.date(2026, 3, 16)
    """
    return min(accepted_on, received_on + LONGEST_SILENCE)
