import pytest
from django.urls import reverse

from cases.enums import Category, ClockKind, ClockState, EventKind, Grade, Stage
from cases.models import Case
from centers.enums import Role
from core.errors import DomainError, IllegalTransition
from disputes.enums import SafetyKind, State
from disputes.services.register import register_dispute
from disputes.services.safety import flag_safety
from disputes.services.triage import triage_dispute
from supervision.services.sweep import sweep
from tests.factories import at, make_person, new_case, race, registered, triaged

NOW = at("2026-11-18")
TRIAGE, MEDIATOR = Role.TRIAGE_OFFICER, Role.MEDIATOR


def _triage(case, house, actor="village_triage", handler="mediator", grade=Grade.GENERAL, now=NOW):
    person = handler and getattr(house, handler)
    people = {"handler": person, "actor": getattr(house, actor)}
    return triage_dispute(case.pk, grade=grade, category=Category.CONTRACT, **people, now=now)


def test_triage_grades_the_matter_and_puts_it_on_a_desk(house):
    case = _triage(registered(house, now=NOW), house)
    assert (case.grade, case.category, case.stage) == (Grade.GENERAL, Category.CONTRACT, Stage.TRIAGED)
    assert (case.handler, case.unit, case.dispute.state) == (house.mediator, house.unit, State.TRIAGED)
    assert case.transfers.get().signed_by == house.village_triage
    kinds = list(case.events.order_by("pk").values_list("kind", flat=True))
    assert kinds == ["registered", "signed_for", "triaged", "assigned", "clock_started"]


def test_the_triage_limit_ends_and_the_levels_limit_starts(house):
    case = _triage(registered(house, now=NOW), house)
    assert list(case.clocks.order_by("pk").values_list("kind", "state")) == [
        (ClockKind.SIGN_FOR, ClockState.MET),
        (ClockKind.LVL_VILLAGE, ClockState.RUNNING),
    ]
    assert Case.objects.get(pk=case.pk).due_at == case.clocks.get(kind=ClockKind.LVL_VILLAGE).due_at


@pytest.mark.parametrize(("grade", "due"), [(Grade.GENERAL, "2026-11-23"), (Grade.MAJOR, "2026-11-20")])
def test_the_grade_decides_how_long_the_village_has(house, grade, due):
    case = _triage(registered(house, now=NOW), house, grade=grade)
    assert case.clocks.get(kind=ClockKind.LVL_VILLAGE).due_on.isoformat() == due


def test_a_critical_matter_goes_to_the_town_and_waits_there_for_a_handler(house):
    case = Case.objects.get(pk=_triage(registered(house, now=NOW), house, handler=None, grade=Grade.CRITICAL).pk)
    assert (case.holder, case.handler, case.unit) == (house.town, None, None)
    assert case.transfers.waiting().get().to_center == house.town
    assert case.clocks.running().get().kind == ClockKind.LVL_TOWN


def test_a_matter_that_arose_in_a_town_is_taken_up_there_whatever_its_grade(house):
    new = new_case(house, place=house.town, grid=None)
    case, _code = register_dispute(new, actor=house.town_triage, received_at=NOW, now=NOW)
    _triage(case, house, "town_triage", "town_mediator", Grade.CRITICAL)
    assert case.clocks.running().get().due_on.isoformat() == "2026-11-25"


def test_a_city_has_no_limit_of_its_own(house):
    city = house.centers["3306"]
    people = {name: make_person(name, role, city) for name, role in (("officer", TRIAGE), ("helper", MEDIATOR))}
    new = new_case(house, place=city, grid=None)
    case, _code = register_dispute(new, actor=people["officer"], received_at=NOW, now=NOW)
    house.people |= people
    assert _triage(case, house, "officer", "helper").handler == people["helper"]
    assert not case.clocks.running().exists()


def test_a_matter_that_climbed_untriaged_is_triaged_by_the_town_under_the_limit_that_runs_already(house):
    case = registered(house, now=NOW)
    sweep(now=at("2026-11-20", 0))
    _triage(case, house, "town_triage", "town_mediator", now=at("2026-11-20"))
    case = Case.objects.get(pk=case.pk)
    clocks = list(case.clocks.order_by("pk").values_list("kind", "state", "late_days"))
    assert clocks == [(ClockKind.SIGN_FOR, ClockState.LAPSED, 1), (ClockKind.LVL_TOWN, ClockState.RUNNING, None)]
    assert case.due_at == case.clocks.running().get().due_at


def test_a_limit_that_runs_already_takes_the_length_of_the_grade_from_the_same_first_day(house):
    case = registered(house, now=NOW)
    sweep(now=at("2026-11-20", 0))
    _triage(case, house, "town_triage", "town_mediator", Grade.CRITICAL, now=at("2026-11-20"))
    old, new = case.clocks.filter(kind=ClockKind.LVL_TOWN).order_by("pk")
    assert (old.state, old.due_on.isoformat(), old.steps.waiting().count()) == (ClockState.CANCELLED, "2026-11-30", 0)
    assert (new.state, new.started_on, new.due_on.isoformat()) == (ClockState.RUNNING, old.started_on, "2026-11-26")
    assert Case.objects.get(pk=case.pk).due_at == new.due_at


def test_a_matter_that_stays_needs_a_handler_and_keeps_its_state_without(house):
    case = registered(house, now=NOW)
    with pytest.raises(DomainError):
        _triage(case, house, handler=None)
    case = Case.objects.get(pk=case.pk)
    assert (case.stage, case.dispute.state, case.transfers.waiting().exists()) == ("registered", "registered", True)


@pytest.mark.parametrize("handler", ["clerk", "town_mediator", "nobody"])
def test_the_handler_is_in_office_at_the_center(house, handler):
    with pytest.raises(DomainError):
        _triage(registered(house, now=NOW), house, handler=handler)


def test_a_matter_is_triaged_once(house):
    with pytest.raises(IllegalTransition):
        _triage(triaged(house, now=NOW), house)


@pytest.mark.parametrize("actor", ["neighbour_clerk", "neighbour_town_supervisor", "other_county_supervisor", "nobody"])
def test_an_outsider_finds_no_such_matter(house, actor):
    with pytest.raises(Case.DoesNotExist):
        _triage(registered(house, now=NOW), house, actor)


@pytest.mark.parametrize("actor", ["clerk", "mediator", "town_supervisor", "unit_leader"])
def test_without_the_right_to_triage_there_is_no_such_matter(house, actor):
    case = registered(house, now=NOW)
    with pytest.raises(Case.DoesNotExist):
        _triage(case, house, actor)
    assert not case.events.filter(kind=EventKind.TRIAGED).exists()


def test_the_center_that_was_too_late_does_not_triage_any_more(house):
    case = registered(house, now=NOW)
    sweep(now=at("2026-11-20", 0))
    with pytest.raises(Case.DoesNotExist):
        _triage(case, house, now=at("2026-11-20"))


@pytest.mark.django_db(transaction=True)
def test_of_two_who_triage_at_the_same_moment_one_wins(house):
    case = registered(house, now=NOW)
    answers = race(lambda: _triage(case, house), lambda: _triage(case, house, "town_triage"))
    assert sorted(type(answer).__name__ for answer in answers) == ["Case", "IllegalTransition"]
    assert case.events.filter(kind=EventKind.TRIAGED).count() == 1
    assert case.clocks.filter(kind=ClockKind.LVL_VILLAGE).count() == 1


@pytest.mark.parametrize("kind", [None, *SafetyKind])
def test_where_somebody_is_in_danger_the_grade_is_critical_unless_the_officer_chooses_another(house, client, kind):
    case = registered(house, now=NOW)
    if kind:
        flag_safety(case.pk, kind=kind, ground="自述被打（示例）", actor=house.clerk, now=NOW)
    client.force_login(house.village_triage)
    url = reverse("admin:cases_case_act", args=[case.pk, "triage"])
    preset = client.get(url)
    assert preset.context["form"]["grade"].value() == (Grade.CRITICAL if kind else Grade.GENERAL)
    assert ("已预选“重大”" in preset.content.decode()) is bool(kind)
    client.post(url, {"grade": "major", "category": case.category, "handler": house.mediator.pk})
    assert Case.objects.get(pk=case.pk).grade == Grade.MAJOR
