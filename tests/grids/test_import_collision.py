"""Real transactions at the same moment: one waits, nothing is doubled, nobody deadlocks, a kill leaves nothing."""

import threading
from datetime import date

import pytest
from django.db import OperationalError, connection, transaction

from core.errors import DomainError
from grids.enums import GridPost, ImportState, RosterKind
from grids.models import Grid, GridMember, RosterImport
from grids.services.assign_member import assign_member
from grids.services.take_up import Overtaken
from grids.services.undo_import import undo_import
from grids.services.write_import import write_import
from tests.grids.conftest import TODAY
from tests.grids.staging import NOW, confirmed, everything, person, plot, services, write, written

LATER = date(2025, 6, 1)


def meanwhile(act):
    """Run ``act`` in a thread with a connection of its own and return its outcome by a function."""
    outcome = []

    def run():
        try:
            outcome.append(act())
        except (DomainError, OperationalError) as error:
            outcome.append(error)
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    return lambda: thread.join(30) or outcome[0]


def until_waiting():
    """Return once another transaction waits for this one."""
    for _ in range(1000):
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*), pg_sleep(0.01) FROM pg_locks WHERE NOT granted")
            if cursor.fetchone()[0]:
                return
    pytest.fail("nobody waits")


def written_at_once(first, second):
    """Write ``first``, and ``second`` from another connection before it is committed; return what became of both."""
    RosterImport.objects.update(attempt=1)
    with transaction.atomic():
        done = write_import(first.pk, attempt=1, now=NOW)
        other = meanwhile(lambda: write_import(second.pk, attempt=1, now=NOW))
        until_waiting()
    return done.state, other().state


def test_the_same_town_twice_at_once_is_written_once_and_shown_again(transactional_db, manager, grids):
    rows = [person(number, grids[number % 2]) for number in range(6)]
    files = confirmed(manager, *rows), confirmed(manager, *reversed(rows))
    assert written_at_once(*files) == (ImportState.WRITTEN, ImportState.READY)
    assert (GridMember.objects.count(), len(services())) == (6, 6)
    assert RosterImport.objects.get(pk=files[1].pk).same_rows == 6


def test_a_new_person_in_two_towns_at_once_is_one_person(transactional_db, manager, outsider, grids, far_grid):
    files = confirmed(manager, person(1, grids[0])), confirmed(outsider, person(1, far_grid))
    assert written_at_once(*files) == (ImportState.WRITTEN, ImportState.READY)
    assert (GridMember.objects.count(), RosterImport.objects.get(pk=files[1].pk).error_rows) == (1, 1)


def test_two_leaders_of_one_grid_are_not_written_at_once(transactional_db, manager, grids):
    files = [confirmed(manager, person(number, grids[0], post="grid_leader")) for number in (1, 2)]
    assert written_at_once(*files) == (ImportState.WRITTEN, ImportState.READY)
    assert GridMember.objects.get().name == "样本·甲1"


def test_files_that_have_nothing_in_common_are_both_written(transactional_db, manager, outsider, grids, far_grid):
    files = confirmed(manager, person(1, grids[0])), confirmed(outsider, person(2, far_grid))
    assert written_at_once(*files) == (ImportState.WRITTEN, ImportState.WRITTEN)
    assert GridMember.objects.count() == 2


def test_the_same_new_grid_is_drawn_once(transactional_db, manager, bridge):
    files = [confirmed(manager, plot(bridge, 1), kind=RosterKind.GRIDS) for _ in range(2)]
    assert written_at_once(*files) == (ImportState.WRITTEN, ImportState.READY)
    assert Grid.objects.count() == 1


def test_whoever_assigns_one_person_waits_for_the_file(transactional_db, manager, grids):
    written(manager, person(1, grids[0]))
    file = confirmed(manager, person(1, grids[1], starts_on=LATER))
    member = GridMember.objects.get()
    assign = {"grid_id": grids[0].pk, "post": GridPost.INSTRUCTOR, "starts_on": TODAY, "today": TODAY}
    with transaction.atomic():
        write(file)
        other = meanwhile(lambda: assign_member(member.pk, **assign, actor=manager))
        until_waiting()
    assert other() == member
    assert [row[1:] for row in services()][1:] == [
        ("002", "part_time", "2025-06-01", "2026-06-29"),
        ("001", "instructor", "2026-06-30", None),
    ]


def test_one_file_taken_up_twice_is_written_once(transactional_db, manager, grids):
    file = confirmed(manager, person(1, grids[0]))
    RosterImport.objects.update(attempt=1)
    with transaction.atomic():
        write_import(file.pk, attempt=1, now=NOW)
        other = meanwhile(lambda: write_import(file.pk, attempt=1, now=NOW))
        until_waiting()
    assert isinstance(other(), Overtaken)
    assert GridMember.objects.count() == 1


def kill_waiting():
    """End whoever waits for a lock in this database: beside it other tests wait for locks in theirs."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE wait_event_type = 'Lock' AND usename = user AND datname = current_database()"
        )


@pytest.mark.parametrize("table", ["grids_gridmember", "grids_assignment", "core_rowchange"])
def test_whoever_is_killed_while_writing_has_written_nothing(transactional_db, manager, grids, table):
    file = confirmed(manager, person(1, grids[0]), person(2, grids[0]))
    before = everything()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL ROLE NONE; LOCK TABLE {table} IN SHARE MODE")
        other = meanwhile(lambda: write(file))
        until_waiting()
        kill_waiting()
        assert isinstance(other(), OperationalError)
    assert (everything(), RosterImport.objects.get(pk=file.pk).state) == (before, ImportState.CONFIRMED)
    assert write(file).state == ImportState.WRITTEN


def test_whoever_is_killed_while_undoing_has_undone_nothing(transactional_db, manager, grids):
    file = written(manager, person(1, grids[0]))
    RosterImport.objects.update(state=ImportState.UNDOING, attempt=1)
    before = everything()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL ROLE NONE; LOCK TABLE grids_gridmember IN SHARE MODE")
        other = meanwhile(lambda: undo_import(file.pk, attempt=1, now=NOW))
        until_waiting()
        kill_waiting()
        assert isinstance(other(), OperationalError)
    assert everything() == before
    assert undo_import(file.pk, attempt=1, now=NOW).not_undone == []
