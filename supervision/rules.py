"""How supervision notices are numbered and what may be done with one. Pure."""

from collections.abc import Mapping
from typing import Final

from django.utils.translation import gettext_lazy as _

from core.transitions import follow
from supervision.enums import NoticeAction, NoticeState

TRANSITIONS: Final[Mapping[tuple[NoticeState, NoticeAction], NoticeState]] = {
    (NoticeState.ISSUED, NoticeAction.SIGN_FOR): NoticeState.SIGNED_FOR,
    (NoticeState.SIGNED_FOR, NoticeAction.REPLY): NoticeState.REPLIED,
    (NoticeState.RETURNED, NoticeAction.REPLY): NoticeState.REPLIED,
    (NoticeState.REPLIED, NoticeAction.CLOSE): NoticeState.CLOSED,
    (NoticeState.REPLIED, NoticeAction.RETURN): NoticeState.RETURNED,
}

PERMISSIONS: Final[Mapping[NoticeAction, str]] = {
    NoticeAction.SIGN_FOR: "supervision.reply_supervisionnotice",
    NoticeAction.REPLY: "supervision.reply_supervisionnotice",
    NoticeAction.CLOSE: "supervision.verify_supervisionnotice",
    NoticeAction.RETURN: "supervision.verify_supervisionnotice",
}

# Those that still wait for an answer; one that was sent back waits again.
UNANSWERED: Final = (NoticeState.ISSUED.value, NoticeState.SIGNED_FOR.value, NoticeState.RETURNED.value)


def next_state(state: NoticeState, action: NoticeAction) -> NoticeState:
    """Return the state that ``action`` leads to; raise IllegalTransition if none."""
    refusal = _("“%(action)s” is not open while the notice is “%(state)s”. Reload the page to see what is.")
    return follow(TRANSITIONS, state, action, refusal=refusal)


def notice_number(series_name: str, year: int, number: int) -> str:
    """Return the number of a supervision notice, with the short name of the center whose series it is of.

    >>> notice_number("枫桥", 2026, 7)
    '(2026)枫桥督字第0007号'
    """
    return f"({year}){series_name}督字第{number:04d}号"
