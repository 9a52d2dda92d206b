"""Which limit binds what a court entrusts, where a matter may be handed, and how it came: no rows are read here."""

from collections.abc import Mapping
from typing import Final

from cases.enums import Category, ClockKind
from cases.rules.kinds import mediation_clock
from disputes.enums import Action, CourtStage, EndReason, HandOffGround, Organ, OrganAnswer, Source, State
from disputes.rules.procedure import is_open

# Provisions of the Supreme People's Court on Specially Invited Mediation (2016), art. 27.
COURT_CLOCKS: Final[Mapping[CourtStage, ClockKind]] = {
    CourtStage.BEFORE_FILING: ClockKind.MED_COURT_PRE,
    CourtStage.ORDINARY: ClockKind.MED_COURT_ORD,
    CourtStage.SUMMARY: ClockKind.MED_COURT_SUM,
}
SOURCES: Final[Mapping[Organ, Source]] = {
    Organ.POLICE: Source.POLICE,
    Organ.COURT: Source.COURT,
    Organ.PETITION: Source.PETITION,
    Organ.GOVERNMENT: Source.GOVERNMENT,
    Organ.HOTLINE: Source.HOTLINE,
}
ENTRUSTED: Final = frozenset(SOURCES.values())
# A court's limit runs from the start of a mediation; a letter that comes later finds another one running.
BEFORE_ACCEPTANCE: Final = frozenset({State.REGISTERED, State.TRIAGED, State.PENDING_CONSENT})
BEFORE_THE_END: Final = BEFORE_ACCEPTANCE | {State.ACCEPTED, State.MEDIATING}
# People's Mediation Law, art. 25: the police, or another competent department, at once.
REPORTED_TO: Final = frozenset({Organ.POLICE, Organ.GOVERNMENT})


def entrusted_clock(category: Category, stage: CourtStage | None) -> ClockKind:
    """Return which limit a mediation of ``category`` starts: the court's own, where a court entrusted it.

    >>> entrusted_clock(Category.NEIGHBOUR, CourtStage.SUMMARY).value
    'MED_COURT_SUM'
    """
    return mediation_clock(category) if stage is None else COURT_CLOCKS[stage]


def may_be_entrusted(state: State, organ: Organ) -> bool:
    """Return whether what ``organ`` entrusts can be taken down while a mediation stands at ``state``."""
    return state in (BEFORE_ACCEPTANCE if organ is Organ.COURT else BEFORE_THE_END)


def may_be_withdrawn(*, is_told: bool, is_answered: bool) -> bool:
    """Return whether a hand-off can have been recorded by mistake: no organ has dealt with it."""
    return not (is_told or is_answered)


def leaves_the_seal(organ: Organ, ground: HandOffGround) -> bool:
    """Return whether a sealed matter may be handed out so: only where the law has the police told."""
    return organ is Organ.POLICE and ground is HandOffGround.DUTY


def suggested_end(state: State, organ: Organ, answer: OrganAnswer) -> tuple[Action, EndReason] | None:
    """Return by which act, and for which reason, a mediation ends that an organ has taken up; None where nothing is.

    What a court or another organ has accepted or settled is not mediated (Order 75 of the Ministry of Justice, 22).
    """
    if answer is OrganAnswer.DECLINED:
        return None
    reason = EndReason.BEFORE_COURT if organ is Organ.COURT else EndReason.BEFORE_ORGAN
    ways = (Action.TERMINATE, Action.DECLINE, Action.GUIDE_OUT)
    return next(((action, reason) for action in ways if is_open(state, action)), None)
