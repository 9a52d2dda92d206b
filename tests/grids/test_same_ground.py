"""Confirmed rows are compared a second time if anything has changed since the first, whatever made the change."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from centers.enums import Role
from core.history import last_change
from grids.enums import GridPost, ImportState
from grids.models import Grid, GridMember
from grids.services.assign_member import assign_member
from grids.services.write_import import write_import
from tests.factories import appoint
from tests.grids.conftest import TODAY
from tests.grids.staging import NOW, confirmed, person, written

COMPARED = "row SET\n    member_id = found.member_id"


def compares_again(file, now=NOW):
    with CaptureQueriesContext(connection) as captured:
        done = write_import(file.pk, attempt=1, now=now)
    assert done.state == ImportState.WRITTEN
    return any(COMPARED in query["sql"] for query in captured)


def test_rows_on_the_same_ground_are_written_as_they_were_compared(manager, grids):
    written(manager, person(1, grids[0]))
    assert not compares_again(confirmed(manager, person(1, grids[1]), person(2, grids[0])))


def by_raw_update(manager, grids):
    with connection.cursor() as cursor:
        cursor.execute("UPDATE grids_gridmember SET note = '示例' WHERE name LIKE '%9'")


def by_raw_insert(manager, grids):
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO grids_assignment (grid_id, member_id, post, starts_on)"
            " SELECT %s, max(id), 'instructor', '2025-01-01' FROM grids_gridmember",
            [grids[1].pk],
        )


def by_raw_delete(manager, grids):
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM grids_assignment WHERE member_id = (SELECT max(id) FROM grids_gridmember)")


def by_a_renamed_grid(manager, grids):
    Grid.objects.filter(pk=grids[1].pk).update(name="示例网格")


def by_a_service(manager, grids):
    ninth = GridMember.objects.get(name="样本·甲9")
    told = {"grid_id": grids[1].pk, "post": GridPost.INSTRUCTOR, "starts_on": TODAY}
    assign_member(ninth.pk, **told, today=TODAY, actor=manager)


def by_another_file(manager, grids):
    written(manager, person(5, grids[1]))


def by_another_right(manager, grids):
    appoint(manager, role=Role.ROSTER_MANAGER, center=grids[0].county, starts_on=date(2020, 1, 1))


CHANGES = [
    by_raw_update, by_raw_insert, by_raw_delete, by_a_renamed_grid, by_a_service, by_another_file, by_another_right,
]  # fmt: skip


@pytest.mark.parametrize("change", CHANGES)
def test_after_any_change_they_are_compared_again(manager, grids, change):
    written(manager, person(9, grids[0]))
    file = confirmed(manager, person(1, grids[0]))
    change(manager, grids)
    assert compares_again(file)


def test_on_another_day_they_are_compared_again(manager, grids):
    file = confirmed(manager, person(1, grids[0]))
    assert compares_again(file, now=NOW + timedelta(days=1))


@pytest.mark.django_db(transaction=True)
def test_a_change_that_was_begun_before_and_ended_after_the_comparison_is_one_since(manager, grids):
    written(manager, person(9, grids[0]))
    other = connection.copy()
    other.set_autocommit(False)
    other.cursor().execute("UPDATE grids_gridmember SET note = '示例'")
    Grid.objects.filter(pk=grids[1].pk).update(name="示例网格")  # on record under a later number, and at once
    assert last_change() is None
    file = confirmed(manager, person(9, grids[0], note="样本"))
    other.commit()
    other.close()
    shown = write_import(file.pk, attempt=1, now=NOW)
    assert (shown.state, GridMember.objects.get().note) == (ImportState.READY, "示例")
