"""How the page of a case tells of who brought it: by letters, with the way to be shown the name."""

from datetime import datetime
from typing import Any

from django.db.models import Max
from django.utils.translation import ngettext

from cases.models import Case, Party
from cases.reports.holdings import parties_of
from core.models import User
from core.personal import masked

FIELDS = ("name", "mobile", "address")


def party_rows(case: Case) -> list[tuple[Party, list[tuple[str, str, bool]]]]:
    """Return the parties, each with its fields as they may be shown and whether more of them can be."""
    return [(party, _fields(party)) for party in parties_of(case)]


def _fields(party: Party) -> list[tuple[str, str, bool]]:
    if party.informant is not None:
        return [("name", party.pseudonym, False), ("mobile", "", False), ("address", "", False)]
    return [(field, text, bool(text)) for field in FIELDS for text in [masked(party, field)]]


def identity_panel(case: Case, *, user: User, now: datetime) -> dict[str, Any] | None:
    """Return what the page tells of requests to be shown the informant; None for a matter that hides nobody."""
    if not case.hides_identity:
        return None
    until = case.reveals.running_for(user, at=now).aggregate(until=Max("ends_at"))["until"]
    return {
        "until": until,
        "left": minutes_left(until, now) if until else "",
        "waiting": case.reveals.waiting(at=now).select_related("asked_by"),
        "decided": case.reveals.exclude(decided_by=None).select_related("asked_by", "decided_by"),
        "proposed": case.sensitivity_changes.waiting(at=now).select_related("asked_by"),
    }


def minutes_left(until: datetime, now: datetime) -> str:
    """Return how long something is still shown, in minutes begun."""
    minutes = -int((now - until).total_seconds() // 60)
    return ngettext("%(minutes)s minute left", "%(minutes)s minutes left", minutes) % {"minutes": minutes}
