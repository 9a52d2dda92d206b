"""Acts put on record one transaction each, chained as they commit, against the same rows in a table without a chain."""

import os
from collections.abc import Callable

import psycopg
from django.db import connection, transaction

from benchmarks.common import Figures, timed
from core import clock
from core.audit import AuditAct, AuditEntry, record
from core.chain import verify
from core.jobs import system_account

ENTRIES = 10_000
ROUNDS = 20
TOGETHER = 50  # entries of one transaction, so that the entry counts and not the disk that the commit waits for
_INSERT = """
INSERT INTO {} (at, actor_id, act, outcome, subject_kind, subject_id, session, request_id, data)
VALUES (now(), 1, 'viewed', 'done', 'cases.case', 1, '', '', '{{"event": "registered"}}')
"""


def run() -> Figures:
    with psycopg.connect(os.environ["DATABASE_OWNER_URL"]) as owner:
        owner.execute("CREATE TABLE plain (LIKE core_auditentry INCLUDING ALL)")
        owner.execute("GRANT ALL ON plain TO PUBLIC")
    return measure(ENTRIES, rounds=ROUNDS)


def measure(entries: int, *, rounds: int) -> Figures:
    """Write ``entries`` in turns to the trail and to the plain table, then some with ``record``, and verify all.

    ``ratio_vs_plain`` compares the same statement, fifty to a transaction, commits included; ``acts_per_s`` have
    a transaction each.
    """
    each = entries // rounds
    chained = plain = 0.0
    for _round in range(rounds):
        plain += _seconds(each, lambda: _insert("plain"), together=TOGETHER)
        chained += _seconds(each, lambda: _insert("core_auditentry"), together=TOGETHER)
    actor, acts = system_account(), max(1, entries // 10)
    recorded = _seconds(acts, lambda: record(AuditAct.VIEWED, actor=actor, subject=actor, now=clock.now()), together=1)
    with timed() as watch:
        verdict = verify()
    return {
        "entries": entries,
        "unchained": AuditEntry.objects.count() - verdict.head.position,
        "rows_per_s": entries / chained,
        "ratio_vs_plain": chained / plain,
        "acts_per_s": acts / recorded,
        "verified_per_s": verdict.head.position / watch.seconds,
    }


def _seconds(times: int, act: Callable[[], object], *, together: int) -> float:
    with timed() as watch:
        for start in range(0, times, together):
            with transaction.atomic():
                for _time in range(min(together, times - start)):
                    act()
    return watch.seconds


def _insert(table: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_INSERT.format(table))
