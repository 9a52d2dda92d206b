"""How the papers of petitions are numbered."""


def opinion_number(center: str, year: int, number: int) -> str:
    """Return the number of a handling opinion.

    >>> opinion_number("枫桥", 2026, 7)
    '(2026)枫桥访意字第0007号'
    """
    return f"({year}){center}访意字第{number:04d}号"
