"""Whatever is done to the trail behind the application's back, the verification names the first row it was done to."""

from contextlib import contextmanager
from io import StringIO
from threading import Barrier

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection, transaction

from core import clock
from core.audit import AuditAct, AuditEntry, AuditLink, record
from core.chain import Fault, Head, verify
from core.models import OutboxMessage, User
from core.statements import fetch
from tests.factories import make_person, race

COLUMNS = {
    "at": "at + interval '1 microsecond'",
    "actor_id": "NULL",
    "act": "'printed'",
    "outcome": "'refused'",
    "subject_kind": "'cases.case'",
    "subject_id": "subject_id + 1",
    "address": "'10.0.0.1'",
    "session": "'other'",
    "request_id": "'other'",
    "data": "'{\"n\": 9}'",
}


def committed():
    """Let the deferred triggers run, as a commit does."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")


@contextmanager
def as_owner():
    with connection.cursor() as cursor:
        cursor.execute("RESET ROLE")
        yield cursor.execute
        cursor.execute(f"SET ROLE {settings.DATABASE_APP_ROLE}")


@pytest.fixture
def entries(db):
    """Return five entries that are chained."""
    actor = make_person("actor")
    written = [record(AuditAct.VIEWED, actor=actor, subject=actor, data={"n": n}, now=clock.now()) for n in range(5)]
    committed()
    return written


def wait_until_somebody_waits():
    while not fetch("SELECT count(*) FROM pg_locks WHERE NOT granted", {})[0][0]:
        pass


def found():
    verdict = verify()
    return verdict.fault, verdict.head.position, verdict.entry


def test_every_entry_is_chained_in_the_order_in_which_it_was_written(entries):
    links = AuditLink.objects.order_by("position").values_list("position", "entry_id")
    assert [*links] == [*enumerate([entry.pk for entry in entries], 1)]
    assert found() == (None, 5, None)


def test_an_empty_trail_holds(db):
    assert found() == (None, 0, None)


@pytest.mark.parametrize("column", COLUMNS)
def test_a_change_of_any_column_is_named(entries, column):
    with as_owner() as execute:
        execute(f"UPDATE core_auditentry SET {column} = {COLUMNS[column]} WHERE id = {entries[2].pk}")  # noqa: S608 - the test's own
    assert found() == (Fault.ALTERED, 2, entries[2].pk)


def test_every_column_of_an_entry_is_tried():
    assert {field.column for field in AuditEntry._meta.concrete_fields} - {"id"} == set(COLUMNS)


def test_another_key_is_named(entries):
    with as_owner() as execute:
        execute("UPDATE core_auditentry SET id = 999999 WHERE id = %s", [entries[2].pk])
    assert found() == (Fault.NO_ENTRY, 2, entries[2].pk)


def test_a_removed_entry_is_named(entries):
    with as_owner() as execute:
        execute("DELETE FROM core_auditentry WHERE id = %s", [entries[3].pk])
    assert found() == (Fault.NO_ENTRY, 3, entries[3].pk)


def test_an_entry_that_was_removed_with_its_link_is_missed(entries):
    with as_owner() as execute:
        execute("DELETE FROM core_auditlink WHERE entry_id = %s", [entries[0].pk])
        execute("DELETE FROM core_auditentry WHERE id = %s", [entries[0].pk])
    assert found() == (Fault.NO_LINK, 0, None)


def test_an_entry_that_was_put_in_is_named(entries):
    with as_owner() as execute:
        execute("UPDATE core_auditentry SET id = id + 1000 WHERE id = %s RETURNING id", [entries[4].pk])
        execute("UPDATE core_auditlink SET entry_id = entry_id + 1000 WHERE position = 5")
    assert found() == (Fault.ALTERED, 4, entries[4].pk + 1000)


def test_an_entry_without_a_link_is_named(entries):
    with as_owner() as execute:
        execute("ALTER TABLE core_auditentry DISABLE TRIGGER await_link")
        stranger = record(AuditAct.VIEWED, actor=None, now=clock.now())
    assert found() == (Fault.NOT_LINKED, 5, stranger.pk)


def test_two_links_that_were_swapped_are_named(entries):
    with as_owner() as execute:
        execute("UPDATE core_auditlink SET position = -position WHERE position IN (2, 3)")
        execute("UPDATE core_auditlink SET position = 5 + position WHERE position < 0")
    assert found() == (Fault.ALTERED, 1, entries[2].pk)


def test_two_entries_that_were_swapped_are_named(entries):
    first, second = entries[1].pk, entries[2].pk
    with as_owner() as execute:
        execute("UPDATE core_auditentry SET id = -id WHERE id IN (%s, %s)", [first, second])
        execute("UPDATE core_auditentry SET id = %s + id WHERE id < 0", [first + second])
    assert found() == (Fault.ALTERED, 1, first)


def test_a_hash_that_was_written_anew_is_named(entries):
    with as_owner() as execute:
        execute("UPDATE core_auditlink SET hash = sha256(hash) WHERE position = 4")
    assert found() == (Fault.ALTERED, 3, entries[3].pk)


def test_a_trail_that_was_cut_off_or_written_anew_is_told_by_the_head_that_was_kept(entries):
    kept = verify().head
    assert verify(kept=kept).fault is None
    with as_owner() as execute:
        execute("DELETE FROM core_auditlink WHERE position = 5")
        execute("DELETE FROM core_auditentry WHERE id = %s", [entries[4].pk])
    assert verify().fault is None
    assert verify(kept=kept).fault is Fault.NO_LINK
    record(AuditAct.VIEWED, actor=None, now=clock.now())
    committed()
    assert (verify().fault, verify(kept=kept).fault) == (None, Fault.OTHER_HEAD)


def test_a_part_is_verified_from_a_link_that_is_trusted(entries):
    first = verify().head
    record(AuditAct.VIEWED, actor=None, now=clock.now())
    committed()
    with as_owner() as execute:
        execute("UPDATE core_auditentry SET act = 'printed' WHERE id = %s", [entries[0].pk])
    assert (verify(since=first).fault, verify(since=first).head.position, verify().fault) == (None, 6, Fault.ALTERED)


def test_the_command_tells_the_head_and_compares_it(entries):
    said = StringIO()
    call_command("verify_audit", stdout=said)
    head = said.getvalue().split()[-1]
    assert (Head.read(head).position, verify(kept=Head.read(head)).fault) == (5, None)
    call_command("verify_audit", "--head", head, stdout=StringIO())


def test_the_command_fails_and_names_the_row(entries):
    with as_owner() as execute:
        execute("DELETE FROM core_auditentry WHERE id = %s", [entries[3].pk])
    with pytest.raises(CommandError, match=str(entries[3].pk)):
        call_command("verify_audit")


@pytest.mark.parametrize("head", ["5", "5:ab", "x:" + 64 * "0", "5:" + 64 * "x"])
def test_the_command_refuses_what_is_no_head(db, head):
    with pytest.raises(CommandError, match="hexadecimal"):
        call_command("verify_audit", "--head", head)


@pytest.mark.django_db(transaction=True)
def test_writers_that_commit_at_the_same_time_make_one_chain():
    def write():
        for _round in range(20):
            with transaction.atomic():
                for n in range(3):
                    record(AuditAct.VIEWED, actor=None, data={"n": n}, now=clock.now())

    race(*4 * [write])
    assert (AuditEntry.objects.count(), *found()) == (240, None, 240, None)


def hold(person, ready):
    with transaction.atomic():
        User.objects.get_queryset().select_for_update().get(pk=person.pk)
        ready.wait(timeout=20)
        record(AuditAct.VIEWED, actor=person, now=clock.now())
        wait_until_somebody_waits()


def name(person, ready):
    ready.wait(timeout=20)
    with transaction.atomic():
        record(AuditAct.VIEWED, actor=None, now=clock.now())
        OutboxMessage.objects.create(key="k", recipient=person, subject="s", queued_at=clock.now())


@pytest.mark.django_db(transaction=True)
def test_whoever_waits_for_a_row_does_not_hold_the_chain_meanwhile():
    """One writes an entry and then a row that names an account, which the other holds until the first waits for it."""
    held, ready = make_person("held"), Barrier(2)
    race(lambda: hold(held, ready), lambda: name(held, ready))
    assert (AuditEntry.objects.count(), *found()) == (2, None, 2, None)
