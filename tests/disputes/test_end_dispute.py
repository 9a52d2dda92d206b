import pytest

from cases.enums import Category, ClockKind, ClockState, Grade, Stage
from cases.models import Case, ClockStep
from centers.enums import Role
from core.errors import DomainError, IllegalTransition, SeparationOfDuties
from disputes.enums import Action, EndReason, Route
from disputes.rules.ends import ENDS, routes_owed
from disputes.services.end import end_dispute
from disputes.services.mediate import accept_dispute
from disputes.services.triage import triage_dispute
from disputes.services.verify import confirm_dispute, return_dispute
from tests.cases.papers import with_papers
from tests.factories import LONG_AGO, agreed, appoint, at, mediating, new_ending, registered, said, triaged

NOW = at("2026-11-18")
LATER = at("2026-11-19")
BEFORE_AN_AGREEMENT = [action for action in ENDS if action is not Action.BREACH]  # that one is in test_perform
WAYS = [(action, reason) for action in BEFORE_AN_AGREEMENT for reason in ENDS[action].reasons]


def accepted(house, *, now):
    case = triaged(house, now=now)
    return accept_dispute(case.pk, said=said(now), actor=house.mediator, now=now)


STAGE_OF = {
    Action.TERMINATE: mediating,
    Action.REFUSE: triaged,
    Action.DECLINE: triaged,
    Action.GUIDE_OUT: registered,
    Action.WITHDRAW: accepted,
}


def _end(case, house, action=Action.TERMINATE, reason=None, actor=None, **told):
    who = getattr(house, actor or ("village_triage" if action is Action.GUIDE_OUT else "mediator"))
    new = new_ending(NOW, reason or ENDS[action].reasons[0], **told)
    return end_dispute(case.pk, action=action, new=new, actor=who, now=NOW)


@pytest.mark.parametrize(("action", "reason"), WAYS)
def test_each_way_out_is_reported_with_its_reason_and_waits_for_a_check(house, action, reason):
    case = _end(STAGE_OF[action](house, now=NOW), house, action, reason)
    ending = case.endings.get()
    assert (ending.reason, ending.told_on, set(ending.routes)) == (reason, NOW.date(), set(Route.values))
    assert (case.stage, case.results.get(), case.results.get().outcome) == (
        Stage.REPORTED,
        ending.result,
        ENDS[action].outcome,
    )
    assert case.events.get(kind=ENDS[action].event).data == {"reason": reason.value}
    assert not ClockStep.objects.waiting().filter(clock__case=case).exists()


@pytest.mark.parametrize("stage", [accepted, mediating])
def test_a_mediation_may_end_at_any_moment_before_an_agreement(house, stage):
    case = Case.objects.get(pk=_end(stage(house, now=NOW), house).pk)
    assert case.dispute.state == "terminated"


@pytest.mark.parametrize("action", BEFORE_AN_AGREEMENT)
def test_a_reason_of_another_way_out_is_refused(house, action):
    foreign = next(reason for reason in EndReason if reason not in ENDS[action].reasons)
    with pytest.raises(DomainError, match=str(foreign.label)):
        _end(STAGE_OF[action](house, now=NOW), house, action, foreign)


@pytest.mark.parametrize("category", Category)
def test_no_route_that_is_owed_goes_untold(house, category):
    owed = routes_owed(Action.DECLINE, category)
    assert Route.COURT in owed
    for missing in owed:
        case = triaged(house, now=NOW, category=category)
        with pytest.raises(DomainError, match=str(missing.label)):
            _end(case, house, Action.DECLINE, routes=[route for route in owed if route is not missing])
    _end(case, house, Action.DECLINE, routes=owed)


@pytest.mark.parametrize("missing", [Route.PROTECTION_ORDER, Route.POLICE, Route.LEGAL_AID])
def test_a_matter_of_domestic_violence_ends_only_with_the_routes_to_safety_told(house, missing):
    case = mediating(house, now=NOW, category=Category.MARRIAGE_FAMILY)
    told = [Route.COURT, Route.PROTECTION_ORDER, Route.POLICE, Route.LEGAL_AID]
    with pytest.raises(DomainError, match=str(missing.label)):
        _end(case, house, reason=EndReason.VIOLENCE, routes=[route for route in told if route is not missing])
    _end(case, house, reason=EndReason.VIOLENCE, routes=told)


def test_a_withdrawal_owes_no_routes(house):
    assert _end(accepted(house, now=NOW), house, Action.WITHDRAW, routes=[]).endings.get().routes == []


@pytest.mark.parametrize(("day", "is_refused"), [("2026-11-17", True), ("2026-11-18", False), ("2026-11-19", True)])
def test_the_routes_are_told_between_the_day_of_receipt_and_today(house, day, is_refused):
    case = mediating(house, now=NOW)
    new = new_ending(at(day))
    if is_refused:
        with pytest.raises(DomainError):
            end_dispute(case.pk, action=Action.TERMINATE, new=new, actor=house.mediator, now=NOW)
    else:
        end_dispute(case.pk, action=Action.TERMINATE, new=new, actor=house.mediator, now=NOW)
    assert case.endings.exists() is not is_refused


def test_what_is_agreed_on_is_not_ended_without_agreement(house):
    with pytest.raises(IllegalTransition):
        _end(agreed(house, now=NOW), house)


@pytest.mark.parametrize("actor", ["town_mediator", "unit_leader", "town_supervisor", "neighbour_clerk", "nobody"])
def test_only_the_mediator_on_whose_desk_it_lies_ends_it(house, actor):
    case = mediating(house, now=NOW)
    with pytest.raises(Case.DoesNotExist):
        _end(case, house, actor=actor)
    assert not case.results.exists()


@pytest.mark.parametrize("actor", ["clerk", "mediator", "town_supervisor", "neighbour_clerk"])
def test_only_a_triage_officer_guides_to_another_route(house, actor):
    with pytest.raises(Case.DoesNotExist):
        _end(registered(house, now=NOW), house, Action.GUIDE_OUT, actor=actor)


def test_a_matter_guided_out_closes_in_time_once_it_is_checked(house):
    case = _end(registered(house, now=NOW), house, Action.GUIDE_OUT)
    confirm_dispute(with_papers(case).pk, remark="已核实（示例）", actor=house.town_supervisor, now=LATER)
    case.refresh_from_db()
    assert (case.stage, case.due_at) == (Stage.CLOSED, None)
    assert case.clocks.get(kind=ClockKind.SIGN_FOR).state == ClockState.MET


def test_a_matter_guided_out_by_mistake_goes_back_to_triage(house):
    case = _end(registered(house, now=NOW), house, Action.GUIDE_OUT)
    return_dispute(case.pk, remark="属于民间纠纷（示例）", actor=house.town_supervisor, now=LATER)
    officer = {"actor": house.village_triage, "handler": house.mediator}
    triage_dispute(case.pk, grade=Grade(case.grade), category=Category(case.category), **officer, now=LATER)
    case.refresh_from_db()
    assert (case.stage, case.dispute.state) == (Stage.TRIAGED, "triaged")


def test_whoever_guided_it_out_does_not_check_it(house):
    case = _end(registered(house, now=NOW), house, Action.GUIDE_OUT)
    appoint(house.village_triage, role=Role.SUPERVISOR, center=house.town, starts_on=LONG_AGO)
    with pytest.raises(SeparationOfDuties):
        confirm_dispute(with_papers(case).pk, remark="", actor=house.village_triage, now=LATER)
