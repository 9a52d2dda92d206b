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

ENTRIES = 5_000
ROUNDS = 5
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
    """Write ``entries`` in turns to the trail and to the plain table, then so many with ``record``, and verify all.

    ``ratio_vs_plain`` compares the same statement, each in a transaction of its own with its commit.
    """
    each = entries // rounds
    chained = plain = 0.0
    for _round in range(rounds):
        plain += _seconds(each, lambda: _insert("plain"))
        chained += _seconds(each, lambda: _insert("core_auditentry"))
    actor = system_account()
    recorded = _seconds(entries, lambda: record(AuditAct.VIEWED, actor=actor, subject=actor, now=clock.now()))
    with timed() as watch:
        verdict = verify()
    return {
        "entries": entries,
        "unchained": AuditEntry.objects.count() - verdict.head.position,
        "rows_per_s": entries / recorded,
        "ratio_vs_plain": chained / plain,
        "verified_per_s": verdict.head.position / watch.seconds,
    }


def _seconds(times: int, act: Callable[[], object]) -> float:
    with timed() as watch:
        for _time in range(times):
            with transaction.atomic():
                act()
    return watch.seconds


def _insert(table: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_INSERT.format(table))
