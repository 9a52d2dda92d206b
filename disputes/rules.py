"""The mediation procedure as data: which act leads from where to where, and which right it takes.

After the People's Mediation Law (2010) and the procedure of mediation committees; see docs/states.md.
"""

from collections.abc import Mapping
from typing import Final

from django.utils.translation import gettext_lazy as _

from core.transitions import follow
from disputes.enums import Action, State

TRANSITIONS: Final[Mapping[tuple[State, Action], State]] = {
    (State.REGISTERED, Action.TRIAGE): State.TRIAGED,
    (State.TRIAGED, Action.ACCEPT): State.ACCEPTED,
    (State.TRIAGED, Action.TERMINATE): State.TERMINATED,
    (State.ACCEPTED, Action.START): State.MEDIATING,
    (State.ACCEPTED, Action.TERMINATE): State.TERMINATED,
    (State.MEDIATING, Action.AGREE): State.AGREED,
    (State.MEDIATING, Action.TERMINATE): State.TERMINATED,
    (State.AGREED, Action.CONFIRM): State.CLOSED,
    (State.AGREED, Action.RETURN): State.MEDIATING,
    (State.TERMINATED, Action.CONFIRM): State.CLOSED,
    (State.TERMINATED, Action.RETURN): State.TRIAGED,
    (State.CLOSED, Action.REOPEN): State.TRIAGED,
}

PERMISSIONS: Final[Mapping[Action, str]] = {
    Action.TRIAGE: "cases.triage_case",
    Action.ACCEPT: "cases.handle_case",
    Action.START: "cases.handle_case",
    Action.AGREE: "cases.handle_case",
    Action.TERMINATE: "cases.handle_case",
    Action.CONFIRM: "cases.verify_case",
    Action.RETURN: "cases.verify_case",
    Action.REOPEN: "cases.verify_case",
}


def next_state(state: State, action: Action) -> State:
    """Return the state that ``action`` leads to; raise IllegalTransition if none."""
    refusal = _("“%(action)s” is not open while the matter is “%(state)s”. Reload the page to see what is.")
    return follow(TRANSITIONS, state, action, refusal=refusal)


def is_open(state: State, action: Action) -> bool:
    """Return whether ``action`` can be done from ``state``."""
    return (state, action) in TRANSITIONS


def agreement_number(series_name: str, year: int, number: int) -> str:
    """Return the number of an agreement as it stands on the standard form (Ministry of Justice, 2010).

    >>> agreement_number("枫桥", 2026, 1)
    '(2026)枫桥人调字第0001号'
    """
    return f"({year}){series_name}人调字第{number:04d}号"
