from datetime import datetime
from typing import Any

from cases.enums import EventKind
from cases.models import Case, Event
from core import audit
from core.audit import AuditAct
from core.models import User


def event(case: Case, kind: EventKind, *, actor: User, now: datetime, at: datetime | None = None, **data: Any) -> Event:
    """Return an unsaved event; ``at`` is when it was true, if that was earlier than ``now``."""
    return Event(case=case, kind=kind, actor=actor, at=at or now, recorded_at=now, data=data)


def record(case: Case, kind: EventKind, *, actor: User, now: datetime, at: datetime | None = None, **data: Any) -> None:
    """Add one line to the case's timeline. ``data`` holds ids, dates and names of offices, never of parties."""
    event(case, kind, actor=actor, now=now, at=at, **data).save()
    audit.record(AuditAct.TRANSITION, actor=actor, subject=case, data={"event": kind}, now=now)
