"""What a row does to a person's services, as tables; no database."""

from datetime import date

import pytest

from core.cells import BadCell
from grids.enums import GridPost, Sex
from grids.rules import columns
from grids.rules.changes import change_services
from grids.rules.known import Known, KnownGrid, KnownMember, Leader, Service
from grids.rules.roster import plan_members
from grids.rules.rows import read_member
from tests.grids.conftest import TODAY, id_number, member_cells

START, LATER = date(2025, 1, 1), date(2025, 6, 1)
CODE = "33068110920100{}"
GRIDS = {CODE.format(number): KnownGrid(number, CODE.format(number), f"第{number}网格") for number in (1, 2)}


def service(service_id=1, grid=1, post=GridPost.PART_TIME, starts_on=START, ends_on=None, **rest):
    values = {"grid_name": f"第{grid}网格", "post": post, "starts_on": starts_on, "ends_on": ends_on}
    return Service(id=service_id, grid_id=grid, **values, **rest)


def member(*services, member_id=7, **changes):
    values = {"name": "样本·甲1", "sex": Sex.MALE, "mobile": "13800000001"} | changes
    return KnownMember(id=member_id, services=services, **values)


def outcome(known, told):
    change = change_services(known, told, today=TODAY)
    struck = {one.id: "struck" for one in change.struck}
    redated = {one.id: (str(one.starts_on), str(one.ends_on)) for one in change.redated}
    return struck | redated, change.begun is not None


TOLD = service(0)
CASES = {
    "the same": ([service()], TOLD, {}, False),
    "nothing known": ([], TOLD, {}, True),
    "an end": ([service()], service(0, ends_on=LATER), {1: ("2025-01-01", "2025-06-01")}, False),
    "no end after all": ([service(ends_on=LATER)], TOLD, {1: ("2025-01-01", "None")}, False),
    "another first day": ([service()], service(0, starts_on=LATER), {1: ("2025-06-01", "None")}, False),
    "another grid": ([service()], service(0, 2, starts_on=LATER), {1: ("2025-01-01", "2025-05-31")}, True),
    "another post": (
        [service()],
        service(0, post=GridPost.FULL_TIME, starts_on=LATER),
        {1: ("2025-01-01", "2025-05-31")},
        True,
    ),
    "another grid on the same day": ([service()], service(0, 2), {1: "struck"}, True),
    "back to the old grid": ([service(ends_on=START)], service(0, starts_on=LATER), {}, True),
    "one of two grids": (
        [service(), service(2, 2)],
        service(0, 2, GridPost.INSTRUCTOR, starts_on=LATER),
        {2: ("2025-01-01", "2025-05-31")},
        True,
    ),
    "a third grid": (
        [service(), service(2, 2)],
        service(0, 3, starts_on=LATER),
        {1: ("2025-01-01", "2025-05-31"), 2: ("2025-01-01", "2025-05-31")},
        True,
    ),
    "something that is over": ([service()], service(0, 2, ends_on=LATER), {}, True),
    "elsewhere": ([service(is_here=False)], service(0, 2, starts_on=LATER), {}, True),
}


@pytest.mark.parametrize("case", CASES)
def test_a_told_service_changes_the_known_ones(case):
    known, told, changed, begins = CASES[case]
    assert outcome(known, told) == (changed, begins)


def test_a_service_cannot_begin_before_the_one_it_replaces():
    with pytest.raises(BadCell) as caught:
        change_services([service(starts_on=LATER)], service(0, 2), today=TODAY)
    assert (caught.value.code, caught.value.params) == ("starts_before_replaced", {"day": "2025-06-01"})


def planned(*rows, **known):
    """Return the problems and the plans of ``rows``, numbered from 2."""
    readings = [read_member(number, row, today=TODAY) for number, row in enumerate(rows, start=2)]
    plans = plan_members(readings, Known(grids=GRIDS, **known), today=TODAY)
    found = [(reading.number, problem.column, problem.code) for reading in readings for problem in reading.problems]
    return found, plans


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({columns.GRID_CODE: "330681109201009"}, (columns.GRID_CODE, "outside")),
        ({columns.GRID_NAME: "第2网格"}, (columns.GRID_NAME, "grid_name_differs")),
        ({columns.BADGE_NO: "A1"}, (columns.BADGE_NO, "badge_taken")),
        ({columns.POST: "网格长"}, (columns.POST, "second_leader")),
    ],
)
def test_a_row_that_contradicts_the_system_is_refused(changes, problem):
    known = {"badges": {"A1": 99}, "leaders": {1: Leader(50, 99)}}
    found, plans = planned(member_cells(1, **changes), **known)
    assert (found, plans) == ([(2, *problem)], [])


def test_a_grid_that_is_no_longer_in_use_takes_nobody():
    grid = KnownGrid(1, "330681109201001", "第1网格", is_active=False)
    reading = read_member(2, member_cells(1), today=TODAY)
    plan_members([reading], Known(grids={grid.code: grid}), today=TODAY)
    assert [problem.code for problem in reading.problems] == ["grid_not_in_use"]


@pytest.mark.parametrize(
    ("services", "is_taken"),
    [
        ([], True),
        ([service()], True),
        ([service(is_here=False, ends_on=START)], True),
        ([service(), service(2, 9, is_here=False)], True),
        ([service(2, 9, is_here=False)], False),
        ([service(ends_on=START), service(2, 9, is_here=False)], False),
        ([service(2, 9, is_here=False, ends_on=TODAY)], False),
    ],
)
def test_a_person_who_serves_elsewhere_only_is_not_taken_over(services, is_taken):
    found, _ = planned(member_cells(1), members={id_number(1): member(*services)})
    assert found == ([] if is_taken else [(2, columns.ID_NUMBER, "not_reachable")])


@pytest.mark.parametrize(
    ("services", "post", "is_taken"),
    [
        ([service(), service(2, 9, GridPost.FULL_TIME, is_here=False)], "专职网格员", False),
        ([service(), service(2, 9, GridPost.FULL_TIME, is_here=False)], "兼职网格员", True),
        ([service(post=GridPost.FULL_TIME)], "专职网格员", True),
        ([service(post=GridPost.FULL_TIME, grid=2)], "专职网格员", True),
    ],
)
def test_full_time_is_in_one_grid_only(services, post, is_taken):
    row = member_cells(1, 岗位=post, 上岗日期="2025-06-01")
    found, _ = planned(row, members={id_number(1): member(*services)})
    assert found == ([] if is_taken else [(2, columns.POST, "full_time_elsewhere")])


def test_repeated_people_badges_and_leaders_are_refused_in_the_later_row():
    first = member_cells(1, 岗位="网格长", 工作证号="A1")
    again = member_cells(1, 工作证号="A1")
    found, plans = planned(first, again, member_cells(3, 岗位="网格长"))
    assert found == [
        (3, columns.ID_NUMBER, "repeated"),
        (3, columns.BADGE_NO, "repeated"),
        (4, columns.POST, "second_leader"),
    ]
    assert [plan.number for plan in plans] == [2]


def test_one_s_own_badge_and_grid_are_not_taken_by_another():
    known = {"badges": {"A1": 7}, "leaders": {1: Leader(1, 7)}}
    someone = member(service(post=GridPost.GRID_LEADER), badge_no="A1")
    found, plans = planned(member_cells(1, 岗位="网格长", 工作证号="A1"), members={id_number(1): someone}, **known)
    assert (found, plans[0].is_new, plans[0].is_changed) == ([], False, False)


def test_a_leader_who_leaves_within_the_file_makes_room():
    leader = member(service(post=GridPost.GRID_LEADER))
    rows = [member_cells(2, 岗位="网格长"), member_cells(1, 岗位="网格长", 离岗日期="2025-06-30")]
    found, plans = planned(*rows, members={id_number(1): leader}, leaders={1: Leader(1, 7)})
    assert (found, len(plans)) == ([], 2)


def test_a_row_whose_code_cannot_be_read_is_told_only_that():
    assert planned(member_cells(1, 网格编码="?"))[0] == [(2, columns.GRID_CODE, "grid_code")]
