"""Why an act of sessions or follow-ups is not open on a matter, and what opens it: in words, for whoever asks."""

from datetime import date
from typing import Final

from django.utils.translation import gettext as _

from cases.models import Case
from disputes.enums import Action, FollowUpState, State
from disputes.rules.procedure import CHECKED_AGREEMENT

# Where a result waits to be checked whose return leads back to where sessions are held.
_RETURNABLE: Final = frozenset({State.AGREED, State.TERMINATED, State.WITHDRAWN})
_BEFORE: Final = frozenset({State.REGISTERED, State.TRIAGED, State.PENDING_CONSENT})


def why_no_session(case: Case) -> tuple[str, Action | None]:
    """Return why no session can be recorded now, and the act of the handler that comes first, None where none does."""
    state = State(case.dispute.state)
    if state is State.MEDIATING:
        text = _("No session waits to be recorded. Plan it first, also one that was held already, with its time.")
        return text, Action.PLAN_SESSION
    if state is State.ACCEPTED:
        text = _(
            "The mediation has not begun. Start it first, with the day on which the parties were told their rights."
        )
        return text, Action.START
    if state in _BEFORE:
        text = _("The matter is “%(state)s”. Sessions are recorded once it is accepted and the mediation has begun.")
    elif state in _RETURNABLE:
        text = _(
            "The mediation is over: “%(state)s”. Where the record of a session is missing, ask whoever checks the "
            "result to return it for more work."
        )
    else:
        text = _(
            "The mediation is over: “%(state)s”. No session is recorded any more; add what belongs to the file as an "
            "attachment. To meet the parties again, have the matter reopened after it is closed."
        )
    return text % {"state": state.label}, None


def why_no_follow_up(case: Case, *, today: date) -> str:
    """Return why nobody is to be asked on ``today``, and when or after what somebody is."""
    rows = case.follow_ups.filter(agreement__result__round=case.round)
    state = State(case.dispute.state)
    if state is State.AGREED:
        return _(
            "Follow-ups are planned when the agreement is verified. Ask a colleague who did not handle the matter."
        )
    if state not in CHECKED_AGREEMENT:
        return _("The matter is “%(state)s”. Follow-ups come after an agreement that was verified.") % {
            "state": state.label
        }
    if planned := rows.filter(state=FollowUpState.DUE, due_on__gt=today).first():
        text = _(
            "The next follow-up is to be done from %(day)s on. From that day the matter stands under “To follow up”."
        )
        return text % {"day": planned.due_on}
    if rows.filter(state=FollowUpState.DROPPED).exists():
        return _("The agreement was not kept and the matter closed with that, so nobody is asked about it any more.")
    if rows.exists():
        return _(
            "Every follow-up of this agreement is done. The findings stand on the page, under “After the agreement”."
        )
    return _("This matter was closed without an agreement, so there is nothing to follow up.")
