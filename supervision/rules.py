"""How supervision notices are numbered and what may be done with one. Pure."""

from collections.abc import Mapping
from typing import Final

from django.utils.translation import gettext_lazy as _

from core.errors import IllegalTransition
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


def next_state(state: NoticeState, action: NoticeAction) -> NoticeState:
    """Return the state that ``action`` leads to; raise IllegalTransition if none."""
    try:
        return TRANSITIONS[state, action]
    except KeyError:
        raise IllegalTransition(
            _("“%(action)s” is not open while the notice is “%(state)s”. Reload the page to see what is."),
            action=action.label,
            state=state.label,
        ) from None


def notice_number(year: int, number: int) -> str:
    """Return the number of a supervision notice.

    >>> notice_number(2026, 7)
    '(2026)督字第0007号'
    """
    return f"({year})督字第{number:04d}号"
