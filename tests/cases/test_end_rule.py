"""A place's own rule gets an end, one that has not begun is withdrawn, and what holds everywhere is only replaced."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from cases.models import ClockRule
from cases.services.end_rule import end_rule, withdraw_rule
from cases.services.set_rule import set_rule
from centers.enums import Role
from core.errors import DomainError, NotPermitted
from tests.cases.test_set_rule import A_DAY, KIND, NOW, TODAY, amount_for, new_rule
from tests.factories import make_person, triaged

LATER = NOW + timedelta(days=10)


@pytest.fixture
def house(house):
    for name, code in (("city", "3306"), ("town", "330681109"), ("other", "330681110")):
        house.people[f"{name}_director"] = make_person(f"{name}_director", Role.CENTER_DIRECTOR, house.centers[code])
    return house


@pytest.fixture
def rule(house):
    return set_rule(new_rule(house.town), actor=house.town_director, now=NOW)


def ended(rule, house, last_day, now=LATER):
    return end_rule(rule.pk, last_day=last_day, ground="示例", actor=house.town_director, now=now)


def test_after_its_last_day_the_rule_above_holds_again(house, rule):
    last_day = TODAY + 10 * A_DAY
    ended(rule, house, last_day)
    rule.refresh_from_db()
    assert [amount_for(house, day) for day in (last_day, last_day + A_DAY)] == [2, 3]
    assert (rule.ended_by, rule.ended_at, rule.end_ground) == (house.town_director, LATER, "示例")


def test_a_limit_that_runs_keeps_the_length_of_the_rule_that_ended(house, rule):
    running = triaged(house, now=NOW).clocks.get(kind=KIND)
    ended(rule, house, TODAY, now=NOW)
    before = (running.amount, running.due_on)
    running.refresh_from_db()
    assert (running.amount, running.due_on) == before == (2, date(2026, 11, 20))


@pytest.mark.parametrize(("days", "is_refused"), [(9, True), (10, False), (11, False)])
def test_a_rule_does_not_end_in_the_past(house, rule, days, is_refused):
    if is_refused:
        with pytest.raises(DomainError):
            ended(rule, house, TODAY + days * A_DAY)
    else:
        assert ended(rule, house, TODAY + days * A_DAY).valid_until == TODAY + days * A_DAY


@pytest.mark.parametrize(("days", "is_refused"), [(19, False), (20, True), (21, True)])
def test_an_end_is_brought_forward_and_never_put_off(house, rule, days, is_refused):
    ended(rule, house, TODAY + 20 * A_DAY)
    if is_refused:
        with pytest.raises(DomainError, match="2026-12-08"):
            ended(rule, house, TODAY + days * A_DAY)
    else:
        assert ended(rule, house, TODAY + days * A_DAY).valid_until == TODAY + days * A_DAY


def test_what_holds_everywhere_is_not_ended(house):
    default = ClockRule.objects.get(kind=KIND, grade="general")
    with pytest.raises(DomainError, match="更替"):
        end_rule(default.pk, last_day=TODAY, ground="示例", actor=house.city_director, now=NOW)
    assert amount_for(house, TODAY + A_DAY) == 3


def test_a_rule_that_has_not_begun_is_withdrawn_not_ended(house):
    coming = set_rule(new_rule(house.town, valid_from=TODAY + A_DAY), actor=house.town_director, now=NOW)
    with pytest.raises(DomainError, match="撤回"):
        ended(coming, house, TODAY + 5 * A_DAY, now=NOW)


def test_a_rule_that_is_withdrawn_never_holds_and_the_one_before_goes_on(house, rule):
    coming = set_rule(new_rule(house.town, 1, valid_from=TODAY + 5 * A_DAY), actor=house.town_director, now=NOW)
    withdraw_rule(coming.pk, ground="示例", actor=house.town_director, now=NOW)
    rule.refresh_from_db()
    assert [amount_for(house, TODAY + days * A_DAY) for days in (4, 5, 99)] == [2, 2, 2]
    assert (rule.valid_until, rule.ended_by, rule.ended_at) == (None, None, None)


def test_a_withdrawn_rule_leaves_its_day_free_for_another(house):
    coming = set_rule(new_rule(house.town, 1, valid_from=TODAY + A_DAY), actor=house.town_director, now=NOW)
    withdraw_rule(coming.pk, ground="示例", actor=house.town_director, now=NOW)
    set_rule(new_rule(house.town, 2, valid_from=TODAY + A_DAY), actor=house.town_director, now=NOW)
    assert [amount_for(house, TODAY + days * A_DAY) for days in (0, 1)] == [3, 2]


def test_the_one_before_goes_on_up_to_the_one_after(house, rule):
    coming, after = (
        set_rule(new_rule(house.town, 1, valid_from=TODAY + days * A_DAY), actor=house.town_director, now=NOW)
        for days in (5, 9)
    )
    withdraw_rule(coming.pk, ground="示例", actor=house.town_director, now=NOW)
    rule.refresh_from_db()
    assert rule.valid_until == after.valid_from - A_DAY


def test_an_end_with_a_ground_of_its_own_stays_when_the_next_rule_is_withdrawn(house, rule):
    ended(rule, house, TODAY + 4 * A_DAY, now=NOW)
    coming = set_rule(new_rule(house.town, 1, valid_from=TODAY + 5 * A_DAY), actor=house.town_director, now=NOW)
    withdraw_rule(coming.pk, ground="示例", actor=house.town_director, now=NOW)
    assert [amount_for(house, TODAY + days * A_DAY) for days in (4, 5)] == [2, 3]


def _until(rule):
    rule.refresh_from_db()
    return (rule.valid_until - TODAY).days


def _set(house, days):
    return set_rule(new_rule(house.town, 1, valid_from=TODAY + days * A_DAY), actor=house.town_director, now=NOW)


def _withdraw(house, coming):
    withdraw_rule(coming.pk, ground="示例", actor=house.town_director, now=NOW)


def test_a_planned_end_holds_again_when_the_rule_that_came_before_it_is_withdrawn(house, rule):
    ended(rule, house, TODAY + 9 * A_DAY, now=NOW)
    coming = _set(house, 5)
    assert _until(rule) == 4
    _withdraw(house, coming)
    assert (_until(rule), rule.ended_by, rule.end_ground != "") == (9, house.town_director, True)
    assert [amount_for(house, TODAY + days * A_DAY) for days in (5, 9, 10)] == [2, 2, 3]


def test_a_planned_end_waits_behind_the_rule_that_still_comes_before_it(house, rule):
    ended(rule, house, TODAY + 9 * A_DAY, now=NOW)
    later, sooner = _set(house, 7), _set(house, 5)
    _withdraw(house, sooner)
    assert _until(rule) == 6
    _withdraw(house, later)
    assert _until(rule) == 9


def test_a_rule_that_comes_after_the_planned_end_leaves_it_alone(house, rule):
    ended(rule, house, TODAY + 4 * A_DAY, now=NOW)
    coming = _set(house, 7)
    assert _until(rule) == 4
    _withdraw(house, coming)
    assert _until(rule) == 4


def test_the_database_refuses_a_rule_that_outlives_its_planned_end(rule):
    with pytest.raises(IntegrityError, match="clockrule_ends_as_planned_or_before"), transaction.atomic():
        ClockRule.objects.filter(pk=rule.pk).update(planned_until=TODAY, valid_until=TODAY + A_DAY)


def test_what_was_to_replace_the_rule_of_everywhere_is_withdrawn_too(house):
    new = new_rule(None, 4, grade="general", valid_from=TODAY + A_DAY)
    coming = set_rule(new, actor=house.city_director, now=NOW)
    withdraw_rule(coming.pk, ground="示例", actor=house.city_director, now=NOW)
    assert amount_for(house, TODAY + A_DAY) == 3


def test_a_rule_is_withdrawn_only_once_and_only_before_its_first_day(house, rule):
    with pytest.raises(DomainError, match="已经施行"):
        withdraw_rule(rule.pk, ground="示例", actor=house.town_director, now=NOW)
    coming = set_rule(new_rule(house.town, 1, valid_from=TODAY + A_DAY), actor=house.town_director, now=NOW)
    withdraw_rule(coming.pk, ground="示例", actor=house.town_director, now=NOW)
    with pytest.raises(DomainError, match="此前已撤回"):
        withdraw_rule(coming.pk, ground="示例", actor=house.town_director, now=NOW)


@pytest.mark.parametrize("name", ["other_director", "town_supervisor", "sysadmin", "nobody"])
def test_only_who_directs_the_place_ends_its_rule(house, rule, name):
    actor = house.people[name]
    with pytest.raises(NotPermitted):
        end_rule(rule.pk, last_day=TODAY, ground="示例", actor=actor, now=NOW)
    with pytest.raises(NotPermitted):
        withdraw_rule(rule.pk, ground="示例", actor=actor, now=NOW)
    rule.refresh_from_db()
    assert rule.valid_until is None


def test_an_unknown_rule_does_not_exist(house):
    with pytest.raises(ClockRule.DoesNotExist):
        end_rule(999_999, last_day=TODAY, ground="示例", actor=house.city_director, now=NOW)
