"""The life of a supervision notice, cell by cell against a grid written out by hand."""

import pytest

from core.errors import IllegalTransition
from supervision.enums import NoticeAction, NoticeState
from supervision.rules import PERMISSIONS, TRANSITIONS, next_state, notice_number

GRID = """
            sign_for    reply    close   return
issued      signed_for  .        .       .
signed_for  .           replied  .       .
replied     .           .        closed  returned
returned    .           replied  .       .
closed      .           .        .       .
"""
HEAD, *ROWS = [line.split() for line in GRID.strip().splitlines()]
CELLS = [(row[0], action, cell) for row in ROWS for action, cell in zip(HEAD, row[1:], strict=True)]


def test_the_grid_has_every_state_and_every_action():
    assert len(CELLS) == len(NoticeState) * len(NoticeAction)
    assert ({row[0] for row in ROWS}, set(HEAD)) == (set(NoticeState.values), set(NoticeAction.values))


@pytest.mark.parametrize(("state", "action", "following"), CELLS)
def test_every_cell_of_the_table(state, action, following):
    cell = NoticeState(state), NoticeAction(action)
    assert (cell in TRANSITIONS) is (following != ".")
    if following == ".":
        with pytest.raises(IllegalTransition, match=str(cell[1].label)):
            next_state(*cell)
    else:
        assert next_state(*cell) is NoticeState(following)


def test_who_answers_does_not_judge():
    assert {action.value: right.removeprefix("supervision.") for action, right in PERMISSIONS.items()} == {
        "sign_for": "reply_supervisionnotice",
        "reply": "reply_supervisionnotice",
        "close": "verify_supervisionnotice",
        "return": "verify_supervisionnotice",
    }


@pytest.mark.parametrize(("number", "text"), [(7, "(2026)枫桥督字第0007号"), (12345, "(2026)枫桥督字第12345号")])
def test_the_number_of_a_notice(number, text):
    assert notice_number("枫桥", 2026, number) == text
