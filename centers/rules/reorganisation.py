"""Which offices end with their center when it is absorbed by another."""

from typing import Final

from centers.enums import Role
from centers.rules import ADMINISTRATORS

# A center has one director, and each part of the house one administrator of a kind: the other center has its own.
HELD_BY_ONE: Final = ADMINISTRATORS | {Role.CENTER_DIRECTOR}


def is_to_end(role: Role, *, unit_goes_on: bool) -> bool:
    """Return whether an office ends with its center unless a person decides otherwise.

    The others go on at the absorbing center with the same role. A unit that joins one of the same name there
    (not ``unit_goes_on``) brings no second leader.

    >>> is_to_end(Role.CENTER_DIRECTOR, unit_goes_on=True), is_to_end(Role.MEDIATOR, unit_goes_on=False)
    (True, False)
    >>> is_to_end(Role.UNIT_LEADER, unit_goes_on=False)
    True
    """
    return role in HELD_BY_ONE or (role == Role.UNIT_LEADER and not unit_goes_on)
