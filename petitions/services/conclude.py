"""The ways on which a petition ends without an opinion: each is reported, told where it is owed, and checked."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Final

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from cases.enums import EventKind, Outcome
from cases.models import Case
from cases.services.events import record
from cases.services.results import report_result
from core import clock
from core.errors import DomainError
from core.models import User
from petitions.enums import Action, Kind, NotAcceptedReason, StatutoryRoute, SuggestionOutcome
from petitions.models import Conclusion, Petition
from petitions.rules.notices import OWED
from petitions.rules.routes import ways_of
from petitions.services.notices import drop_notices, owe_notice
from petitions.services.obtain import move_to, obtain_petition, require_leader, route_of


@dataclass(frozen=True, slots=True)
class NewConclusion:
    """What is reported, in words, and what stands behind it; each way asks for its own part of it."""

    text: str
    reason: NotAcceptedReason | None = None
    route: StatutoryRoute | None = None
    outcome: SuggestionOutcome | None = None
    organ: str = ""
    basis: str = ""
    stated_on: date | None = None


@dataclass(frozen=True, slots=True)
class Way:
    """One way to an end: what is reported, what stands in the timeline, and what has to be said."""

    outcome: Outcome
    event: EventKind
    asked: frozenset[str]


WAYS: Final[Mapping[Action, Way]] = {
    Action.DECLINE: Way(Outcome.NOT_ACCEPTED, EventKind.NOT_ACCEPTED, frozenset({"reason", "organ", "basis"})),
    Action.GUIDE_OUT: Way(Outcome.GUIDED_OUT, EventKind.GUIDED_OUT, frozenset({"route", "organ"})),
    Action.REPLY: Way(Outcome.REPLIED, EventKind.SUGGESTION_REPLIED, frozenset({"outcome"})),
    Action.TRANSFER: Way(Outcome.TRANSFERRED, EventKind.TRANSFERRED_UNDER_SEAL, frozenset({"organ", "stated_on"})),
    Action.SETTLE: Way(Outcome.SETTLED, EventKind.SETTLED, frozenset({"stated_on", "basis"})),
    Action.WITHDRAW: Way(Outcome.WITHDRAWN, EventKind.WITHDRAWN, frozenset({"stated_on"})),
}


@transaction.atomic
def conclude_petition(case_id: int, *, action: Action, new: NewConclusion, actor: User, now: datetime) -> Case:
    """End a petition without an opinion, on one of ``WAYS``, and report it to be checked.

    Not accepted is signed by the leader of the unit. A withdrawal is the petitioner's own, with what was stated and
    when; nothing that was still to be told is owed after it, and a statutory procedure ends with it. Raises
    DomainError for what a way asks for and was not said, a route that is not open to the claim, a day that cannot be,
    and an accusation that would go to the accused.
    """
    petition, case, state = obtain_petition(case_id, action, actor=actor)
    way = WAYS[action]
    if action is Action.DECLINE:
        require_leader(case, actor=actor, now=now)
    _check(case, petition, way, new, now=now)
    move_to(petition, state)
    record(case, way.event, actor=actor, now=now)
    result = report_result(case, outcome=way.outcome, summary=new.text, actor=actor, now=now)
    said = {name: value or "" for name, value in asdict(new).items() if name not in {"text", "stated_on"}}
    Conclusion.objects.create(case=case, result=result, stated_on=new.stated_on, **said)
    if action in OWED:
        owe_notice(petition, action, now=now)
    if action is Action.WITHDRAW:
        drop_notices(case, since=case.received_at, now=now)
        case.statutory_procedures.filter(ended_on=None).update(ended_on=new.stated_on)
    return case


def _check(case: Case, petition: Petition, way: Way, new: NewConclusion, *, now: datetime) -> None:
    if not new.text.strip() or any(not getattr(new, name) for name in way.asked):
        raise DomainError(_("Something is missing. Fill in all that this way asks for."))
    claim = route_of(petition)
    if new.route is not None and (claim is None or new.route not in ways_of(claim)):
        raise DomainError(_("“%(route)s” is not open to such a claim. Choose another route."), route=new.route.label)
    received_on = clock.local_day(case.received_at)
    if new.stated_on is not None and not received_on <= new.stated_on <= clock.local_day(now):
        raise DomainError(_("The day lies between the day the matter was received and today."))
    if petition.kind == Kind.ACCUSATION and new.organ.strip() in _accused_names(case):
        raise DomainError(_("An accusation does not go to whom it accuses (Regulations on Petition Work, art. 30)."))


def _accused_names(case: Case) -> set[str]:
    """Return what the accused of a case are called: as written down, and as units and centers of the house."""
    rows = case.accused.values_list("name", "unit__name", "center__name", "person__full_name")
    return {name for row in rows for name in row if name}
