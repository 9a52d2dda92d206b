"""The only place that reads the time. Everything else is handed ``now`` or ``today``."""

from datetime import date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from django.utils import timezone

SHANGHAI: Final = ZoneInfo("Asia/Shanghai")
DUTY_STARTS: Final = time(8, 30)


def now() -> datetime:
    """Return this moment, in UTC."""
    return timezone.now()  # noqa: TID251 - this is the one place


def today() -> date:
    """Return the calendar day it is in China."""
    return local_day(now())


def local_day(moment: datetime) -> date:
    """Return the calendar day in China on which ``moment`` lies."""
    return moment.astimezone(SHANGHAI).date()


def start_of(day: date) -> datetime:
    """Return 00:00 of ``day`` in China."""
    return datetime.combine(day, time.min, SHANGHAI)


def end_of(day: date) -> datetime:
    """Return 24:00 of ``day`` in China, which is when a limit ending on that day is over (Civil Code, art. 203)."""
    return start_of(day + timedelta(days=1))


def duty_start_of(day: date) -> datetime:
    """Return the start of office hours on ``day``."""
    return datetime.combine(day, DUTY_STARTS, SHANGHAI)
