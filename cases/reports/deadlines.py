"""How the limits of a case stand on a day, and the days that each of them counted."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from django.db.models import Prefetch, Q

from cases.enums import ClockState
from cases.models import Case, Clock, Extension, Pause
from cases.reports import span_of
from centers.enums import Level
from centers.reports import Calendars
from centers.reports.calendar import PastCalendars
from core.errors import CalendarMissing
from core.workdays import LimitUnit, StripDay, WorkCalendar, day_strip


class Doubt(StrEnum):
    """Why the days of a limit cannot be shown as they were counted."""

    CALENDAR_MISSING = "calendar_missing"
    CALENDAR_CHANGED = "calendar_changed"


@dataclass(frozen=True, slots=True)
class DeadlineRow:
    """One clock as the case page shows it: how it stands on a day, in the units people count in.

    ``due_on`` is its last day; for a paused one, what would be its last day if it went on after that day.
    """

    clock: Clock
    due_on: date
    remaining_workdays: int
    late_days: int
    strip: list[StripDay]
    doubt: Doubt | None = None

    @property
    def is_late(self) -> bool:
        return self.late_days > 0

    @property
    def is_provisional(self) -> bool:
        """Whether the last day may still move; what is over stays as it was."""
        return self.clock.is_provisional and self.clock.ended_at is None


def deadlines(case: Case, calendars: Calendars, *, today: date) -> list[DeadlineRow]:
    """Return the clocks of a case, each with its explanation.

    A clock that is over shows the days it was late as they were frozen, and its days by the calendar of its time; a
    running one counts up to ``today``.
    """
    pauses = Pause.objects.select_related("started_by")
    extensions = Extension.objects.select_related("asked_by", "decided_by")
    rows = case.clocks.select_related("rule", "holder", "unit")
    rows = rows.prefetch_related(Prefetch("pauses", pauses)).prefetch_related(Prefetch("extensions", extensions))
    found = list(rows.filter(~Q(state=ClockState.CANCELLED)))
    over = [row for row in found if row.ended_at]
    past = PastCalendars.load(
        calendars,
        since=min((row.started_on for row in over), default=today),
        until=max((row.due_on for row in over), default=today),
    )
    return [_deadline(row, case, past, today=today) for row in found]


def _deadline(row: Clock, case: Case, past: PastCalendars, *, today: date) -> DeadlineRow:
    place = case.center_ids(Level(row.holder.level))
    calendar = past.now.of(place)
    late_days = max(0, (today - row.due_on).days) if row.state == ClockState.RUNNING else 0
    counted_by = past.as_of(row.ended_at) if row.ended_at else (past.now,)
    strip, doubt = _explained(row, [calendars.of(place) for calendars in counted_by], today=today)
    due_on = strip[-1].on if strip else row.due_on
    return DeadlineRow(
        clock=row,
        due_on=due_on,
        remaining_workdays=calendar.workdays_between(today, due_on),
        late_days=row.late_days or late_days,
        strip=strip,
        doubt=doubt,
    )


def _explained(row: Clock, calendars: Iterable[WorkCalendar], *, today: date) -> tuple[list[StripDay], Doubt | None]:
    """Return the days of a clock by the first of the calendars that leads to its last day, or why there are none.

    A strip that ends on another day would be a lie.
    """
    doubt = None
    for calendar in calendars:
        try:
            strip = explain(row, calendar, today=today)
        except CalendarMissing:
            doubt = Doubt.CALENDAR_MISSING
        else:
            if not strip or strip[-1].on == row.due_on or row.state == ClockState.PAUSED:
                return strip, None
            doubt = Doubt.CALENDAR_CHANGED
    return [], doubt


def explain(row: Clock, calendar: WorkCalendar, *, today: date) -> list[StripDay]:
    """Return the days between a clock's start and its last day, each with what it counted for; none for hours."""
    span = span_of(row, today=today)
    return [] if span.limit.unit is LimitUnit.HOURS else day_strip(span, calendar)
