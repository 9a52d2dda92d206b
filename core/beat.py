"""Celery's beat as the house wants it: it goes on after a jump of the clock, and shows that it lives."""

import logging
from datetime import UTC, datetime, timedelta
from threading import Thread
from typing import Any, Final

from celery.beat import Scheduler
from django.db import Error as AnyDatabaseError
from django.db import connections

from core import clock
from core.jobs import BEAT, interval_of, record_heartbeat
from core.jumps import find_jump

LONG_AGO: Final = datetime(2000, 1, 1, tzinfo=UTC)
RETRY_SECONDS: Final = 5

logger: Final = logging.getLogger(__name__)


class KnockingScheduler(Scheduler):
    """Knocks at every job's door when it starts, and after that at each interval of the timetable.

    It keeps no file: rows know what is due, so a knock too many does no harm, and a knock that was missed while beat
    was away is made up for by the first one. The stock scheduler sends nothing while its clock stands before the
    last knock; this one knocks everywhere when the clock was set, and the fence looks at the clock.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self._reading = clock.read()
        self._noted: timedelta | None = None
        self._writer: Thread | None = None
        super().__init__(*args, **kwargs)

    def setup_schedule(self) -> None:
        super().setup_schedule()
        self._knock_everywhere()

    def tick(self, *args: Any, **kwargs: Any) -> float:
        """Send the next knock that is due and return the seconds to wait."""
        reading = clock.read()
        if find_jump(reading, earlier=self._reading, newest_at=None, database_at=reading.wall_at):
            logger.warning("the clock was set; knocking everywhere")
            self._knock_everywhere()
        self._reading = reading
        self._note_life()
        return super().tick(*args, **kwargs)

    def _knock_everywhere(self) -> None:
        for entry in self.schedule.values():
            entry.last_run_at = LONG_AGO
        self._heap = None

    def _ensure_connected(self) -> Any:
        """Wait for the broker as long as it takes: beat lives while it waits, and says so."""
        return self.connection.ensure_connection(
            lambda error, seconds: logger.warning("no broker: %s; again in %s s", error, seconds),
            None,  # type: ignore[arg-type]  # documented as "retry for ever"
            interval_start=1,
            interval_step=1,
            interval_max=RETRY_SECONDS,
            callback=self._note_life,
        )

    def _note_life(self) -> None:
        """Write the heartbeat now and then, in a thread: a database that does not answer stops no knock."""
        uptime = clock.uptime()
        is_fresh = self._noted is not None and uptime - self._noted < interval_of(BEAT)
        if is_fresh or (self._writer is not None and self._writer.is_alive()):
            return
        self._noted = uptime
        self._writer = Thread(target=write_heartbeat, name="heartbeat", daemon=True)
        self._writer.start()


def write_heartbeat() -> None:
    """Note that beat lives, on a connection of its own. A database that is away is news for the log, not for beat."""
    try:
        record_heartbeat(BEAT, handled=0, now=clock.now())
    except AnyDatabaseError as error:
        logger.warning("no heartbeat of beat: %s", type(error).__name__)
    finally:
        connections.close_all()
