"""A petition is sorted: by purpose and route, under seal where it accuses, to a unit that has a part in it."""

import pytest

from cases.enums import EventKind, Sensitivity, Stage
from cases.models import Case
from cases.services.recuse import Target, declare_interest, name_accused
from cases.services.sensitivity import raise_sensitivity
from centers.enums import Role, UnitKind
from centers.models import Unit
from core import acting
from core.errors import DomainError, IllegalTransition
from petitions.enums import ClaimRoute, Kind
from petitions.services.triage import Triage, triage_petition
from supervision.services.sweep import sweep
from tests.factories import at, make_person
from tests.petitions.office import accepted, petitioned, sorted_as, triaged

NOW = at("2026-03-02")
LATER = at("2026-03-03")


def _triage(
    house, case, *, by="town_triage", handler="petition_handler", kind=Kind.CLAIM, route=ClaimRoute.PETITION, now=LATER
):
    triage = Triage(kind, route, case.category, case.grade, getattr(house, handler))
    return triage_petition(case.pk, triage=triage, actor=getattr(house, by), now=now)


def test_the_triage_says_purpose_and_route_and_gives_the_matter_to_a_unit(house):
    case = Case.objects.get(pk=triaged(house, now=NOW).pk)
    assert (case.petition.state, case.petition.route, case.stage) == ("triaged", "31_6", Stage.TRIAGED)
    assert (case.handler, case.unit) == (house.petition_handler, house.office)
    assert case.clocks.get(kind="PET_TRIAGE").state == "met"
    assert case.events.get(kind=EventKind.SORTED).data == {"purpose": "claim", "route": "31_6"}


def test_it_can_be_corrected_until_it_is_handled(house):
    case = triaged(house, now=NOW)
    assert sorted_as(house, case, now=LATER, route=ClaimRoute.ARBITRATION).petition.route == "31_2"
    with pytest.raises(IllegalTransition):
        sorted_as(house, accepted(house, now=NOW), now=LATER)


@pytest.mark.parametrize(("kind", "route"), [(Kind.CLAIM, None), (Kind.SUGGESTION, ClaimRoute.PETITION)])
def test_a_claim_has_a_route_and_nothing_else_has(house, kind, route):
    with pytest.raises(DomainError):
        _triage(house, petitioned(house, now=NOW), kind=kind, route=route)


@pytest.mark.parametrize("by", ["petition_clerk", "petition_handler", "village_triage", "other_county_supervisor"])
def test_without_the_right_there_is_no_such_matter(house, by):
    with pytest.raises(Case.DoesNotExist):
        _triage(house, petitioned(house, now=NOW), by=by)


def test_a_committee_is_given_no_claim_that_takes_an_opinion(house):
    committee = Unit.objects.create(center=house.town, name="枫桥镇调委会（示例）", kind=UnitKind.MEDIATION_COMMITTEE)
    house.people["of_committee"] = make_person("of_committee", Role.HANDLER, house.town, unit=committee)
    case = petitioned(house, now=NOW)
    with pytest.raises(DomainError):
        _triage(house, case, handler="of_committee")
    with pytest.raises(DomainError):
        _triage(house, case, handler="town_mediator")  # serves at no unit
    assert _triage(house, case, handler="of_committee", route=ClaimRoute.ARBITRATION).unit == committee


def test_r2_an_accusation_is_put_under_seal_before_it_is_triaged(house):
    case = petitioned(house, now=NOW)
    with pytest.raises(DomainError):
        _triage(house, case, kind=Kind.ACCUSATION, route=None)
    with acting.as_person(house.town_triage.pk):
        raise_sensitivity(case.pk, to=Sensitivity.SEALED, ground="检举控告（示例）", actor=house.town_triage, now=NOW)
    with pytest.raises(Case.DoesNotExist):
        _triage(house, case, kind=Kind.ACCUSATION, route=None)
    triage_petition(
        case.pk,
        triage=Triage(Kind.ACCUSATION, None, case.category, case.grade, house.officer),
        actor=house.officer, now=LATER,
    )  # fmt: skip
    assert case.clocks.get(kind="PET_NOTICE_DIRECT").state == "cancelled"


def test_what_turns_out_to_be_a_claim_owes_its_notice_from_receipt(house):
    case = petitioned(house, now=NOW, kind=Kind.ACCUSATION, sensitivity=Sensitivity.SEALED)
    sorted_as(house, case, now=LATER, kind=Kind.SUGGESTION, route=None)
    assert case.clocks.get(kind="PET_NOTICE_DIRECT").due_on.isoformat() == "2026-03-17"


def test_r2_whom_it_accuses_and_who_serves_there_is_given_nothing(house):
    case = petitioned(house, now=NOW)
    name_accused(case.pk, accused=Target(unit=house.office), actor=house.town_triage, now=NOW)
    with pytest.raises(DomainError):
        _triage(house, case)
    for name in ("petition_handler", "petition_leader", "petition_clerk"):
        assert not Case.objects.visible_to(getattr(house, name)).filter(pk=case.pk).exists()


def test_r2_a_center_below_the_accused_one_is_given_nothing(house):
    case = petitioned(house, now=NOW, place=house.village)
    assert Case.objects.visible_to(house.village_triage).filter(pk=case.pk).exists()
    name_accused(case.pk, accused=Target(center=house.town), actor=house.town_triage, now=NOW)
    for name in ("village_triage", "town_triage", "unit_leader", "petition_leader"):
        assert not Case.objects.visible_to(getattr(house, name)).filter(pk=case.pk).exists()
    assert Case.objects.get(pk=case.pk).holder == house.centers["330681"]


def test_r3_whoever_declares_an_interest_has_lost_the_petition(house):
    case = triaged(house, now=NOW)
    declare_interest(case.pk, ground="信访人亲属（示例）", actor=house.petition_handler, now=LATER)
    with pytest.raises(Case.DoesNotExist):
        Case.objects.visible_to(house.petition_handler).get(pk=case.pk)
    with pytest.raises(DomainError):
        _triage(house, case)


def test_a_petition_that_nobody_sorted_climbs_and_whoever_takes_it_over_answers_for_the_notice(house):
    case = petitioned(house, now=NOW, place=house.village)
    sweep(now=at("2026-03-04", 0))
    assert Case.objects.get(pk=case.pk).holder == house.town
    _triage(house, case, now=at("2026-03-04"))
    told = case.clocks.get(kind="PET_NOTICE_DIRECT")
    assert (told.holder, told.unit, told.due_on.isoformat()) == (house.town, house.office, "2026-03-17")
