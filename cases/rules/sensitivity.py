"""How a matter is kept: which level is higher, what the one who brought it is called, and how long a name is shown."""

from datetime import datetime, timedelta
from typing import Final

from cases.enums import Sensitivity

LEVELS: Final = tuple(Sensitivity)  # from the lowest to the highest
IDENTITY_REVEAL_MINUTES: Final = 30
ASKS_LAPSE_AFTER: Final = timedelta(days=1)


def levels_over(level: Sensitivity) -> tuple[Sensitivity, ...]:
    """Return the levels to which a matter can be raised from ``level``."""
    return LEVELS[LEVELS.index(level) + 1 :]


def levels_under(level: Sensitivity) -> tuple[Sensitivity, ...]:
    """Return the levels to which a matter can be lowered from ``level``."""
    return LEVELS[: LEVELS.index(level)]


def informant_letters(number: int) -> str:
    """Return the letters by which the informants of one matter are told apart, for their number from 0 on.

    >>> informant_letters(0), informant_letters(25), informant_letters(26)
    ('A', 'Z', 'AA')
    """
    before, last = divmod(number, 26)
    return (informant_letters(before - 1) if before else "") + chr(ord("A") + last)


def shown_until(decided_at: datetime) -> datetime:
    """Return the moment at which an identity whose showing was approved at ``decided_at`` is closed again."""
    return decided_at + timedelta(minutes=IDENTITY_REVEAL_MINUTES)


def is_shown(until: datetime, now: datetime) -> bool:
    """Return whether an identity that is open until ``until`` is still shown at ``now``; at that moment no more."""
    return now < until


def has_lapsed(asked_at: datetime, now: datetime) -> bool:
    """Return whether something asked for at ``asked_at``, which nobody decided, is over at ``now``."""
    return now >= asked_at + ASKS_LAPSE_AFTER
