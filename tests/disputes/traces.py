"""One row of everything that sessions, a court and follow-ups leave behind, written as quickly as can be."""

from datetime import datetime, timedelta

from cases.models import Case
from core import clock
from core.models import User
from disputes.models import SessionRecord


def leave_traces(case: Case, *, by: User, text: str, now: datetime) -> None:
    """Write what may come before and after the agreement of a case, with ``text`` in it."""
    held(case, by=by, text=text, now=now)
    _follow(case, by=by, text=text, now=now)


def held(case: Case, *, by: User, text: str, now: datetime) -> SessionRecord:
    """Write down a session that was held at ``now``."""
    planned = {"round": 1, "center": case.holder, "planned_by": by, "planned_at": now, "is_joint": False}
    session = case.sessions.create(starts_at=now, place=text, **planned)
    case.attendances.create(session=session, role="party", party=case.parties.first())
    told = {"rights_told": True, "statements": text, "is_agreed": True, "outcome": text, "read_back": "read"}
    times = {"started_at": now, "ended_at": now + timedelta(hours=1), "recorded_by": by, "recorded_at": now}
    record: SessionRecord = case.session_records.create(session=session, **told, **times)
    return record


def _follow(case: Case, *, by: User, text: str, now: datetime) -> None:
    agreement, day = case.agreements.get(), clock.local_day(now)
    days = dict.fromkeys(("agreed_on", "applied_on", "window_ends_on"), day) | {"recorded_by": by, "recorded_at": now}
    case.confirmations.create(agreement=agreement, court=text, court_ground="inviting", **days)
    row = case.follow_ups.create(agreement=agreement, occasion="final", due_on=day)
    tried = {"tried_at": now, "is_reached": False, "made_by": by, "recorded_at": now}
    case.contact_attempts.create(follow_up=row, party=case.parties.first(), way="phone", **tried)
