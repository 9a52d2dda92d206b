"""The petition procedure, cell by cell against a grid written out by hand."""

import re
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from centers.enums import UnitKind
from core.errors import IllegalTransition
from petitions.enums import Action, ClaimRoute, Instance, Kind, NoticeKind, OpinionOutcome, State
from petitions.rules.instances import ASKED_FROM, COURSES, instance_at
from petitions.rules.notices import ARTICLES, FIRST, OPINIONS, OWED, handling_counts_from
from petitions.rules.path import asked_next, path
from petitions.rules.procedure import PERMISSIONS, STAGES, TRANSITIONS, is_open, issues_opinions, next_state
from petitions.rules.routes import WAYS, ways_of

# A state, and each act that is open there with where it leads.
GRID = """
registered:      triage_petition=triaged withdraw_petition=withdrawn
triaged:         triage_petition=triaged accept_petition=accepted decline_petition=not_accepted
                 guide_petition=guided_out enter_procedure=in_procedure reply_suggestion=replied
                 transfer_accusation=transferred withdraw_petition=withdrawn refer_petition=referred
                 object_to_referral=objected
referred:        refer_petition=referred receive_referral=triaged object_to_referral=objected
                 withdraw_petition=withdrawn
objected:        uphold_objection=triaged reject_objection=referred decide_competence=referred
                 withdraw_petition=withdrawn
accepted:        draft_opinion=drafted settle_petition=settled withdraw_petition=withdrawn
in_procedure:    end_procedure=procedure_ended withdraw_petition=withdrawn
drafted:         sign_opinion=opinion_issued send_back_opinion=accepted withdraw_petition=withdrawn
opinion_issued:  serve_opinion=served
served:          confirm_petition=review_window return_petition=accepted ask_review=served
review_window:   close_petition=closed ask_review=under_review
under_review:    name_reviewer=under_review draft_review=review_drafted record_review=review_served
                 withdraw_review=review_window
review_drafted:  sign_opinion=review_issued send_back_opinion=under_review withdraw_review=review_window
review_issued:   serve_opinion=review_served
review_served:   confirm_petition=rereview_window return_petition=under_review ask_review=review_served
rereview_window: close_petition=closed ask_review=under_rereview handle_anew=accepted
under_rereview:  name_reviewer=under_rereview draft_review=rereview_drafted record_review=rereview_served
                 withdraw_review=rereview_window
rereview_drafted: sign_opinion=rereview_issued send_back_opinion=under_rereview withdraw_review=rereview_window
rereview_issued: serve_opinion=rereview_served
rereview_served: confirm_petition=final return_petition=under_rereview
final:           close_petition=closed
settled:         confirm_petition=closed return_petition=accepted
replied:         confirm_petition=closed return_petition=triaged
procedure_ended: confirm_petition=closed return_petition=in_procedure
transferred:     confirm_petition=closed return_petition=triaged
not_accepted:    confirm_petition=closed return_petition=triaged
guided_out:      confirm_petition=closed return_petition=triaged
withdrawn:       confirm_petition=closed return_petition=triaged
"""
ROWS = {
    state: dict(cell.split("=") for cell in cells.split())
    for state, cells in re.findall(r"^(\w+):((?:\s+\w+=\w+)+)", GRID, re.MULTILINE)
}
RIGHTS = {
    "cases.triage_case": {"triage_petition", "refer_petition", "uphold_objection", "reject_objection"},
    "petitions.sign_opinion": {
        *("decline_petition", "sign_opinion", "send_back_opinion", "receive_referral", "object_to_referral"),
    },
    "petitions.decide_competence": {"decide_competence"},
    "cases.view_sealed_case": {"transfer_accusation"},
    "cases.verify_case": {"confirm_petition", "return_petition", "close_petition", "handle_anew"},
    "cases.add_case": {"ask_review", "withdraw_review"},
    "cases.assign_case": {"name_reviewer"},
}
PASSING = {"refer_petition", "object_to_referral"}
# Which acts a triaged petition is open to, by what it is for.
FITTING = {
    (Kind.CLAIM, ClaimRoute.PETITION): {"accept_petition", "decline_petition", *PASSING},
    **{
        (Kind.CLAIM, ClaimRoute(f"31_{number}")): {"decline_petition", "guide_petition", "enter_procedure", *PASSING}
        for number in (1, 2, 3, 4)
    },
    (Kind.CLAIM, ClaimRoute.DUTY): {"decline_petition", "enter_procedure", *PASSING},
    (Kind.SUGGESTION, None): {"decline_petition", "reply_suggestion", *PASSING},
    (Kind.ACCUSATION, None): {"transfer_accusation"},
}
# How a claim may end (arts. 31–34), each by an act of which the petitioner knows or which is the petitioner's own.
ENDS_OF_CLAIM = {Action.SERVE, Action.WITHDRAW, Action.SETTLE, Action.DECLINE}
BY_STATUTE = {Action.GUIDE_OUT, Action.END_PROCEDURE}


@pytest.mark.parametrize("state", State)
def test_every_cell_of_a_row(state):
    for action in Action:
        target = ROWS.get(state.value, {}).get(action.value)
        if target:
            assert next_state(state, action) == target
        else:
            with pytest.raises(IllegalTransition):
                next_state(state, action)


def test_every_act_takes_the_right_that_the_law_gives_it_to():
    held = {action: right for right, actions in RIGHTS.items() for action in actions}
    assert {action.value: PERMISSIONS[action] for action in Action} == {
        action.value: held.get(action.value, "cases.handle_case") for action in Action
    }


@pytest.mark.parametrize(("kind", "route"), FITTING)
def test_a_triaged_petition_is_open_to_what_fits_its_kind(kind, route):
    always = {"triage_petition", "withdraw_petition"}
    opened = {action.value for action in Action if is_open(State.TRIAGED, action, kind=kind, route=route)}
    assert opened == FITTING[kind, route] | always


def test_a_state_to_which_something_is_returned_has_its_stage():
    assert set(STAGES) == {target for (_state, action), target in TRANSITIONS.items() if action is Action.RETURN}


@given(st.sampled_from(list(ClaimRoute)), st.data())
def test_no_claim_ends_without_opinion_withdrawal_settlement_or_reasons(route, data):
    state, done = State.TRIAGED, []
    for _step in range(40):
        opened = [one for one in Action if is_open(state, one, kind=Kind.CLAIM, route=route)]
        if not opened:
            break
        done.append(data.draw(st.sampled_from(opened)))
        state = next_state(state, done[-1])
    last = [action for action in done if action in ENDS_OF_CLAIM | BY_STATUTE][-1:]
    if state is State.CLOSED:
        ends = ENDS_OF_CLAIM if route is ClaimRoute.PETITION else ENDS_OF_CLAIM | BY_STATUTE
        assert (set(last) <= ends, done[-1] in {Action.CONFIRM, Action.CLOSE}, len(last)) == (True, True, 1)


def test_a_notice_is_owed_of_every_end_but_that_of_an_accusation_and_the_petitioners_own():
    ends = {action for (_state, action), target in TRANSITIONS.items() if (target, Action.CONFIRM) in TRANSITIONS}
    told_before = {Action.SERVE, Action.END_PROCEDURE, Action.RECORD_REVIEW, Action.ASK_REVIEW}
    assert ends - set(OWED) == {Action.WITHDRAW, Action.TRANSFER} | told_before
    owed = {*OWED.values(), *(course.notice for course in COURSES.values())}
    assert (owed, set(ARTICLES)) == (set(NoticeKind), set(NoticeKind))
    assert set(NoticeKind) - FIRST == {*OPINIONS, NoticeKind.SETTLEMENT}


def test_every_instance_is_followed_by_a_window_of_the_petitioner_but_the_last():
    assert [(course.window, course.next) for course in COURSES.values()] == [
        ("PET_ASKREVIEW", Instance.REVIEW),
        ("PET_ASKREREVIEW", Instance.REREVIEW),
        (None, None),
    ]
    assert {state: instance_at(state) for state in ASKED_FROM} == {
        State.SERVED: Instance.HANDLING,
        State.REVIEW_WINDOW: Instance.HANDLING,
        State.REVIEW_SERVED: Instance.REVIEW,
        State.REREVIEW_WINDOW: Instance.HANDLING,
    }


@pytest.mark.parametrize(
    ("last", "stations"),
    [(Instance.HANDLING, "review_window"), (Instance.REVIEW, "review_served"), (Instance.REREVIEW, "final")],
)
def test_a_closed_claim_shows_the_path_of_the_last_instance(last, stations):
    shown = path(State.CLOSED, Kind.CLAIM, ClaimRoute.PETITION, last=last)
    assert (shown[-1], stations in shown) == (State.CLOSED, True)
    assert ("final" in shown) == (last is Instance.REREVIEW)


def test_what_a_higher_organ_decides_is_nothing_that_the_first_one_can():
    first, *higher = (set(course.outcomes) for course in COURSES.values())
    assert not any(first & outcomes for outcomes in higher)
    assert OpinionOutcome.REVOKED not in COURSES[Instance.REREVIEW].outcomes
    assert set.union(first, *higher) == set(OpinionOutcome)


@pytest.mark.parametrize(
    ("received", "accepted", "since"),
    [
        ("2026-03-01", "2026-03-15", "2026-03-15"),
        ("2026-03-01", "2026-03-16", "2026-03-16"),
        ("2026-03-01", "2026-03-17", "2026-03-16"),
        ("2026-03-01", "2026-06-01", "2026-03-16"),
    ],
)
def test_silence_never_lengthens_the_wait(received, accepted, since):
    days = [date.fromisoformat(day) for day in (received, accepted, since)]
    assert handling_counts_from(*days[:2]) == days[2]


def test_committees_issue_no_opinions():
    silent = {kind for kind in UnitKind if not issues_opinions(kind)}
    assert silent == {UnitKind.MEDIATION_COMMITTEE, UnitKind.VILLAGE_COMMITTEE}


@pytest.mark.parametrize("claim", [route for route in ClaimRoute if route is not ClaimRoute.PETITION])
def test_every_claim_that_goes_elsewhere_has_a_way_with_its_law(claim):
    assert ways_of(claim)
    assert all(WAYS[route].law and WAYS[route].citizens_limit for route in ways_of(claim))
    assert ways_of(ClaimRoute.PETITION) == []


@pytest.mark.parametrize(("kind", "route"), FITTING)
def test_every_state_on_a_path_says_what_is_asked_next_until_the_matter_is_closed(kind, route):
    reached = {State.REGISTERED, State.TRIAGED} | {
        target for (state, action), target in TRANSITIONS.items() if is_open(state, action, kind=kind, route=route)
    }
    for state in reached:
        if state in path(state, kind, route):
            assert (asked_next(state, kind, route) is None) == (state is State.CLOSED)
