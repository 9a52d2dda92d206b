"""A limit that is over shows its days as they were counted, whatever the calendar says of them since."""

from datetime import date

import pytest

from cases.enums import ClockKind
from cases.reports.deadlines import Doubt, deadlines
from cases.services.assign import assign_case
from cases.services.recompute import apply_calendar_changes
from centers.reports import Calendars
from supervision.services.sweep import sweep
from tests.factories import at, change_day, triaged

NOW = at("2026-11-18")
END = at("2026-11-25")
AFTER = at("2026-12-01")
THE_DAYS = "18 start 19 counted 20 counted 21 rest 22 rest 23 counted"


def _over(house):
    """Return a matter whose village limit ended on Monday 23 November, and was over on Wednesday 25."""
    case = triaged(house, now=NOW)
    sweep(now=at("2026-11-24", 0))
    assign_case(case.pk, handler=house.town_mediator, actor=house.town_triage, now=END)
    return case


def _row(case):
    rows = deadlines(case, Calendars.load(since=date(2026, 1, 1)), today=date(2026, 12, 20))
    return next(row for row in rows if row.clock.kind == ClockKind.LVL_VILLAGE)


def _days(case):
    row = _row(case)
    assert row.doubt is None
    return " ".join(f"{day.on.day} {day.kind}" for day in row.strip)


@pytest.mark.parametrize("region", [None, "330681"])
def test_a_day_off_declared_after_the_end_is_shown_as_it_was_counted(house, region):
    case = _over(house)
    change_day("2026-11-20", center=house.centers.get(region), now=AFTER)
    assert _days(case) == THE_DAYS


def test_a_day_that_was_changed_and_changed_back_is_shown_as_it_was_first(house):
    case = _over(house)
    change_day("2026-11-21", is_workday=True, now=AFTER)
    change_day("2026-11-21", is_workday=False, now=at("2026-12-02"))
    assert _days(case) == THE_DAYS
    assert {day.name for day in _row(case).strip} == {""}


def test_two_days_that_change_places_move_no_end_and_are_still_shown_as_they_were(house):
    case = _over(house)
    change_day("2026-11-19", now=AFTER)
    change_day("2026-11-21", is_workday=True, now=AFTER)
    assert _days(case) == THE_DAYS


def test_what_changed_before_the_end_is_shown_as_it_had_become(house):
    case = triaged(house, now=NOW)
    change_day("2026-11-20", now=at("2026-11-19"))
    list(apply_calendar_changes(now=at("2026-11-19", 10)))
    sweep(now=at("2026-11-25", 0))
    assign_case(case.pk, handler=house.town_mediator, actor=house.town_triage, now=END)
    change_day("2026-11-23", now=AFTER)
    assert _days(case) == "18 start 19 counted 20 holiday 21 rest 22 rest 23 counted 24 counted"


def test_a_change_that_had_not_reached_the_limit_when_it_ended_is_not_shown(house):
    case = triaged(house, now=NOW)
    sweep(now=at("2026-11-24", 0))
    change_day("2026-11-20", now=at("2026-11-25", 8))
    assign_case(case.pk, handler=house.town_mediator, actor=house.town_triage, now=END)
    list(apply_calendar_changes(now=at("2026-11-25", 10)))
    assert _days(case) == THE_DAYS


def test_a_limit_that_runs_shows_the_days_of_today(house):
    case = triaged(house, now=NOW)
    change_day("2026-11-20", now=NOW)
    list(apply_calendar_changes(now=at("2026-11-18", 10)))
    assert _row(case).due_on == date(2026, 11, 24)
    assert "20 holiday" in _days(case)


def test_a_limit_that_runs_and_waits_to_be_moved_says_so(house):
    case = triaged(house, now=NOW)
    change_day("2026-11-20", now=NOW)
    assert (_row(case).strip, _row(case).doubt) == ([], Doubt.CALENDAR_CHANGED)
