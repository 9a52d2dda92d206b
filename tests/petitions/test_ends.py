"""The ways on which a petition ends without an opinion, and the gate through which every end goes."""

import pytest

from cases.enums import Outcome, Sensitivity, Stage
from cases.models import Case
from cases.services.extend import NewExtension, ask_extension, tell_extension
from cases.services.recuse import Target, name_accused
from centers.enums import Role
from core.errors import DomainError, IllegalTransition, SeparationOfDuties
from petitions.enums import Action, ClaimRoute, Kind, NotAcceptedReason, NoticeKind, StatutoryRoute, SuggestionOutcome
from petitions.services.conclude import NewConclusion, conclude_petition
from petitions.services.extend import decide_extension
from petitions.services.notices import NoticeOwed
from petitions.services.opinion import draft_opinion, serve_opinion, sign_opinion
from petitions.services.procedures import end_procedure, enter_procedure
from petitions.services.verify import close_petition, confirm_petition, return_petition
from tests.cases.papers import with_papers
from tests.factories import LONG_AGO, appoint, at
from tests.petitions.office import accepted, drafted, new_opinion, opinion_served, served, signed, told, triaged

NOW = at("2026-03-02")
TODAY = NOW.date()
LATER = at("2026-03-10")
REFUSED = {"reason": NotAcceptedReason.NOT_COMPETENT, "organ": "诸暨市人社局（示例）", "basis": "信访工作条例第23条"}
GUIDED = {"route": StatutoryRoute.LABOUR_ARBITRATION, "organ": "诸暨市仲裁委（示例）"}
REPLIED = {"outcome": SuggestionOutcome.ADOPTED}
SETTLED = {"stated_on": TODAY, "basis": "信访工作条例第33条"}
MOVED = {"organ": "诸暨市纪委监委（示例）", "stated_on": TODAY}
SUGGESTION = {"kind": Kind.SUGGESTION, "route": None}
# What is done with which petition, by whom, the outcome, and the notice that is owed of it.
ENDS = {
    "decline": (triaged, {}, Action.DECLINE, REFUSED, "petition_leader", Outcome.NOT_ACCEPTED, "non_acceptance"),
    "guide": (
        triaged, {"route": ClaimRoute.ARBITRATION}, Action.GUIDE_OUT, GUIDED, "petition_handler", Outcome.GUIDED_OUT,
        "guidance",
    ),
    "reply": (triaged, SUGGESTION, Action.REPLY, REPLIED, "petition_handler", Outcome.REPLIED, "reply"),
    "settle": (accepted, {}, Action.SETTLE, SETTLED, "petition_handler", Outcome.SETTLED, "settlement"),
}  # fmt: skip


def _end(house, case, action, said, by="petition_handler", text="示例"):
    return conclude_petition(
        case.pk, action=action, new=NewConclusion(text, **said), actor=getattr(house, by), now=LATER
    )


def _confirm(house, case, by="town_supervisor", now=LATER):
    return confirm_petition(with_papers(case).pk, remark="已核实（示例）", actor=getattr(house, by), now=now)


def _return(house, case):
    return_petition(case.pk, remark="理由不足（示例）", actor=house.town_supervisor, now=LATER)
    return Case.objects.get(pk=case.pk)


def _accused(house):
    case = triaged(house, now=NOW, kind=Kind.ACCUSATION, sensitivity=Sensitivity.SEALED)
    return Case.objects.get(pk=case.pk)


@pytest.mark.parametrize("end", ENDS.values(), ids=ENDS)
def test_every_end_is_told_before_it_is_checked_and_closed(house, end):
    build, changes, action, said, by, outcome, notice = end
    case = _end(house, build(house, now=NOW, **changes), action, said, by)
    assert (case.stage, case.results.get().outcome) == (Stage.REPORTED, outcome)
    assert case.petition_notices.owed().get().kind == notice
    with pytest.raises(NoticeOwed):
        _confirm(house, case)
    served(house, case, NoticeKind(notice), now=LATER)
    assert (_confirm(house, case).stage, case.conclusions.count()) == (Stage.CLOSED, 1)


@pytest.mark.parametrize("end", ENDS.values(), ids=ENDS)
def test_r1_no_end_is_reported_without_what_stands_behind_it(house, end):
    build, changes, action, said, by, _outcome, _notice = end
    case = build(house, now=NOW, **changes)
    for left_out in said:
        with pytest.raises(DomainError):
            _end(house, case, action, {name: value for name, value in said.items() if name != left_out}, by)
    with pytest.raises(DomainError):
        _end(house, case, action, said, by, text=" ")


def test_r1_nobody_but_the_leader_of_the_unit_declines(house):
    case = triaged(house, now=NOW)
    for by in ("petition_handler", "town_supervisor"):
        with pytest.raises(Case.DoesNotExist):
            _end(house, case, Action.DECLINE, REFUSED, by)
    appoint(house.unit_leader, role=Role.UNIT_LEADER, center=house.town, starts_on=LONG_AGO)
    with pytest.raises(DomainError):
        _end(house, case, Action.DECLINE, REFUSED, "unit_leader")


def test_a_withdrawal_is_the_petitioners_own_statement_and_nothing_is_owed_after_it(house):
    case = accepted(house, now=NOW)
    with pytest.raises(DomainError):
        _end(house, case, Action.WITHDRAW, {})
    with pytest.raises(DomainError):
        _end(house, case, Action.WITHDRAW, {"stated_on": at("2026-03-11").date()})
    _end(house, case, Action.WITHDRAW, {"stated_on": TODAY}, text="信访人陈述：问题已解决。（示例）")
    assert (_confirm(house, case).stage, case.conclusions.get().stated_on) == (Stage.CLOSED, TODAY)


def test_a_route_that_is_not_open_to_the_claim_is_not_told(house):
    case = triaged(house, now=NOW, route=ClaimRoute.ARBITRATION)
    with pytest.raises(DomainError):
        _end(house, case, Action.GUIDE_OUT, {**GUIDED, "route": StatutoryRoute.RECONSIDERATION})


def test_r2_an_accusation_goes_under_seal_to_whom_it_does_not_accuse(house):
    case = _accused(house)
    name_accused(case.pk, accused=Target(name="枫桥镇某所（示例）"), actor=house.officer, now=NOW)
    with pytest.raises(DomainError):
        _end(house, case, Action.TRANSFER, {**MOVED, "organ": "枫桥镇某所（示例）"}, "officer")
    _end(house, case, Action.TRANSFER, MOVED, "officer")
    with pytest.raises(SeparationOfDuties):
        _confirm(house, case, by="officer")
    assert _confirm(house, case, by="second_officer").stage == Stage.CLOSED
    assert not case.petition_notices.exists()


@pytest.mark.parametrize("by", ["town_triage", "petition_handler", "petition_leader", "town_supervisor"])
def test_r2_nobody_outside_the_compartment_knows_of_an_accusation(house, by):
    case = _accused(house)
    assert not Case.objects.visible_to(getattr(house, by)).filter(pk=case.pk).exists()
    with pytest.raises(Case.DoesNotExist):
        _end(house, case, Action.TRANSFER, MOVED, by)


def _entered(house, route=ClaimRoute.DUTY, way=StatutoryRoute.PERFORMANCE_OF_DUTY, due="2026-05-10"):
    case = triaged(house, now=NOW, route=route)
    told = {"route": way, "basis": "行政诉讼法第47条", "due_on": at(due).date()}
    enter_procedure(case.pk, **told, actor=house.petition_handler, now=LATER)
    return Case.objects.get(pk=case.pk)


def test_a_statutory_procedure_has_its_own_last_day_and_no_opinion(house):
    case = _entered(house)
    told = {"ended_on": LATER.date(), "actor": house.petition_handler, "now": LATER}
    with pytest.raises(NoticeOwed):
        end_procedure(case.pk, result="已查处（示例）", **told)
    served(house, case, NoticeKind.RECEIPT, now=LATER)
    end_procedure(case.pk, result="已查处（示例）", **told)
    assert not case.clocks.filter(kind="PET_HANDLE").exists()
    case = _return(house, case)
    assert (case.petition.state, case.statutory_procedures.get().ended_on) == ("in_procedure", None)
    end_procedure(case.pk, result="已查处（示例）", **told)
    assert _confirm(house, case).stage == Stage.CLOSED


def test_a_withdrawal_ends_the_procedure_and_a_returned_one_lets_another_begin(house):
    case = _entered(house)
    _end(house, case, Action.WITHDRAW, {"stated_on": LATER.date()})
    assert case.statutory_procedures.get().ended_on == LATER.date()
    told = {"route": StatutoryRoute.PERFORMANCE_OF_DUTY, "basis": "示例", "due_on": at("2026-05-10").date()}
    enter_procedure(_return(house, case).pk, **told, actor=house.petition_handler, now=LATER)
    assert case.statutory_procedures.count() == 2


def test_a_procedure_that_is_not_open_or_is_over_already_is_not_entered(house):
    for changes in ({"way": StatutoryRoute.LABOUR_ARBITRATION}, {"due": "2026-03-09"}):
        with pytest.raises(DomainError):
            _entered(house, **changes)
    with pytest.raises(IllegalTransition):
        _entered(house, route=ClaimRoute.PETITION)


@pytest.mark.parametrize("by", ["petition_handler", "petition_leader"])
def test_nobody_who_had_a_hand_in_it_checks_it(house, by):
    case = opinion_served(house, now=NOW)
    appoint(getattr(house, by), role=Role.SUPERVISOR, center=house.town, starts_on=LONG_AGO)
    with pytest.raises(SeparationOfDuties):
        _confirm(house, case, by=by)


def test_a_returned_end_is_not_told_any_more(house):
    case = _end(house, triaged(house, now=NOW), Action.DECLINE, REFUSED, "petition_leader")
    case = _return(house, case)
    assert (case.petition.state, case.stage) == ("triaged", Stage.TRIAGED)
    assert (case.petition_notices.owed().count(), case.petition_notices.get().waived_at) == (0, LATER)
    assert case.clocks.get(kind="PET_NOTICE_DIRECT").state == "running"


def test_an_opinion_that_is_returned_is_replaced_and_its_window_with_it(house):
    case = _return(house, opinion_served(house, now=NOW))
    assert (case.petition.state, case.clocks.get(kind="PET_ASKREVIEW").state) == ("accepted", "cancelled")
    draft_opinion(case.pk, new=new_opinion(TODAY), actor=house.petition_handler, now=LATER)
    sign_opinion(case.pk, remark="示例", actor=house.petition_leader, now=LATER)
    serve_opinion(case.pk, new=told(LATER.date()), actor=house.petition_handler, now=LATER)
    running = case.clocks.running().get(kind="PET_ASKREVIEW")
    assert running.due_on.isoformat() == "2026-04-09"


def test_r7_the_matter_stays_open_until_the_petitioners_thirty_days_are_over(house):
    case = opinion_served(house, now=NOW)
    _confirm(house, case)
    assert case.clocks.get(kind="PET_ASKREVIEW").state == "running"
    assert set(case.clocks.exclude(kind="PET_ASKREVIEW").values_list("state", flat=True)) <= {"met", "lapsed"}
    with pytest.raises(DomainError, match="2026-04-01"):
        close_petition(case.pk, actor=house.town_supervisor, now=at("2026-04-01", 23, 59))
    assert close_petition(case.pk, actor=house.town_supervisor, now=at("2026-04-02", 0, 1)).stage == Stage.CLOSED


def test_an_extension_is_told_to_the_petitioner_before_the_end(house):
    case = accepted(house, now=NOW)
    limit = case.clocks.get(kind="PET_HANDLE")
    new = NewExtension(limit.pk, 10, "情况复杂（示例）")
    asked = ask_extension(case.pk, new=new, actor=house.petition_handler, now=LATER)
    told_of = {"is_granted": True, "remark": "同意（示例）", "actor": house.petition_leader, "now": LATER}
    decide_extension(case.pk, extension_id=asked.pk, **told_of)
    _end(house, case, Action.WITHDRAW, {"stated_on": TODAY})
    with pytest.raises(NoticeOwed):
        _confirm(house, case)
    tell_extension(asked.pk, told_on=LATER.date(), actor=house.petition_handler, now=LATER)
    assert _confirm(house, case).stage == Stage.CLOSED


@pytest.mark.parametrize("stage", [triaged, accepted, drafted, signed])
def test_nothing_is_closed_before_there_is_a_result(house, stage):
    case = stage(house, now=NOW)
    for verb in (_confirm, lambda house, case: close_petition(case.pk, actor=house.town_supervisor, now=LATER)):
        with pytest.raises(IllegalTransition):
            verb(house, case)
