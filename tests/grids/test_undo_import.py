"""A file is taken back person by person, from what the database has kept."""

from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cases.models import Case
from core.history import RowChange
from grids.enums import ImportState, RosterKind
from grids.models import Assignment, Grid, GridMember
from grids.services.decide_import import confirm_import
from grids.services.take_up import Overtaken
from grids.services.undo_import import _references, undo_import
from tests.grids.staging import NOW, compared, everything, person, plot, services, undone, write, written

LATER = date(2025, 6, 1)


def leader(number, grid, **changes):
    return person(number, grid, post="grid_leader", **changes)


def refused(roster_import):
    return [(row["name"], row["code"]) for row in roster_import.not_undone]


def test_what_was_new_is_gone_what_changed_is_as_it_was_and_what_was_struck_out_is_back(manager, grids):
    written(manager, person(1, grids[0]), person(2, grids[0]), leader(3, grids[0]))
    before = everything()
    changes = person(1, grids[1], badge_no="A1"), person(2, grids[1], starts_on=LATER), leader(4, grids[1])
    done = undone(written(manager, *changes, leader(3, grids[0], ends_on=LATER)))
    assert (everything(), done.not_undone, done.state, done.undone_at) == (before, [], ImportState.UNDONE, NOW)


def test_the_undoing_is_recorded_as_well(manager, grids):
    done = undone(written(manager, person(1, grids[0])))
    kinds = RowChange.objects.filter(occasion=f"roster_undo:{done.pk}").values_list("table_name", "kind")
    assert sorted(kinds) == [("grids_assignment", "delete"), ("grids_gridmember", "delete")]


def change_person(member):
    GridMember.objects.filter(pk=member.pk).update(note="后来")


def redate(member):
    Assignment.objects.filter(member=member).update(ends_on=LATER)


def serve_elsewhere(member):
    Assignment.objects.create(member=member, grid=Grid.objects.first(), post="instructor", starts_on=LATER)


def leave(member):
    Assignment.objects.filter(member=member).delete()


@pytest.mark.parametrize("change", [change_person, redate, serve_elsewhere, leave])
def test_who_has_changed_since_stays_and_the_others_are_undone(manager, grids, change):
    file = written(manager, person(1, grids[0]), person(2, grids[0]))
    change(GridMember.objects.get(name="样本·甲1"))
    done = undone(file)
    assert (refused(done), GridMember.objects.get().name) == ([("样本·甲1", "changed_since")], "样本·甲1")
    assert "by hand" in done.not_undone[0]["text"]


def test_what_came_and_went_since_is_no_change(manager, grids):
    first = written(manager, person(1, grids[0]))
    second = written(manager, person(1, grids[1], starts_on=LATER, note="示例"))
    undone(second)
    assert refused(undone(first)) == []
    assert everything()[1:] == [[], []]


def test_an_older_file_is_not_undone_beneath_a_newer_one(manager, grids):
    first = written(manager, person(1, grids[0]), person(2, grids[0]))
    written(manager, person(1, grids[0], note="示例"))
    assert refused(undone(first)) == [("样本·甲1", "changed_since")]


def test_a_leader_whose_place_is_taken_stays_and_so_does_who_would_give_way(manager, grids):
    written(manager, leader(1, grids[0]), leader(2, grids[1]))
    moves = (
        leader(3, grids[0], starts_on=LATER),
        leader(1, grids[1], starts_on=LATER),
        leader(2, grids[1], ends_on=date(2025, 5, 31)),
    )
    file = written(manager, *moves)
    change_person(GridMember.objects.get(name="样本·甲3"))
    expected = [("样本·甲1", "leader_known"), ("样本·甲2", "leader_known"), ("样本·甲3", "changed_since")]
    assert refused(undone(file)) == expected


def test_a_badge_that_somebody_else_took_up_is_not_given_back(manager, grids):
    written(manager, person(1, grids[0], badge_no="A1"))
    file = written(manager, person(1, grids[0], badge_no="A2"))
    written(manager, person(2, grids[0], badge_no="A1"))
    assert refused(undone(file)) == [("样本·甲1", "badge_taken")]


def test_who_stays_keeps_the_badge_so_that_an_exchange_stays_whole(manager, grids):
    written(manager, person(1, grids[0], badge_no="A1"), person(2, grids[0], badge_no="A2"))
    file = written(manager, person(1, grids[0], badge_no="A2"), person(2, grids[0], badge_no="A1"))
    change_person(GridMember.objects.get(name="样本·甲1"))
    assert refused(undone(file)) == [("样本·甲1", "changed_since"), ("样本·甲2", "badge_taken")]


def test_grids_are_undone_too_but_not_those_in_use(manager, bridge, grids):
    before = everything()[0]
    file = written(manager, plot(bridge, 1, name="新网格"), plot(bridge, 3), plot(bridge, 4), kind=RosterKind.GRIDS)
    Assignment.objects.create(
        member=someone(), grid=Grid.objects.get(name="第3网格"), post="part_time", starts_on=LATER
    )
    assert refused(undone(file)) == [("第3网格", "in_use")]
    left = everything()[0]
    assert ([row for row in left if row[2] != "第3网格"], len(left)) == (before, 3)


def someone():
    return GridMember.objects.create(name="样本·乙", id_number="x", id_hash="x", mobile="x", mobile_hash="x")


def test_every_room_that_names_a_grid_keeps_it(manager, bridge, grids):
    assert Case._meta.get_field("grid").related_model is Grid
    assert {field.model for field in _references(Grid)} == {Assignment, Case}


def test_an_attempt_that_was_overtaken_undoes_nothing(manager, grids):
    file = written(manager, person(1, grids[0]))
    with pytest.raises(Overtaken):
        undo_import(file.pk, attempt=1, now=NOW)
    assert GridMember.objects.count() == 1


def test_services_are_as_they_were_after_a_correction_is_undone(manager, grids):
    written(manager, person(1, grids[0]))
    before = services()
    undone(written(manager, person(1, grids[0], starts_on=LATER)))
    assert services() == before


def write_good(manager, rows):
    """Write the rows in order of a file, unless there are none or they change nothing."""
    file = compared(manager, *rows)
    if not file.new_rows + file.changed_rows:
        return None
    confirm_import(file.pk, only_good_rows=True, actor=manager, now=NOW)
    return write(file)


CHANGE = st.fixed_dictionaries(
    {},
    optional={
        "note": st.sampled_from(["示例", "样本"]),
        "name": st.just("样本·丙"),
        "mobile": st.just("13911111111"),
        "post": st.sampled_from(["grid_leader", "full_time", "part_time", "instructor"]),
        "starts_on": st.dates(date(2024, 1, 1), date(2026, 6, 1)),
        "ends_on": st.dates(date(2026, 6, 2), date(2027, 1, 1)),
    },
)
FILE = st.dictionaries(st.integers(1, 6), st.tuples(st.integers(0, 1), CHANGE), min_size=1, max_size=6)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(first=FILE, second=FILE)
def test_a_file_that_is_undone_leaves_no_trace_in_the_three_tables(manager, grids, first, second):
    files = [[person(number, grids[turn], **more) for number, (turn, more) in file.items()] for file in (first, second)]
    write_good(manager, files[0])
    before = everything()
    file = write_good(manager, files[1])
    if file is not None:
        assert undone(file).not_undone == []
    assert everything() == before
