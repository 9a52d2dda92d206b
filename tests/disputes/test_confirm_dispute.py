import pytest

from cases.enums import EventKind, Stage
from cases.models import Case
from centers.enums import Role
from core.errors import IllegalTransition, SeparationOfDuties
from disputes.services.verify import confirm_dispute, return_dispute
from tests.cases.papers import with_papers
from tests.factories import LONG_AGO, agreed, appoint, at, mediating, race, terminated, triaged

NOW = at("2026-11-18")
LATER = at("2026-11-20")


def _confirm(case, house, actor="town_supervisor"):
    return confirm_dispute(with_papers(case).pk, remark="已电话核实", actor=getattr(house, actor), now=LATER)


@pytest.mark.parametrize("stage", [agreed, terminated])
def test_a_confirmed_result_closes_the_matter(house, stage):
    case = Case.objects.get(pk=_confirm(stage(house, now=NOW), house).pk)
    assert (case.stage, case.dispute.state, case.closed_at) == (Stage.CLOSED, "closed", LATER)
    result = case.results.get()
    assert (result.verified_by, result.verified_at, result.is_confirmed) == (house.town_supervisor, LATER, True)
    assert list(case.events.order_by("-pk").values_list("kind", flat=True)[:2]) == [
        EventKind.CLOSED,
        EventKind.VERIFIED,
    ]


@pytest.mark.parametrize("stage", [triaged, mediating])
def test_without_a_result_there_is_nothing_to_confirm(house, stage):
    with pytest.raises(IllegalTransition):
        _confirm(stage(house, now=NOW), house)


def test_a_closed_matter_is_not_closed_again(house):
    case = _confirm(agreed(house, now=NOW), house)
    with pytest.raises(IllegalTransition):
        _confirm(case, house, "county_supervisor")


@pytest.mark.parametrize("judge", [confirm_dispute, return_dispute])
def test_the_mediator_does_not_judge_the_own_result_even_as_a_supervisor(house, judge):
    case = agreed(house, now=NOW)
    appoint(house.mediator, role=Role.SUPERVISOR, center=house.town, starts_on=LONG_AGO)
    with pytest.raises(SeparationOfDuties):
        judge(case.pk, remark="", actor=house.mediator, now=LATER)
    assert Case.objects.get(pk=case.pk).stage == Stage.REPORTED


@pytest.mark.parametrize(
    "actor",
    ["mediator", "clerk", "village_triage", "unit_leader", "neighbour_town_supervisor", "other_county_supervisor"],
)
def test_without_the_right_to_verify_there_is_no_such_matter(house, actor):
    case = agreed(house, now=NOW)
    with pytest.raises(Case.DoesNotExist):
        _confirm(case, house, actor)
    assert Case.objects.get(pk=case.pk).stage == Stage.REPORTED


@pytest.mark.django_db(transaction=True)
def test_of_two_who_confirm_at_the_same_moment_one_wins(house):
    case = with_papers(agreed(house, now=NOW))
    answers = race(lambda: _confirm(case, house), lambda: _confirm(case, house, "county_supervisor"))
    assert sorted(type(answer).__name__ for answer in answers) == ["Case", "IllegalTransition"]
    assert case.events.filter(kind=EventKind.CLOSED).count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_a_confirmation_and_a_return_at_the_same_moment_one_wins(house):
    case = with_papers(agreed(house, now=NOW))
    back = {"remark": "", "actor": house.county_supervisor, "now": LATER}
    answers = race(lambda: _confirm(case, house), lambda: return_dispute(case.pk, **back))
    assert sorted(type(answer).__name__ for answer in answers) == ["Case", "IllegalTransition"]
    assert case.results.exclude(verified_at=None).count() == 1
