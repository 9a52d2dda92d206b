"""How the values in the events of a petition read in the timeline of its case."""

from collections.abc import Callable, Mapping
from typing import Final

from petitions.enums import ClaimRoute, Instance, Kind, NoticeKind, ReferralKind, StatutoryRoute

WORDS: Final[Mapping[str, Callable[[str], str]]] = {
    "purpose": lambda value: str(Kind(value).label),
    "route": lambda value: str(ClaimRoute(value).label) if value else "",
    "instance": lambda value: str(Instance(value).label),
    "passed": lambda value: str(ReferralKind(value).label),
    "notice": lambda value: str(NoticeKind(value).label),
    "statutory_route": lambda value: str(StatutoryRoute(value).label),
}
