"""The only place that reads the time. Everything else is handed ``now`` or ``today``."""

import socket
import time as system_time
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from django.utils import timezone

SHANGHAI: Final = ZoneInfo("Asia/Shanghai")
DUTY_STARTS: Final = time(8, 30)
DUTY_ENDS: Final = time(17, 30)
BOOT_ID: Final = Path("/proc/sys/kernel/random/boot_id")
ONE_LOOK: Final = timedelta(milliseconds=100)


@dataclass(frozen=True, slots=True)
class Reading:
    """What one machine's clocks say at one moment.

    ``wall_at`` can be set by anybody who keeps the machine; ``uptime`` by nobody: it runs from the boot that
    ``boot_id`` names, also while the machine is suspended.
    """

    wall_at: datetime
    uptime: timedelta
    boot_id: str
    host: str


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


def last_day(end: datetime) -> date:
    """Return the last day in China of what ends at ``end``: 24:00 belongs to the day that is over then."""
    return local_day(end - timedelta(microseconds=1))


def in_office_hours(moment: datetime) -> bool:
    """Return whether it is between the start and the end of office hours in China, whatever the day."""
    return DUTY_STARTS <= moment.astimezone(SHANGHAI).time() < DUTY_ENDS


def uptime() -> timedelta:
    """Return how long ago the machine was started, the time it was suspended included."""
    return timedelta(seconds=system_time.clock_gettime(system_time.CLOCK_BOOTTIME))


@cache
def boot_id() -> str:
    """Return the name of the machine's present start."""
    return BOOT_ID.read_text().strip()


def read() -> Reading:
    """Read both clocks at one moment: a process that was paused between two looks looks again."""
    while True:
        before, wall_at, after = uptime(), now(), uptime()
        if after - before < ONE_LOOK:
            return Reading(wall_at, after, boot_id(), socket.gethostname())
