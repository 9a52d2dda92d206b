"""A copy of the audit trail is verified without the database, and tells the first line that was changed."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from core import clock
from core.audit import AuditAct, AuditEntry, record
from core.chain import Head
from core.models import User
from tests.factories import make_person


@pytest.fixture
def copy(db, tmp_path):
    person = make_person("actor")
    for number in range(3):
        record(AuditAct.PRINTED, actor=person, subject=person, data={"n": number}, now=clock.now())
    call_command("export_audit", tmp_path / "trail", stdout=StringIO())
    return tmp_path / "trail"


def verified(copy, **options):
    said = StringIO()
    call_command("verify_audit", file=copy, stdout=said, **options)
    return said.getvalue()


def test_a_copy_is_verified_without_the_database_and_grows_by_what_is_new(copy, django_assert_num_queries):
    first = copy.read_bytes()
    record(AuditAct.PRINTED, actor=User.objects.get(username="actor"), data={}, now=clock.now())
    call_command("export_audit", copy, stdout=StringIO())
    assert copy.read_bytes().startswith(first)
    with django_assert_num_queries(0):
        told = verified(copy)
    assert f" {AuditEntry.objects.count()}:" in told


@pytest.mark.parametrize("change", ["text", "hash", "entry_gone", "cut_off"])
def test_a_changed_copy_is_found_out(copy, change):
    head = Head.read(verified(copy).split()[-1])
    lines = [json.loads(line) for line in copy.read_text().splitlines()]
    if change in {"text", "hash"}:
        lines[1][change] = lines[0][change]
    else:
        lines.pop(1 if change == "entry_gone" else -1)
    copy.write_text("".join(f"{json.dumps(line)}\n" for line in lines))
    with pytest.raises(CommandError):
        call_command("verify_audit", file=copy, head=head, stdout=StringIO())


def test_a_line_that_is_no_link_is_named(copy):
    copy.write_text(copy.read_text() + "{}\n")
    with pytest.raises(CommandError, match="5"):
        verified(copy)
    assert connection.in_atomic_block


def test_a_copy_whose_last_line_is_cut_off_is_not_written_on(copy):
    copy.write_bytes(copy.read_bytes()[:-1])
    with pytest.raises(CommandError, match="cut off"):
        call_command("export_audit", copy, stdout=StringIO())
