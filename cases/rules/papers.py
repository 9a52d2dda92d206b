"""How papers are numbered."""


def paper_number(series_name: str, series: str, year: int, number: int) -> str:
    """Return the number of a paper as it stands on the standard forms (Ministry of Justice, 2010).

    >>> paper_number("枫桥", "人调终字", 2026, 1)
    '(2026)枫桥人调终字第0001号'
    """
    return f"({year}){series_name}{series}第{number:04d}号"
