"""What somebody who is about to change the calendar is told of the limits, and what the alarm counts."""

from datetime import date

import pytest
from django.urls import reverse

from cases.enums import ClockKind, ClockState
from cases.models import Clock, Pause
from cases.pages import calendar
from cases.pages.calendar import alarm_for, foresee, foresight_context
from centers.enums import CalendarSource
from centers.models import WorkCalendarDay
from centers.reports.calendar import plan_day
from centers.rules.calendar import DayChange, DayValue
from tests.factories import at, extended, mediating, registered, triaged

NOW = at("2026-11-18")
TODAY = date(2026, 11, 18)
VILLAGE = ClockKind.LVL_VILLAGE


def free(day, center=None):
    value = DayValue(is_workday=False, name="示例假日", source=CalendarSource.STAFF)
    return plan_day(date.fromisoformat(day), center=center, becomes=value)


def noticed_2027():
    days = WorkCalendarDay.objects.filter(date__year=2027)
    return [
        DayChange(
            day.date,
            DayValue(day.is_workday, day.name, CalendarSource.EXPECTED),
            DayValue(day.is_workday, day.name, CalendarSource.NOTICE),
        )
        for day in days
    ]


def test_the_limits_that_would_move_are_counted_by_kind_and_by_days(house):
    for _index in range(2):
        triaged(house, now=NOW)
    registered(house, now=at("2026-11-19"))
    seen = foresee([free("2026-11-20")], today=TODAY)
    assert dict(seen.moved) == {(VILLAGE, 1): 2, (ClockKind.SIGN_FOR, 3): 1}
    assert (len(seen.cases), seen.final, seen.provisional, seen.beyond) == (3, 0, 0, 0)


def test_nothing_is_written_by_looking(house):
    case = triaged(house, now=NOW)
    foresee([free("2026-11-20")], today=TODAY)
    assert case.clocks.get(kind=VILLAGE).due_on == date(2026, 11, 23)
    assert WorkCalendarDay.objects.get(date="2026-11-20").is_workday


def test_provisional_limits_that_would_become_final_are_counted(house):
    mediating(house, now=at("2026-12-10"))
    seen = foresee(noticed_2027(), today=date(2026, 12, 10))
    assert (seen.final, dict(seen.moved)) == (1, {})


def test_a_limit_that_would_become_provisional_again_is_counted(house):
    triaged(house, now=NOW)
    was, expected = (DayValue(is_workday=True, name="", source=CalendarSource(name)) for name in ("notice", "expected"))
    seen = foresee([DayChange(date(2026, 11, 20), was, expected)], today=TODAY)
    assert (seen.provisional, dict(seen.moved)) == (1, {})


def test_a_limit_that_would_end_beyond_the_calendar_is_counted(house):
    last = WorkCalendarDay.objects.latest("date").date
    triaged(house, now=at(f"{last.year}-12-01"))
    days = WorkCalendarDay.objects.filter(date__gte=date(last.year, 12, 2), is_workday=True)
    seen = foresee([free(day.date.isoformat()) for day in days], today=TODAY)
    assert (seen.beyond, dict(seen.moved)) == (1, {})


def test_what_was_granted_and_what_does_not_count_is_counted_in(house):
    row = triaged(house, now=NOW).clocks.get(kind=VILLAGE)
    made = {"clock": row, "ground": "示例", "started_by": house.mediator, "started_at": NOW, "ended_by": house.mediator}
    Pause.objects.create(
        **made, reason="court_appraisal", started_on=TODAY, until_on=TODAY, ended_on=date(2026, 11, 19), ended_at=NOW
    )
    Clock.objects.filter(pk=row.pk).update(due_on=date(2026, 11, 24))  # Thursday 19 does not count
    assert dict(foresee([free("2026-11-19")], today=TODAY).moved) == {}
    assert dict(foresee([free("2026-11-20")], today=TODAY).moved) == {(VILLAGE, 1): 1}


def test_a_limit_in_hours_is_not_moved_by_a_day(house):
    case = triaged(house, now=NOW)
    case.clocks.filter(kind=VILLAGE).update(
        unit_of_time="hours", amount=40, original_due_at=at("2026-11-20", 1), due_on=date(2026, 11, 20)
    )
    assert dict(foresee([free("2026-11-19")], today=TODAY).moved) == {}


def test_limits_that_are_over_or_paused_and_other_regions_are_left_out(house):
    cases = [triaged(house, now=NOW) for _index in range(2)]
    Clock.objects.filter(case=cases[0], kind=VILLAGE).update(state=ClockState.MET, ended_at=NOW)
    Clock.objects.filter(case=cases[1], kind=VILLAGE).update(state=ClockState.PAUSED)
    assert dict(foresee([free("2026-11-20")], today=TODAY).moved) == {}
    triaged(house, now=NOW)
    elsewhere, here = (house.centers[code] for code in ("330602", "330681"))
    assert [sum(foresee([free("2026-11-20", place)], today=TODAY).moved.values()) for place in (elsewhere, here)] == [
        0,
        1,
    ]


@pytest.mark.parametrize(
    ("reader", "sees"), [("sysadmin", 0), ("town_supervisor", 10), ("neighbour_town_supervisor", 0)]
)
def test_cases_are_listed_for_those_who_see_them_and_counted_for_all(house, reader, sees):
    for _index in range(11):
        triaged(house, now=NOW)
    shown = foresight_context([free("2026-11-20")], user=getattr(house, reader), today=TODAY)
    assert (shown["cases"], shown["clocks"], len(shown["listed"])) == (11, 11, sees)


@pytest.mark.parametrize(("day", "words"), [("2026-11-20", "推后 1 天"), ("2026-11-21", "提前 2 天")])
def test_the_preview_says_how_many_limits_move_and_by_how_much(house, client, monkeypatch, day, words):
    monkeypatch.setattr("core.clock.now", lambda: NOW)
    triaged(house, now=NOW)
    client.force_login(house.sysadmin)
    kind = "rest" if day == "2026-11-20" else "work"
    url = reverse("admin:centers_workcalendarday_day", args=[day])
    text = client.post(url, {"kind": kind, "name": "", "ground": "通知（示例）"}).content.decode()
    assert ("将变动的在计时限 1 个，涉及案件 1 件。" in text, words in text) == (True, True)


READERS = [("sysadmin", True, "1"), ("town_supervisor", False, "1"), ("neighbour_town_supervisor", False, "")]


@pytest.mark.parametrize(("reader", "may_import", "waiting"), READERS)
def test_the_alarm_counts_the_provisional_limits_of_ones_scope(house, client, reader, may_import, waiting, monkeypatch):
    monkeypatch.setattr("core.clock.now", lambda: at("2026-12-10", 12))
    mediating(house, now=at("2026-12-10"))
    client.force_login(getattr(house, reader))
    alarm = client.get(reverse("admin:index")).context["alarm"]
    assert (alarm.year, alarm.waiting, alarm.may_import) == (2027, waiting, may_import)


@pytest.mark.parametrize(("reader", "said"), [("sysadmin", True), ("town_supervisor", True), ("secadmin", False)])
def test_the_page_of_the_year_counts_them_too(house, client, reader, said, monkeypatch):
    monkeypatch.setattr("core.clock.now", lambda: at("2026-12-10", 12))
    mediating(house, now=at("2026-12-10"))
    client.force_login(getattr(house, reader))
    text = client.get(reverse("admin:centers_workcalendarday_changelist")).content.decode()
    assert ("2027 年放假安排尚未载入" in text, "目前在计的暂定时限：1 个" in text) == (True, said)


@pytest.mark.parametrize("reader", ["clerk", "mediator", "secadmin", "nobody"])
def test_nobody_else_is_alarmed(house, reader):
    assert alarm_for(getattr(house, reader), today=date(2026, 12, 10)) is None


def test_there_is_no_alarm_before_november_nor_once_the_notice_is_loaded(house):
    assert alarm_for(house.sysadmin, today=date(2026, 10, 31)) is None
    WorkCalendarDay.objects.filter(date__year=2027).update(source=CalendarSource.NOTICE)
    assert alarm_for(house.sysadmin, today=date(2026, 11, 1)) is None


def test_a_count_of_more_than_a_thousand_is_capped(house, monkeypatch):
    monkeypatch.setattr(calendar, "COUNTED_AT_MOST", 1)
    for _index in range(2):
        mediating(house, now=at("2026-12-10"))
    assert alarm_for(house.sysadmin, today=date(2026, 12, 10)).waiting == "1 以上"


@pytest.mark.parametrize(("state", "moved"), [("granted", {(VILLAGE, 1): 1}), ("refused", {})])
def test_an_extension_that_was_granted_is_counted_in_and_a_refused_one_is_not(house, state, moved):
    row = triaged(house, now=NOW).clocks.get(kind=VILLAGE)
    extended(row, asked_by=house.mediator, decided_by=house.town_supervisor, now=NOW)
    if state == "refused":
        without_notice = {"number": "", "center": None, "was_due_on": None, "due_on": None}
        row.extensions.update(state=state, **without_notice)
    Clock.objects.filter(pk=row.pk).update(due_on=date(2026, 11, 24 if moved else 23))
    assert dict(foresee([free("2026-11-24")], today=TODAY).moved) == moved
