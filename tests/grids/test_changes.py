"""What a row does to a person's services, as tables; no database."""

from datetime import date

import pytest

from core.cells import BadCell
from grids.enums import GridPost
from grids.rules.changes import change_services
from grids.rules.known import Service
from tests.grids.conftest import TODAY

START, LATER = date(2025, 1, 1), date(2025, 6, 1)


def service(service_id=1, grid=1, post=GridPost.PART_TIME, starts_on=START, ends_on=None, **rest):
    values = {"grid_name": f"第{grid}网格", "post": post, "starts_on": starts_on, "ends_on": ends_on}
    return Service(id=service_id, grid_id=grid, **values, **rest)


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
