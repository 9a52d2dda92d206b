"""The audit trail: an entry says who and from where, and an act without its entry does not happen."""

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.db import DatabaseError, ProgrammingError, connection, transaction

from core import clock
from core.audit import AuditAct, AuditEntry, AuditOutcome, Origin, coming_from, record, session_hash
from core.middleware import OriginMiddleware
from core.models import User
from tests.factories import make_person

ORIGIN = Origin("10.1.2.3", session_hash("key"), "f" * 32)


def test_an_entry_names_the_actor_the_row_and_from_where_it_came(db):
    actor, subject = make_person("actor"), make_person("subject")
    with coming_from(lambda: ORIGIN):
        record(AuditAct.PASSWORD_SET, actor=actor, subject=subject, data={"by": "form"}, now=clock.now())
    entry = AuditEntry.objects.get()
    assert (entry.actor, entry.act, entry.outcome) == (actor, AuditAct.PASSWORD_SET, AuditOutcome.DONE)
    assert (entry.subject_kind, entry.subject_id, entry.data) == ("core.user", subject.pk, {"by": "form"})
    assert Origin(entry.address, entry.session, entry.request_id) == ORIGIN


def test_a_job_comes_from_nowhere_and_a_stranger_has_no_account(db):
    record(AuditAct.SIGN_IN_FAILED, actor=None, outcome=AuditOutcome.REFUSED, now=clock.now())
    entry = AuditEntry.objects.get()
    assert (entry.actor, entry.address, entry.session, entry.request_id) == (None, None, "", "")


def test_a_session_cannot_be_told_from_its_hash():
    assert session_hash("key") != session_hash("other")
    assert "key" not in session_hash("key")
    assert (len(session_hash("key")), session_hash(None)) == (32, "")


def test_an_act_whose_entry_is_rolled_back_has_none(db):
    with transaction.atomic():
        record(AuditAct.VIEWED, actor=make_person("actor"), now=clock.now())
        transaction.set_rollback(True)
    assert not AuditEntry.objects.exists()


def test_an_act_whose_entry_cannot_be_written_does_not_happen(db):
    person = make_person("actor")

    @transaction.atomic
    def act():
        User.objects.get_queryset().filter(pk=person.pk).update(full_name="样本·乙")
        record("longer_than_any_act_there_is", actor=person, now=clock.now())

    with pytest.raises(DatabaseError):
        act()
    assert User.objects.get_queryset().get(pk=person.pk).full_name == person.full_name


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE core_auditentry SET act = 'viewed'",
        "DELETE FROM core_auditentry",
        "TRUNCATE core_auditentry",
        "INSERT INTO core_auditlink (position, entry_id, hash) VALUES (1, 1, '')",
        "UPDATE core_auditlink SET position = 2",
        "DELETE FROM core_auditlink",
        "TRUNCATE core_auditlink",
        "SELECT * FROM core_auditqueue",
        "INSERT INTO core_auditqueue VALUES (1)",
        "ALTER TABLE core_auditentry DISABLE TRIGGER ALL",
        "DROP TRIGGER await_link ON core_auditentry",
        "DROP FUNCTION core_link() CASCADE",
        "SET session_replication_role = replica",
    ],
)
def test_the_applications_role_can_only_add_entries(db, statement):
    with pytest.raises(ProgrammingError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_a_request_leaves_its_address_and_its_newest_session_whatever_its_headers_claim(db, rf):
    request = rf.get("/", REMOTE_ADDR="10.9.8.7", headers={"x-forwarded-for": "1.2.3.4"})
    request.session = SessionStore()

    def view(request):
        request.session.create()
        record(AuditAct.SIGNED_IN, actor=None, now=clock.now())

    OriginMiddleware(view)(request)
    entry = AuditEntry.objects.get()
    assert (entry.address, entry.session) == ("10.9.8.7", session_hash(request.session.session_key))
    assert len(entry.request_id) == 32
    record(AuditAct.SIGNED_OUT, actor=None, now=clock.now())
    assert AuditEntry.objects.first().address is None
