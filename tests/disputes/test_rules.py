"""The mediation procedure, cell by cell against a grid written out by hand."""

import re

import pytest

from core.errors import IllegalTransition
from disputes.enums import Action, State
from disputes.rules.numbers import agreement_number
from disputes.rules.procedure import PERMISSIONS, STAGES, TRANSITIONS, is_open, next_state

# A state, and each act that is open there with where it leads.
GRID = """
registered:      triage=triaged guide_out=guided_out
triaged:         ask_consent=pending_consent accept=accepted refuse_mediation=refused decline=not_accepted
                 withdraw=withdrawn
pending_consent: consent=pending_consent accept=accepted refuse_mediation=refused decline=not_accepted
                 withdraw=withdrawn
accepted:        plan_session=accepted cancel_session=accepted
                 consent=accepted start=mediating terminate=terminated withdraw=withdrawn
mediating:       plan_session=mediating hold_session=mediating cancel_session=mediating
                 consent=mediating agree=agreed terminate=terminated withdraw=withdrawn
agreed:          confirm=performing return=mediating
performing:      perform=performing urge=performing fulfil=performed breach=breached
                 apply_confirmation=performing court_result=performing
                 follow_up=performing judge_follow_up=performing
performed:       confirm=closed return=performing apply_confirmation=performed court_result=performed
                 follow_up=performed judge_follow_up=performed
breached:        confirm=closed return=performing apply_confirmation=breached court_result=breached
                 follow_up=breached judge_follow_up=breached
terminated:      confirm=closed return=triaged
refused:         confirm=closed return=triaged
not_accepted:    confirm=closed return=triaged
guided_out:      confirm=closed return=registered
withdrawn:       confirm=closed return=triaged
closed:          reopen=triaged apply_confirmation=closed court_result=closed
                 follow_up=closed judge_follow_up=closed
"""
ROWS = {
    state: dict(cell.split("=") for cell in cells.split())
    for state, cells in re.findall(r"^(\w+):((?:\s+\w+=\w+)+)", GRID, re.MULTILINE)
}
RIGHTS = {
    "triage_case": {"triage", "guide_out"},
    "handle_case": {"ask_consent", "consent", "accept", "start", "agree"}
    | {"plan_session", "hold_session", "cancel_session", "apply_confirmation", "court_result"}
    | {"perform", "urge", "fulfil", "breach"}
    | {"terminate", "refuse_mediation", "decline", "withdraw"},
    "verify_case": {"confirm", "return", "reopen", "follow_up", "judge_follow_up"},
}


def test_the_grid_has_every_state_and_every_action():
    assert set(ROWS) == set(State.values)
    assert set().union(*ROWS.values()) == set(Action.values)


@pytest.mark.parametrize("state", State)
def test_every_cell_of_a_row(state):
    for action in Action:
        following = ROWS[state.value].get(action.value)
        assert is_open(state, action) is (following is not None)
        if following:
            assert next_state(state, action) is State(following)
        else:
            with pytest.raises(IllegalTransition, match=str(action.label)):
                next_state(state, action)


def test_every_action_takes_a_right():
    assert {Action(name): f"cases.{right}" for right, names in RIGHTS.items() for name in names} == PERMISSIONS


def test_every_state_that_a_returned_result_leads_to_has_a_stage():
    assert {state for (_from, action), state in TRANSITIONS.items() if action is Action.RETURN} == set(STAGES)


@pytest.mark.parametrize(("number", "text"), [(1, "(2026)枫桥人调字第0001号"), (12345, "(2026)枫桥人调字第12345号")])
def test_the_number_of_an_agreement(number, text):
    assert agreement_number("枫桥", 2026, number) == text
