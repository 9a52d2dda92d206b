"""The mediation procedure, cell by cell against a grid written out by hand."""

import pytest

from core.errors import IllegalTransition
from disputes.enums import Action, State
from disputes.rules import PERMISSIONS, agreement_number, is_open, next_state

GRID = """
            triage    accept    start      agree   terminate   confirm  return     reopen
registered  triaged   .         .          .       .           .        .          .
triaged     .         accepted  .          .       terminated  .        .          .
accepted    .         .         mediating  .       terminated  .        .          .
mediating   .         .         .          agreed  terminated  .        .          .
agreed      .         .         .          .       .           closed   mediating  .
terminated  .         .         .          .       .           closed   triaged    .
closed      .         .         .          .       .           .        .          triaged
"""
HEAD, *ROWS = [line.split() for line in GRID.strip().splitlines()]
CELLS = [(row[0], action, cell) for row in ROWS for action, cell in zip(HEAD, row[1:], strict=True)]


def test_the_grid_has_every_state_and_every_action():
    assert len(CELLS) == len(State) * len(Action)
    assert ({row[0] for row in ROWS}, set(HEAD)) == (set(State.values), set(Action.values))


@pytest.mark.parametrize(("state", "action", "following"), CELLS)
def test_every_cell_of_the_table(state, action, following):
    if following == ".":
        with pytest.raises(IllegalTransition, match=str(Action(action).label)):
            next_state(State(state), Action(action))
    else:
        assert next_state(State(state), Action(action)) is State(following)
    assert is_open(State(state), Action(action)) is (following != ".")


def test_every_action_takes_a_right():
    assert {action.value: permission.removeprefix("cases.") for action, permission in PERMISSIONS.items()} == {
        "triage": "triage_case",
        "accept": "handle_case",
        "start": "handle_case",
        "agree": "handle_case",
        "terminate": "handle_case",
        "confirm": "verify_case",
        "return": "verify_case",
        "reopen": "verify_case",
    }


@pytest.mark.parametrize(("number", "text"), [(1, "(2026)枫桥人调字第0001号"), (12345, "(2026)枫桥人调字第12345号")])
def test_the_number_of_an_agreement(number, text):
    assert agreement_number("枫桥", 2026, number) == text
