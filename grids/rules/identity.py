"""Citizens' identity numbers and those built like them (GB 11643): residence permits and foreigners' permanent IDs."""

import re
from collections.abc import Callable
from datetime import date
from operator import mul
from typing import Final

from django.utils.translation import gettext as _

from core.cells import BadCell, needed
from grids.enums import Sex

# What the keyed hashes, by which people and changed numbers are found, are bound to.
ID_HASH: Final = "id_number"
MOBILE_HASH: Final = "mobile"

ADULT_YEARS: Final = 18  # Civil Code, art. 17
DIGITS: Final = 17
_REGION_DIGITS: Final = 6
_BIRTH_END: Final = 14
_WEIGHTS: Final = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK_DIGITS: Final = "10X98765432"
_OF_ZEROS: Final = ord("0") * sum(_WEIGHTS)  # digits are summed by their character codes
_SHAPE: Final = re.compile(r"\d{17}[\dX]", re.ASCII)
_POWER_OF_TEN: Final = re.compile(r"\d(\.\d+)?E\+?\d+", re.IGNORECASE)
_OLD_SHAPE: Final = re.compile(r"\d{15}", re.ASCII)
_OLDEST_BIRTH_YEAR: Final = 1900
# GB/T 2260: provinces, 71 Taiwan with them.
_PROVINCES: Final = frozenset(
    map(str, (*range(11, 16), *range(21, 24), *range(31, 38), *range(41, 47), *range(50, 55), *range(61, 66), 71))
)
# Residence permits of Hong Kong, Macao and Taiwan residents (State Council Order 2018 No. 81, art. 4).
_PERMITS: Final = frozenset({"810000", "820000", "830000"})
_FOREIGNER: Final = "9"  # foreigners' permanent residence cards since 2023: 9, province, country in three digits
_OLD_FOREIGNER: Final = re.compile(r"[A-Z]{3}\d{12}", re.ASCII)


def check_digit(digits: str) -> str:
    """Return the check digit, 0-9 or X, of the first seventeen digits (GB 11643, 6.4).

    >>> check_digit("11010519491231002")
    'X'
    """
    return _CHECK_DIGITS[(sum(map(mul, digits.encode(), _WEIGHTS)) - _OF_ZEROS) % 11]


def check_id_number(value: object, *, today: date) -> str:
    """Return the eighteen characters of an identity number whose holder is of age on ``today``.

    Inner spaces go, a small or full-width X becomes X. A cell that Excel made a number of is refused: its last
    digits are lost, whatever it shows.
    """
    if isinstance(value, int | float) or (isinstance(value, str) and _POWER_OF_TEN.fullmatch(value.strip())):
        raise BadCell(
            _("Excel turned the ID number into a number and lost digits. Format the column as text and type it again."),
            code="id_as_number",
        )
    number = re.sub(r"[\s-]", "", needed(value)).upper()
    if _OLD_SHAPE.fullmatch(number):
        raise BadCell(
            _("This is an old number of 15 digits. Enter the 18 characters of the present ID card."), code="id_old"
        )
    if _OLD_FOREIGNER.fullmatch(number):
        raise BadCell(
            _("This is a foreigner's card of before 2023. Enter the 18 digits of the new card, which begin with 9."),
            code="id_old_foreigner",
        )
    if not _SHAPE.fullmatch(number):
        raise BadCell(
            _("An ID number has 18 characters: 17 digits and a last digit or X; here are %(count)s."),
            code="id_shape",
            count=len(number),
        )
    _check_region(number)
    _check_age(birth_date(number, today=today), today)
    expected = check_digit(number[:DIGITS])
    if number[-1] != expected:
        raise BadCell(
            _("The check digit is wrong: the last character should be %(expected)s. Compare it with the ID card."),
            code="id_check_digit",
            expected=expected,
        )
    return number


class IdNumbers:
    """The check of many identity numbers on one day: what they have in common is judged once."""

    def __init__(self, today: date) -> None:
        self._today = today
        self._judged: dict[str, bool] = {}

    def check(self, value: object) -> str:
        """Return what ``check_id_number`` returns, or raise what it raises."""
        return check_id_number(value, today=self._today)

    def is_right(self, number: str) -> bool:
        """Return whether ``number`` stands there as it will be kept, and is in order."""
        return (
            _SHAPE.fullmatch(number) is not None
            and number[DIGITS] == check_digit(number[:DIGITS])
            and self._passes(_check_region, number[:_REGION_DIGITS], number)
            and self._passes(self._check_birth, number[_REGION_DIGITS:_BIRTH_END], number)
        )

    def _passes(self, check: Callable[[str], None], part: str, number: str) -> bool:
        """Return whether the part of ``number`` passes; parts of different length are different parts."""
        if part not in self._judged:
            try:
                check(number)
            except BadCell:
                self._judged[part] = False
            else:
                self._judged[part] = True
        return self._judged[part]

    def _check_birth(self, number: str) -> None:
        _check_age(birth_date(number, today=self._today), self._today)


def _check_region(number: str) -> None:
    is_foreigner = number.startswith(_FOREIGNER)
    if number[:_REGION_DIGITS] in _PERMITS or number[is_foreigner : is_foreigner + 2] in _PROVINCES:
        return
    raise BadCell(
        _("The ID number begins with %(digits)s, which is no region. Compare it with the ID card."),
        code="id_region",
        digits=number[:_REGION_DIGITS],
    )


def birth_date(number: str, *, today: date) -> date:
    """Return the date of birth in digits 7 to 14."""
    try:
        born = date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        born = None
    if born is None or born.year < _OLDEST_BIRTH_YEAR or born > today:
        raise BadCell(
            _("Digits 7 to 14 of the ID number are no date of birth. Compare it with the ID card."),
            code="id_birth_date",
        )
    return born


def _check_age(born: date, today: date) -> None:
    birthday_passed = (today.month, today.day) >= (born.month, born.day)
    if today.year - born.year - (not birthday_passed) < ADULT_YEARS:
        raise BadCell(_("The person is not yet 18 years old."), code="id_minor")


def sex_of(number: str) -> Sex:
    """Return the sex that the seventeenth digit tells: odd is male."""
    return Sex.MALE if int(number[16]) % 2 else Sex.FEMALE
