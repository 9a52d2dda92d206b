from datetime import timedelta

import pytest
from django.db import transaction

from cases.enums import ClockKind, EventKind, PartyRole, Stage
from cases.models import Case, Party
from cases.services.identities import NewParty
from cases.services.query_code import hash_query_code
from cases.services.register import register_case
from centers.models import Center, Post
from core.errors import DomainError
from core.models import NumberSeries
from tests.factories import LONG_AGO, at, make_grid, new_case, race

NOW = at("2026-11-18")


def _register(house, actor=None, *, received_at=NOW, now=NOW, **changes):
    return register_case(new_case(house, **changes), actor=actor or house.clerk, received_at=received_at, now=now)


def test_a_matter_gets_its_number_its_place_and_its_first_limit(house):
    case, _code = _register(house)
    assert (case.number, case.code) == ("枫桥〔2026〕1号", "330681109-2026-00001")
    assert [case.city.name, case.county.name, case.town.name, case.village.name] == [
        "绍兴市",
        "诸暨市",
        "枫桥镇",
        "枫源村",
    ]
    assert (case.province, case.holder, case.stage) == (None, house.village, Stage.REGISTERED)
    clock = case.clocks.get()
    assert (clock.kind, clock.due_on.isoformat(), case.due_at) == (ClockKind.SIGN_FOR, "2026-11-19", clock.due_at)


def test_the_parties_are_written_down(house):
    case, _code = _register(house)
    assert list(case.parties.values_list("role", "name", "mobile", "address")) == [
        ("applicant", "样本甲", "13800000001", "示例路1号"),
        ("respondent", "样本乙", "13800000002", ""),
    ]


def test_the_registration_stands_in_the_timeline_and_waits_to_be_signed_for(house):
    case, _code = _register(house)
    event = case.events.get()
    assert (event.kind, event.actor, event.at, event.recorded_at) == (EventKind.REGISTERED, house.clerk, NOW, NOW)
    assert case.transfers.waiting().get().to_center == house.village


def test_only_the_hash_of_the_query_code_is_kept(house):
    case, code = _register(house)
    assert (len(code), case.query_code_hash) == (12, hash_query_code(code))
    values = [str(value) for row in Case.objects.values_list() for value in row]
    assert not any(code in value for value in values + [str(event.data) for event in case.events.all()])


def test_the_towns_villages_share_one_series_and_another_town_has_its_own(house):
    places = [house.village, house.centers["330681109202"], house.centers["330681110201"]]
    cases = [
        register_case(new_case(house, place=place, grid=None), actor=actor, received_at=NOW, now=NOW)[0]
        for place, actor in zip(places, (house.clerk, house.neighbour_clerk, house.county_triage), strict=True)
    ]
    assert [case.number for case in cases] == ["枫桥〔2026〕1号", "枫桥〔2026〕2号", "赵家〔2026〕1号"]


def test_the_series_begins_anew_with_the_year_in_china(house):
    late, early = at("2025-12-31", 23, 59), at("2026-01-01", 0, 0)
    numbers = [_register(house, received_at=now, now=now)[0].number for now in (late, early)]
    assert numbers == ["枫桥〔2025〕1号", "枫桥〔2026〕1号"]


def test_a_matter_that_arose_in_a_town_or_county_is_held_there(house):
    for place, number in ((house.town, "枫桥〔2026〕1号"), (house.centers["330681"], "诸暨〔2026〕1号")):
        case, _code = _register(house, house.county_triage, place=place, grid=None)
        assert (case.number, case.holder, case.village) == (number, place, None)


@pytest.mark.parametrize("actor", ["neighbour_clerk", "neighbour_town_supervisor", "nobody"])
def test_a_place_out_of_reach_is_not_found(house, actor):
    with pytest.raises(Center.DoesNotExist):
        _register(house, getattr(house, actor))
    assert not Case.objects.exists()
    assert not NumberSeries.objects.exists()


@pytest.mark.parametrize("actor", ["mediator", "unit_leader", "town_supervisor", "sysadmin"])
def test_without_the_right_to_register_there_is_no_place(house, actor):
    with pytest.raises(Center.DoesNotExist):
        _register(house, getattr(house, actor))


def test_a_clerk_whose_post_has_ended_registers_nothing(house):
    Post.objects.filter(user=house.clerk).update(ends_on=LONG_AGO)
    with pytest.raises(Center.DoesNotExist):
        _register(house)


def test_a_matter_is_not_received_in_the_future(house):
    with pytest.raises(DomainError):
        _register(house, received_at=NOW + timedelta(seconds=1))
    assert _register(house, received_at=NOW)[0].received_at == NOW


def test_the_grid_lies_in_the_place(house):
    other = make_grid(house.centers["330681109202"], house.centers)
    with pytest.raises(DomainError):
        _register(house, grid=other)
    assert _register(house, grid=None)[0].grid is None


@pytest.mark.parametrize("parties", [(), (NewParty(PartyRole.RESPONDENT, "样本乙"),)])
def test_a_matter_has_an_applicant(house, parties):
    with pytest.raises(DomainError):
        _register(house, parties=parties)


def test_a_refused_registration_leaves_nothing_and_no_gap(house):
    _register(house)
    with pytest.raises(DomainError):
        _register(house, parties=())
    with transaction.atomic():
        _register(house)
        transaction.set_rollback(True)
    assert (_register(house)[0].number, Party.objects.count()) == ("枫桥〔2026〕2号", 4)


@pytest.mark.parametrize(
    ("day", "due"),
    [
        ("2026-11-21", "2026-11-23"),  # a Saturday
        ("2026-11-22", "2026-11-23"),  # a Sunday
        ("2026-02-18", "2026-02-24"),  # in the middle of Spring Festival
        ("2026-10-01", "2026-10-08"),  # the first day of National Day
    ],
)
def test_a_matter_is_registered_on_a_rest_day_too(house, day, due):
    case, _code = _register(house, received_at=at(day), now=at(day))
    assert case.clocks.get().due_on.isoformat() == due


@pytest.mark.django_db(transaction=True)
def test_windows_that_register_at_the_same_moment_get_numbers_without_a_gap(house):
    registrations = race(*[lambda: _register(house)[0].number] * 3)
    assert sorted(registrations) == [f"枫桥〔2026〕{number}号" for number in (1, 2, 3)]
