"""The mediation procedure as data: which act leads from where to where, and which right it takes.

After the People's Mediation Law (2010) and the procedure of mediation committees; see docs/states.md.
"""

from collections.abc import Mapping
from typing import Final

from django.utils.translation import gettext_lazy as _

from cases.enums import Stage
from core.transitions import follow
from disputes.enums import Action, SessionState, State

# An agreement that has been checked: a court may confirm it, and somebody from outside asks how it fares.
CHECKED_AGREEMENT: Final = (State.PERFORMING, State.PERFORMED, State.BREACHED, State.CLOSED)
AFTERWARDS: Final = (Action.APPLY_CONFIRMATION, Action.COURT_RESULT, Action.FOLLOW_UP, Action.JUDGE_FOLLOW_UP)

TRANSITIONS: Final[Mapping[tuple[State, Action], State]] = {
    (State.REGISTERED, Action.TRIAGE): State.TRIAGED,
    (State.REGISTERED, Action.GUIDE_OUT): State.GUIDED_OUT,
    (State.TRIAGED, Action.ASK_CONSENT): State.PENDING_CONSENT,
    (State.TRIAGED, Action.ACCEPT): State.ACCEPTED,
    (State.TRIAGED, Action.REFUSE): State.REFUSED,
    (State.TRIAGED, Action.DECLINE): State.NOT_ACCEPTED,
    (State.TRIAGED, Action.WITHDRAW): State.WITHDRAWN,
    (State.PENDING_CONSENT, Action.CONSENT): State.PENDING_CONSENT,
    (State.PENDING_CONSENT, Action.ACCEPT): State.ACCEPTED,
    (State.PENDING_CONSENT, Action.REFUSE): State.REFUSED,
    (State.PENDING_CONSENT, Action.DECLINE): State.NOT_ACCEPTED,
    (State.PENDING_CONSENT, Action.WITHDRAW): State.WITHDRAWN,
    (State.ACCEPTED, Action.CONSENT): State.ACCEPTED,
    (State.ACCEPTED, Action.PLAN_SESSION): State.ACCEPTED,
    (State.ACCEPTED, Action.CANCEL_SESSION): State.ACCEPTED,
    (State.ACCEPTED, Action.START): State.MEDIATING,
    (State.ACCEPTED, Action.TERMINATE): State.TERMINATED,
    (State.ACCEPTED, Action.WITHDRAW): State.WITHDRAWN,
    (State.MEDIATING, Action.CONSENT): State.MEDIATING,
    (State.MEDIATING, Action.PLAN_SESSION): State.MEDIATING,
    (State.MEDIATING, Action.HOLD_SESSION): State.MEDIATING,
    (State.MEDIATING, Action.CANCEL_SESSION): State.MEDIATING,
    (State.MEDIATING, Action.AGREE): State.AGREED,
    (State.MEDIATING, Action.TERMINATE): State.TERMINATED,
    (State.MEDIATING, Action.WITHDRAW): State.WITHDRAWN,
    (State.AGREED, Action.CONFIRM): State.PERFORMING,
    (State.AGREED, Action.RETURN): State.MEDIATING,
    (State.PERFORMING, Action.PERFORM): State.PERFORMING,
    (State.PERFORMING, Action.URGE): State.PERFORMING,
    (State.PERFORMING, Action.FULFIL): State.PERFORMED,
    (State.PERFORMING, Action.BREACH): State.BREACHED,
    (State.PERFORMED, Action.CONFIRM): State.CLOSED,
    (State.PERFORMED, Action.RETURN): State.PERFORMING,
    (State.BREACHED, Action.CONFIRM): State.CLOSED,
    (State.BREACHED, Action.RETURN): State.PERFORMING,
    (State.TERMINATED, Action.CONFIRM): State.CLOSED,
    (State.TERMINATED, Action.RETURN): State.TRIAGED,
    (State.REFUSED, Action.CONFIRM): State.CLOSED,
    (State.REFUSED, Action.RETURN): State.TRIAGED,
    (State.NOT_ACCEPTED, Action.CONFIRM): State.CLOSED,
    (State.NOT_ACCEPTED, Action.RETURN): State.TRIAGED,
    (State.GUIDED_OUT, Action.CONFIRM): State.CLOSED,
    (State.GUIDED_OUT, Action.RETURN): State.REGISTERED,
    (State.WITHDRAWN, Action.CONFIRM): State.CLOSED,
    (State.WITHDRAWN, Action.RETURN): State.TRIAGED,
    (State.CLOSED, Action.REOPEN): State.TRIAGED,
    **{(state, action): state for state in CHECKED_AGREEMENT for action in AFTERWARDS},
}

PERMISSIONS: Final[Mapping[Action, str]] = {
    Action.TRIAGE: "cases.triage_case",
    Action.GUIDE_OUT: "cases.triage_case",
    Action.ASK_CONSENT: "cases.handle_case",
    Action.CONSENT: "cases.handle_case",
    Action.ACCEPT: "cases.handle_case",
    Action.START: "cases.handle_case",
    Action.AGREE: "cases.handle_case",
    Action.PLAN_SESSION: "cases.handle_case",
    Action.HOLD_SESSION: "cases.handle_case",
    Action.CANCEL_SESSION: "cases.handle_case",
    Action.APPLY_CONFIRMATION: "cases.handle_case",
    Action.COURT_RESULT: "cases.handle_case",
    Action.PERFORM: "cases.handle_case",
    Action.URGE: "cases.handle_case",
    Action.FULFIL: "cases.handle_case",
    Action.BREACH: "cases.handle_case",
    Action.TERMINATE: "cases.handle_case",
    Action.REFUSE: "cases.handle_case",
    Action.DECLINE: "cases.handle_case",
    Action.WITHDRAW: "cases.handle_case",
    Action.CONFIRM: "cases.verify_case",
    Action.RETURN: "cases.verify_case",
    Action.REOPEN: "cases.verify_case",
    Action.FOLLOW_UP: "cases.verify_case",
    Action.JUDGE_FOLLOW_UP: "cases.verify_case",
}

# Where mediators can be named and replaced: from the desk of the first one until the parties have agreed.
NAMES_MEDIATORS: Final = frozenset({State.TRIAGED, State.PENDING_CONSENT, State.ACCEPTED, State.MEDIATING})

# What comes next for the mediator, where it does not depend on anything else.
ASKED: Final[Mapping[State, Action]] = {
    State.TRIAGED: Action.ACCEPT,
    State.ACCEPTED: Action.START,
    State.PERFORMING: Action.PERFORM,
}
# While it is mediated: by how far the sessions of the round have come, None where there is none.
ASKED_IN_MEDIATION: Final[Mapping[SessionState | None, Action]] = {
    None: Action.PLAN_SESSION,
    SessionState.PLANNED: Action.HOLD_SESSION,
    SessionState.HELD: Action.AGREE,
}

# How far the matter itself has come where a returned result leads back to.
STAGES: Final[Mapping[State, Stage]] = {
    State.REGISTERED: Stage.REGISTERED,
    State.TRIAGED: Stage.TRIAGED,
    State.MEDIATING: Stage.HANDLING,
    State.PERFORMING: Stage.VERIFIED,
}


def next_state(state: State, action: Action) -> State:
    """Return the state that ``action`` leads to; raise IllegalTransition if none."""
    refusal = _("“%(action)s” is not open while the matter is “%(state)s”. Reload the page to see what is.")
    return follow(TRANSITIONS, state, action, refusal=refusal)


def is_open(state: State, action: Action) -> bool:
    """Return whether ``action`` can be done from ``state``."""
    return (state, action) in TRANSITIONS


def asked_next(state: State, *, awaits_consent: bool, session: SessionState | None) -> Action | None:
    """Return what a mediation asks of its mediator in ``state``; None where somebody else is asked, or nobody.

    ``awaits_consent``: some party has not said yes to the committee that has the matter. ``session``: how far the
    sessions of the round have come, held before planned.
    """
    if state is State.MEDIATING:
        return ASKED_IN_MEDIATION[session]
    if state is State.PENDING_CONSENT:
        return Action.CONSENT if awaits_consent else Action.ACCEPT
    return ASKED.get(state)
