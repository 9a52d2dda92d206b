from datetime import date

import pytest

from cases.enums import Category, ClockKind, EventKind, Stage
from cases.models import Case
from core.errors import DomainError, IllegalTransition
from disputes.enums import State
from disputes.models import Dispute
from disputes.services.mediate import accept_dispute
from disputes.services.verify import return_dispute
from tests.factories import agreed, at, mediating, registered, said, terminated, triaged

NOW = at("2026-11-18")
LATER = at("2026-11-19")


def _accept(case, house, actor="mediator", on="2026-11-19", now=LATER):
    return accept_dispute(case.pk, said=said(at(on)), actor=getattr(house, actor), now=now)


def test_acceptance_writes_down_the_consent_and_starts_the_mediation_limit(house):
    case = _accept(triaged(house, now=NOW), house)
    assert (case.stage, case.dispute.state, case.dispute.accepted_on) == (
        Stage.HANDLING,
        State.ACCEPTED,
        date(2026, 11, 19),
    )
    said_of = case.consents.values_list("party__name", "said_on", "is_given", "center")
    assert set(said_of) == {(name, date(2026, 11, 19), True, house.village.pk) for name in ("样本甲", "样本乙")}
    assert case.clocks.get(kind=ClockKind.MED_GENERAL).due_on == date(2026, 12, 21)  # the 19th is a Saturday
    assert case.events.get(kind=EventKind.ACCEPTED).data == {"consented_on": "2026-11-19"}


@pytest.mark.parametrize(
    ("category", "kind", "due"),
    [
        (Category.LABOUR, ClockKind.MED_LABOUR, "2026-12-04"),
        (Category.MEDICAL, ClockKind.MED_MEDICAL, "2026-12-31"),
        (Category.NEIGHBOUR, ClockKind.MED_GENERAL, "2026-12-21"),
    ],
)
def test_the_category_decides_which_limit_binds(house, category, kind, due):
    case = _accept(triaged(house, now=NOW, category=category), house)
    assert case.clocks.get(kind=kind).due_on.isoformat() == due


@pytest.mark.parametrize(("on", "is_refused"), [("2026-11-17", True), ("2026-11-18", False), ("2026-11-20", True)])
def test_the_consent_lies_between_the_day_of_receipt_and_today(house, on, is_refused):
    case = triaged(house, now=NOW)
    if is_refused:
        with pytest.raises(DomainError):
            _accept(case, house, on=on)
    else:
        _accept(case, house, on=on)
    accepted = Dispute.objects.get(case=case).state == State.ACCEPTED
    assert accepted is not is_refused


@pytest.mark.parametrize("stage", [mediating, agreed])
def test_a_matter_is_accepted_only_after_triage_and_once(house, stage):
    with pytest.raises(IllegalTransition):
        _accept(stage(house, now=NOW), house)


def test_before_triage_it_lies_on_nobodys_desk(house):
    with pytest.raises(Case.DoesNotExist):
        _accept(registered(house, now=NOW), house)


@pytest.mark.parametrize("actor", ["town_mediator", "unit_leader", "village_triage", "town_supervisor", "nobody"])
def test_only_the_one_on_whose_desk_it_lies_accepts(house, actor):
    case = triaged(house, now=NOW)
    with pytest.raises(Case.DoesNotExist):
        _accept(case, house, actor)
    assert not case.consents.exists()


def test_a_second_acceptance_after_a_return_goes_on_under_the_first_limit(house):
    case = terminated(house, now=NOW)
    due_on = case.clocks.get(kind=ClockKind.MED_GENERAL).due_on
    return_dispute(case.pk, remark="再调一次", actor=house.town_supervisor, now=LATER)
    _accept(case, house)
    assert case.clocks.get(kind=ClockKind.MED_GENERAL).due_on == due_on
