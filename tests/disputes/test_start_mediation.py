from datetime import date

import pytest

from cases.enums import EventKind
from cases.models import Case
from core.errors import DomainError, IllegalTransition
from disputes.enums import State
from disputes.models import Dispute
from disputes.services.mediate import accept_dispute, start_mediation
from tests.factories import agreed, at, mediating, said, triaged

NOW = at("2026-11-18")
LATER = at("2026-11-20")


@pytest.fixture
def case(house):
    case = triaged(house, now=NOW)
    return accept_dispute(case.pk, said=said(NOW), actor=house.mediator, now=NOW)


def _start(case, house, actor="mediator", on="2026-11-19"):
    return start_mediation(case.pk, rights_told_on=date.fromisoformat(on), actor=getattr(house, actor), now=LATER)


def test_the_mediation_starts_once_the_parties_know_their_rights(house, case):
    started = _start(case, house)
    assert (started.dispute.state, started.dispute.rights_told_on) == (State.MEDIATING, date(2026, 11, 19))
    assert started.events.get(kind=EventKind.MEDIATION_STARTED).data == {"rights_told_on": "2026-11-19"}


@pytest.mark.parametrize("on", ["2026-11-18", "2026-11-20"])
def test_the_first_and_the_last_day_the_rights_can_be_told(house, case, on):
    assert _start(case, house, on=on).dispute.state == State.MEDIATING


@pytest.mark.parametrize("on", ["2026-11-17", "2026-11-21"])
def test_rights_told_before_acceptance_or_in_the_future_do_not_count(house, case, on):
    with pytest.raises(DomainError):
        _start(case, house, on=on)
    assert Dispute.objects.get(case=case).state == State.ACCEPTED


def test_an_acceptance_without_its_day_does_not_count(house, case):
    Dispute.objects.update(accepted_on=None)
    with pytest.raises(DomainError):
        _start(case, house)


@pytest.mark.parametrize("stage", [triaged, mediating, agreed])
def test_a_mediation_starts_only_after_acceptance_and_once(house, stage):
    with pytest.raises(IllegalTransition):
        _start(stage(house, now=NOW), house)


@pytest.mark.parametrize("actor", ["town_mediator", "unit_leader", "town_supervisor", "neighbour_clerk"])
def test_only_the_mediator_on_whose_desk_it_lies_starts(house, case, actor):
    with pytest.raises(Case.DoesNotExist):
        _start(case, house, actor)
