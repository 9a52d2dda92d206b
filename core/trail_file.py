"""Copies of the audit trail on other machines: a line for each link, verified without the database."""

import json
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core.audit import AuditAct, record
from core.chain import Head, Verdict, follow, read_links
from core.errors import InvalidFile

if TYPE_CHECKING:
    from datetime import datetime

    from core.models import User


def trail_lines(*, after: int, actor: "User", now: "datetime") -> Iterator[str]:
    """Yield what the trail holds after the link ``after``, as lines of JSON; that it was exported goes on record first.

    A line holds the position, the entry's key, the hash and the very text that was hashed. Nothing stands in it that
    does not stand in the trail, which names rows by their keys.
    """
    with transaction.atomic():
        record(AuditAct.TRAIL_EXPORTED, actor=actor, data={"after": after}, now=now)
    with transaction.atomic():
        for block in read_links(after=after):
            for position, entry, stored, text in block:
                line = {"position": position, "entry": entry, "hash": bytes(stored).hex(), "text": text}
                yield json.dumps(line, ensure_ascii=False)


def verify_lines(lines: Iterable[str], *, since: Head, kept: Head | None = None) -> Verdict:
    """Compute the chain of a copy anew, which goes on from the head ``since``, up to the first fault; see ``verify``.

    Raises InvalidFile for a line that ``trail_lines`` cannot have written.
    """
    return follow(since, (_link(number, line) for number, line in enumerate(lines, 1)), kept)


def _link(number: int, line: str) -> tuple[int, int, bytes, str | None]:
    try:
        link = json.loads(line)
        return int(link["position"]), int(link["entry"]), bytes.fromhex(link["hash"]), link["text"]
    except (ValueError, KeyError, TypeError) as error:
        raise InvalidFile(_("Line %(number)s is not one of a copy of the trail."), number=number) from error
