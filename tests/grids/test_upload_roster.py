"""A file on its way: kept encrypted, of its owner alone, read once by one worker at a time, gone after seven days."""

from datetime import timedelta

import pytest
from django.db import connection

from core import clock
from core.crypto import seal
from grids.enums import ImportPhase
from grids.models import GridMember, RosterFile, RosterImport, StagedMember
from grids.services.carry_out import carry_out
from grids.services.forget_files import forget_files
from grids.services.take_up import ATTEMPTS, LEASE, Overtaken, take_up
from tests.grids.conftest import member_cells, work, workbook


@pytest.fixture
def waiting(page, manager, grids):
    """Return a file that was uploaded and not yet looked at."""
    page(manager).send(workbook(member_cells(1)))
    return RosterImport.objects.get()


def test_a_file_lies_encrypted_in_the_database(waiting):
    with connection.cursor() as cursor:
        cursor.execute("SELECT content FROM grids_rosterfile")
        stored = bytes(cursor.fetchone()[0])
    data = RosterFile.objects.get().content
    assert data.startswith(b"PK")
    assert b"xl/worksheets" in data
    assert b"xl/worksheets" not in stored
    assert len(stored) == len(seal(data, context="grids_rosterfile.content"))


def test_a_file_and_its_rows_are_gone_after_seven_days_and_what_was_written_stays(page, manager, grids):
    found = page(manager).bring_in(workbook(member_cells(1)))
    week = found.uploaded_at + timedelta(days=7)
    assert forget_files(now=week - timedelta(seconds=1)) == 0
    assert forget_files(now=week) == 1
    assert (RosterFile.objects.count(), StagedMember.objects.count(), GridMember.objects.count()) == (0, 0, 1)
    page(manager).act(found, "undo")
    assert (found.state, GridMember.objects.count()) == ("undone", 0)


def test_a_file_nobody_decides_on_is_discarded_after_seven_days(page, manager, grids):
    found = page(manager).upload(workbook(member_cells(1)))
    forget_files(now=found.uploaded_at + timedelta(days=7))
    found.refresh_from_db()
    assert (found.state, RosterFile.objects.exists()) == ("discarded", False)


def test_a_file_is_in_one_workers_hands_at_a_time(waiting):
    now = clock.now()
    assert take_up(now=now).import_id == waiting.pk
    assert take_up(now=now + LEASE - timedelta(seconds=1)) is None
    assert take_up(now=now + LEASE).attempt == 2


def test_a_worker_that_was_overtaken_writes_nothing_any_more(waiting):
    first = take_up(now=clock.now())
    take_up(now=clock.now() + 2 * LEASE)
    with pytest.raises(Overtaken):
        first.tell(ImportPhase.READING)
    assert list(carry_out(first)) == []
    assert not StagedMember.objects.exists()


def test_a_file_whose_worker_died_is_read_anew_and_has_every_row_once(waiting):
    killed = carry_out(take_up(now=clock.now() - 2 * LEASE))
    next(killed)
    killed.close()
    assert StagedMember.objects.count() == 1
    RosterImport.objects.update(lease_until=None)
    work()
    waiting.refresh_from_db()
    assert (waiting.state, waiting.new_rows, StagedMember.objects.count()) == ("ready", 1, 1)


def test_a_file_at_which_the_work_breaks_off_three_times_ends_with_the_reason(waiting):
    RosterImport.objects.update(attempt=ATTEMPTS)
    assert take_up(now=clock.now()) is None
    waiting.refresh_from_db()
    assert (waiting.state, waiting.failure["code"]) == ("failed", "broke_off")


@pytest.mark.parametrize(
    ("data", "code"),
    [(b"", "empty"), (workbook(headers=()), "empty"), (workbook(None), "no_rows"), (b"%PDF-1.7", "document")],
)
def test_what_is_no_table_ends_with_what_to_do(page, manager, grids, data, code):
    pages = page(manager)
    found = pages.upload(data)
    assert (found.state, found.failure["code"]) == ("failed", code)
    assert found.failure["text"] in pages.show(found).content.decode()


def test_a_large_file_is_refused_at_once(page, settings, manager, grids):
    settings.ROSTER_MAX_BYTES = 1024 * 1024
    response = page(manager).send(bytes(settings.ROSTER_MAX_BYTES + 1))
    assert (response.status_code, RosterImport.objects.exists()) == (422, False)
    assert "larger than 1 MB" in response.content.decode()


def test_as_many_files_wait_as_one_person_may_have(page, settings, manager, outsider, grids):
    settings.ROSTER_FILES_AT_ONCE = 1
    data = workbook(member_cells(1))
    assert [page(manager).send(data).status_code for _ in range(2)] == [302, 422]
    assert page(outsider).send(data).status_code == 302


def test_the_progress_is_told_in_rows(page, client, manager, waiting):
    work_in_hand = take_up(now=clock.now())
    work_in_hand.tell(ImportPhase.CHECKING, done=5, total=20)
    told = client.get(page(manager).url("progress", waiting.pk)).json()
    assert told == {"is_running": True, "state": "waiting", "phase": "Checking the rows", "done": 5, "total": 20}
