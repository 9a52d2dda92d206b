"""A confirmed file is written whole or not at all, once, and as it was shown."""

from datetime import date

import pytest
from django.db import IntegrityError, connection
from django.test.utils import CaptureQueriesContext

from centers.models import Post
from core.history import RowChange
from core.statements import WrongCount, run_counted
from grids.enums import ImportState
from grids.models import Assignment, Grid, GridMember, RosterImport, StagedMember
from grids.services.staging import RowsLost
from grids.services.take_up import Overtaken
from grids.services.write_import import write_import
from tests.grids.conftest import id_number
from tests.grids.staging import NOW, compared, confirmed, everything, person, services, undone, write, written

LATER = date(2025, 6, 1)


def test_new_people_and_their_services_are_written_with_their_numbers_encrypted(manager, grids):
    done = written(manager, person(1, grids[0], badge_no="A1", note="示例"))
    member = GridMember.objects.get()
    assert (member.name, member.id_number, member.mobile) == ("样本·甲1", id_number(1), "13800000001")
    assert (member.badge_no, member.note, services()) == ("A1", "示例", [("1", "001", "part_time", "2025-01-01", None)])
    assert (done.state, done.written_at, done.failure) == (ImportState.WRITTEN, NOW, None)


def test_what_changed_is_written_and_what_was_left_empty_stays(manager, grids):
    written(manager, person(1, grids[0], badge_no="A1"))
    written(manager, person(1, grids[0], name="", mobile="13900000001", badge_no="", note="示例"))
    member = GridMember.objects.get()
    assert (member.name, member.mobile, member.badge_no, member.note) == ("样本·甲1", "13900000001", "A1", "示例")


def test_a_transfer_ends_one_service_on_the_day_before_the_next_begins(manager, grids):
    written(manager, person(1, grids[0]))
    written(manager, person(1, grids[1], starts_on=LATER))
    assert services() == [
        ("1", "001", "part_time", "2025-01-01", "2025-05-31"),
        ("1", "002", "part_time", "2025-06-01", None),
    ]


def test_a_service_that_was_a_mistake_is_struck_out(manager, grids):
    written(manager, person(1, grids[0]))
    written(manager, person(1, grids[1]))
    assert services() == [("1", "002", "part_time", "2025-01-01", None)]


def test_one_person_in_several_rows_is_one_person_with_several_services(manager, grids):
    rows = person(1, grids[0], badge_no="A1"), person(1, grids[1], note="示例")
    written(manager, *rows)
    member = GridMember.objects.get()
    assert (member.badge_no, member.note, len(services())) == ("A1", "示例", 2)
    assert compared(manager, *rows).same_rows == 2
    written(manager, *[row | {"mobile_hash": "0" * 32, "mobile": "13900000009"} for row in rows])
    assert GridMember.objects.get().mobile == "13900000009"


def test_leaders_change_places_in_one_go(manager, grids):
    first = [person(number, grids[number - 1], post="grid_leader") for number in (1, 2)]
    written(manager, *first)
    written(manager, *[person(n, grids[2 - n], post="grid_leader", starts_on=LATER) for n in (1, 2)])
    open_services = Assignment.objects.filter(ends_on=None).order_by("grid__code")
    assert [row.member.name[-1] for row in open_services] == ["2", "1"]


def test_a_leader_may_hand_over_and_take_up_again_within_one_file(manager, grids):
    written(manager, person(1, grids[0], post="grid_leader"), person(2, grids[0], ends_on=LATER))
    ended = person(1, grids[0], post="grid_leader", ends_on=date(2025, 5, 31))
    written(manager, person(2, grids[0], post="grid_leader", starts_on=LATER), ended)
    assert Assignment.objects.get(post="grid_leader", ends_on=None).member.name == "样本·甲2"


def test_the_same_file_twice_writes_nothing_not_even_history(manager, grids):
    rows = [person(number, grids[0]) for number in range(1, 6)]
    written(manager, *rows)
    before, records = everything(), RowChange.objects.count()
    again = compared(manager, *rows)
    RosterImport.objects.filter(pk=again.pk).update(state=ImportState.CONFIRMED)
    write_import(again.pk, attempt=1, now=NOW)
    assert (everything(), RowChange.objects.count()) == (before, records)


def test_every_row_that_is_written_is_recorded_with_the_file_and_its_uploader(manager, grids):
    done = written(manager, person(1, grids[0]))
    kinds = RowChange.objects.filter(occasion=done.occasion, actor=manager).values_list("table_name", "kind")
    assert sorted(kinds) == [("grids_assignment", "insert"), ("grids_gridmember", "insert")]


def test_only_the_rows_in_order_are_written_if_so_chosen(manager, grids):
    wrong = person(1, grids[0]) | {"outcome": "error", "problems": [["姓名", "name_length", "…"]]}
    done = written(manager, wrong, person(2, grids[0]), only_good_rows=True)
    assert (done.state, [name[-1] for name in GridMember.objects.values_list("name", flat=True)]) == ("written", ["2"])


def change_note(manager, grids):
    GridMember.objects.update(note="示例")


def retire_grid(manager, grids):
    Grid.objects.filter(pk=grids[1].pk).update(is_active=False)


def end_post(manager, grids):
    Post.objects.filter(user=manager).update(ends_on=date(2020, 2, 1))


def redate(manager, grids):
    Assignment.objects.update(starts_on=date(2024, 12, 31))


def change_post(manager, grids):
    Assignment.objects.update(post="instructor")


@pytest.mark.parametrize("meanwhile", [change_note, retire_grid, end_post, redate, change_post])
def test_a_file_whose_ground_has_changed_since_it_was_shown_is_shown_again(manager, grids, meanwhile):
    written(manager, person(1, grids[0]))
    file = confirmed(manager, person(1, grids[1], starts_on=LATER, note="样本"))
    meanwhile(manager, grids)
    before = everything()
    shown = write_import(file.pk, attempt=1, now=NOW)
    assert (shown.state, shown.failure["code"], everything()) == (ImportState.READY, "changed_since", before)


def test_what_is_of_no_concern_to_the_file_may_change_meanwhile(manager, grids):
    written(manager, person(1, grids[0]), person(2, grids[0]))
    file = confirmed(manager, person(1, grids[0], note="示例"))
    GridMember.objects.filter(name="样本·甲2").update(note="样本")
    assert write_import(file.pk, attempt=1, now=NOW).state == ImportState.WRITTEN


def test_an_attempt_that_was_overtaken_writes_nothing(manager, grids):
    file = confirmed(manager, person(1, grids[0]))
    RosterImport.objects.filter(pk=file.pk).update(attempt=2)
    with pytest.raises(Overtaken):
        write_import(file.pk, attempt=1, now=NOW)
    assert not GridMember.objects.exists()
    write_import(file.pk, attempt=2, now=NOW)
    with pytest.raises(Overtaken):
        write_import(file.pk, attempt=2, now=NOW)
    assert GridMember.objects.count() == 1


def test_a_file_whose_staged_rows_are_gone_is_not_written(manager, grids):
    file = confirmed(manager, person(1, grids[0]), person(2, grids[0]))
    StagedMember.objects.filter(roster_import=file, number=2).delete()
    with pytest.raises(RowsLost):
        write(file)
    assert not GridMember.objects.exists()


def test_a_statement_that_touches_more_or_fewer_rows_than_planned_is_an_error(manager, grids):
    rename = "UPDATE grids_grid SET name = %(name)s"
    run_counted("SELECT 2", [rename], {"name": "示例"})
    with pytest.raises(WrongCount):
        run_counted("SELECT 1", [rename], {"name": "样本"})


def statements(act, *args, **options):
    with CaptureQueriesContext(connection) as captured:
        act(*args, **options)
    return len(captured)


def cost(manager, grids, numbers):
    """Return how many statements it takes to write new people, and to change and move them."""
    new = [person(number, grids[0]) for number in numbers]
    moved = [row | {"grid_id": grids[1].pk, "starts_on": LATER, "note": "示例"} for row in new]
    return [statements(write_import, confirmed(manager, *rows).pk, attempt=1, now=NOW) for rows in (new, moved)]


def test_the_number_of_statements_does_not_grow_with_the_rows(manager, grids):
    few, many = cost(manager, grids, range(20)), cost(manager, grids, range(400, 800))
    assert (few, max(few) <= 45) == (many, True)


def held():
    return dict(GridMember.objects.order_by("name").values_list("name", "badge_no"))


@pytest.mark.django_db(transaction=True)
def test_badges_go_round_in_one_file_and_to_somebody_new(manager, grids):
    written(manager, *(person(number, grids[0], badge_no=f"A{number}") for number in (1, 2, 3)))
    before = everything()
    rows = [person(number, grids[0], badge_no=badge) for number, badge in ((1, "A2"), (2, "A3"), (3, "A9"), (4, "A1"))]
    file = written(manager, *rows)
    assert [*held().values()] == ["A2", "A3", "A9", "A1"]
    assert (undone(file).not_undone, everything()) == ([], before)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("told", [(2, 1), (2, 3, 1)])
def test_two_or_three_people_exchange_their_badges_and_get_them_back(manager, grids, told):
    written(manager, *(person(number, grids[0], badge_no=f"A{number}") for number in sorted(told)))
    before = held()
    file = written(manager, *(person(number, grids[0], badge_no=f"A{new}") for number, new in enumerate(told, start=1)))
    assert [*held().values()] == [f"A{number}" for number in told]
    assert (undone(file).not_undone, held()) == ([], before)


@pytest.mark.django_db(transaction=True)
def test_a_badge_has_one_holder_once_all_is_written(manager, grids):
    written(manager, person(1, grids[0], badge_no="A1"), person(2, grids[0], badge_no="A2"))
    with pytest.raises(IntegrityError, match="gridmember_badge_once"):
        GridMember.objects.update(badge_no="A3")


ROWS = [(number, number % 2, {"badge_no": f"A{number}"} if number % 3 else {}) for number in range(1, 9)]


def told(grids):
    return [person(number, grids[place], **more) for number, place, more in ROWS]


@pytest.mark.parametrize("turn", [1, 3, 6])
def test_neither_the_order_of_the_rows_nor_the_cut_into_files_matters(manager, grids, turn):
    rows = told(grids)
    rows = [*reversed(rows[turn:]), *rows[:turn]]
    written(manager, *rows[:3])
    written(manager, *rows[3:])
    people = GridMember.objects.order_by("name").values_list("name", "badge_no", "assignments__grid__code")
    expected = [(f"样本·甲{n}", more.get("badge_no"), grids[place].code) for n, place, more in ROWS]
    assert [*people] == expected
