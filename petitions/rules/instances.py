"""The three instances that decide about a claim, what each of them leads to, and who takes part in none again. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from cases.enums import ClockKind, Outcome
from petitions.enums import Instance, NoticeKind, OpinionOutcome, State


@dataclass(frozen=True, slots=True)
class Course:
    """What one instance decides, by which notice and result it is told, and what can be asked for after it.

    ``limit`` is the instance's own; ``window`` the petitioner's to go on to the next one, ``next`` that one.
    """

    outcomes: tuple[OpinionOutcome, ...]
    notice: NoticeKind
    outcome: Outcome
    limit: ClockKind
    window: ClockKind | None = None
    next: Instance | None = None


# Regulations on Petition Work (2022), arts. 32 and 34 to 36.
COURSES: Final[Mapping[Instance, Course]] = {
    Instance.HANDLING: Course(
        (
            OpinionOutcome.SUPPORTED,
            OpinionOutcome.PARTLY_SUPPORTED,
            OpinionOutcome.EXPLAINED,
            OpinionOutcome.NOT_SUPPORTED,
        ),
        NoticeKind.OPINION,
        Outcome.OPINION,
        ClockKind.PET_HANDLE,
        ClockKind.PET_ASKREVIEW,
        Instance.REVIEW,
    ),
    Instance.REVIEW: Course(
        (OpinionOutcome.UPHELD, OpinionOutcome.CHANGED, OpinionOutcome.REVOKED),
        NoticeKind.REVIEW,
        Outcome.REVIEWED,
        ClockKind.PET_REVIEW,
        ClockKind.PET_ASKREREVIEW,
        Instance.REREVIEW,
    ),
    # What is final is decided here and not sent back to be handled anew.
    Instance.REREVIEW: Course(
        (OpinionOutcome.UPHELD, OpinionOutcome.CHANGED), NoticeKind.REREVIEW, Outcome.FINAL, ClockKind.PET_REREVIEW
    ),
}
# What obliges somebody to do something, by a day that the opinion names.
TO_EXECUTE: Final = frozenset({OpinionOutcome.SUPPORTED, OpinionOutcome.PARTLY_SUPPORTED, OpinionOutcome.CHANGED})

_REVIEW: Final = frozenset({State.UNDER_REVIEW, State.REVIEW_DRAFTED, State.REVIEW_ISSUED, State.REVIEW_SERVED})
_REREVIEW: Final = frozenset(
    {State.UNDER_REREVIEW, State.REREVIEW_DRAFTED, State.REREVIEW_ISSUED, State.REREVIEW_SERVED}
)
# A review can be asked for of what was served, be it checked or not: the petitioner's days run from the service.
ASKED_FROM: Final[Mapping[State, Instance]] = {
    State.SERVED: Instance.REVIEW,
    State.REVIEW_WINDOW: Instance.REVIEW,
    State.REVIEW_SERVED: Instance.REREVIEW,
    State.REREVIEW_WINDOW: Instance.REREVIEW,
}
# The window that has to be over, or unused, before a matter is closed.
WINDOWS: Final[Mapping[State, ClockKind]] = {
    State.REVIEW_WINDOW: ClockKind.PET_ASKREVIEW,
    State.REREVIEW_WINDOW: ClockKind.PET_ASKREREVIEW,
}


def instance_at(state: State) -> Instance:
    """Return which instance a claim lies with at ``state``.

    >>> instance_at(State.REVIEW_DRAFTED) is Instance.REVIEW
    True
    """
    if state in _REVIEW:
        return Instance.REVIEW
    return Instance.REREVIEW if state in _REREVIEW else Instance.HANDLING
