"""What is said of a roster's rows before anything is written; the rules are broken by one row, one day, one right."""

from datetime import date

import pytest

from centers.models import Post
from grids.models import Assignment, Grid, GridMember, StagedMember
from grids.reports import absent_rows
from grids.services.compare_import import compare
from tests.grids.conftest import TODAY, grid_of, id_number
from tests.grids.staging import actions, compared, found, person, written

LATER = date(2025, 6, 1)


def counts(roster_import):
    names = ("ok", "warning", "error", "new", "changed", "same")
    return [getattr(roster_import, f"{name}_rows") for name in names]


def planned(roster_import, number=2):
    row = StagedMember.objects.get(roster_import=roster_import, number=number)
    return row.struck, [tuple(days[1:]) for days in row.redated], row.begins


def test_rows_are_new_changed_and_the_same(manager, grids):
    written(manager, person(1, grids[0]), person(2, grids[0]))
    shown = compared(manager, person(1, grids[0]), person(2, grids[0], note="示例"), person(3, grids[0]))
    assert actions(shown) == ["same", "changed", "new"]
    assert counts(shown) == [3, 0, 0, 1, 1, 1]


@pytest.mark.parametrize(
    "change",
    [{"sex": "2"}, {"mobile": "13800009999"}, {"badge_no": "A1"}, {"note": "示例"}, {"name": "样本·乙1"}],
)
def test_what_a_cell_tells_otherwise_changes_the_person(manager, grids, change):
    written(manager, person(1, grids[0]))
    shown = compared(manager, person(1, grids[0], **change))
    assert actions(shown) == ["changed"]
    assert planned(shown) == ([], [], False)


def test_an_empty_cell_tells_nothing(manager, grids):
    written(manager, person(1, grids[0], badge_no="A1", note="示例"))
    assert actions(compared(manager, person(1, grids[0], name="", sex="", mobile="", badge_no="", note=""))) == ["same"]


@pytest.mark.parametrize(
    ("change", "plan"),
    [
        ({"ends_on": LATER}, ([("2025-01-01", "2025-06-01")], False)),
        ({"starts_on": LATER}, ([("2025-06-01", None)], False)),
        ({"post": "instructor", "starts_on": LATER}, ([("2025-01-01", "2025-05-31")], True)),
    ],
)
def test_a_service_told_otherwise_goes_by_the_rule_for_one_person(manager, grids, change, plan):
    written(manager, person(1, grids[0]))
    shown = compared(manager, person(1, grids[0], **change))
    assert (planned(shown)[1:], planned(shown)[0]) == (plan, [])


def test_a_service_replaced_on_its_first_day_is_struck_out(manager, grids):
    written(manager, person(1, grids[0]))
    struck, redated, begins = planned(compared(manager, person(1, grids[1])))
    assert (len(struck), redated, begins) == (1, [], True)


def test_a_row_that_the_checks_refused_is_left_alone(manager, grids):
    wrong = person(1, grids[0]) | {"outcome": "error", "problems": [["姓名", "name_length", "…"]]}
    shown = compared(manager, wrong, person(2, grids[0]))
    assert (actions(shown)[1], found(shown)) == ("new", [(2, "name_length")])
    assert counts(shown)[:4] == [1, 0, 1, 1]


def test_a_totals_row_does_nothing(manager, grids):
    totals = person(1, grids[0]) | {"outcome": "warning", "action": "nothing"}
    assert actions(compared(manager, totals, person(2, grids[0]) | {"action": ""})) == ["nothing", "new"]


def test_a_badge_of_somebody_else_is_taken_and_one_s_own_is_not(manager, grids):
    written(manager, person(1, grids[0], badge_no="A1"))
    shown = compared(manager, person(1, grids[0], badge_no="A1"), person(2, grids[0], badge_no="A1"))
    assert found(shown) == [(3, "badge_taken")]


def badges(grid, *held, **changes):
    """Return a row for each person, numbered from 1, with the badge number that it is to get."""
    return [person(number, grid, badge_no=badge, **changes) for number, badge in enumerate(held, start=1)]


def test_a_badge_is_free_when_the_file_gives_its_holder_another(manager, grids):
    written(manager, *badges(grids[0], "A1", "A2"))
    assert found(compared(manager, *badges(grids[0], "A2", "A1"))) == []
    assert found(compared(manager, *badges(grids[0], "A2", ""))) == [(2, "badge_taken")]


def test_who_is_refused_keeps_the_badge_so_that_nobody_else_gets_it(manager, grids):
    written(manager, *badges(grids[0], "A1", "A2", "A3"), person(9, grids[0], badge_no="A9"))
    told = badges(grids[0], "A2", "A3", "A9")
    assert found(compared(manager, *told)) == [(2, "badge_taken"), (3, "badge_taken"), (4, "badge_taken")]
    told[2] |= {"badge_no": "A1", "grid_id": 0}
    assert found(compared(manager, *told)) == [(2, "badge_taken"), (3, "badge_taken"), (4, "not_yours")]


def test_a_grid_that_is_out_of_use_takes_nobody(manager, grids):
    Grid.objects.filter(pk=grids[0].pk).update(is_active=False)
    assert found(compared(manager, person(1, grids[0]), person(2, grids[1]))) == [(2, "grid_not_in_use")]


def test_a_grid_under_other_centers_is_nobody_s_business(manager, grids, far_grid):
    assert found(compared(manager, person(1, far_grid), person(2, grids[0]))) == [(2, "not_yours")]


def test_whoever_lost_the_right_reaches_no_grid(manager, grids):
    Post.objects.filter(user=manager).update(ends_on=date(2020, 2, 1))
    assert found(compared(manager, person(1, grids[0]))) == [(2, "not_yours")]


@pytest.mark.parametrize(
    ("ends_on", "expected"), [(None, ["not_reachable"]), (TODAY, ["not_reachable"]), (date(2026, 6, 29), [])]
)
def test_a_person_who_serves_elsewhere_only_is_out_of_reach(manager, outsider, grids, far_grid, ends_on, expected):
    written(outsider, person(1, far_grid, ends_on=ends_on))
    shown = compared(manager, person(1, grids[0], starts_on=LATER))
    assert [code for _, code in found(shown)] == expected


def test_another_name_is_a_warning_and_the_row_is_imported(manager, grids):
    written(manager, person(1, grids[0]))
    shown = compared(manager, person(1, grids[0], name="样本·乙1"))
    assert (found(shown), actions(shown), counts(shown)[1]) == ([(2, "name_changes")], ["changed"], 1)


def test_full_time_elsewhere_is_refused(manager, outsider, grids, far_grid):
    written(manager, person(1, grids[0]))
    member_there(person(1, far_grid, post="full_time", starts_on=LATER), far_grid)
    shown = compared(manager, person(1, grids[0], post="full_time", starts_on=date(2025, 3, 1)))
    assert found(shown) == [(2, "full_time_elsewhere")]


def member_there(row, grid):
    """Let the known person serve under other centers as well."""
    member = GridMember.objects.get(id_hash=row["id_hash"])
    Assignment.objects.create(member=member, grid=grid, post=row["post"], starts_on=row["starts_on"])


def test_serving_under_other_centers_as_well_is_a_warning(manager, outsider, grids, far_grid):
    written(manager, person(1, grids[0]))
    member_there(person(1, far_grid), far_grid)
    assert found(compared(manager, person(1, grids[0]))) == [(2, "serves_elsewhere")]


def test_a_service_may_not_begin_before_the_one_it_replaces(manager, grids):
    written(manager, person(1, grids[0], starts_on=LATER))
    assert found(compared(manager, person(1, grids[1], starts_on=date(2025, 5, 31)))) == [(2, "starts_before_replaced")]
    assert found(compared(manager, person(1, grids[1], starts_on=LATER))) == []


def leader(number, grid, **changes):
    return person(number, grid, post="grid_leader", **changes)


def test_of_two_leaders_in_the_file_the_first_is_right(manager, grids):
    shown = compared(manager, leader(1, grids[0]), leader(2, grids[0]), leader(3, grids[1]))
    assert found(shown) == [(3, "second_leader")]
    assert "Row 2 names" in StagedMember.objects.get(roster_import=shown, number=3).problems[0][2]


def test_a_grid_that_has_a_leader_takes_no_other(manager, grids):
    written(manager, leader(1, grids[0]))
    assert found(compared(manager, leader(2, grids[0]), leader(1, grids[0]))) == [(2, "leader_known")]
    assert found(compared(manager, leader(2, grids[0], ends_on=TODAY))) == []


def test_leaders_may_change_places_within_one_file(manager, grids):
    written(manager, leader(1, grids[0]), leader(2, grids[1]))
    swap = leader(1, grids[1], starts_on=LATER), leader(2, grids[0], starts_on=LATER)
    assert found(compared(manager, *swap)) == []
    assert found(compared(manager, swap[0])) == [(2, "leader_known")]


def test_a_row_that_is_refused_ends_no_service(manager, grids):
    written(manager, leader(1, grids[0]), leader(2, grids[1]), person(3, grids[0], badge_no="A1"))
    moves = leader(1, grids[1], starts_on=LATER, badge_no="A1"), leader(2, grids[0], starts_on=LATER)
    assert found(compared(manager, *moves)) == [(2, "badge_taken"), (3, "leader_known")]


def test_one_refusal_brings_about_the_next(manager, grids, bridge):
    third = grid_of(bridge, 3, manager)
    written(manager, leader(1, grids[0]), leader(2, grids[1]), leader(3, third))
    moves = leader(4, grids[0]), leader(1, grids[1], starts_on=LATER), leader(2, third, starts_on=LATER)
    assert found(compared(manager, *moves)) == [(row, "leader_known") for row in (2, 3, 4)]


def test_the_former_leader_s_old_days_do_not_make_a_second_leader(manager, grids):
    written(manager, leader(1, grids[0], starts_on=date(2020, 1, 1), ends_on=date(2021, 1, 1)))
    written(manager, leader(1, grids[0]))
    assert found(compared(manager, leader(1, grids[0], starts_on=date(2020, 1, 1)))) == [(2, "leader_known")]


def test_who_serves_in_the_villages_of_the_file_and_is_not_in_it_is_absent(manager, grids):
    ended = person(3, grids[0], ends_on=date(2026, 6, 29))
    written(manager, person(1, grids[0]), person(2, grids[1]), ended, person(4, grids[0], ends_on=TODAY))
    shown = compared(manager, person(1, grids[0]))
    names = sorted(absent_rows(shown, on=TODAY).values_list("name", flat=True))
    assert (names, shown.absent_rows) == (["样本·甲2", "样本·甲4"], 2)


def test_what_is_said_is_said_in_the_language_of_the_uploader(manager, grids):
    rows = leader(1, grids[0]), leader(2, grids[0])
    chinese = compared(manager, *rows, language="zh-hans")
    assert "第" in StagedMember.objects.get(roster_import=chinese, number=3).problems[0][2]


def test_comparing_again_says_the_same_and_says_it_once(manager, grids):
    written(manager, leader(1, grids[0]), person(3, grids[0]))
    shown = compared(manager, leader(2, grids[0]), person(3, grids[0], name="样本·乙3"), leader(4, grids[1]))
    before = (shown.plan_digest, found(shown), actions(shown), counts(shown))
    compare(shown, today=TODAY)
    assert (shown.plan_digest, found(shown), actions(shown), counts(shown)) == before
    assert id_number(1) not in str(found(shown))


def test_a_person_may_stand_in_several_rows_and_keeps_the_services_they_name(manager, grids):
    written(manager, person(1, grids[0]))
    shown = compared(manager, person(1, grids[0]), person(1, grids[1], starts_on=LATER))
    assert (actions(shown), planned(shown, 3)) == (["same", "changed"], ([], [], True))


def test_of_several_rows_of_one_person_the_first_to_begin_ends_what_was_before(manager, grids, bridge):
    written(manager, person(1, grids[0], starts_on=date(2024, 1, 1)))
    third = grid_of(bridge, 3, manager)
    shown = compared(manager, person(1, grids[1], starts_on=LATER), person(1, third))
    assert planned(shown) == ([], [], True)
    assert planned(shown, 3) == ([], [("2024-01-01", "2024-12-31")], True)
