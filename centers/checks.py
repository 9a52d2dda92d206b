"""What the check of the running house looks at in the work calendar."""

from datetime import date, datetime, timedelta
from typing import Final

from django.db.models import Count, Max, Q

from centers.enums import CalendarSource
from centers.models import WorkCalendarDay
from core import clock
from core.health import Finding, check
from core.pulse import State

REACH: Final = timedelta(days=120)  # the longest limit, 60 days and 30 more, and the rest days after it
NOTICE_MONTH: Final = 11  # the State Council's notice for the next year is out by then


@check
def check_calendar(now: datetime) -> Finding:
    """Look at the days of the whole country; what a region adds fills no gap in them."""
    today = clock.local_day(now)
    next_year = Q(date__year=today.year + 1)
    facts = WorkCalendarDay.objects.everywhere().aggregate(
        last=Max("date"),
        loaded=Count("pk", filter=next_year),
        expected=Count("pk", filter=next_year & Q(source=CalendarSource.EXPECTED)),
    )
    state, text = calendar_state(
        facts["last"], is_next_year_noticed=bool(facts["loaded"]) and not facts["expected"], today=today
    )
    return Finding("calendar", state, text)


def calendar_state(last: date | None, *, is_next_year_noticed: bool, today: date) -> tuple[State, str]:
    """Return how the calendar is on ``today`` and why: ``last`` is the last loaded day.

    It must reach as far as any limit that may start today. From 1 November on the next year should be known from the
    notice; until it is, limits into it are provisional, which is no failure.
    """
    if last is None or last < today + REACH:
        return State.FAILING, f"loaded until {last or 'never'}; limits may reach {today + REACH}"
    if today.month >= NOTICE_MONTH and not is_next_year_noticed:
        return State.WARNING, f"{today.year + 1} is not known from the notice; limits into it are provisional"
    return State.OK, f"loaded until {last}"
