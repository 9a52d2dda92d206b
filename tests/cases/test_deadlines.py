from datetime import date

import pytest

from cases.enums import ClockKind
from cases.reports.deadlines import deadlines, explain
from cases.services.assign import assign_case
from centers.reports import Calendars, work_calendar
from core.workdays import DayKind
from supervision.services.sweep import sweep
from tests.factories import at, triaged

NOW = at("2026-11-18")


def _row(case, kind, today):
    rows = deadlines(case, Calendars.load(since=date(2026, 11, 1)), today=date.fromisoformat(today))
    return next(row for row in rows if row.clock.kind == kind)


@pytest.mark.parametrize(
    ("today", "remaining", "late_days"),
    [("2026-11-18", 3, 0), ("2026-11-23", 0, 0), ("2026-11-24", -1, 1), ("2026-11-28", -4, 5)],
)
def test_a_running_limit_shows_working_days_left_or_calendar_days_late(house, today, remaining, late_days):
    row = _row(triaged(house, now=NOW), ClockKind.LVL_VILLAGE, today)
    assert (row.remaining_workdays, row.late_days, row.is_late) == (remaining, late_days, late_days > 0)


def test_a_limit_that_is_over_shows_its_days_as_they_were_frozen(house):
    case = triaged(house, now=NOW)
    sweep(now=at("2026-11-24", 0))
    assign_case(case.pk, handler=house.town_mediator, actor=house.town_triage, now=at("2026-11-25"))
    assert _row(case, ClockKind.LVL_VILLAGE, "2026-12-20").late_days == 2
    assert _row(case, ClockKind.SIGN_FOR, "2026-12-20").late_days == 0


def test_what_is_over_is_not_said_to_be_provisional(house):
    case = triaged(house, now=NOW)
    case.clocks.update(is_provisional=True)
    assert _row(case, ClockKind.LVL_VILLAGE, "2026-11-20").is_provisional
    assert not _row(case, ClockKind.SIGN_FOR, "2026-11-20").is_provisional


def test_a_cancelled_limit_is_not_shown(house):
    case = triaged(house, now=NOW)
    case.clocks.filter(kind=ClockKind.LVL_VILLAGE).update(state="cancelled", ended_at=NOW)
    rows = deadlines(case, Calendars.load(since=date(2026, 11, 1)), today=date(2026, 11, 18))
    assert [row.clock.kind for row in rows] == [ClockKind.SIGN_FOR]


def test_a_limit_explains_itself_day_by_day(house):
    case = triaged(house, now=NOW)
    strip = explain(
        case.clocks.get(kind=ClockKind.LVL_VILLAGE), work_calendar(since=date(2026, 11, 1)), today=NOW.date()
    )
    assert [(day.on.day, day.kind, day.number) for day in strip] == [
        (18, DayKind.START, None),
        (19, DayKind.COUNTED, 1),
        (20, DayKind.COUNTED, 2),
        (21, DayKind.REST, None),
        (22, DayKind.REST, None),
        (23, DayKind.COUNTED, 3),
    ]
    assert strip[-1].is_last
