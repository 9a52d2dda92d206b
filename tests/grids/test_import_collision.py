"""Two real transactions at the same moment: one wins, the other is told so."""

import threading

import pytest
from django.db import connection, transaction
from django.utils import timezone

from grids.models import Grid, GridMember, RosterImport
from grids.services.import_grids import import_grids
from grids.services.import_members import RosterCollision, import_members
from tests.grids.conftest import grid_cells, member_cells

NOW = timezone.datetime.fromisoformat("2026-06-30T08:00:00+00:00")


def meanwhile(act):
    """Run ``act`` in a thread with a connection of its own and return its outcome by a function."""
    outcome = []

    def run():
        try:
            outcome.append(act())
        except RosterCollision as error:
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


def test_the_same_new_person_in_two_towns_is_entered_once(transactional_db, manager, outsider, grids, far_grid):
    here = [(2, member_cells(1))]
    there = [(2, member_cells(1, 网格编码=far_grid.code))]
    with transaction.atomic():
        import_members(here, actor=manager, now=NOW, file_name="a.xlsx")
        other = meanwhile(lambda: import_members(there, actor=outsider, now=NOW, file_name="b.xlsx"))
        until_waiting()
    assert isinstance(other(), RosterCollision)
    assert (GridMember.objects.count(), RosterImport.objects.count()) == (1, 1)


def test_the_same_new_grid_is_drawn_once(transactional_db, manager):
    rows = [(2, grid_cells(1))]
    with transaction.atomic():
        import_grids(rows, actor=manager, now=NOW, file_name="a.xlsx")
        other = meanwhile(lambda: import_grids(rows, actor=manager, now=NOW, file_name="a.xlsx"))
        until_waiting()
    assert isinstance(other(), RosterCollision)
    assert (Grid.objects.count(), RosterImport.objects.count()) == (1, 1)


def test_two_leaders_of_one_grid_are_not_entered_at_once(transactional_db, manager, grids):
    rows = [[(2, member_cells(number, 岗位="网格长"))] for number in (1, 2)]
    with transaction.atomic():
        import_members(rows[0], actor=manager, now=NOW, file_name="a.xlsx")
        other = meanwhile(lambda: import_members(rows[1], actor=manager, now=NOW, file_name="b.xlsx"))
        until_waiting()
    assert [problem.code for problem in other().wrong[0].problems] == ["second_leader"]
    assert GridMember.objects.count() == 1
