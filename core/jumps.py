"""When the clocks of a machine contradict one another, so that nothing may be done automatically on their word.

Pure rules over readings; ``core.fence`` keeps what they decide.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from core.clock import Reading

BACK: Final = timedelta(seconds=5)
FORWARD: Final = timedelta(minutes=5)
APART: Final = timedelta(minutes=5)


class JumpCause(TextChoices):
    BACK = "back", _("the clock was set back")
    FORWARD = "forward", _("the clock was set forward")
    BEHIND = "behind", _("after a restart the clock stands before the last run")
    APART = "apart", _("the clocks of application and database differ")


@dataclass(frozen=True, slots=True)
class Jump:
    """One contradiction: what it is, by how much, and when it was found by the clock that is behind.

    So nobody is told that something has stood still since a moment that is yet to come.
    """

    cause: JumpCause
    by: timedelta
    at: datetime


def find_jump(
    reading: Reading, *, earlier: Reading | None, newest_at: datetime | None, database_at: datetime
) -> Jump | None:
    """Return what is wrong with ``reading``, None when nothing is.

    ``earlier`` is the last trusted reading of the same boot, ``newest_at`` the wall time of the last trusted reading
    of any machine, ``database_at`` the database's clock. A wall clock may go back 5 seconds and forward 5 minutes
    against the uptime, which counts a suspended machine's sleep too; a new boot may begin 5 seconds before the
    newest reading; application and database may differ by 5 minutes.
    """
    if earlier is not None:
        drift = (reading.wall_at - earlier.wall_at) - (reading.uptime - earlier.uptime)
        if not -BACK <= drift <= FORWARD:
            cause = JumpCause.BACK if drift < -BACK else JumpCause.FORWARD
            return Jump(cause, abs(drift), min(reading.wall_at, reading.wall_at - drift))
    elif newest_at is not None and reading.wall_at < newest_at - BACK:
        return Jump(JumpCause.BEHIND, newest_at - reading.wall_at, reading.wall_at)
    apart = reading.wall_at - database_at
    return None if abs(apart) <= APART else Jump(JumpCause.APART, abs(apart), min(reading.wall_at, database_at))
