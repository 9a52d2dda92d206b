"""How petitions come in: who is named, and what is written down for whom. Pure."""

from typing import Final

from cases.enums import Channel

MOST_REPRESENTATIVES: Final = 5  # Regulations on Petition Work (2022), art. 20
WRITTEN: Final = frozenset({Channel.LETTER, Channel.FAX, Channel.ONLINE})


def may_be_oral(channel: Channel) -> bool:
    """Return whether what came in this way can have been told, and written down by the window (art. 19).

    >>> may_be_oral(Channel.VISIT), may_be_oral(Channel.LETTER)
    (True, False)
    """
    return channel not in WRITTEN


def must_be_oral(channel: Channel) -> bool:
    """Return whether what came in this way was told: by telephone nothing comes in writing."""
    return channel is Channel.PHONE
