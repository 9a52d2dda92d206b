"""The sessions and the follow-ups of a case, as its page shows them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from cases.models import Case
from cases.reports.recusals import staff_near
from core import clock
from core.masking import mask_name
from disputes.enums import Action, AttendanceRole, FollowUpState, SessionState, State
from disputes.models import Attendance, ContactAttempt, FollowUp, Session, SessionRecord
from disputes.reports.joint import session_mediators
from disputes.rules.procedure import is_open


@dataclass(frozen=True, slots=True)
class SessionLine:
    """One session with who is or was there, and its record if it was held."""

    row: Session
    state: str
    people: list[str]
    record: SessionRecord | None
    routes: list[str]


def session_lines(case: Case, *, today: date) -> list[SessionLine]:
    """Return the sessions of a case, the newest first; of what is planned, who can no longer come."""
    rows = case.sessions.select_related("record").prefetch_related("attendances__party", "attendances__person")
    is_going_on = is_open(State(case.dispute.state), Action.CANCEL_SESSION) if hasattr(case, "dispute") else False
    sessions = list(rows.order_by("-starts_at", "-pk"))
    is_planned = is_going_on and any(row.state == SessionState.PLANNED for row in sessions)
    staying = _staying(case, today=today) if is_planned else {}
    lines = []
    for row in sessions:
        record = getattr(row, "record", None)
        able = staying if row.state == SessionState.PLANNED else {}
        people = [_who(one, able) for one in row.attendances.all()]
        routes = record.route_labels() if record else []
        lines.append(SessionLine(row, _standing(row, is_going_on=is_going_on), people, record, routes))
    return lines


def _standing(row: Session, *, is_going_on: bool) -> str:
    if row.state == SessionState.PLANNED and not is_going_on:
        return _("Not held: the mediation had ended")
    return str(SessionState(row.state).label)


def _staying(case: Case, *, today: date) -> Mapping[str, set[int]]:
    """Return by role who of the house can come to a session now: neither recused nor of a unit that was released."""
    return {
        AttendanceRole.MEDIATOR: {person.pk for person in session_mediators(case, on=today)},
        AttendanceRole.RECORDER: set(staff_near(case, on=today).values_list("pk", flat=True)),
    }


def _who(one: Attendance, staying: Mapping[str, set[int]]) -> str:
    if one.role == AttendanceRole.PARTY:
        text = f"{one.party.get_role_display()} {one.party.shown_name}"  # type: ignore[union-attr]  # by a constraint
    elif one.role == AttendanceRole.PARTICIPANT:
        text = f"{one.capacity} {mask_name(one.name)}"
    else:
        text = f"{one.get_role_display()} {one.person}"
    if one.person_id is not None and one.person_id not in staying.get(one.role, {one.person_id}):
        return _("%(who)s (no longer takes part)") % {"who": text}
    if one.is_present is False:
        return _("%(who)s (absent)") % {"who": text}
    return _("%(who)s (signed)") % {"who": text} if one.has_signed else text


@dataclass(frozen=True, slots=True)
class FollowUpLine:
    """One follow-up with how it stands in words, and how often somebody was sought in vain."""

    row: FollowUp
    state: str
    tries: list[str]
    texts: list[str]


def follow_up_lines(case: Case, *, today: date) -> list[FollowUpLine]:
    """Return the follow-ups of a case, those that come first before the others."""
    rows = case.follow_ups.select_related("party", "done_by", "judged_by", "agreement__result").prefetch_related(
        "attempts"
    )
    return [
        FollowUpLine(row, _fate(row, case, today), [_try(one) for one in row.attempts.all()], _findings(row))
        for row in rows
    ]


def _findings(row: FollowUp) -> list[str]:
    """Return what was found and decided, each in a sentence that says what it is about."""
    found = {
        _("Dissatisfied because: %(text)s"): row.reason,
        _("Performance: %(text)s"): row.performance,
        _("Lawsuit: %(text)s"): row.litigation,
        _("Measures: %(text)s"): row.measures,
    }
    lines = [sentence % {"text": text} for sentence, text in found.items() if text]
    if row.verdict:
        names = {"verdict": row.get_verdict_display(), "who": row.judged_by, "ground": row.verdict_ground}
        lines.append(_("%(verdict)s, decided by %(who)s: %(ground)s") % names)
    return lines


def _fate(row: FollowUp, case: Case, today: date) -> str:
    if row.state == FollowUpState.DUE:
        if row.due_on > today:
            return _("planned")
        return _("still owed after the closing, to be done now") if case.closed_at else _("to be done now")
    if row.state == FollowUpState.DROPPED:
        is_past = row.agreement.result.round < case.round
        return _("not asked any more: taken up again since") if is_past else _("not asked any more: it was not kept")
    return str(row.get_result_display())


def _try(one: ContactAttempt) -> str:
    reached = _("reached") if one.is_reached else _("not reached")
    return f"{one.tried_at.astimezone(clock.SHANGHAI):%Y-%m-%d %H:%M} {one.get_way_display()} {reached}"
