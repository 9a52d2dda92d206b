"""How the papers of petitions are numbered."""

from collections.abc import Mapping
from typing import Final

from petitions.enums import Instance

SERIES: Final[Mapping[Instance, str]] = {
    Instance.HANDLING: "访意字",
    Instance.REVIEW: "访查字",
    Instance.REREVIEW: "访核字",
}


def opinion_number(center: str, year: int, number: int, instance: Instance = Instance.HANDLING) -> str:
    """Return the number of an opinion, in the series of its instance.

    >>> opinion_number("枫桥", 2026, 7), opinion_number("诸暨", 2026, 1, Instance.REVIEW)
    ('(2026)枫桥访意字第0007号', '(2026)诸暨访查字第0001号')
    """
    return f"({year}){center}{SERIES[instance]}第{number:04d}号"
