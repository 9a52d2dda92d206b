"""What the law asks of a mediation committee, and which mediator suits a matter (People's Mediation Law, arts. 8-9)."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from enum import IntEnum
from typing import Final

from disputes.enums import MinorityMember, Seat, Shortcoming

TERM_YEARS: Final = 3  # art. 9
FEWEST_MEMBERS: Final = 3  # art. 8
MOST_MEMBERS: Final = 9  # art. 8


def last_day_of_term(starts_on: date) -> date:
    """Return the last day that a term beginning on ``starts_on`` can have: three years from then.

    >>> last_day_of_term(date(2026, 3, 1)), last_day_of_term(date(2024, 2, 29))
    (datetime.date(2029, 2, 28), datetime.date(2027, 2, 27))
    """
    year = starts_on.year + TERM_YEARS
    leaps = starts_on.month == 2 and starts_on.day == 29  # noqa: PLR2004 - the 29th of February
    return starts_on.replace(year=year, day=28 if leaps else starts_on.day) - timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Statement:
    """What a committee says of itself, without saying it of anybody: art. 8 asks for both."""

    has_woman: bool
    minority: MinorityMember


def shortcomings(seats: Collection[Seat], said: Statement) -> list[Shortcoming]:
    """Return what a committee with these seats lacks; whoever is engaged is none of its three to nine members.

    >>> [one.value for one in shortcomings([Seat.MEMBER], Statement(True, MinorityMember.NOT_DUE))]
    ['no_chair', 'too_few']
    """
    members = sum(seat is not Seat.ENGAGED for seat in seats)
    found = {
        Shortcoming.NO_CHAIR: Seat.CHAIR not in seats,
        Shortcoming.TOO_FEW: members < FEWEST_MEMBERS,
        Shortcoming.TOO_MANY: members > MOST_MEMBERS,
        Shortcoming.NO_WOMAN: not said.has_woman,
        Shortcoming.NO_MINORITY: said.minority is MinorityMember.MISSING,
    }
    return [one for one, is_so in found.items() if is_so]


class Fit(IntEnum):
    """How well somebody of a committee suits a matter; the best comes first."""

    BOTH = 0
    CATEGORY = 1
    LANGUAGE = 2
    NEITHER = 3


def fit(category: str, languages: Collection[str], *, takes: Collection[str], speaks: Collection[str]) -> Fit:
    """Return how well a mediator who ``takes`` categories and ``speaks`` languages suits a matter.

    Whoever names no category takes all. Whoever speaks all that the parties need suits by language.

    >>> fit("D02", ["wu"], takes=["D02"], speaks=["putonghua", "wu"]), fit("D02", [], takes=["D01"], speaks=[])
    (<Fit.BOTH: 0>, <Fit.LANGUAGE: 2>)
    """
    by_category = not takes or category in takes
    by_language = set(languages) <= set(speaks)
    if by_category:
        return Fit.BOTH if by_language else Fit.CATEGORY
    return Fit.LANGUAGE if by_language else Fit.NEITHER
