"""At which level a matter is taken up, where it may climb, who stands in it, and how it is numbered."""

from collections.abc import Mapping
from typing import Final

from cases.enums import Channel, Grade, PartyRole, Procedure
from centers.enums import Level
from centers.rules import levels_above

# Who can be a party; a petition has no other side: whom it complains of is named apart, and has no part in it.
ROLES: Final[Mapping[Procedure, tuple[PartyRole, ...]]] = {
    Procedure.DISPUTE: (PartyRole.APPLICANT, PartyRole.RESPONDENT),
    Procedure.PETITION: (PartyRole.APPLICANT, PartyRole.AGENT),
}
BRINGS_IT: Final = frozenset({PartyRole.APPLICANT, PartyRole.AGENT})
# How a matter may come in: the forms of petitions are those of the Regulations on Petition Work (2022), art. 17.
CHANNELS: Final[Mapping[Procedure, tuple[Channel, ...]]] = {
    Procedure.DISPUTE: (Channel.CENTER_WINDOW, Channel.GRID, Channel.PHONE, Channel.ONLINE, Channel.REFERRED),
    Procedure.PETITION: (
        *(Channel.CENTER_WINDOW, Channel.VISIT, Channel.LETTER, Channel.PHONE, Channel.ONLINE, Channel.FAX),
        *(Channel.GRID, Channel.REFERRED),
    ),
}
SEALED_NUMBERS: Final = 10**8  # of one town and year


def first_level(grade: Grade, level: Level) -> Level:
    """Return the level that takes up a matter of ``grade`` that arose at ``level``: critical ones skip the village."""
    if grade is Grade.CRITICAL and level is Level.VILLAGE:
        return Level.TOWN
    return level


def levels_to_climb(level: Level) -> tuple[Level, ...]:
    """Return the levels a late matter may climb to from ``level``, the nearest first."""
    return levels_above(level)


def case_code(series_code: str, year: int, number: int) -> str:
    """Return the code of one case (一案一码), unique in the whole system.

    >>> case_code("330681109", 2026, 31)
    '330681109-2026-00031'
    """
    return f"{series_code}-{year}-{number:05d}"


def case_number(series_name: str, year: int, number: int) -> str:
    """Return the number that stands on papers.

    >>> case_number("枫桥", 2026, 31)
    '枫桥〔2026〕31号'
    """
    return f"{series_name}〔{year}〕{number}号"


def sealed_code(series_code: str, year: int, number: int) -> str:
    """Return the code of a case under seal. ``number`` follows from nothing, so that no gap tells of it.

    >>> sealed_code("330681109", 2026, 4071)
    '330681109-2026-M00004071'
    """
    return f"{series_code}-{year}-M{number:08d}"


def sealed_number(series_name: str, year: int, number: int) -> str:
    """Return the number of a case under seal that stands on papers.

    >>> sealed_number("枫桥", 2026, 4071)
    '枫桥密〔2026〕00004071号'
    """
    return f"{series_name}密〔{year}〕{number:08d}号"
