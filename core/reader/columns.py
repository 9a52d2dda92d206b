"""Columns of a sheet by letters and by number, and how many of them are read."""

from typing import Final

from core.confined.refusal import Refused

MAX_COLUMNS: Final = 256


def column_number(letters: bytes) -> int:
    """Return a column's number, from 0.

    >>> column_number(b"A"), column_number(b"AB")
    (0, 27)
    """
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number - 1


def column_letters(number: int) -> str:
    """Return the letters of a column by its number, from 0.

    >>> column_letters(0), column_letters(27)
    ('A', 'AB')
    """
    letters = ""
    number += 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def check_width(width: int) -> None:
    """Refuse a row whose last cell stands in column ``width``, counted from 1, if that is too far."""
    if width > MAX_COLUMNS:
        raise Refused("too_many_columns", columns=MAX_COLUMNS, column=column_letters(width - 1))
