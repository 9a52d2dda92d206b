"""How a case reads on a page: its timeline in sentences, its stages as a strip, its nearest limit as a chip."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final, Protocol

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from cases.enums import (
    Category,
    ClockKind,
    EventKind,
    Grade,
    Outcome,
    PartyRole,
    PauseReason,
    Procedure,
    Sensitivity,
    Stage,
)
from cases.models import Case
from cases.reports.holdings import waits_to_be_signed_for
from cases.reports.paper_file import missing_papers
from cases.reports.papers import paper_label
from cases.rules.lengths import length_text
from core import clock
from core.workdays import Limit, LimitUnit

STAGES: Final = tuple(Stage)


@dataclass(frozen=True, slots=True)
class StripStage:
    """One stage in the strip at the head of the case page."""

    label: str
    is_done: bool
    is_current: bool


def papers_to_close(case: Case) -> list[tuple[str, str]]:
    """Return the papers for want of which a matter is not closed, each with where it is made or filed."""
    papers = reverse("admin:cases_case_papers", args=[case.pk])
    return [(line.label, f"{papers}#{line.anchor}") for line in missing_papers(case)]


def stage_strip(case: Case) -> list[StripStage]:
    """Return the stages of a case in order, each with whether it is behind it or where it stands."""
    current = STAGES.index(Stage(case.stage))
    is_closed = case.stage == Stage.CLOSED
    return [
        StripStage(
            standing_at(case) if index == current else str(stage.label),
            is_done=index < current or is_closed,
            is_current=index == current and not is_closed,
        )
        for index, stage in enumerate(STAGES)
    ]


class Staged(Protocol):
    """A matter, or a line about one, with how far it has come."""

    @property
    def procedure(self) -> str: ...
    @property
    def stage(self) -> str: ...


def standing_at(case: Staged) -> str:
    """Return how a matter stands: past the check, it is the parties of a dispute who still act."""
    is_performed = case.stage == Stage.VERIFIED and case.procedure == Procedure.DISPUTE
    return _("Verified, in performance") if is_performed else str(Stage(case.stage).label)


# Whose turn it is, by stage, for a matter that its holder has taken over.
_TURNS: Final[Mapping[Stage, str | Promise]] = {
    Stage.REGISTERED: gettext_lazy("Waits for: triage at %(center)s."),
    Stage.REPORTED: gettext_lazy("Waits for: verification by somebody else than %(handler)s."),
}
_TURNS_OF_DISPUTE: Final[Mapping[Stage, str | Promise]] = {
    Stage.TRIAGED: gettext_lazy("Waits for: acceptance by %(handler)s, with the consent of all parties."),
    Stage.HANDLING: gettext_lazy(
        "Waits for: the mediation by %(handler)s. "
        "It can be closed once an agreement, or its end without one, is recorded."
    ),
    Stage.VERIFIED: gettext_lazy(
        "Waits for: the parties to do what they agreed on; %(handler)s records it, and urges whoever is late."
    ),
}
_TURNS_OF_PETITION: Final[Mapping[Stage, str | Promise]] = {
    Stage.TRIAGED: gettext_lazy(
        "Waits for: %(handler)s to accept it, or to tell the petitioner in writing what follows."
    ),
    Stage.HANDLING: gettext_lazy(
        "Waits for: the handling by %(handler)s; the petition's part tells what the law asks."
    ),
    Stage.VERIFIED: gettext_lazy("Waits for: the days to end in which the petitioner can ask for a review."),
}
TURNS: Final[Mapping[Procedure, Mapping[Stage, str | Promise]]] = {
    Procedure.DISPUTE: {**_TURNS, **_TURNS_OF_DISPUTE},
    Procedure.PETITION: {**_TURNS, **_TURNS_OF_PETITION},
}


# What a procedure says of a case by itself, where more is known than how far the matter has come.
OWN_TURNS: Final[dict[Procedure, Callable[[Case], str]]] = {}


def waiting_for(case: Case) -> str:
    """Return whose turn it is and for what, nothing for a closed case."""
    own = OWN_TURNS.get(Procedure(case.procedure))
    return (own(case) if own else "") or _turn_at(case)


def _turn_at(case: Case) -> str:
    stage = Stage(case.stage)
    is_on_its_way = stage in {Stage.TRIAGED, Stage.HANDLING} and waits_to_be_signed_for(case)
    text = (
        gettext_lazy("Waits for: %(center)s to sign for the matter and to name a handler.")
        if is_on_its_way
        else TURNS[Procedure(case.procedure)].get(stage, "")
    )
    return str(text) % {
        "center": case.holder.name,
        "handler": case.handler.full_name if case.handler else _("the handler"),
    }


@dataclass(frozen=True, slots=True)
class Chip:
    """Time told in words people use, with the tone its colour has everywhere."""

    text: str
    tone: str


def running_chip(remaining_workdays: int, late_days: int) -> Chip:
    """Return how a running limit stands: late, due today, soon, or with so many working days left."""
    if late_days > 0:
        return Chip(ngettext("%(days)s day late", "%(days)s days late", late_days) % {"days": late_days}, "late")
    if remaining_workdays <= 0:
        return Chip(_("due today"), "soon")
    text = ngettext("%(days)s working day left", "%(days)s working days left", remaining_workdays) % {
        "days": remaining_workdays
    }
    return Chip(text, "soon" if remaining_workdays == 1 else "running")


class Timed(Staged, Protocol):
    """A matter, or a line about one, whose time left has been counted."""

    @property
    def due_at(self) -> datetime | None: ...
    @property
    def closed_at(self) -> datetime | None: ...
    @property
    def workdays_left(self) -> int: ...


def case_chip(case: Timed, *, today: date) -> Chip:
    """Return how the nearest limit of a case stands, whose time left has been counted."""
    if case.closed_at is None and case.due_at is None and getattr(case, "is_paused", False):
        return Chip(_("Paused"), "paused")
    if case.closed_at is not None or case.due_at is None:
        return Chip(standing_at(case), "none")
    return running_chip(case.workdays_left, (today - clock.last_day(case.due_at)).days)


def _label(choices: Any, value: str) -> str:
    return str(choices(value).label)


def _length(value: str) -> str:
    amount, _space, unit = value.partition(" ")
    return length_text(Limit(int(amount), LimitUnit(unit)))


# One sentence per kind of event; the words in it come from the event's own data.
SENTENCES: Final[Mapping[EventKind, str | Promise]] = {
    EventKind.REGISTERED: gettext_lazy("Registered at %(center)s"),
    EventKind.TRIAGED: gettext_lazy("Triaged: %(category)s, %(grade)s"),
    EventKind.ASSIGNED: gettext_lazy("%(center)s gave the matter to %(handler)s"),
    EventKind.SIGNED_FOR: gettext_lazy("%(center)s signed for the matter"),
    EventKind.CODE_ISSUED: gettext_lazy("New query code issued, the old one no longer works"),
    EventKind.CLOCK_STARTED: gettext_lazy("%(clock)s started, last day %(due_on)s"),
    EventKind.NUDGED: gettext_lazy("%(clock)s: half of the time gone, handler told"),
    EventKind.REMINDED: gettext_lazy("%(clock)s: reminder, last day %(due_on)s"),
    EventKind.PREWARNED: gettext_lazy("%(clock)s: warning, last day %(due_on)s"),
    EventKind.LIMIT_PASSED: gettext_lazy("%(clock)s passed on %(due_on)s"),
    EventKind.ESCALATED: gettext_lazy("%(clock)s passed: escalated from %(origin)s to %(target)s"),
    EventKind.NOT_ESCALATED: gettext_lazy("Limit passed, but nobody above %(center)s is in office"),
    EventKind.RED_PROPOSED: gettext_lazy("%(clock)s: a red notice to %(center)s was proposed"),
    EventKind.MEASURES_PROPOSED: gettext_lazy("%(clock)s: further measures towards %(center)s were proposed"),
    EventKind.CLOCK_PAUSED: gettext_lazy("%(clock)s paused since %(started_on)s: %(pause)s"),
    EventKind.CLOCK_RESUMED: gettext_lazy("%(clock)s goes on, last day now %(due_on)s"),
    EventKind.EXTENSION_ASKED: gettext_lazy("%(clock)s: an extension of %(length)s was asked for"),
    EventKind.CLOCK_EXTENDED: gettext_lazy("%(clock)s extended by %(length)s, last day now %(due_on)s"),
    EventKind.EXTENSION_REFUSED: gettext_lazy("%(clock)s: the extension was refused"),
    EventKind.EXTENSION_TOLD: gettext_lazy("The applicant was given notice of extension %(number)s on %(told_on)s"),
    EventKind.CLOCK_MOVED: gettext_lazy(
        "%(clock)s: the calendar changed, last day now %(due_on)s instead of %(was_on)s (%(ground)s)"
    ),
    EventKind.CENTER_MERGED: gettext_lazy("%(center)s was merged into %(target)s, which carries on the matter"),
    EventKind.CENTER_MOVED: gettext_lazy("%(center)s now belongs to %(target)s, and the matter with it"),
    EventKind.CENTER_RECUSED: gettext_lazy("%(center)s has no part in the matter"),
    EventKind.PERSON_RECUSED: gettext_lazy("Somebody has no part in the matter any more"),
    EventKind.INTEREST_DECLARED: gettext_lazy("Declared an interest, and has no part in the matter any more"),
    EventKind.ACCUSED_NAMED: gettext_lazy("Noted whom the matter complains of"),
    EventKind.HANDLER_WITHDRAWN: gettext_lazy("Taken from the handler; %(center)s names another one"),
    EventKind.HANDED_UP: gettext_lazy("Handed from %(origin)s to %(target)s"),
    EventKind.REOPENED: gettext_lazy("Reopened, round %(round)s"),
    EventKind.ARCHIVED: gettext_lazy("File archived, volume %(volume)s"),
    EventKind.SENSITIVITY_RAISED: gettext_lazy("Kept more closely: %(sensitivity)s"),
    EventKind.LOWERING_PROPOSED: gettext_lazy("Proposed to keep it less closely: %(sensitivity)s"),
    EventKind.LOWERING_REFUSED: gettext_lazy("Kept as closely as before"),
    EventKind.SENSITIVITY_LOWERED: gettext_lazy("Kept less closely: %(sensitivity)s"),
    EventKind.IDENTITY_ASKED: gettext_lazy("Asked to be shown the informant"),
    EventKind.IDENTITY_OPENED: gettext_lazy("Let the informant be shown to whoever asked"),
    EventKind.IDENTITY_REFUSED: gettext_lazy("Refused to let the informant be shown"),
    EventKind.NOTICE_ISSUED: gettext_lazy("Supervision notice %(number)s to %(center)s"),
    EventKind.NOTICE_SIGNED_FOR: gettext_lazy("Supervision notice %(number)s signed for"),
    EventKind.NOTICE_REPLIED: gettext_lazy("Supervision notice %(number)s answered"),
    EventKind.NOTICE_CLOSED: gettext_lazy("Supervision notice %(number)s closed out"),
    EventKind.NOTICE_RETURNED: gettext_lazy("Answer to supervision notice %(number)s returned"),
    EventKind.CONSENT_ASKED: gettext_lazy("The other parties were asked for their consent to mediation"),
    EventKind.CONSENTED: gettext_lazy("A party consented to mediation on %(said_on)s"),
    EventKind.ACCEPTED: gettext_lazy("Accepted; the parties consented on %(consented_on)s"),
    EventKind.MEDIATION_STARTED: gettext_lazy("Mediation started; rights told on %(rights_told_on)s"),
    EventKind.AGREED: gettext_lazy("Agreement %(number)s recorded"),
    EventKind.PARTY_ADDED: gettext_lazy("A party was added: %(role)s"),
    EventKind.LANGUAGES_NOTED: gettext_lazy("The languages that the parties need were noted"),
    EventKind.MEDIATOR_NAMED: gettext_lazy("%(person)s was named as mediator"),
    EventKind.MEDIATOR_REPLACED: gettext_lazy("A party objected to the mediator; %(person)s mediates instead"),
    EventKind.UNIT_ASKED: gettext_lazy("%(unit)s was asked to take part in the mediation"),
    EventKind.UNIT_AGREED: gettext_lazy("%(unit)s takes part in the mediation"),
    EventKind.UNIT_DECLINED: gettext_lazy("%(unit)s does not take part in the mediation"),
    EventKind.UNIT_RELEASED: gettext_lazy("%(unit)s no longer takes part in the mediation"),
    EventKind.SAFETY_FLAGGED: gettext_lazy("Somebody's safety is at stake: the parties do not meet in one session"),
    EventKind.SAFETY_CARED_FOR: gettext_lazy("A duty of protection was done on %(done_on)s"),
    EventKind.SAFETY_CLEARED: gettext_lazy("Safety flag cleared after it was looked into"),
    EventKind.HAND_OFF_RECEIVED: gettext_lazy("%(organ)s entrusted the matter by letter of %(handed_on)s"),
    EventKind.HAND_OFF_TOLD: gettext_lazy("%(organ)s was told the result on %(told_on)s"),
    EventKind.HANDED_OFF: gettext_lazy("Handed to %(organ)s on %(handed_on)s"),
    EventKind.HAND_OFF_ANSWERED: gettext_lazy("%(organ)s answered on %(answered_on)s"),
    EventKind.HAND_OFF_WITHDRAWN: gettext_lazy("Hand-off with %(organ)s withdrawn: it was recorded by mistake"),
    EventKind.PERFORMANCE_RECORDED: gettext_lazy("Performance of %(performed_on)s recorded"),
    EventKind.URGED: gettext_lazy("Urged on %(urged_on)s to perform what is late"),
    EventKind.PERFORMED: gettext_lazy("All that was agreed on has been performed"),
    EventKind.BREACHED: gettext_lazy("Agreement not kept although urged, the other routes were told"),
    EventKind.TERMINATED: gettext_lazy("Mediation ended without agreement, the other routes were told"),
    EventKind.REFUSED: gettext_lazy("A party refused mediation, the other routes were told"),
    EventKind.NOT_ACCEPTED: gettext_lazy("Not accepted, the other routes were told"),
    EventKind.GUIDED_OUT: gettext_lazy("Guided to the right route"),
    EventKind.WITHDRAWN: gettext_lazy("Withdrawn by the applicant"),
    EventKind.SESSION_PLANNED: gettext_lazy("A session was planned for %(held_on)s"),
    EventKind.SESSION_HELD: gettext_lazy("The session of %(held_on)s was held and recorded"),
    EventKind.SESSION_CANCELLED: gettext_lazy("The session planned for %(held_on)s was cancelled"),
    EventKind.CONFIRMATION_APPLIED: gettext_lazy(
        "Judicial confirmation was applied for at %(court)s on %(applied_on)s"
    ),
    EventKind.CONFIRMATION_DECIDED: gettext_lazy("The court decided about the confirmation on %(decided_on)s"),
    EventKind.FOLLOW_UP_TRIED: gettext_lazy("Follow-up: a party was not reached on %(tried_on)s"),
    EventKind.FOLLOWED_UP: gettext_lazy("Follow-up done on %(done_on)s"),
    EventKind.FOLLOW_UP_JUDGED: gettext_lazy("It was decided what is done about the dissatisfaction"),
    EventKind.SORTED: gettext_lazy("Purpose determined: %(purpose)s %(route)s"),
    EventKind.PETITION_ACCEPTED: gettext_lazy("Petition accepted"),
    EventKind.OPINION_DRAFTED: gettext_lazy("The opinion was drafted"),
    EventKind.OPINION_SENT_BACK: gettext_lazy("The draft of the opinion was sent back"),
    EventKind.OPINION_SIGNED: gettext_lazy("Opinion %(number)s signed"),
    EventKind.NOTICE_SERVED: gettext_lazy("Served on the petitioner on %(served_on)s: %(notice)s"),
    EventKind.SUGGESTION_REPLIED: gettext_lazy("The suggestion was replied to"),
    EventKind.SETTLED: gettext_lazy("Settled by consent of both sides"),
    EventKind.PROCEDURE_ENTERED: gettext_lazy("Statutory procedure entered: %(statutory_route)s, last day %(due_on)s"),
    EventKind.PROCEDURE_ENDED: gettext_lazy("The statutory procedure ended on %(ended_on)s"),
    EventKind.TRANSFERRED_UNDER_SEAL: gettext_lazy("Handed under seal to the competent organ"),
    EventKind.REFERRED: gettext_lazy("%(passed)s to %(unit)s"),
    EventKind.REFERRAL_RECEIVED: gettext_lazy("%(unit)s signed for the referral"),
    EventKind.OBJECTED: gettext_lazy("%(unit)s objected: not of its remit"),
    EventKind.OBJECTION_UPHELD: gettext_lazy("The objection of %(unit)s was upheld"),
    EventKind.OBJECTION_REJECTED: gettext_lazy("The objection of %(unit)s was rejected"),
    EventKind.COMPETENCE_DECIDED: gettext_lazy("The common superior decided that %(unit)s is competent"),
    EventKind.REVIEW_ASKED: gettext_lazy("%(instance)s asked for on %(asked_on)s"),
    EventKind.REVIEW_WITHDRAWN: gettext_lazy("The petitioner withdrew the request: %(instance)s"),
    EventKind.REVIEWER_NAMED: gettext_lazy("%(center)s named %(handler)s to decide about the review"),
    EventKind.REVIEW_RECORDED: gettext_lazy("Another organ decided: %(instance)s"),
    EventKind.OPINION_REVOKED: gettext_lazy("The handling opinion was revoked; the claim is handled anew"),
    EventKind.OPINION_EXECUTED: gettext_lazy("The opinion was executed on %(executed_on)s"),
    EventKind.HEARING_HELD: gettext_lazy("A hearing was held on %(held_on)s"),
    EventKind.RESULT_REPORTED: gettext_lazy("Result reported for checking: %(outcome)s"),
    EventKind.VERIFIED: gettext_lazy("Result verified"),
    EventKind.RETURNED: gettext_lazy("Returned for more work"),
    EventKind.CLOSED: gettext_lazy("Case closed"),
    EventKind.FILES_ATTACHED: gettext_lazy("Files added: %(count)s"),
    EventKind.FILE_WITHDRAWN: gettext_lazy("A file was withdrawn"),
    EventKind.PAPER_MADE: gettext_lazy("Paper made: %(paper)s, version %(version)s"),
    EventKind.PAPER_FILED: gettext_lazy("Original filed: %(paper)s"),
    EventKind.PAPER_SEEN: gettext_lazy("Seen, not kept: %(paper)s"),
    EventKind.PAPER_WITHDRAWN: gettext_lazy("Paper withdrawn: %(paper)s, version %(version)s"),
}
# How the values in an event's data read; a procedure adds those of its own.
WORDS: Final[dict[str, Callable[[str], str]]] = {
    "clock": lambda value: _label(ClockKind, value),
    "grade": lambda value: _label(Grade, value),
    "role": lambda value: _label(PartyRole, value),
    "category": lambda value: _label(Category, value),
    "outcome": lambda value: _label(Outcome, value),
    "sensitivity": lambda value: _label(Sensitivity, value),
    "pause": lambda value: _label(PauseReason, value),
    "length": _length,
    "paper": paper_label,
}


def sentence(kind: EventKind, data: Mapping[str, Any]) -> str:
    """Return an event as a sentence in the reader's language."""
    words = {name: WORDS[name](value) if name in WORDS else value for name, value in data.items()}
    return str(SENTENCES[kind]) % words


@dataclass(frozen=True, slots=True)
class TimelineRow:
    """One line of a case's timeline."""

    at: datetime
    text: str
    who: str
    is_late_entry: bool


def timeline(case: Case) -> list[TimelineRow]:
    """Return what happened to a case, the newest first."""
    events = case.events.order_by("-at", "-pk").values_list("at", "kind", "data", "actor__full_name", "recorded_at")
    return [
        TimelineRow(at, sentence(EventKind(kind), data), who, recorded_at - at > timedelta(days=1))
        for at, kind, data, who, recorded_at in events
    ]
