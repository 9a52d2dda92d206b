"""Who decides when a unit says that a petition is not its own, and until when it may say so. Pure.

Regulations on Petition Work (2022), arts. 22 to 24: within five working days, with reasons; the material goes back only
once whoever sent it agrees. Where units differ about it their common superior decides, and that is the end of it.
"""

from collections.abc import Iterable
from typing import Final

from centers.enums import Level
from centers.rules import LEVELS

SHORTEST_REASON: Final = 20  # characters: "not ours" is no reason
OBJECTIONS_BEFORE_THE_SUPERIOR: Final = 1


def superior_decides(earlier: int) -> bool:
    """Return whether the common superior decides about an objection, after ``earlier`` ones in the same round.

    >>> superior_decides(0), superior_decides(1)
    (False, True)
    """
    return earlier >= OBJECTIONS_BEFORE_THE_SUPERIOR


def common_level(levels: Iterable[Level]) -> Level:
    """Return at which level the common superior of centers on one line of the tree stands: that of the highest.

    >>> common_level([Level.TOWN, Level.COUNTY, Level.TOWN]) is Level.COUNTY
    True
    """
    return min(levels, key=LEVELS.index)
