"""What a step tells, to whom, and when it has lost its meaning."""

import pytest

from cases.enums import ClockKind, EventKind, Grade, Step
from cases.models import Case, ClockStep, Transfer
from cases.services.assign import assign_case
from core.models import OutboxMessage
from supervision.enums import Trigger
from supervision.models import SupervisionNotice
from supervision.services.sweep import sweep
from tests.factories import at, mediating, registered, triaged

WEDNESDAY = at("2026-11-18")
HALF_TIME = at("2026-11-26", 8, 30)  # of the town's seven working days from Monday 23 November


def _told(kind):
    steps = ClockStep.objects.filter(step=kind).values_list("pk", flat=True)
    keys = [f"step:{pk}:" for pk in steps]
    return {
        message.recipient.username
        for message in OutboxMessage.objects.select_related("recipient")
        if any(message.key.startswith(key) for key in keys)
    }


def test_half_time_is_a_hint_to_the_handler_alone(house):
    case = triaged(house, now=WEDNESDAY)
    sweep(now=at("2026-11-24", 0))
    assign_case(case.pk, handler=house.town_mediator, actor=house.town_triage, now=at("2026-11-24", 8))
    sweep(now=HALF_TIME)
    assert case.events.filter(kind=EventKind.NUDGED).count() == 1
    assert _told(Step.NUDGE) == {"town_mediator"}


def test_no_hint_goes_to_a_handler_who_has_begun(house):
    case = mediating(house, now=WEDNESDAY)
    sweep(now=at("2026-12-03", 8, 30))
    hints = case.events.filter(kind=EventKind.NUDGED)
    # what was done below does not speak for the town
    assert [hint.data["clock"] for hint in hints] == [ClockKind.LVL_TOWN]
    assert ClockStep.objects.filter(clock__case=case, step=Step.NUDGE).exclude(fired_at=None).exists()


def test_a_matter_without_a_handler_is_told_to_the_offices_only(house):
    case = triaged(house, now=WEDNESDAY, grade=Grade.CRITICAL)
    sweep(now=at("2026-11-24", 8, 30))
    assert case.events.filter(kind=EventKind.PREWARNED).exists()
    assert _told(Step.PREWARN) == {"town_supervisor", "county_supervisor"}


def test_at_the_top_a_limit_lapses_and_is_told_to_all_concerned(house):
    case = mediating(house, now=WEDNESDAY)
    sweep(now=at("2026-12-19", 0))
    passed = case.events.get(kind=EventKind.LIMIT_PASSED)
    assert (passed.data["clock"], passed.at) == ("MED_GENERAL", at("2026-12-19", 0))
    assert {"mediator", "unit_leader", "town_supervisor"} <= _told(Step.LAPSE)


def test_the_escalation_is_told_to_those_who_get_the_matter_and_those_who_had_it(house):
    triaged(house, now=WEDNESDAY)
    sweep(now=at("2026-11-24", 0))
    assert _told(Step.CLIMB) == {"mediator", "unit_leader", "town_triage", "town_supervisor"}


@pytest.mark.parametrize(("build", "trigger"), [(registered, Trigger.S01), (triaged, Trigger.S02)])
def test_the_notice_says_why_it_was_issued(house, build, trigger):
    build(house, now=WEDNESDAY)
    sweep(now=at("2026-11-24", 8, 30))
    notice = SupervisionNotice.objects.get()
    assert (notice.trigger, notice.center, notice.level) == (trigger, house.village, "yellow")


def test_the_notice_lists_the_warnings_that_went_out_before(house):
    triaged(house, now=WEDNESDAY)
    for moment in (at("2026-11-20", 9), at("2026-11-24", 8, 30)):
        sweep(now=moment)
    assert SupervisionNotice.objects.get().facts == {
        "received_on": "2026-11-18",
        "limit": "LVL_VILLAGE",
        "due_on": "2026-11-23",
        "late_days": 1,
        "earlier": ["remind 2026-11-20", "prewarn 2026-11-20"],
    }


def test_the_steps_of_a_closed_matter_are_cancelled_and_tell_nobody(house):
    case = triaged(house, now=WEDNESDAY)
    Case.objects.filter(pk=case.pk).update(stage="closed", closed_at=WEDNESDAY)
    assert sweep(now=at("2026-11-24", 8, 30)) == 4
    assert not OutboxMessage.objects.exists()
    assert not SupervisionNotice.objects.exists()
    assert ClockStep.objects.filter(clock__case=case, cancelled_at=at("2026-11-24", 8, 30)).count() == 4


@pytest.mark.parametrize("state", ["met", "cancelled"])
def test_a_step_of_a_clock_that_ended_in_time_has_lost_its_meaning(house, state):
    case = triaged(house, now=WEDNESDAY)
    case.clocks.filter(kind="LVL_VILLAGE").update(state=state, ended_at=WEDNESDAY)
    sweep(now=at("2026-11-24", 8, 30))
    assert not Transfer.objects.filter(reason="escalation").exists()


def test_a_lapsed_clock_owes_the_explanation_and_nothing_else(house):
    case = triaged(house, now=WEDNESDAY)
    over = {"state": "lapsed", "late_days": 1, "ended_at": at("2026-11-24", 1)}
    case.clocks.filter(kind="LVL_VILLAGE").update(**over)
    sweep(now=at("2026-11-24", 8, 30))
    assert case.notices.count() == 1
    assert not Transfer.objects.filter(reason="escalation").exists()


def test_a_matter_that_stays_stuck_is_reported_once_and_tries_again_every_working_day(house):
    case = triaged(house, now=WEDNESDAY)
    for center in (house.town, house.centers["330681"], house.centers["3306"]):
        center.posts.update(ends_on="2020-06-01")
    for moment in (at("2026-11-24", 0), at("2026-11-25", 9), at("2026-11-27", 9)):
        sweep(now=moment)
    assert case.events.filter(kind=EventKind.NOT_ESCALATED).count() == 1
    climb = ClockStep.objects.waiting().get(clock__case=case, step=Step.CLIMB)
    assert climb.at == at("2026-11-30", 8, 30)  # Monday, after Friday the 27th


def test_a_matter_that_reaches_the_city_has_no_limit_there(house):
    case = triaged(house, now=WEDNESDAY)
    for code in ("330681109", "330681"):
        house.centers[code].posts.update(ends_on="2020-06-01")
    city = house.centers["3306"]
    house.sysadmin.posts.update(role="center_director")
    sweep(now=at("2026-11-24", 0))
    case.refresh_from_db()
    assert (case.holder, case.clocks.filter(kind__startswith="LVL").count()) == (city, 1)
