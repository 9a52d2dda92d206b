"""The limit of the level that has taken a matter up."""

from datetime import datetime

from cases.enums import EventKind
from cases.models import Case
from cases.rules.kinds import LEVEL_CLOCKS
from cases.services.clocks import regrade_clock, start_clock
from cases.services.events import record
from centers.enums import Level
from core.models import User


def start_level_clock(case: Case, *, actor: User, now: datetime) -> None:
    """Start the limit of the level that holds a locked case; one that runs already is given its length by the grade."""
    kind = LEVEL_CLOCKS.get(Level(case.holder.level))
    if kind is None:
        return
    running = case.clocks.running().filter(kind=kind).first()
    started = regrade_clock(running, now=now) if running else start_clock(case, kind, now=now)
    if started != running:
        due_on = started.due_on.isoformat()
        record(case, EventKind.CLOCK_STARTED, actor=actor, now=now, clock=kind.value, due_on=due_on)
