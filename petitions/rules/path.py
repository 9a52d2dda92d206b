"""The statutory path of a petition: its stations, and what the law asks next of whom, by which article. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from cases.enums import ClockKind
from petitions.enums import ClaimRoute, Instance, Kind, State
from petitions.rules.procedure import ELSEWHERE

_START: Final = (State.REGISTERED, State.TRIAGED)
_ON_THE_WAY: Final = frozenset({State.REFERRED, State.OBJECTED})
_BY_OPINION: Final = (State.ACCEPTED, State.DRAFTED, State.OPINION_ISSUED, State.SERVED, State.REVIEW_WINDOW)
_BY_REVIEW: Final = (
    State.UNDER_REVIEW,
    State.REVIEW_DRAFTED,
    State.REVIEW_ISSUED,
    State.REVIEW_SERVED,
    State.REREVIEW_WINDOW,
)
_BY_REREVIEW: Final = (
    State.UNDER_REREVIEW,
    State.REREVIEW_DRAFTED,
    State.REREVIEW_ISSUED,
    State.REREVIEW_SERVED,
    State.FINAL,
)
# Ends that leave the path of a kind, each instead of all that would have followed.
ENDS_EARLY: Final = frozenset({State.SETTLED, State.NOT_ACCEPTED, State.WITHDRAWN, State.GUIDED_OUT})


@dataclass(frozen=True, slots=True)
class Ask:
    """What is asked next, by which article, and within which limit."""

    what: str | Promise
    article: str = ""
    limit: ClockKind | None = None


def stations(kind: Kind, route: ClaimRoute | None) -> Sequence[State]:
    """Return the states that a petition passes through on its usual path.

    >>> [state.value for state in stations(Kind.SUGGESTION, None)]
    ['registered', 'triaged', 'replied', 'closed']
    """
    if kind is Kind.SUGGESTION:
        way: tuple[State, ...] = (State.REPLIED,)
    elif kind is Kind.ACCUSATION:
        way = (State.TRANSFERRED,)
    elif route is None or route is ClaimRoute.PETITION:
        way = _BY_OPINION
    else:
        way = (State.IN_PROCEDURE, State.PROCEDURE_ENDED)
    return (*_START, *way, State.CLOSED)


def path(state: State, kind: Kind, route: ClaimRoute | None, *, last: Instance = Instance.HANDLING) -> Sequence[State]:
    """Return the stations of a petition that stands at ``state``: one that ended early has that end on its path.

    A claim of which a review was asked for goes on from there; what came before is behind it. ``last`` is the highest
    instance that has decided about it: a closed one shows the path of that.

    >>> [state.value for state in path(State.WITHDRAWN, Kind.SUGGESTION, None)]
    ['registered', 'triaged', 'withdrawn', 'closed']
    """
    if state in _BY_REVIEW or (state is State.CLOSED and last is Instance.REVIEW):
        return (State.REVIEW_WINDOW, *_BY_REVIEW, State.CLOSED)
    if state in _BY_REREVIEW or (state is State.CLOSED and last is Instance.REREVIEW):
        return (State.REREVIEW_WINDOW, *_BY_REREVIEW, State.CLOSED)
    if state in _ON_THE_WAY:
        return (State.REGISTERED, state, *stations(kind, route)[1:])
    return (*_START, state, State.CLOSED) if state in ENDS_EARLY else stations(kind, route)


_HANDLE: Final = ClockKind.PET_HANDLE
_TELL: Final = ClockKind.PET_NOTICE_DIRECT
_CHECK: Final = Ask(
    _("Somebody who had no hand in it checks what was reported; whoever petitions has to have been told.")
)
_ASKS: Final[Mapping[State, Ask]] = {
    State.REGISTERED: Ask(
        _("Say what it is for and by which route it goes, and give it to a unit."),
        "信访工作条例第22条、第28条至第31条",
        ClockKind.PET_TRIAGE,
    ),
    State.REFERRED: Ask(
        _("The unit signs for it, or objects within five working days with reasons."),
        "信访工作条例第23条",
        ClockKind.PET_OBJECT,
    ),
    State.OBJECTED: Ask(
        _("Whoever sent it decides about the objection, about a second one the common superior; no limit stops."),
        "信访工作条例第23条、第24条",
        ClockKind.PET_COMPETENCE,
    ),
    State.ACCEPTED: Ask(
        _("Hear the petitioner, find the facts and draft the opinion; or settle the matter by consent of both sides."),
        "信访工作条例第31条第6项、第33条、第34条",
        _HANDLE,
    ),
    State.DRAFTED: Ask(
        _("The leader of the unit signs the opinion or sends the draft back."), "信访工作条例第32条、第34条", _HANDLE
    ),
    State.OPINION_ISSUED: Ask(
        _("Serve the opinion on the petitioner, and record when, how and by what proof."), "信访工作条例第32条", _HANDLE
    ),
    State.REVIEW_WINDOW: Ask(
        _("The petitioner can ask the next higher organ for a review."), "信访工作条例第35条", ClockKind.PET_ASKREVIEW
    ),
    **dict.fromkeys(
        (State.UNDER_REVIEW, State.REVIEW_DRAFTED, State.REVIEW_ISSUED),
        Ask(
            _("The higher organ decides about the review in writing, by people who had no hand in the matter before."),
            "信访工作条例第35条",
            ClockKind.PET_REVIEW,
        ),
    ),
    State.REREVIEW_WINDOW: Ask(
        _("The petitioner can ask the next higher organ for a re-review."),
        "信访工作条例第36条",
        ClockKind.PET_ASKREREVIEW,
    ),
    **dict.fromkeys(
        (State.UNDER_REREVIEW, State.REREVIEW_DRAFTED, State.REREVIEW_ISSUED),
        Ask(
            _("The highest organ asked decides about the re-review in writing; what a hearing takes is not counted."),
            "信访工作条例第36条",
            ClockKind.PET_REREVIEW,
        ),
    ),
    State.FINAL: Ask(
        _("What was decided is executed; about the same facts and reasons nothing is accepted again."),
        "信访工作条例第32条、第36条",
        ClockKind.PET_EXECUTE,
    ),
    State.IN_PROCEDURE: Ask(_("Go on with the procedure and record its result."), "信访工作条例第31条"),
}
_TO_GUIDE: Final = Ask(
    _("Guide the petitioner to the statutory route, or enter the procedure if the unit itself is competent."),
    "信访工作条例第23条、第31条",
    _TELL,
)
_TO_ENTER: Final = Ask(
    _("Enter the procedure in which the duty is performed, and tell the petitioner."), "信访工作条例第31条第5项", _TELL
)
_TO_ACCEPT: Final = Ask(
    _("Accept it, or tell the petitioner in writing why not and where to go."), "信访工作条例第23条、第31条第6项", _TELL
)
_TO_REPLY: Final = Ask(_("Study the suggestion and reply to it."), "信访工作条例第29条", _TELL)
_TO_TRANSFER: Final = Ask(
    _("Hand it under seal to the organ that is competent, never to whom it accuses."), "信访工作条例第30条"
)


def asked_next(state: State, kind: Kind, route: ClaimRoute | None) -> Ask | None:
    """Return what the law asks next of a petition; None once it is closed."""
    if state is State.CLOSED:
        return None
    return _asked_of_triaged(kind, route) if state is State.TRIAGED else _ASKS.get(state, _CHECK)


def _asked_of_triaged(kind: Kind, route: ClaimRoute | None) -> Ask:
    if kind is not Kind.CLAIM:
        return _TO_REPLY if kind is Kind.SUGGESTION else _TO_TRANSFER
    if route in ELSEWHERE:
        return _TO_GUIDE
    return _TO_ENTER if route is ClaimRoute.DUTY else _TO_ACCEPT
