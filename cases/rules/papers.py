"""How papers are numbered, and how long a file is kept."""

from typing import Final

from cases.enums import Category, Retention

# Boundaries and homes are asked about again after a lifetime; the law itself fixes no period.
PERMANENT: Final = frozenset({Category.FOREST_LAND, Category.HOUSING_HOMESTEAD})


def paper_number(series_name: str, series: str, year: int, number: int) -> str:
    """Return the number of a paper as it stands on the standard forms (Ministry of Justice, 2010).

    >>> paper_number("枫桥", "人调终字", 2026, 1)
    '(2026)枫桥人调终字第0001号'
    """
    return f"({year}){series_name}{series}第{number:04d}号"


def retention_of(category: Category) -> Retention:
    """Return how long the file of a matter is kept unless its archive decides otherwise.

    >>> retention_of(Category.NEIGHBOUR).value, retention_of(Category.FOREST_LAND).value
    ('short', 'permanent')
    """
    return Retention.PERMANENT if category in PERMANENT else Retention.SHORT
