"""Which case stands in which list of work, and when: by the second, by the day, by the right."""

from datetime import date, timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.urls import reverse

from cases.models import Case, Clock, ClockRule, ClockStep, Event, Party
from cases.pages.case import case_chip
from cases.reports import DESKS, count_time_left, permissions_on
from cases.reports.recusals import handlers_of
from cases.services.assign import assign_case
from centers.models import Post
from supervision.services.sweep import sweep
from tests.factories import LONG_AGO, agreed, at, change_day, mediating, registered, triaged

NOW = at("2026-11-18")
EXPIRY = at("2026-11-24", 0)
SECOND = timedelta(seconds=1)


def _desk(name, user, now=NOW):
    return list(DESKS[name].rows(user, now=now))


def _days_left(case, today):
    (listed,) = Case.objects.filter(pk=case.pk).select_related("holder")
    count_time_left([listed], today=today)
    return listed.workdays_left


def test_a_case_is_late_from_the_moment_its_limit_is_over(house):
    case = triaged(house, now=NOW)
    assert not Case.objects.late(at=EXPIRY - SECOND).exists()
    assert list(Case.objects.late(at=EXPIRY)) == [case]


def test_a_closed_case_is_neither_open_nor_late(house):
    case = triaged(house, now=NOW)
    Case.objects.filter(pk=case.pk).update(stage="closed", closed_at=NOW)
    assert not Case.objects.open().exists()
    assert not Case.objects.late(at=EXPIRY).exists()


def test_between_two_moments_counts_the_later_and_not_the_earlier(house):
    case = triaged(house, now=NOW)
    assert list(Case.objects.due_between(EXPIRY - SECOND, EXPIRY)) == [case]
    assert not Case.objects.due_between(EXPIRY, EXPIRY + SECOND).exists()


@pytest.mark.parametrize(
    ("today", "left"),
    [("2026-11-18", 3), ("2026-11-20", 1), ("2026-11-21", 1), ("2026-11-22", 1), ("2026-11-23", 0), ("2026-11-25", 0)],
)
def test_the_working_days_left_do_not_count_today_and_do_count_the_last_day(house, today, left):
    assert _days_left(triaged(house, now=NOW), date.fromisoformat(today)) == left


@pytest.mark.parametrize(("region", "left"), [("330681", 2), ("3306", 2), ("330602", 3)])
def test_a_day_off_in_the_region_of_the_place_is_no_working_day_left(house, region, left):
    case = triaged(house, now=NOW)
    change_day("2026-11-20", center=house.centers[region], now=NOW)
    assert _days_left(case, date(2026, 11, 18)) == left


def test_a_day_made_up_in_the_region_is_one(house):
    case = triaged(house, now=NOW)
    change_day("2026-11-21", is_workday=True, center=house.centers["330681"], now=NOW)
    assert _days_left(case, date(2026, 11, 18)) == 4


@pytest.mark.parametrize(
    ("today", "text"), [("2026-11-19", "还剩1个工作日"), ("2026-11-20", "今天到期"), ("2026-11-21", "逾期1天")]
)
def test_a_limit_in_hours_is_due_on_the_day_on_which_it_ends(house, today, text):
    case = triaged(house, now=NOW)
    case.due_at = at("2026-11-20", 15)
    count_time_left([case], today=date.fromisoformat(today))
    assert case_chip(case, today=date.fromisoformat(today)).text.replace(" ", "") == text


def test_the_list_of_cases_shows_the_days_left_in_the_region(house, client, monkeypatch):
    triaged(house, now=NOW)
    change_day("2026-11-20", center=house.centers["330681"], now=NOW)
    monkeypatch.setattr("core.clock.now", lambda: NOW)
    client.force_login(house.town_supervisor)
    for url in (reverse("admin:cases_case_changelist"), f"{reverse('admin:supervision_queue')}?tab=all"):
        assert "还剩2个工作日" in client.get(url).content.decode().replace(" ", "")


def test_a_matter_past_its_check_is_said_to_be_performed_wherever_it_is_listed(house, client):
    case = registered(house, now=NOW)
    Case.objects.filter(pk=case.pk).update(stage="verified", due_at=None)
    client.force_login(house.town_supervisor)
    for url in (reverse("admin:cases_case_changelist"), f"{reverse('admin:supervision_queue')}?tab=all"):
        assert client.get(url).content.decode().count("核查通过，履行中") == 2  # its stage, and the time left


def test_a_registered_case_waits_for_triage_where_it_is_held(house):
    case = registered(house, now=NOW)
    assert _desk("to_triage", house.village_triage) == _desk("to_triage", house.town_triage) == [case]
    sweep(now=at("2026-11-20", 0))
    assert (_desk("to_triage", house.village_triage), _desk("to_triage", house.town_triage)) == ([], [case])


def test_a_case_that_climbed_waits_to_be_signed_for_by_the_upper_center(house):
    case = triaged(house, now=NOW)
    assert _desk("to_sign_for", house.town_triage) == []
    sweep(now=EXPIRY)
    assert (_desk("to_sign_for", house.town_triage), _desk("to_sign_for", house.village_triage)) == ([case], [])
    assign_case(case.pk, handler=house.town_mediator, actor=house.town_triage, now=EXPIRY)
    assert _desk("to_sign_for", house.town_triage) == []
    assert list(Case.objects.climbed()) == [case]


def test_a_reported_result_waits_for_its_check(house):
    case = agreed(house, now=NOW)
    assert _desk("to_verify", house.town_supervisor) == [case]
    assert _desk("to_verify", house.neighbour_town_supervisor) == []


@pytest.mark.parametrize(
    ("now", "desks"),
    [
        ("2026-11-18", {"mine"}),
        ("2026-11-22", {"mine"}),
        ("2026-11-23", {"mine", "mine_today"}),
        ("2026-11-24", {"mine", "mine_late"}),
    ],
)
def test_ones_own_desk_sorts_itself_by_the_day(house, now, desks):
    case = mediating(house, now=NOW)
    mine = {name for name in DESKS if case in _desk(name, house.mediator, at(now, 0))}
    assert mine == desks


def test_a_handler_sees_only_what_lies_on_the_own_desk(house):
    triaged(house, now=NOW)
    assert not Case.objects.visible_to(house.town_mediator).exists()
    assert Case.objects.visible_to(house.mediator).exists()
    Case.objects.update(handler=house.town_mediator)
    assert not Case.objects.visible_to(house.mediator).exists()
    assert Case.objects.visible_to(house.town_mediator).exists()


def test_a_visitor_may_do_nothing_with_a_case(house):
    assert permissions_on(AnonymousUser(), triaged(house, now=NOW)) == frozenset()


def test_being_named_as_handler_gives_nothing_without_the_office(house):
    triaged(house, now=NOW)
    Case.objects.update(handler=house.nobody)
    assert not Case.objects.visible_to(house.nobody).exists()
    assert permissions_on(house.nobody, Case.objects.get()) == frozenset()


@pytest.mark.parametrize("model", [Case, Party, Clock, ClockStep, Event])
def test_what_belongs_to_a_case_is_seen_with_the_case_and_never_without_it(house, model):
    case = triaged(house, now=NOW)
    assert model.objects.visible_to(house.mediator).count() == model.objects.count() > 0
    assert not model.objects.visible_to(house.neighbour_clerk).exists()
    assert not model.objects.visible_to(AnonymousUser()).exists()
    assert case.pk


def test_the_rules_are_public_in_the_office_only(house):
    assert ClockRule.objects.visible_to(house.nobody).exists()
    assert not ClockRule.objects.visible_to(AnonymousUser()).exists()
    house.nobody.is_active = False
    assert not ClockRule.objects.visible_to(house.nobody).exists()


def test_the_handlers_of_a_center_are_those_in_office_there_today(house):
    on, case = date(2026, 11, 18), triaged(house, now=NOW)
    assert handlers_of(case, on=on) == [house.mediator]
    Post.objects.filter(user=house.mediator).update(ends_on=LONG_AGO)
    assert handlers_of(case, on=on) == []


@pytest.mark.parametrize(("on", "is_newest"), [("2026-11-20", True), ("2026-11-24", False)])
def test_a_step_is_the_newest_while_no_later_one_of_its_clock_is_due(house, on, is_newest):
    case = triaged(house, now=NOW)
    newest = ClockStep.objects.filter(clock__case=case).newest_due(at=at(on, 9))
    assert [step.step == "prewarn" for step in newest] == [is_newest]


def test_of_two_steps_at_the_same_moment_the_later_written_is_the_newest(house):
    triaged(house, now=NOW)
    steps = ClockStep.objects.waiting().filter(at=at("2026-11-20", 8, 30))
    assert set(steps.values_list("step", flat=True)) == {"remind", "prewarn"}
    assert [step.step for step in steps.newest_due(at=EXPIRY - SECOND)] == ["prewarn"]
