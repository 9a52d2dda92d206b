"""How a petition reads on the page of its case: where it stands, what the law asks next, and what was told."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.models import Case
from cases.pages.case import StripStage
from petitions.enums import ClaimRoute, Instance, Kind, NoticeKind, State
from petitions.models import Notice, Petition, Review
from petitions.reports.standing import petition_of
from petitions.rules.notices import ARTICLES, FIRST
from petitions.rules.path import Ask, asked_next, path

OF_A_REFERRAL: Final = ("from_center", "to_unit", "referred_by", "received_by", "objected_by", "decided_by")


@dataclass(frozen=True, slots=True)
class NoticeLine:
    """One notice: by which article it is owed, by when, and how it stands, in words and in its colour."""

    notice: Notice
    article: str
    due_on: date | None
    standing: str
    tone: str


def petition_panel(case: Case, *, today: date) -> dict[str, Any] | None:
    """Return what the page shows of the petition of a case; None for a case of another procedure."""
    petition = petition_of(case)
    if petition is None:
        return None
    state, kind = State(petition.state), Kind(petition.kind)
    route = ClaimRoute(petition.route) if petition.route else None
    ask = asked_next(state, kind, route)
    notices = case.petition_notices.select_related("clock", "served_by", "attachment")
    opinions = list(case.opinions.select_related("unit", "drafted_by", "signed_by", "executed_by"))
    reviews = list(case.reviews.select_related("center", "filed_by"))
    return {
        "petition": petition,
        "stations": _strip(path(state, kind, route, last=_last_instance(case, reviews)), state),
        "ask": ask,
        "due_on": _due_on(case, ask),
        "notices": [_notice_line(notice, petition, today=today) for notice in notices],
        "referrals": list(case.referrals.select_related(*OF_A_REFERRAL)),
        "opinions": opinions,
        "reviews": reviews,
        "hearings": list(case.hearings.select_related("recorded_by")),
        "conclusions": list(case.conclusions.select_related("result")),
        "procedures": list(case.statutory_procedures.all()),
    }


def turn_of(case: Case) -> str:
    """Return whose turn it is while a petition lies with nobody who handles it; nothing of any other."""
    petition = petition_of(case)
    if petition is None or case.handler_id is not None:
        return ""
    return str(_TURNS.get(State(petition.state), "")) % {"unit": case.unit.name if case.unit else ""}


_TURNS: Final[Mapping[State, Promise]] = {
    State.TRIAGED: gettext_lazy("Waits for: the triage officer to refer it to a unit, or to name a handler."),
    State.REFERRED: gettext_lazy("Waits for: %(unit)s to sign for it or to object."),
    State.OBJECTED: gettext_lazy("Waits for: a decision about the objection of %(unit)s."),
}


def _last_instance(case: Case, reviews: Sequence[Review]) -> Instance:
    """Return the highest instance that has decided about a petition in the present round."""
    decided = [row for row in reviews if row.round == case.round and row.ended_at and row.withdrawn_on is None]
    return Instance(decided[-1].instance) if decided else Instance.HANDLING


def _strip(states: Sequence[State], current: State) -> list[StripStage]:
    at = states.index(current)
    is_over = current is State.CLOSED
    return [
        StripStage(str(state.label), is_done=index < at or is_over, is_current=index == at and not is_over)
        for index, state in enumerate(states)
    ]


def _due_on(case: Case, ask: Ask | None) -> date | None:
    if ask is None or ask.limit is None:
        return None
    return case.clocks.open().filter(kind=ask.limit).values_list("due_on", flat=True).last()


def _notice_line(notice: Notice, petition: Petition, *, today: date) -> NoticeLine:
    due_on = notice.clock.due_on if notice.clock else None
    standing, tone = _standing(notice, petition, due_on, today)
    return NoticeLine(notice, ARTICLES[NoticeKind(notice.kind)], due_on, standing, tone)


def _standing(notice: Notice, petition: Petition, due_on: date | None, today: date) -> tuple[str, str]:
    if notice.waived_at is not None:
        is_unknown = petition.is_anonymous and notice.kind in FIRST
        return (_("not owed: name or address unclear") if is_unknown else _("not owed any more")), "none"
    is_late = due_on is not None and (notice.served_on or today) > due_on
    if notice.served_on is not None:
        return (_("served late"), "late") if is_late else (_("served"), "met")
    return (_("owed, late"), "late") if is_late else (_("owed"), "soon")
