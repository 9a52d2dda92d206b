"""The calendar changes and the running limits move: those it touches, once, with their reasons told.

A village limit triaged on Wednesday 18 November 2026 counts Thursday 19, Friday 20 and Monday 23.
"""

from datetime import date

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from cases.enums import ClockKind, ClockState, EventKind, Step
from cases.models import Case, Clock, ClockStep
from cases.pages.calendar import foresee
from cases.services import recompute
from cases.services.assign import assign_case
from cases.services.clocks import start_clock
from cases.services.recompute import apply_calendar_changes
from cases.tasks import apply_calendar_changes as task
from centers.enums import CalendarSource
from centers.models import CalendarChange, WorkCalendarDay
from centers.reports.calendar import plan_day
from centers.rules.calendar import DayValue
from centers.services.load_calendar import load_calendar
from core import clock
from core.models import Heartbeat, OutboxMessage
from supervision.services.sweep import sweep
from tests.factories import agreed, at, change_day, mediating, noticed, race, registered, triaged

NOW = at("2026-11-18")
LATER = at("2026-11-18", 10)
VILLAGE, TOWN = ClockKind.LVL_VILLAGE, ClockKind.LVL_TOWN


def _clock(case, kind=VILLAGE):
    return case.clocks.get(kind=kind)


def _due(case, kind=VILLAGE):
    return _clock(case, kind).due_on.isoformat()


def _waiting(case, kind=VILLAGE):
    steps = ClockStep.objects.waiting().filter(clock__case=case, clock__kind=kind)
    return {step.step: step.at.astimezone(clock.SHANGHAI).strftime("%m-%d %H:%M") for step in steps}


def _moves(case):
    return [event.data for event in case.events.filter(kind=EventKind.CLOCK_MOVED).order_by("pk")]


def _apply(now=LATER):
    return sum(apply_calendar_changes(now=now))


def test_a_limit_that_a_changed_day_touches_moves_with_its_steps_and_its_case(house):
    case = triaged(house, now=NOW)
    change_day("2026-11-20", now=LATER)
    assert _apply() == 1
    assert (_due(case), Case.objects.get(pk=case.pk).due_at) == ("2026-11-24", at("2026-11-25", 0))
    assert (_waiting(case)[Step.PREWARN], _waiting(case)[Step.CLIMB]) == ("11-23 08:30", "11-25 00:00")
    assert CalendarChange.objects.get().applied_at == LATER


def test_a_move_stands_in_the_timeline_and_the_handler_is_told(house):
    case = triaged(house, now=NOW)
    change_day("2026-11-20", now=LATER, ground="停水通知（示例）")
    _apply()
    dates = {"clock": VILLAGE, "due_on": "2026-11-24", "was_on": "2026-11-23"}
    assert _moves(case) == [{**dates, "ground": "停水通知（示例）"}]
    message = OutboxMessage.objects.get(key__startswith="calendar:")
    assert (message.recipient, "2026-11-24" in message.subject) == (house.mediator, True)
    assert ("停水通知（示例）" in message.body, message.link.endswith(f"/{case.pk}/change/")) == (True, True)


def test_a_matter_that_nobody_handles_yet_moves_without_a_message(house):
    case = registered(house, now=NOW)
    change_day("2026-11-19", now=LATER)
    assert (_apply(), _due(case, ClockKind.SIGN_FOR)) == (1, "2026-11-20")
    assert not OutboxMessage.objects.filter(key__startswith="calendar:").exists()


@pytest.mark.parametrize(
    ("day", "due"),
    [
        ("2026-11-17", "2026-11-23"),
        ("2026-11-18", "2026-11-23"),  # day 0 does not count
        ("2026-11-19", "2026-11-24"),
        ("2026-11-23", "2026-11-24"),
        ("2026-11-24", "2026-11-23"),
        ("2026-12-31", "2026-11-23"),
    ],
)
def test_only_days_between_the_first_and_the_last_move_a_limit(house, day, due):
    case = triaged(house, now=NOW)
    change_day(day, now=LATER)
    assert _apply() == (due != "2026-11-23")
    assert (_due(case), len(_moves(case))) == (due, due != "2026-11-23")
    assert not CalendarChange.objects.filter(applied_at=None).exists()


def test_a_weekend_that_becomes_a_working_day_brings_the_last_day_nearer(house):
    case = triaged(house, now=NOW)
    change_day("2026-11-21", is_workday=True, now=LATER)
    _apply()
    assert (_due(case), _moves(case)[0]["was_on"]) == ("2026-11-21", "2026-11-23")


@pytest.mark.parametrize(("day", "yellow"), [("2026-11-24", "11-25 08:30"), ("2026-11-25", "11-24 08:30")])
def test_a_day_after_the_last_moves_the_steps_it_touches_and_nothing_that_was_told(house, day, yellow):
    case = triaged(house, now=NOW)
    change_day(day, now=LATER)
    assert (_apply(), _due(case), _moves(case)) == (0, "2026-11-23", [])
    assert (_waiting(case)[Step.YELLOW], _waiting(case)[Step.RED]) == (yellow, "12-01 08:30")


def test_several_changes_move_a_limit_once_and_each_ground_is_named_once(house):
    case = triaged(house, now=NOW)
    for day, ground in (("2026-11-20", "甲"), ("2026-11-23", "乙"), ("2026-11-24", "甲"), ("2027-03-01", "丙")):
        change_day(day, now=LATER, ground=ground)
    assert _apply() == 1
    assert [(move["due_on"], move["ground"]) for move in _moves(case)] == [("2026-11-26", "甲；乙")]


def test_a_limit_that_is_over_never_moves_and_its_days_late_stay(house):
    case = triaged(house, now=NOW)
    sweep(now=at("2026-11-24", 9))
    assign_case(case.pk, handler=house.town_mediator, actor=house.town_triage, now=at("2026-11-25"))
    frozen = Clock.objects.filter(case=case, kind=VILLAGE).values().get()
    change_day("2026-11-20", now=at("2026-11-25", 10))
    _apply(at("2026-11-25", 11))
    assert Clock.objects.filter(case=case, kind=VILLAGE).values().get() == frozen
    assert (frozen["state"], frozen["late_days"]) == (ClockState.LAPSED, 2)


def test_a_limit_that_was_late_by_the_old_calendar_alone_is_judged_by_the_new_one_and_what_fired_stays(house):
    case = triaged(house, now=NOW)
    sweep(now=at("2026-11-24", 0, 1))
    change_day("2026-11-23", now=at("2026-11-24", 8))
    _apply(at("2026-11-24", 8))
    assert (_due(case), Case.objects.get(pk=case.pk).holder) == ("2026-11-24", house.town)
    assert _waiting(case)[Step.YELLOW] == "11-25 08:30"
    assign_case(case.pk, handler=house.town_mediator, actor=house.town_triage, now=at("2026-11-24", 9))
    assert (_clock(case).state, _clock(case).late_days) == (ClockState.MET, None)
    assert _clock(case, TOWN).started_on == date(2026, 11, 23)


def test_a_limit_is_late_at_once_when_its_new_last_day_has_passed(house):
    case = triaged(house, now=NOW)
    change_day("2026-11-21", is_workday=True, now=at("2026-11-23", 9))
    _apply(at("2026-11-23", 9))
    sweep(now=at("2026-11-23", 9, 1))
    assert (_due(case), Case.objects.get(pk=case.pk).holder) == ("2026-11-21", house.town)


def test_a_paused_limit_waits_for_the_day_it_goes_on(house):
    case = triaged(house, now=NOW)
    case.clocks.filter(kind=VILLAGE).update(state=ClockState.PAUSED)
    change_day("2026-11-20", now=LATER)
    assert (_apply(), _due(case)) == (0, "2026-11-23")
    assert CalendarChange.objects.get().applied_at == LATER


def test_steps_that_a_waiting_result_holds_stay_held(house):
    case = agreed(house, now=NOW)
    change_day("2026-11-20", now=at("2026-11-18", 12))
    _apply(at("2026-11-18", 12))
    assert (_due(case), _waiting(case)) == ("2026-11-24", {})


@pytest.mark.parametrize(
    ("region", "is_moved"), [("3306", True), ("330681109", True), ("330681109201", True), ("330681110", False)]
)
def test_a_regions_day_moves_the_limits_of_the_matters_below_it_and_no_others(house, region, is_moved):
    case = triaged(house, now=NOW)
    change_day("2026-11-20", center=house.centers[region], now=LATER)
    assert (_apply(), _due(case)) == (is_moved, "2026-11-24" if is_moved else "2026-11-23")


def test_a_villages_day_does_not_move_the_towns_limit(house):
    case = triaged(house, now=NOW)
    sweep(now=at("2026-11-24", 0, 1))
    before = _due(case, TOWN)
    change_day("2026-11-25", center=house.village, now=at("2026-11-24", 1))
    _apply(at("2026-11-24", 1))
    assert _due(case, TOWN) == before


def test_a_provisional_limit_whose_day_stays_becomes_final_without_a_word(house):
    case = registered(house, now=at("2026-11-25"))
    start_clock(case, ClockKind.PET_HANDLE, now=at("2026-11-25"))
    for day in WorkCalendarDay.objects.filter(date__year=2027):
        change_day(day.date.isoformat(), is_workday=day.is_workday, source=CalendarSource.NOTICE, now=at("2026-11-26"))
    assert (_apply(at("2026-11-26")), _clock(case, ClockKind.PET_HANDLE).is_provisional) == (0, False)
    assert _moves(case) == []


def test_the_limit_to_answer_moves_on_the_notice_too(house):
    notice = noticed(house, now=NOW)  # issued on Tuesday 24, to be answered by Friday 27
    change_day("2026-11-26", now=at("2026-11-24", 9))
    _apply(at("2026-11-24", 9))
    notice.refresh_from_db()
    assert notice.reply_due_on == notice.case.clocks.get(kind=ClockKind.NOTICE_REPLY).due_on == date(2026, 11, 30)


def test_applying_twice_does_nothing_twice(house):
    case = triaged(house, now=NOW)
    change_day("2026-11-20", now=LATER)
    assert (_apply(), _apply()) == (1, 0)
    CalendarChange.objects.update(applied_at=None)
    assert (_apply(), len(_moves(case))) == (0, 1)


def test_with_nothing_to_apply_one_look_says_so(house, django_assert_num_queries):
    with django_assert_num_queries(1):
        _apply()


def test_a_limit_that_would_end_beyond_the_calendar_waits_until_the_next_year_is_loaded(house):
    last_year = WorkCalendarDay.objects.latest("date").date.year
    case = triaged(house, now=at(f"{last_year}-12-01"))
    for day in WorkCalendarDay.objects.filter(date__gte=f"{last_year}-12-02"):
        change_day(day.date.isoformat(), now=at(f"{last_year}-12-01"))
    now = at(f"{last_year}-12-01", 10)
    assert (_apply(now), CalendarChange.objects.exclude(applied_at=None).exists()) == (0, False)
    load_calendar([last_year + 1], now=now)
    assert (_apply(now), _clock(case).due_on.year) == (1, last_year + 1)


def test_batches_of_one_move_what_one_great_batch_does(house, monkeypatch):
    cases = [triaged(house, now=NOW) for _index in range(3)]
    change_day("2026-11-20", now=LATER)
    monkeypatch.setattr(recompute, "BATCH", 1)
    assert list(apply_calendar_changes(now=LATER)) == [1, 1, 1]
    assert {(_due(case), len(_moves(case))) for case in cases} == {("2026-11-24", 1)}


def test_a_run_that_is_killed_between_two_batches_is_taken_up_where_it_was(house, monkeypatch):
    cases = [triaged(house, now=NOW) for _index in range(3)]
    change_day("2026-11-20", now=LATER)
    monkeypatch.setattr(recompute, "BATCH", 1)
    run = apply_calendar_changes(now=LATER)
    next(run)
    run.close()
    assert [_due(case) for case in cases] == ["2026-11-24", "2026-11-23", "2026-11-23"]
    assert (_apply(), {(_due(case), len(_moves(case))) for case in cases}) == (2, {("2026-11-24", 1)})


def test_a_batch_takes_the_same_statements_for_one_limit_and_for_three(house):
    counts = []
    for number, day in ((1, "2026-11-19"), (3, "2026-11-20")):
        for _index in range(number):
            triaged(house, now=NOW)
        change_day(day, now=LATER)
        with CaptureQueriesContext(connection) as queries:
            _apply()
        counts.append(len(queries))
    assert counts[0] == counts[1]


@pytest.mark.django_db(transaction=True)
def test_a_limit_that_somebody_holds_is_left_for_the_next_run(house):
    held, free = triaged(house, now=NOW), triaged(house, now=NOW)
    change_day("2026-11-20", now=LATER)

    def apply():
        return _apply(), CalendarChange.objects.get().applied_at

    with transaction.atomic():
        Case.objects.select_for_update().get(pk=held.pk)
        assert race(apply) == [(1, None)]
    assert (_due(held), _due(free)) == ("2026-11-23", "2026-11-24")
    assert (_apply(), _due(held), CalendarChange.objects.get().applied_at) == (1, "2026-11-24", LATER)


@pytest.mark.django_db(transaction=True)
def test_two_runs_and_a_sweep_side_by_side_lose_nothing_and_repeat_nothing(house):
    cases = [triaged(house, now=NOW) for _index in range(4)]
    change_day("2026-11-23", now=LATER)
    morning = at("2026-11-20", 9)  # the reminders are due
    race(lambda: _apply(morning), lambda: _apply(morning), lambda: sweep(now=morning))
    _apply(morning)
    sweep(now=morning)
    assert {(_due(case), len(_moves(case))) for case in cases} == {("2026-11-24", 1)}
    fired = ClockStep.objects.filter(clock__case__in=cases, clock__kind=VILLAGE).exclude(fired_at=None)
    assert not CalendarChange.objects.filter(applied_at=None).exists()
    assert fired.count() == len(set(fired.values_list("clock", "step")))


def test_the_job_moves_what_is_to_be_moved_and_says_that_it_ran(house, monkeypatch):
    triaged(house, now=NOW)
    change_day("2026-11-20", now=LATER)
    monkeypatch.setattr("core.clock.now", lambda: LATER)
    assert task() == 1
    assert Heartbeat.objects.get(job="cases.apply_calendar_changes").handled == 1


FORESEEN = [("2026-11-20", False), ("2026-11-23", False), ("2026-11-21", True), ("2026-12-10", False)]


@pytest.mark.parametrize("region", [None, "330681109", "330602"])
@pytest.mark.parametrize(("day", "is_workday"), FORESEEN)
def test_what_is_foreseen_is_what_happens(house, day, is_workday, region):
    for build in (registered, triaged, mediating, agreed):
        build(house, now=NOW)
    center = house.centers[region] if region else None
    becomes = DayValue(is_workday, "示例假日", CalendarSource.STAFF)
    foreseen = foresee([plan_day(date.fromisoformat(day), center=center, becomes=becomes)], today=NOW.date())
    before = dict(Clock.objects.values_list("pk", "due_on"))
    change_day(day, is_workday=is_workday, center=center, now=LATER)
    assert _apply() == sum(foreseen.moved.values())
    after = Clock.objects.select_related("case")
    moved = [(row.kind, (row.due_on - before[row.pk]).days) for row in after if row.due_on != before[row.pk]]
    assert sorted(foreseen.moved.elements()) == sorted(moved)
