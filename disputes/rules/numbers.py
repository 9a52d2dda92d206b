"""How the papers of a mediation committee are numbered."""


def agreement_number(series_name: str, year: int, number: int) -> str:
    """Return the number of an agreement as it stands on the standard form (Ministry of Justice, 2010).

    >>> agreement_number("枫桥", 2026, 1)
    '(2026)枫桥人调字第0001号'
    """
    return f"({year}){series_name}人调字第{number:04d}号"
