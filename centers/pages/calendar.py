"""How the work calendar reads on its pages: a year at a glance, a day and its history, a change before it is made."""

from calendar import Calendar
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from centers.enums import CalendarSource
from centers.models import CalendarChange, Center
from centers.reports.calendar import PlacedDay
from centers.rules.calendar import DayChange, DayValue
from centers.rules.statute import SATURDAY
from core import clock

FREE_MARK: Final = pgettext_lazy("calendar", "off")
WEEKDAYS: Final = (
    pgettext_lazy("weekday", "Mo"),
    pgettext_lazy("weekday", "Tu"),
    pgettext_lazy("weekday", "We"),
    pgettext_lazy("weekday", "Th"),
    pgettext_lazy("weekday", "Fr"),
    pgettext_lazy("weekday", "Sa"),
    pgettext_lazy("weekday", "Su"),
)
MADE_UP_MARK: Final = pgettext_lazy("calendar", "on")
REGION_MARK: Final = pgettext_lazy("calendar", "local")
STAFF_MARK: Final = pgettext_lazy("calendar", "edited")


@dataclass(frozen=True, slots=True)
class Cell:
    """One day in the year at a glance: its marks, and all that is known of it in one sentence."""

    on: date
    marks: tuple[str, ...]
    tone: str
    words: str
    is_today: bool


@dataclass(frozen=True, slots=True)
class Month:
    """One month: weeks from Monday to Sunday, None where a day belongs to another month."""

    first: date
    weeks: list[list[Cell | None]]
    workdays: int


def months_of(
    days: Sequence[PlacedDay], changes: Mapping[date, Sequence[CalendarChange]], *, today: date
) -> list[Month]:
    """Return the months of the year whose ``days`` are given; days that are not loaded stay empty."""
    cells = {day.on: _cell(day, changes.get(day.on, ()), today=today) for day in days}
    worked = {day.on for day in days if day.value.is_workday}
    year = days[0].on.year if days else today.year
    return [
        Month(
            date(year, number, 1),
            [
                [cells.get(on) if on.month == number else None for on in week]
                for week in Calendar().monthdatescalendar(year, number)
            ],
            sum(on.month == number for on in worked),
        )
        for number in range(1, 13)
    ]


def _cell(day: PlacedDay, changes: Sequence[CalendarChange], *, today: date) -> Cell:
    parts = [date_format(day.on, "Y-m-d l"), words_of(day.value), source_of(day.value, day.region)]
    if changes:
        parts.append(who_changed(changes[0]))
    return Cell(day.on, tuple(_marks(day)), _tone(day), " · ".join(parts), day.on == today)


def _marks(day: PlacedDay) -> Iterable[str]:
    is_weekend = day.on.weekday() >= SATURDAY
    if day.value.is_workday and is_weekend:
        yield str(MADE_UP_MARK)
    if not day.value.is_workday and (day.value.name or not is_weekend):
        yield str(FREE_MARK)
    if day.region is not None:
        yield str(REGION_MARK)
    elif day.value.source is CalendarSource.STAFF:
        yield str(STAFF_MARK)


def _tone(day: PlacedDay) -> str:
    is_weekend = day.on.weekday() >= SATURDAY
    kind = ("makeup" if is_weekend else "work") if day.value.is_workday else "free" if day.value.name else "rest"
    return f"{kind} is-provisional" if day.value.source is CalendarSource.EXPECTED else kind


def words_of(value: DayValue) -> str:
    """Return what kind of day it is, with the name it has."""
    kind = _("working day") if value.is_workday else _("rest day")
    return f"{kind}（{value.name}）" if value.name else kind


def source_of(value: DayValue, region: Center | None) -> str:
    """Return where a day is known from, and in which region alone it is so."""
    source = str(value.source.label)
    return _("%(source)s, in %(region)s only") % {"source": source, "region": region} if region else source


def who_changed(change: CalendarChange) -> str:
    """Return who changed a day and when."""
    return _("changed by %(who)s on %(day)s") % {
        "who": change.changed_by.full_name,
        "day": clock.local_day(change.changed_at).isoformat(),
    }


@dataclass(frozen=True, slots=True)
class HistoryRow:
    """One change of a day, as it is told on the day's page."""

    when: date
    who: str
    where: str
    was: str
    becomes: str
    ground: str


def history(changes: Iterable[CalendarChange]) -> list[HistoryRow]:
    """Return the changes of one day in words, in the order they come."""
    return [
        HistoryRow(
            clock.local_day(change.changed_at),
            change.changed_by.full_name,
            change.center.name if change.center else _("everywhere"),
            _side(change.was_workday, change.was_name, change.was_source, change.center_id),
            _side(change.is_workday, change.name, change.source, change.center_id),
            change.ground,
        )
        for change in changes
    ]


def _side(is_workday: bool | None, name: str, source: str, center_id: int | None) -> str:  # noqa: FBT001 - a row's columns
    value = None if is_workday is None else DayValue(is_workday, name, CalendarSource(source))
    return _in_words(value, center_id)


def _in_words(value: DayValue | None, center_id: int | None) -> str:
    if value is not None:
        return f"{words_of(value)} · {value.source.label}"
    return _("as everywhere else") if center_id else _("not loaded")


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """One day that is to change, as it is told before it does."""

    on: date
    was: str
    becomes: str
    is_switched: bool


def change_rows(changes: Iterable[DayChange]) -> list[ChangeRow]:
    """Return the changes in words; ``is_switched`` marks a rest day that becomes a working day, or the other way."""
    return [
        ChangeRow(
            change.on,
            _in_words(change.was, change.center_id),
            _in_words(change.becomes, change.center_id),
            _switches(change),
        )
        for change in changes
    ]


def _switches(change: DayChange) -> bool:
    """Return whether the day is worked in future and was not, or the other way; in a region, that may be so."""
    if change.was is None or change.becomes is None:
        return change.center_id is not None
    return change.was.is_workday != change.becomes.is_workday


@dataclass(frozen=True, slots=True)
class CalendarAlarm:
    """A notice that is missed: of which year, how many running limits wait for it, whether the reader can load it."""

    year: int
    waiting: str
    may_import: bool
