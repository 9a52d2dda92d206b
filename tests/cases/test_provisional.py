"""Limits that reach into a year whose notice is not out: provisional, marked, and counted anew when it comes.

Today is Sunday 22 November 2026; the days of 2027 are those of the law alone.
"""

from datetime import date

import pytest

from cases.enums import ClockKind, EventKind
from cases.services.clocks import start_clock
from cases.services.recompute import apply_calendar_changes
from centers.reports.calendar import plan_notice
from centers.resources.notices import read_notice_file
from centers.services.change_days import edit_calendar
from tests.centers.test_notice import NOTICE_2027, as_csv
from tests.factories import at, registered

STARTED = at("2026-11-25")
NOTICED = at("2026-12-01")
HANDLE = ClockKind.PET_HANDLE


@pytest.fixture
def limit(house):
    """Return the 60 days to handle a matter that was taken up on Wednesday 25 November."""
    case = registered(house, now=STARTED)
    return start_clock(case, HANDLE, now=STARTED)


def load_notice(house, *rows):
    notice = read_notice_file(as_csv(*rows), year=2027)
    plan = plan_notice(notice.days.items(), year=2027)
    edit_calendar(plan.changes, ground="2027年通知（示例）", actor=house.sysadmin, now=NOTICED)
    return sum(apply_calendar_changes(now=NOTICED))


def moves(limit):
    events = limit.case.events.filter(kind=EventKind.CLOCK_MOVED)
    return [(event.data["was_on"], event.data["due_on"], event.data["ground"]) for event in events]


def test_sixty_days_from_late_november_end_on_a_provisional_monday(limit):
    assert date(2027, 1, 24).isoweekday() == 7  # the sixtieth day, a Sunday
    assert (limit.due_on, limit.due_at, limit.is_provisional) == (date(2027, 1, 25), at("2027-01-26", 0), True)


def test_a_notice_that_leaves_the_day_as_it_was_expected_makes_it_final(house, limit):
    assert load_notice(house, *NOTICE_2027) == 0
    limit.refresh_from_db()
    assert (limit.due_on, limit.is_provisional, moves(limit)) == (date(2027, 1, 25), False, [])


def test_a_notice_that_lets_the_sunday_be_worked_ends_the_limit_on_it(house, limit):
    rows = [NOTICE_2027[0], ["春节", "2027-02-05", "2027-02-11", "1月24日（周日）"], *NOTICE_2027[2:]]
    assert load_notice(house, *rows) == 1
    limit.refresh_from_db()
    assert (limit.due_on, limit.is_provisional) == (date(2027, 1, 24), False)
    assert moves(limit) == [("2027-01-25", "2027-01-24", "2027年通知（示例）")]
    assert limit.original_due_at == at("2027-01-26", 0)


def test_a_notice_that_frees_the_monday_lets_the_limit_end_on_the_tuesday(house, limit):
    rows = [*NOTICE_2027, ["示例节", "2027-01-25", "2027-01-25", ""]]
    assert load_notice(house, *rows) == 1
    limit.refresh_from_db()
    assert (limit.due_on, limit.is_provisional) == (date(2027, 1, 26), False)
