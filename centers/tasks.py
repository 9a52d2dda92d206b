from celery import shared_task

from centers.services.load_calendar import load_calendar, years_around
from core import clock
from core.jobs import record_heartbeat


@shared_task(name="centers.extend_calendar")
def extend_calendar() -> int:
    """Keep the work calendar a year ahead, so that no limit is refused. Runs daily; a second run changes nothing."""
    loaded = load_calendar(years_around(clock.today()))
    added = sum(year.added for year in loaded)
    record_heartbeat("centers.extend_calendar", handled=added, now=clock.now())
    return added
