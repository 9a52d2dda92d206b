"""What is on record of an agreement before it is written down, so that nobody types it a second time."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from django.utils.translation import gettext as _

from cases.models import Case
from core import clock
from disputes.models import Agreement, Obligation, SessionRecord

LONGEST: Final = 300  # characters of what somebody undertakes, as its column holds
_ENDS: Final = re.compile(r"[\n。；;]+")


@dataclass(frozen=True, slots=True)
class Draft:
    """What the form of an agreement starts with: values by field, where the text comes from, and its single terms.

    A field about which nothing is on record is not there.
    """

    given: Mapping[str, Any] = field(default_factory=dict)
    sources: Mapping[str, str] = field(default_factory=dict)
    terms: Sequence[str] = ()


def draft_of(case: Case) -> Draft:
    """Return what the record of this round says about what the parties agree on.

    The newest record that says so tells the facts. The newest of all tells the terms, if the parties agreed then. An
    agreement that was recorded later still and sent back takes the place of both, with what the parties undertook.
    """
    records = SessionRecord.objects.filter(case=case, session__round=case.round)
    newest_first = list(records.order_by("-started_at", "-pk"))
    returned = case.agreements.filter(result__round=case.round, result__is_confirmed=False).order_by("-pk").first()
    if returned and all(record.recorded_at < returned.recorded_at for record in newest_first):
        return _of_agreement(returned)
    return _of_sessions(newest_first)


def _of_sessions(newest_first: Sequence[SessionRecord]) -> Draft:
    told = {"facts": next((record for record in newest_first if record.facts), None)}
    if newest_first and newest_first[0].is_agreed:
        told["content"] = newest_first[0]
    texts = {"facts": "facts", "content": "outcome"}
    given = {name: getattr(record, texts[name]) for name, record in told.items() if record}
    sources = {name: _from_session(record) for name, record in told.items() if record}
    return Draft(given, sources, _terms(given.get("content", "")))


def _of_agreement(agreement: Agreement) -> Draft:
    given = {name: getattr(agreement, name) for name in ("form", "facts", "content", "performance")}
    given["obligations"] = [_row(one) for one in agreement.obligations.all()]
    source = _("Taken over from agreement %(number)s, which was sent back. Change what differs.")
    sources = dict.fromkeys(("facts", "content", "performance"), source % {"number": agreement.number})
    return Draft(given, sources, _terms(agreement.content))


def _row(one: Obligation) -> dict[str, str]:
    return {
        "debtor": str(one.debtor_id),
        "creditor": str(one.creditor_id or ""),
        "what": one.what,
        "amount": str(one.amount or ""),
        "due_on": one.due_on.isoformat(),
    }


def _from_session(record: SessionRecord) -> str:
    text = _("Taken over from the record of the session of %(day)s. Change what differs.")
    return text % {"day": clock.local_day(record.started_at).isoformat()}


def _terms(content: str) -> list[str]:
    """Return the terms one by one, as far as each is short enough for what somebody undertakes."""
    found = dict.fromkeys(part.strip() for part in _ENDS.split(content))
    return [part for part in found if 0 < len(part) <= LONGEST]
