"""How a mediation ends without an agreement that is kept: for which reasons, and which routes are told of then."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from cases.enums import Category, EventKind, Outcome
from disputes.enums import Action, EndReason, Route


@dataclass(frozen=True, slots=True)
class End:
    """One way out: what is reported, what stands in the timeline, and the reasons there are for it."""

    outcome: Outcome
    event: EventKind
    reasons: tuple[EndReason, ...]
    owes_routes: bool = True


# What may not be mediated: Order 75 of the Ministry of Justice (2002), art. 22, and what it takes to be accepted.
UNSUITABLE: Final = (
    EndReason.RESERVED,
    EndReason.PROHIBITED,
    EndReason.BEFORE_COURT,
    EndReason.BEFORE_ORGAN,
    EndReason.NOT_CIVIL,
)
ENDS: Final[Mapping[Action, End]] = {
    # People's Mediation Law, arts. 23 and 26.
    Action.TERMINATE: End(
        Outcome.TERMINATED,
        EventKind.TERMINATED,
        (
            EndReason.PARTY_STOPS,
            EndReason.IMPOSSIBLE,
            EndReason.BAD_FAITH,
            EndReason.COLLUSION,
            EndReason.TIME_LIMIT,
            EndReason.VIOLENCE,
            EndReason.BEFORE_COURT,
            EndReason.BEFORE_ORGAN,
        ),
    ),
    # Art. 31: the committee urges the parties to perform; art. 32: the court decides about an agreement not kept.
    Action.BREACH: End(Outcome.BREACHED, EventKind.BREACHED, (EndReason.NOT_PERFORMED,)),
    # People's Mediation Law, art. 17: no mediation against the clear refusal of a party.
    Action.REFUSE: End(Outcome.REFUSED, EventKind.REFUSED, (EndReason.PARTY_REFUSES,)),
    Action.DECLINE: End(
        Outcome.NOT_ACCEPTED,
        EventKind.NOT_ACCEPTED,
        (EndReason.NO_RESPONDENT, EndReason.NO_REQUEST, EndReason.NO_FACTS, EndReason.VIOLENCE, *UNSUITABLE),
    ),
    Action.GUIDE_OUT: End(Outcome.GUIDED_OUT, EventKind.GUIDED_OUT, UNSUITABLE),
    Action.WITHDRAW: End(Outcome.WITHDRAWN, EventKind.WITHDRAWN, (EndReason.APPLICANT_WITHDRAWS,), owes_routes=False),
}

# Reasons that are a party's own will (People's Mediation Law, art. 23): they wait for nothing that the office owes.
OF_PARTIES: Final = frozenset({EndReason.PARTY_STOPS, EndReason.PARTY_REFUSES, EndReason.APPLICANT_WITHDRAWS})

_ALSO_OWED: Final[Mapping[Category, Route]] = {
    Category.LABOUR: Route.LABOUR_ARBITRATION,
    Category.MIGRANT_WAGES: Route.LABOUR_ARBITRATION,
    Category.FOREST_LAND: Route.LAND_ARBITRATION,
    Category.MEDICAL: Route.ADMINISTRATIVE,
    Category.TRAFFIC: Route.ADMINISTRATIVE,
    Category.CONSUMER: Route.ADMINISTRATIVE,
    Category.ENVIRONMENT: Route.ADMINISTRATIVE,
    Category.EXPROPRIATION: Route.RECONSIDERATION,
    Category.ADMINISTRATIVE: Route.RECONSIDERATION,
    Category.CONTRACT: Route.ARBITRATION,
}

# Anti-Domestic Violence Law, arts. 13 and 23; Legal Aid Law, art. 32.
_OWED_OF_VIOLENCE: Final = (Route.PROTECTION_ORDER, Route.POLICE, Route.LEGAL_AID)


def routes_owed_for(reason: EndReason) -> tuple[Route, ...]:
    """Return the routes the parties must be told of besides, because of the reason a matter ends for."""
    return _OWED_OF_VIOLENCE if reason is EndReason.VIOLENCE else ()


def routes_owed(action: Action, category: Category, *, is_confirmed: bool = False) -> tuple[Route, ...]:
    """Return the routes the parties must be told of when a matter of ``category`` ends by ``action``.

    The court stays open to everybody (People's Mediation Law, arts. 3 and 26); some matters have a route of their own.
    An agreement that a court has confirmed is enforced where it is not kept (Civil Procedure Law, art. 206): no other
    suit is needed.

    >>> routes_owed(Action.TERMINATE, Category.LABOUR)
    (Route.COURT, Route.LABOUR_ARBITRATION)
    """
    if not ENDS[action].owes_routes:
        return ()
    if action is Action.BREACH and is_confirmed:
        return (Route.ENFORCEMENT,)
    also = _ALSO_OWED.get(category)
    return (Route.COURT, also) if also else (Route.COURT,)
