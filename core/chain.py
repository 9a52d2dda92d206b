"""The hash chain over the audit trail: the database links each entry at commit, and anybody can compute it again.

A link's hash is SHA-256 over the hash before it (32 zero bytes before the first) and the entry's columns as JSON, in
the order of ``CANONICAL``. Links are written one transaction after the other, in the order of their commits.
"""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Final, Self

from django.db import transaction
from django.db.migrations import RunSQL
from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from core.audit import AuditAct, AuditEntry, record
from core.statements import fetch, fetch_blocks, run

if TYPE_CHECKING:
    from core.models import User

Links = Iterable[tuple[int, int, bytes, str | None]]
GENESIS: Final = bytes(32)
BLOCK: Final = 10_000

# What is hashed of an entry, as the server writes it; moments in whole microseconds, so that no time zone counts.
CANONICAL: Final = """jsonb_build_array(
    e.id, (extract(epoch FROM e.at) * 1000000)::bigint, e.actor_id, e.act, e.outcome, e.subject_kind, e.subject_id,
    host(e.address), e.session, e.request_id, e.data
)::text"""

# At commit an entry is first put into the queue, which calls the second trigger after everything else that waits for
# the commit, checks of foreign keys above all: whoever holds the lock of the chain waits for no row any more.
_CHAIN: Final = f"""
CREATE UNLOGGED TABLE core_auditqueue (entry_id bigint PRIMARY KEY);

CREATE FUNCTION core_await_link() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    INSERT INTO core_auditqueue VALUES (NEW.id);
    RETURN NULL;
END $$;

CREATE FUNCTION core_link() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    last record;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended('core.chain', 0));
    SELECT position, hash INTO last FROM core_auditlink ORDER BY position DESC LIMIT 1;
    INSERT INTO core_auditlink (position, entry_id, hash)
    SELECT coalesce(last.position, 0) + 1, e.id,
        sha256(coalesce(last.hash, decode(repeat('00', 32), 'hex')) || convert_to({CANONICAL}, 'UTF8'))
    FROM core_auditentry e WHERE e.id = NEW.entry_id;
    DELETE FROM core_auditqueue WHERE entry_id = NEW.entry_id;
    RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER await_link AFTER INSERT ON core_auditentry
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION core_await_link();

CREATE CONSTRAINT TRIGGER link AFTER INSERT ON core_auditqueue
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION core_link();
"""  # noqa: S608 - columns of our own
_UNCHAIN: Final = """
DROP TRIGGER await_link ON core_auditentry;
DROP TABLE core_auditqueue;
DROP FUNCTION core_link();
DROP FUNCTION core_await_link();
"""

_CHAIN_ONES_OWN: Final = "SET CONSTRAINTS await_link, link IMMEDIATE; SET CONSTRAINTS await_link, link DEFERRED"
_LINKS: Final = f"""
SELECT l.position, l.entry_id, l.hash, CASE WHEN e.id IS NOT NULL THEN {CANONICAL} END
FROM core_auditlink l LEFT JOIN core_auditentry e ON e.id = l.entry_id
WHERE l.position > %(after)s ORDER BY l.position
"""  # noqa: S608 - columns of our own
_UNLINKED: Final = """
SELECT min(e.id) FROM core_auditentry e
WHERE e.id > coalesce((SELECT entry_id FROM core_auditlink WHERE position = %(after)s), 0)
AND NOT EXISTS (SELECT FROM core_auditlink l WHERE l.entry_id = e.id)
"""


class Fault(TextChoices):
    """What can be wrong with a chain."""

    ALTERED = "altered", _("Entry %(entry)s (link %(position)s) does not say what it said when it was written.")
    NO_ENTRY = "no_entry", _("Entry %(entry)s (link %(position)s) is missing.")
    NO_LINK = "no_link", _("Link %(position)s is missing.")
    NOT_LINKED = "not_linked", _("Entry %(entry)s was put in later: it has no link.")
    OTHER_HEAD = "other_head", _("Link %(position)s is not the one that was kept outside.")


@dataclass(frozen=True, slots=True)
class Head:
    """The end of a chain: as long as somebody keeps it outside, nothing before it can be written anew unseen."""

    position: int
    hash: bytes

    def __str__(self) -> str:
        return f"{self.position}:{self.hash.hex()}"

    @classmethod
    def read(cls, text: str) -> Self:
        """Return the head that ``str`` wrote; raise ValueError for anything else."""
        position, _colon, digits = text.partition(":")
        if len(head := bytes.fromhex(digits)) != len(GENESIS):
            raise ValueError(text)
        return cls(int(position), head)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a verification found: the last good link, and the first fault after it if there is one, with its entry."""

    head: Head
    fault: Fault | None = None
    entry: int | None = None

    def __str__(self) -> str:
        place = {"position": self.head.position + 1, "entry": self.entry}
        return str(self.fault.label) % place if self.fault else str(_("The chain holds."))


class BrokenChain(RuntimeError):
    """The audit trail does not say any more what it said when it was written."""


START: Final = Head(0, GENESIS)


def chain_step() -> RunSQL:
    """Return the migration step that makes the queue, the functions and the triggers of the chain."""
    return RunSQL(_CHAIN, _UNCHAIN)


def read_links(*, after: int) -> Iterator[Links]:
    """Yield the links after the position ``after``, in blocks: position, entry, hash and the text that was hashed."""
    run(_CHAIN_ONES_OWN, {})
    yield from fetch_blocks(_LINKS, {"after": after}, size=BLOCK)


def verify(*, kept: Head | None = None, since: Head = START) -> Verdict:
    """Compute the chain anew from the link after ``since`` on and return what was found, up to the first fault.

    ``kept`` is a head that was told earlier: the link at its position must have its hash. The rows are streamed, and
    entries that arrive meanwhile do no harm; those that the open transaction has written are chained first. What is
    computed here and what the server computes share no code.
    """
    verdict = Verdict(since)
    with transaction.atomic():
        for block in read_links(after=since.position):
            verdict = follow(verdict.head, block, kept)
            if verdict.fault:
                return verdict
        [(unlinked,)] = fetch(_UNLINKED, {"after": since.position})
    if kept and kept.position > verdict.head.position:
        return replace(verdict, fault=Fault.NO_LINK)
    return verdict if unlinked is None else replace(verdict, fault=Fault.NOT_LINKED, entry=unlinked)


@dataclass(frozen=True, slots=True)
class Verification:
    """What a verification on record had found, and when."""

    at: datetime
    verdict: Verdict


def last_verification() -> Verification | None:
    """Return what the newest verification on record found; None when there is none yet."""
    entry = AuditEntry.objects.filter(act=AuditAct.TRAIL_VERIFIED).first()
    if entry is None:
        return None
    fault = Fault(entry.data["fault"]) if entry.data["fault"] else None
    return Verification(entry.at, Verdict(Head.read(entry.data["head"]), fault, entry.data["entry"]))


def verify_on_record(*, actor: "User", now: datetime, kept: Head | None = None, whole: bool = False) -> Verdict:
    """Verify what the chain has grown by since it was last found whole, or all of it, and put on record what was found.

    A chain that was found broken is computed again from the last good link on, so that it stays broken.
    """
    last = None if whole else last_verification()
    verdict = verify(kept=kept, since=last.verdict.head if last else START)
    fault = {"fault": verdict.fault.value if verdict.fault else "", "entry": verdict.entry}
    record(AuditAct.TRAIL_VERIFIED, actor=actor, data={"head": str(verdict.head), **fault}, now=now)
    return verdict


def follow(head: Head, block: Links, kept: Head | None) -> Verdict:
    """Return how far the links of ``block`` go on from ``head``: position, entry, hash and the entry's text each."""
    for position, entry, stored, text in block:
        if position != head.position + 1:
            return Verdict(head, Fault.NO_LINK)
        if text is None:
            return Verdict(head, Fault.NO_ENTRY, entry)
        computed = Head(position, hashlib.sha256(head.hash + text.encode()).digest())
        if computed.hash != bytes(stored):
            return Verdict(head, Fault.ALTERED, entry)
        if kept and kept.position == position and kept != computed:
            return Verdict(head, Fault.OTHER_HEAD, entry)
        head = computed
    return Verdict(head)
