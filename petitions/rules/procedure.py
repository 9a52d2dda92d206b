"""The petition procedure as data: which act leads from where to where, for which kind, and which right it takes.

After the Regulations on Petition Work (2022), chapter IV; see docs/states.md.
"""

from collections.abc import Mapping
from typing import Final

from django.utils.translation import gettext_lazy as _

from cases.enums import Stage
from centers.enums import UnitKind
from core.transitions import follow
from petitions.enums import Action, ClaimRoute, Kind, State

TRANSITIONS: Final[Mapping[tuple[State, Action], State]] = {
    (State.REGISTERED, Action.TRIAGE): State.TRIAGED,
    (State.REGISTERED, Action.WITHDRAW): State.WITHDRAWN,
    (State.TRIAGED, Action.TRIAGE): State.TRIAGED,
    (State.TRIAGED, Action.ACCEPT): State.ACCEPTED,
    (State.TRIAGED, Action.DECLINE): State.NOT_ACCEPTED,
    (State.TRIAGED, Action.GUIDE_OUT): State.GUIDED_OUT,
    (State.TRIAGED, Action.ENTER_PROCEDURE): State.IN_PROCEDURE,
    (State.TRIAGED, Action.REPLY): State.REPLIED,
    (State.TRIAGED, Action.TRANSFER): State.TRANSFERRED,
    (State.TRIAGED, Action.WITHDRAW): State.WITHDRAWN,
    (State.IN_PROCEDURE, Action.END_PROCEDURE): State.PROCEDURE_ENDED,
    (State.IN_PROCEDURE, Action.WITHDRAW): State.WITHDRAWN,
    (State.ACCEPTED, Action.SETTLE): State.SETTLED,
    (State.ACCEPTED, Action.DRAFT): State.DRAFTED,
    (State.ACCEPTED, Action.WITHDRAW): State.WITHDRAWN,
    (State.DRAFTED, Action.SIGN): State.OPINION_ISSUED,
    (State.DRAFTED, Action.SEND_BACK): State.ACCEPTED,
    (State.DRAFTED, Action.WITHDRAW): State.WITHDRAWN,
    (State.OPINION_ISSUED, Action.SERVE): State.SERVED,
    (State.SERVED, Action.CONFIRM): State.REVIEW_WINDOW,
    (State.SERVED, Action.RETURN): State.ACCEPTED,
    (State.REVIEW_WINDOW, Action.CLOSE): State.CLOSED,
    (State.TRIAGED, Action.REFER): State.REFERRED,
    (State.REFERRED, Action.REFER): State.REFERRED,
    (State.REFERRED, Action.RECEIVE): State.TRIAGED,
    (State.REFERRED, Action.OBJECT): State.OBJECTED,
    (State.TRIAGED, Action.OBJECT): State.OBJECTED,
    (State.OBJECTED, Action.UPHOLD): State.TRIAGED,
    (State.OBJECTED, Action.REJECT): State.REFERRED,
    (State.OBJECTED, Action.DECIDE_COMPETENCE): State.REFERRED,
    (State.REFERRED, Action.WITHDRAW): State.WITHDRAWN,
    (State.OBJECTED, Action.WITHDRAW): State.WITHDRAWN,
    (State.SERVED, Action.ASK_REVIEW): State.SERVED,
    (State.REVIEW_WINDOW, Action.ASK_REVIEW): State.UNDER_REVIEW,
    (State.UNDER_REVIEW, Action.NAME_REVIEWER): State.UNDER_REVIEW,
    (State.UNDER_REVIEW, Action.DRAFT_REVIEW): State.REVIEW_DRAFTED,
    (State.UNDER_REVIEW, Action.RECORD_REVIEW): State.REVIEW_SERVED,
    (State.UNDER_REVIEW, Action.WITHDRAW_REVIEW): State.REVIEW_WINDOW,
    (State.REVIEW_DRAFTED, Action.SIGN): State.REVIEW_ISSUED,
    (State.REVIEW_DRAFTED, Action.SEND_BACK): State.UNDER_REVIEW,
    (State.REVIEW_DRAFTED, Action.WITHDRAW_REVIEW): State.REVIEW_WINDOW,
    (State.REVIEW_ISSUED, Action.SERVE): State.REVIEW_SERVED,
    (State.REVIEW_SERVED, Action.ASK_REVIEW): State.REVIEW_SERVED,
    (State.REVIEW_SERVED, Action.CONFIRM): State.REREVIEW_WINDOW,
    (State.REVIEW_SERVED, Action.RETURN): State.UNDER_REVIEW,
    (State.REREVIEW_WINDOW, Action.HANDLE_ANEW): State.ACCEPTED,
    (State.REREVIEW_WINDOW, Action.CLOSE): State.CLOSED,
    (State.REREVIEW_WINDOW, Action.ASK_REVIEW): State.UNDER_REREVIEW,
    (State.UNDER_REREVIEW, Action.NAME_REVIEWER): State.UNDER_REREVIEW,
    (State.UNDER_REREVIEW, Action.DRAFT_REVIEW): State.REREVIEW_DRAFTED,
    (State.UNDER_REREVIEW, Action.RECORD_REVIEW): State.REREVIEW_SERVED,
    (State.UNDER_REREVIEW, Action.WITHDRAW_REVIEW): State.REREVIEW_WINDOW,
    (State.REREVIEW_DRAFTED, Action.SIGN): State.REREVIEW_ISSUED,
    (State.REREVIEW_DRAFTED, Action.SEND_BACK): State.UNDER_REREVIEW,
    (State.REREVIEW_DRAFTED, Action.WITHDRAW_REVIEW): State.REREVIEW_WINDOW,
    (State.REREVIEW_ISSUED, Action.SERVE): State.REREVIEW_SERVED,
    (State.REREVIEW_SERVED, Action.CONFIRM): State.FINAL,
    (State.REREVIEW_SERVED, Action.RETURN): State.UNDER_REREVIEW,
    (State.FINAL, Action.CLOSE): State.CLOSED,
    (State.SETTLED, Action.CONFIRM): State.CLOSED,
    (State.SETTLED, Action.RETURN): State.ACCEPTED,
    (State.REPLIED, Action.CONFIRM): State.CLOSED,
    (State.REPLIED, Action.RETURN): State.TRIAGED,
    (State.PROCEDURE_ENDED, Action.CONFIRM): State.CLOSED,
    (State.PROCEDURE_ENDED, Action.RETURN): State.IN_PROCEDURE,
    (State.TRANSFERRED, Action.CONFIRM): State.CLOSED,
    (State.TRANSFERRED, Action.RETURN): State.TRIAGED,
    (State.NOT_ACCEPTED, Action.CONFIRM): State.CLOSED,
    (State.NOT_ACCEPTED, Action.RETURN): State.TRIAGED,
    (State.GUIDED_OUT, Action.CONFIRM): State.CLOSED,
    (State.GUIDED_OUT, Action.RETURN): State.TRIAGED,
    (State.WITHDRAWN, Action.CONFIRM): State.CLOSED,
    (State.WITHDRAWN, Action.RETURN): State.TRIAGED,
}

TRIAGE_PERMISSION: Final = "cases.triage_case"
SIGN_PERMISSION: Final = "petitions.sign_opinion"
SERVE_NOTICE: Final = "serve_notice"  # an act that leads nowhere: whatever the state, a notice that is owed is served
SERVE_REFERRAL: Final = "serve_referral"  # the same for where it went, which whoever sent it tells
RECORD_HEARING: Final = "record_hearing"  # and so are these two
RECORD_EXECUTION: Final = "record_execution"
GIVEN_BY_OWN_ACTS: Final = frozenset({State.REFERRED, State.OBJECTED, State.UNDER_REVIEW, State.UNDER_REREVIEW})
HEARD_AT: Final = frozenset({State.ACCEPTED, State.UNDER_REVIEW, State.UNDER_REREVIEW})
PERMISSIONS: Final[Mapping[Action, str]] = {
    Action.TRIAGE: "cases.triage_case",
    Action.ACCEPT: "cases.handle_case",
    Action.DECLINE: SIGN_PERMISSION,
    Action.GUIDE_OUT: "cases.handle_case",
    Action.ENTER_PROCEDURE: "cases.handle_case",
    Action.END_PROCEDURE: "cases.handle_case",
    Action.REPLY: "cases.handle_case",
    Action.TRANSFER: "cases.view_sealed_case",
    Action.SETTLE: "cases.handle_case",
    Action.DRAFT: "cases.handle_case",
    Action.SIGN: SIGN_PERMISSION,
    Action.SEND_BACK: SIGN_PERMISSION,
    Action.SERVE: "cases.handle_case",
    Action.WITHDRAW: "cases.handle_case",
    Action.CONFIRM: "cases.verify_case",
    Action.RETURN: "cases.verify_case",
    Action.CLOSE: "cases.verify_case",
    Action.REFER: TRIAGE_PERMISSION,
    Action.RECEIVE: SIGN_PERMISSION,
    Action.OBJECT: SIGN_PERMISSION,
    Action.UPHOLD: TRIAGE_PERMISSION,
    Action.REJECT: TRIAGE_PERMISSION,
    Action.DECIDE_COMPETENCE: "petitions.decide_competence",
    Action.ASK_REVIEW: "cases.add_case",
    Action.NAME_REVIEWER: "cases.assign_case",
    Action.DRAFT_REVIEW: "cases.handle_case",
    Action.RECORD_REVIEW: "cases.handle_case",
    Action.WITHDRAW_REVIEW: "cases.add_case",
    Action.HANDLE_ANEW: "cases.verify_case",
}

# Committees of residents and of mediators are no organs, and decide nothing by an opinion.
NO_ORGANS: Final = frozenset({UnitKind.MEDIATION_COMMITTEE, UnitKind.VILLAGE_COMMITTEE})
ELSEWHERE: Final = frozenset(
    {ClaimRoute.JUSTICE, ClaimRoute.ARBITRATION, ClaimRoute.PARTY_APPEAL, ClaimRoute.ADMINISTRATIVE}
)
# Art. 31: only what has no other statutory route is decided by an opinion; of an accusation (art. 30) nothing is told
# that could reach the accused, and a suggestion (art. 29) is studied and answered.
ACTS_OF: Final[Mapping[Action, frozenset[Kind]]] = {
    Action.ACCEPT: frozenset({Kind.CLAIM}),
    Action.DECLINE: frozenset({Kind.CLAIM, Kind.SUGGESTION}),
    Action.GUIDE_OUT: frozenset({Kind.CLAIM}),
    Action.ENTER_PROCEDURE: frozenset({Kind.CLAIM}),
    Action.REPLY: frozenset({Kind.SUGGESTION}),
    Action.TRANSFER: frozenset({Kind.ACCUSATION}),
    **dict.fromkeys((Action.REFER, Action.OBJECT), frozenset({Kind.CLAIM, Kind.SUGGESTION})),
}
ROUTES_OF: Final[Mapping[Action, frozenset[ClaimRoute]]] = {
    Action.ACCEPT: frozenset({ClaimRoute.PETITION}),
    Action.GUIDE_OUT: ELSEWHERE,
    Action.ENTER_PROCEDURE: ELSEWHERE | {ClaimRoute.DUTY},
}

# What a triaged petition asks of its handler: the first of these that is open to its kind and route.
FIRST_STEPS: Final = (Action.ACCEPT, Action.GUIDE_OUT, Action.ENTER_PROCEDURE, Action.REPLY, Action.TRANSFER)
# What comes next for the handler, where it follows from the state alone.
ASKED: Final[Mapping[State, Action]] = {
    State.ACCEPTED: Action.DRAFT,
    State.OPINION_ISSUED: Action.SERVE,
    State.IN_PROCEDURE: Action.END_PROCEDURE,
    State.UNDER_REVIEW: Action.DRAFT_REVIEW,
    State.UNDER_REREVIEW: Action.DRAFT_REVIEW,
    State.REVIEW_ISSUED: Action.SERVE,
    State.REREVIEW_ISSUED: Action.SERVE,
}

# How far the matter itself has come where a returned result leads back to.
STAGES: Final[Mapping[State, Stage]] = {
    State.TRIAGED: Stage.TRIAGED,
    State.ACCEPTED: Stage.HANDLING,
    State.IN_PROCEDURE: Stage.HANDLING,
    State.UNDER_REVIEW: Stage.HANDLING,
    State.UNDER_REREVIEW: Stage.HANDLING,
}


def next_state(state: State, action: Action) -> State:
    """Return the state that ``action`` leads to; raise IllegalTransition if none."""
    refusal = _("“%(action)s” is not open while the petition is “%(state)s”. Reload the page to see what is.")
    return follow(TRANSITIONS, state, action, refusal=refusal)


def issues_opinions(kind: UnitKind) -> bool:
    """Return whether a unit of this kind can decide about a claim by a handling opinion."""
    return kind not in NO_ORGANS


def is_open(state: State, action: Action, *, kind: Kind | None, route: ClaimRoute | None) -> bool:
    """Return whether ``action`` can be done from ``state`` with a petition of ``kind`` and, of a claim, ``route``.

    >>> is_open(State.TRIAGED, Action.ACCEPT, kind=Kind.CLAIM, route=ClaimRoute.ARBITRATION)
    False
    """
    if (state, action) not in TRANSITIONS:
        return False
    fits_kind = action not in ACTS_OF or kind in ACTS_OF[action]
    return fits_kind and (action not in ROUTES_OF or route in ROUTES_OF[action])


def asked_of_handler(state: State, *, kind: Kind, route: ClaimRoute | None) -> Action | None:
    """Return the act that where a petition stands asks of its handler, None while somebody else is asked.

    >>> asked_of_handler(State.TRIAGED, kind=Kind.CLAIM, route=ClaimRoute.ARBITRATION).value
    'guide_petition'
    """
    if state is not State.TRIAGED:
        return ASKED.get(state)
    return next(action for action in FIRST_STEPS if is_open(state, action, kind=kind, route=route))
