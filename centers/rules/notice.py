"""Reading a State Council notice on holidays that somebody put into a table: what may stand there, and what may not.

Headers and words are what stands in the offices' files, so they are data here, not texts of the interface.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from centers.enums import CalendarSource
from centers.rules.calendar import DayValue
from centers.rules.statute import SATURDAY, days_of, expected_days, statutory_days
from core.cells import BadCell, needed, parse_day, text_of
from core.errors import InvalidFile

DAY: Final = "日期"
WORKS: Final = "是否上班"
HOLIDAY: Final = "节日"
FREE_FROM: Final = "放假起"
FREE_UNTIL: Final = "放假止"
MADE_UP_DAYS: Final = "调休上班日"
OTHER_NAMES: Final = {
    "上班": WORKS, "是否工作日": WORKS, "节日名称": HOLIDAY, "节假日": HOLIDAY, "名称": HOLIDAY,
    "放假开始": FREE_FROM, "开始日期": FREE_FROM, "放假结束": FREE_UNTIL, "结束日期": FREE_UNTIL,
    "调休": MADE_UP_DAYS, "上班日": MADE_UP_DAYS, "调休上班": MADE_UP_DAYS, "补班日": MADE_UP_DAYS,
}  # fmt: skip
WORDS: Final = {
    **dict.fromkeys(("上班", "班", "是", "工作日", "TRUE", "True", "1"), True),
    **dict.fromkeys(("休息", "休", "否", "放假", "休息日", "FALSE", "False", "0"), False),
}
MADE_UP: Final = "调休"
FREE: Final = "放假"
LONGEST_HOLIDAY: Final = 15
LONGEST_NAME: Final = 36  # with the word for a made-up day behind it, what a calendar row holds

_MONTH_AND_DAY: Final = re.compile(r"(\d{1,2})月(\d{1,2})日")
_WEEKDAY: Final = re.compile(r"\s*\(?(?:周|星期)([一二三四五六日天])\)?$")
_WEEKDAYS: Final = {word: number for number, word in enumerate("一二三四五六日")} | {"天": 6}
_SEPARATORS: Final = re.compile(r"[、,;\n和及]+")


@dataclass(frozen=True, slots=True)
class Layout:
    """One of the two forms such a table has, by its columns."""

    required: tuple[str, ...]
    optional: tuple[str, ...]

    @property
    def columns(self) -> tuple[str, ...]:
        return self.required + self.optional


DAY_BY_DAY: Final = Layout((DAY, WORKS), (HOLIDAY,))
BY_HOLIDAY: Final = Layout((HOLIDAY, FREE_FROM, FREE_UNTIL), (MADE_UP_DAYS,))

Cells = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Notice:
    """The days of one year as a notice has them, and what about the table should make somebody look twice."""

    year: int
    days: Mapping[date, DayValue]
    warnings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Entry:
    row: int
    column: str
    on: date
    is_workday: bool
    name: str


@dataclass
class _Reading:
    """What has been read so far: the day of each line, and everything that is wrong, line by line."""

    year: int
    entries: dict[date, _Entry] = field(default_factory=dict)
    problems: list[tuple[int, str]] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    def refuse(self, row: int, column: str, text: str) -> None:
        """Note what is wrong in a cell, or in row 0 with the table as a whole."""
        self.problems.append((row, f"{column}：{text}" if row else text))

    def day(self, row: int, column: str, value: object) -> date | None:
        """Return the day a cell names, or note what is wrong with it."""
        try:
            on = _parse(value, self.year)
        except BadCell as error:
            self.refuse(row, column, str(error))
            return None
        if on.year == self.year:
            return on
        text = _("%(day)s does not lie in %(year)s. Choose the notice's year, or enter such a day by hand.")
        self.refuse(row, column, text % {"day": on.isoformat(), "year": self.year})
        return None

    def add(self, entry: _Entry) -> None:
        """Take a day down, unless the table says something of it already."""
        first = self.entries.setdefault(entry.on, entry)
        if first is entry:
            return
        text = (
            _("%(day)s stands there twice, first in row %(row)s.")
            if first.is_workday == entry.is_workday
            else _("%(day)s cannot be free and worked at once; see row %(row)s.")
        )
        self.refuse(entry.row, entry.column, text % {"day": entry.on.isoformat(), "row": first.row})


def read_notice(layout: Layout, rows: Sequence[tuple[int, Cells]], *, year: int) -> Notice:
    """Return the year that a table describes; days it does not name are worked from Monday to Friday.

    Raises InvalidFile with every line that is wrong: a day of another year, one that does not exist, stands there
    twice or is free and worked at once, and a statutory holiday (art. 2) that the table leaves as a working day.
    """
    reading = _Reading(year)
    read = _read_day if layout is DAY_BY_DAY else _read_holiday
    for number, cells in rows:
        read(reading, number, cells)
    days = dict(_filled(reading))
    _check_statute(reading, days)
    if reading.problems:
        problems = sorted(reading.problems, key=lambda problem: (not problem[0], problem[0]))
        raise InvalidFile(
            _("The table was not taken over: %(count)s places are wrong."), problems=problems, count=len(problems)
        )
    _compare_with_the_law(reading, days)
    return Notice(year, days, tuple(reading.warnings))


def _read_day(reading: _Reading, row: int, cells: Cells) -> None:
    on = reading.day(row, DAY, cells.get(DAY))
    word = text_of(cells.get(WORKS))
    if word not in WORDS:
        reading.refuse(row, WORKS, _("Write 上班 or 休息, not “%(word)s”.") % {"word": word[:20]})
    name = _name(reading, row, cells.get(HOLIDAY))
    if on is not None and word in WORDS:
        reading.add(_Entry(row, DAY, on, WORDS[word], name))


def _read_holiday(reading: _Reading, row: int, cells: Cells) -> None:
    name = _name(reading, row, cells.get(HOLIDAY))
    if not name:
        reading.refuse(row, HOLIDAY, _("Name the holiday."))
    first = reading.day(row, FREE_FROM, cells.get(FREE_FROM))
    last = reading.day(row, FREE_UNTIL, cells.get(FREE_UNTIL)) if text_of(cells.get(FREE_UNTIL)) else first
    if first is not None and last is not None:
        for on in _holiday(reading, row, first, last):
            reading.add(_Entry(row, FREE_FROM, on, is_workday=False, name=name))
    for value in _several(cells.get(MADE_UP_DAYS)):
        made_up = reading.day(row, MADE_UP_DAYS, value)
        if made_up is not None:
            _warn_of_a_weekday(reading, row, made_up)
            reading.add(_Entry(row, MADE_UP_DAYS, made_up, is_workday=True, name=name))


def _warn_of_a_weekday(reading: _Reading, row: int, made_up: date) -> None:
    if made_up.weekday() < SATURDAY:
        words = {"row": row, "day": made_up.isoformat(), "weekday": date_format(made_up, "l")}
        reading.warnings.append(_("Row %(row)s: %(day)s is no weekend (%(weekday)s) and worked in any case.") % words)


def _holiday(reading: _Reading, row: int, first: date, last: date) -> Iterator[date]:
    length = (last - first).days + 1
    if length < 1:
        reading.refuse(row, FREE_UNTIL, _("The holiday ends before it begins."))
    elif length > LONGEST_HOLIDAY:
        reading.refuse(row, FREE_UNTIL, _("A holiday of %(days)s days? Check both ends.") % {"days": length})
    else:
        yield from (first + timedelta(days=number) for number in range(length))


def _name(reading: _Reading, row: int, value: object) -> str:
    name = text_of(value)
    if len(name) > LONGEST_NAME:
        reading.refuse(row, HOLIDAY, _("The name has more than %(most)s characters.") % {"most": LONGEST_NAME})
    return name


def _several(value: object) -> list[object]:
    if not isinstance(value, str):
        return [] if value is None else [value]
    return [part for part in _SEPARATORS.split(text_of(value)) if part.strip()]


def _parse(value: object, year: int) -> date:
    """Return the day a cell names, in the ways notices write them too: 1月4日（周日）, without the year."""
    if not isinstance(value, str):
        return parse_day(value)
    text = needed(value)
    weekday = _WEEKDAY.search(text)
    plain = text[: weekday.start()] if weekday else text
    on = parse_day(f"{year}年{plain}" if _MONTH_AND_DAY.fullmatch(plain) else plain)
    if weekday and on.weekday() != _WEEKDAYS[weekday[1]]:
        raise BadCell(_("%(day)s is a %(weekday)s. Check the date."), day=on.isoformat(), weekday=date_format(on, "l"))
    return on


def _filled(reading: _Reading) -> Iterator[tuple[date, DayValue]]:
    for on in days_of(reading.year):
        entry = reading.entries.get(on)
        is_weekend = on.weekday() >= SATURDAY
        is_workday = entry.is_workday if entry else not is_weekend
        name = entry.name if entry else ""
        if is_workday:
            name = (name if MADE_UP in name else name + MADE_UP) if is_weekend else ""
        elif not is_weekend:
            name = name or FREE
        yield on, DayValue(is_workday, name, CalendarSource.NOTICE)


def _check_statute(reading: _Reading, days: Mapping[date, DayValue]) -> None:
    for on, name in sorted(statutory_days(reading.year).items()):
        if days[on].is_workday:
            text = _("%(day)s (%(name)s) is a statutory holiday. The table must have it as free.")
            entry = reading.entries.get(on, _Entry(0, DAY, on, is_workday=True, name=""))
            reading.refuse(entry.row, entry.column, text % {"day": on.isoformat(), "name": name})


def _compare_with_the_law(reading: _Reading, days: Mapping[date, DayValue]) -> None:
    """Warn of a year with more or fewer working days than the law gives: an exchange keeps their number."""
    counted = sum(day.is_workday for day in days.values())
    lawful = sum(day.is_workday for day in expected_days(reading.year).values())
    if counted != lawful:
        text = _(
            "With this table %(year)s has %(counted)s working days; the law alone gives %(lawful)s. Is a day missing?"
        )
        reading.warnings.append(text % {"year": reading.year, "counted": counted, "lawful": lawful})
