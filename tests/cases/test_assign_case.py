from datetime import timedelta

import pytest

from cases.enums import ClockKind, ClockState, EventKind, Step
from cases.models import Case, ClockStep
from cases.services.assign import assign_case
from centers.enums import Role
from centers.models import Post
from core import clock
from core.errors import DomainError, IllegalTransition
from supervision.services.sweep import sweep
from tests.factories import LONG_AGO, agreed, at, make_person, registered, triaged

NOW = at("2026-11-18")
EXPIRY = at("2026-11-24", 0)
MORNING = at("2026-11-25", 10)


def _climbed(house):
    case = triaged(house, now=NOW)
    sweep(now=EXPIRY)
    return case


def _assign(case, house, actor="town_triage", handler="town_mediator", now=MORNING):
    return assign_case(case.pk, handler=getattr(house, handler), actor=getattr(house, actor), now=now)


def test_the_town_signs_and_its_mediator_has_the_matter(house):
    case = _assign(_climbed(house), house)
    assert (case.handler, case.unit, case.holder) == (house.town_mediator, None, house.town)
    signed = case.transfers.get(reason="escalation")
    assert (signed.signed_by, signed.signed_at) == (house.town_triage, MORNING)
    kinds = list(case.events.order_by("-pk").values_list("kind", flat=True)[:2])
    assert kinds == [EventKind.ASSIGNED, EventKind.SIGNED_FOR]


def test_signing_ends_the_limit_below_and_leaves_ones_own_running(house):
    case = _assign(_climbed(house), house)
    states = dict(case.clocks.filter(kind__startswith="LVL_").values_list("kind", "state"))
    assert states == {ClockKind.LVL_VILLAGE: ClockState.LAPSED, ClockKind.LVL_TOWN: ClockState.RUNNING}


def test_another_mediator_of_the_same_village_takes_over_without_a_new_signature(house):
    case = triaged(house, now=NOW)
    colleague = make_person("colleague", Role.MEDIATOR, house.village, unit=house.unit)
    assign_case(case.pk, handler=colleague, actor=house.village_triage, now=NOW + timedelta(hours=1))
    case.refresh_from_db()
    assert (case.handler, case.unit) == (colleague, house.unit)
    assert case.clocks.get(kind=ClockKind.LVL_VILLAGE).state == ClockState.RUNNING
    assert case.events.filter(kind=EventKind.SIGNED_FOR).count() == 1


def test_the_unit_of_the_handler_answers_for_the_running_limit(house):
    case = triaged(house, now=NOW)
    assert case.clocks.get(kind=ClockKind.LVL_VILLAGE).unit == house.unit
    Post.objects.filter(user=house.mediator).update(unit=None)
    _assign(case, house, "village_triage", "mediator", now=NOW)
    assert case.clocks.get(kind=ClockKind.LVL_VILLAGE).unit is None


@pytest.mark.parametrize("stage", [registered, agreed])
def test_only_a_triaged_matter_that_is_not_finished_is_assigned(house, stage):
    case = stage(house, now=NOW)
    with pytest.raises(IllegalTransition):
        _assign(case, house, "village_triage", "mediator")


@pytest.mark.parametrize("handler", ["mediator", "clerk", "nobody", "town_triage"])
def test_the_handler_is_in_office_at_the_center_that_holds_the_matter(house, handler):
    case = _climbed(house)
    with pytest.raises(DomainError, match=handler):
        _assign(case, house, handler=handler)
    assert Case.objects.get(pk=case.pk).handler == house.mediator


@pytest.mark.parametrize("days", [0, 1])
def test_the_last_day_of_a_handlers_post_is_the_last_day_to_be_given_a_matter(house, days):
    case = _climbed(house)
    Post.objects.filter(user=house.town_mediator).update(ends_on=clock.local_day(MORNING))
    if days:
        with pytest.raises(DomainError):
            _assign(case, house, now=MORNING + timedelta(days=days))
    else:
        assert _assign(case, house).handler == house.town_mediator


@pytest.mark.parametrize("actor", ["neighbour_town_supervisor", "other_county_supervisor", "nobody"])
def test_an_outsider_finds_no_such_case(house, actor):
    with pytest.raises(Case.DoesNotExist):
        _assign(_climbed(house), house, actor)


@pytest.mark.parametrize("actor", ["clerk", "mediator", "unit_leader"])
def test_without_the_right_to_assign_there_is_no_such_case(house, actor):
    case = _climbed(house)
    with pytest.raises(Case.DoesNotExist):
        _assign(case, house, actor)
    assert case.transfers.waiting().exists()


def test_the_late_center_does_not_sign_for_the_one_above(house):
    case = _climbed(house)
    with pytest.raises(Case.DoesNotExist):
        _assign(case, house, "village_triage")
    assert case.clocks.get(kind=ClockKind.LVL_VILLAGE).state == ClockState.RUNNING


def test_a_center_above_the_holder_may_sign_for_it(house):
    assert _assign(_climbed(house), house, "county_supervisor").handler == house.town_mediator


def test_who_was_late_still_owes_the_explanation_after_another_has_signed(house):
    case = _assign(_climbed(house), house, now=at("2026-11-24", 8))
    waiting = ClockStep.objects.waiting().filter(clock__kind=ClockKind.LVL_VILLAGE)
    assert [step.step for step in waiting] == [Step.YELLOW]
    assert case.clocks.get(kind=ClockKind.LVL_VILLAGE).late_days == 1


def test_who_signed_in_time_owes_nothing(house):
    case = triaged(house, now=NOW)
    Post.objects.filter(center=house.village).exclude(user=house.mediator).update(ends_on=LONG_AGO)
    assert not ClockStep.objects.waiting().filter(clock__case=case, clock__kind=ClockKind.SIGN_FOR).exists()
