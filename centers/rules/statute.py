"""The days off that the law itself gives, before any notice has exchanged working days around them."""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from functools import cache
from types import MappingProxyType
from typing import Final

from centers.enums import CalendarSource
from centers.rules.calendar import DayValue

FIRST_YEAR: Final = 2004  # the first whose notice is known
LAST_YEAR: Final = 2099  # the last whose lunar festivals are known
SATURDAY: Final = 5
_EXCHANGED: Final = "休息日"  # the package's word for a day that a notice made free


@cache
def statutory_days(year: int) -> Mapping[date, str]:
    """Return the holidays of ``year`` with their names (Measures on National Holidays, art. 2).

    >>> statutory_days(2027)[date(2027, 10, 1)]
    '国庆节'
    """
    named = _named_days(year, observed=False)
    return MappingProxyType({on: name for on, name in named.items() if not name.startswith(_EXCHANGED)})


@cache
def expected_days(year: int) -> Mapping[date, DayValue]:
    """Return every day of ``year`` as the law alone has it: no exchange of working days, which only a notice makes."""
    named = _named_days(year, observed=True)
    return MappingProxyType(
        {
            on: DayValue(not named.get(on, "") and on.weekday() < SATURDAY, named.get(on, ""), CalendarSource.EXPECTED)
            for on in days_of(year)
        }
    )


def _named_days(year: int, *, observed: bool) -> Mapping[date, str]:
    import holidays  # noqa: PLC0415 - it brings the whole world's calendars, and only the loading of a year asks

    return holidays.country_holidays("CN", years=year, observed=observed, language="zh_CN")


def days_of(year: int) -> Iterator[date]:
    """Yield every day of ``year``."""
    first = date(year, 1, 1)
    return (first + timedelta(days=number) for number in range((date(year + 1, 1, 1) - first).days))
