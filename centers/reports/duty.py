"""Who is at work at a moment: messages that are not urgent go out to them alone."""

import logging
from collections import defaultdict
from datetime import date, datetime
from functools import cache
from typing import Final

from django.db.models import Q

from centers.models import Post, WorkCalendarDay
from centers.reports import work_calendar
from core import clock
from core.bulk import among
from core.errors import CalendarMissing
from core.outbox import EVERYBODY, NOBODY

logger = logging.getLogger(__name__)
FIRST_REST_DAY: Final = 5  # Saturday, as Python counts the days of a week


def at_work(*, now: datetime) -> Q:
    """Return the condition "the recipient is at work at ``now``", for rows that have one.

    Whoever holds posts is at work where at least one of them lies in a region that works today; the others go by the
    days of everywhere.
    """
    if not clock.in_office_hours(now):
        return NOBODY
    today, works_everywhere = clock.local_day(now), in_duty_hours(now=now)
    other = [
        pk for pk, works in _in_regions(today, works_everywhere=works_everywhere).items() if works != works_everywhere
    ]
    if not other:
        return EVERYBODY if works_everywhere else NOBODY
    theirs = Q(among("recipient", other))
    return ~theirs if works_everywhere else theirs


def _in_regions(today: date, *, works_everywhere: bool) -> dict[int, bool]:
    """Return whether they work ``today`` for those with a post in a region that has a day of its own then."""
    rows = WorkCalendarDay.objects.regional().filter(date=today)
    regions = sorted(rows.values_list("center__path", "is_workday"), key=lambda region: len(region[0]), reverse=True)
    within = Q(pk__in=[])
    for path, _works in regions:
        within |= Q(center__path__startswith=path)
    posts = Post.objects.on_duty(on=today)
    touched = posts.filter(user__in=posts.filter(within).values("user")) if regions else posts.none()
    works: dict[int, bool] = defaultdict(bool)
    for user_id, path in touched.values_list("user", "center__path"):
        works[user_id] |= next((works for region, works in regions if path.startswith(region)), works_everywhere)
    return works


def in_duty_hours(*, now: datetime) -> bool:
    """Return whether offices are at work at ``now``: from 08:30 to 17:30 on a working day.

    A calendar that does not reach so far holds nothing up: Monday to Friday are taken for working days then.
    """
    today = clock.local_day(now)
    try:
        is_workday = work_calendar(since=today).is_workday(today)
    except CalendarMissing:
        _warn_of_missing_calendar(today)
        is_workday = today.weekday() < FIRST_REST_DAY
    return is_workday and clock.in_office_hours(now)


@cache
def _warn_of_missing_calendar(today: date) -> None:
    """Write to the log, once a day and process, that messages go out by the days of the week."""
    logger.warning("The work calendar does not hold %s: duty hours are those of Monday to Friday.", today)
