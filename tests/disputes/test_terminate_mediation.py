from datetime import date

import pytest

from cases.enums import EventKind, Outcome, Stage
from cases.models import Case, ClockStep
from core.errors import IllegalTransition
from disputes.enums import TerminationReason
from disputes.services.mediate import accept_dispute, terminate_mediation
from tests.factories import agreed, at, mediating, registered, triaged

NOW = at("2026-11-18")


def accepted(house, *, now):
    case = triaged(house, now=now)
    return accept_dispute(case.pk, consented_on=date(2026, 11, 18), actor=house.mediator, now=now)


def _end(case, house, actor="mediator", reason=TerminationReason.PARTY_REFUSES):
    return terminate_mediation(case.pk, reason=reason, explanation="多次", actor=getattr(house, actor), now=NOW)


@pytest.mark.parametrize("stage", [triaged, accepted, mediating])
def test_a_mediation_may_end_at_any_moment_before_an_agreement(house, stage):
    case = Case.objects.get(pk=_end(stage(house, now=NOW), house).pk)
    assert (case.stage, case.dispute.state, case.results.get().outcome) == (
        Stage.REPORTED,
        "terminated",
        Outcome.TERMINATED,
    )
    assert not ClockStep.objects.waiting().filter(clock__case=case).exists()


@pytest.mark.parametrize("reason", TerminationReason)
def test_the_reason_is_kept_and_stands_in_the_timeline(house, reason):
    case = _end(mediating(house, now=NOW), house, reason=reason)
    assert case.dispute.termination_reason == reason
    assert case.events.get(kind=EventKind.TERMINATED).data == {"reason": reason.value}
    assert case.results.get().summary == "多次"


def test_what_is_agreed_on_is_not_ended_without_agreement(house):
    with pytest.raises(IllegalTransition):
        _end(agreed(house, now=NOW), house)


@pytest.mark.parametrize("actor", ["town_mediator", "unit_leader", "town_supervisor", "neighbour_clerk", "nobody"])
def test_only_the_mediator_on_whose_desk_it_lies_ends_it(house, actor):
    case = mediating(house, now=NOW)
    with pytest.raises(Case.DoesNotExist):
        _end(case, house, actor)
    assert not case.results.exists()


def test_before_triage_there_is_nothing_to_end(house):
    with pytest.raises(Case.DoesNotExist):
        _end(registered(house, now=NOW), house)
