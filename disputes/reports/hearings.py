"""The sessions and the follow-ups of a case, as its page shows them."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Prefetch
from django.utils.translation import gettext as _

from cases.models import Case
from cases.reports.holdings import rows_of
from core import clock
from core.masking import mask_name
from disputes.enums import Action, AttendanceRole, FollowUpState, SessionState, State
from disputes.models import Attendance, ContactAttempt, FollowUp, Session, SessionRecord
from disputes.rules.procedure import is_open


@dataclass(frozen=True, slots=True)
class SessionLine:
    """One session with who is or was there, and its record if it was held. ``is_unled``: no mediator is left for it."""

    row: Session
    state: str
    people: list[str]
    record: SessionRecord | None
    routes: list[str]
    is_unled: bool


def session_lines(case: Case) -> list[SessionLine]:
    """Return the sessions of a case, the newest first."""
    asked = Attendance.objects.with_departure().select_related("party", "person")
    rows = rows_of(case, case.sessions.all()).select_related("record").prefetch_related(Prefetch("attendances", asked))
    is_going_on = is_open(State(case.dispute.state), Action.CANCEL_SESSION) if hasattr(case, "dispute") else False
    lines = []
    for row in rows.order_by("-starts_at", "-pk"):
        record = getattr(row, "record", None)
        people = [_who(one, row) for one in row.attendances.all()]
        routes = record.route_labels() if record else []
        is_unled = is_going_on and row.state == SessionState.PLANNED and not _has_mediator(row)
        lines.append(SessionLine(row, _standing(row, is_going_on=is_going_on), people, record, routes, is_unled))
    return lines


def _standing(row: Session, *, is_going_on: bool) -> str:
    if row.state == SessionState.PLANNED and not is_going_on:
        return _("Not held: the mediation had ended")
    return str(SessionState(row.state).label)


def _has_mediator(row: Session) -> bool:
    return any(one.role == AttendanceRole.MEDIATOR and not _is_gone(one, row) for one in row.attendances.all())


def _is_gone(one: Attendance, row: Session) -> bool:
    """Return whether somebody was taken out; of a session that was held, its record says nothing of them then."""
    if row.state == SessionState.HELD:
        return one.is_present is None
    gone_at = one.gone_at  # type: ignore[attr-defined]  # annotated
    return row.state == SessionState.PLANNED and gone_at is not None and gone_at <= row.starts_at


def _who(one: Attendance, row: Session) -> str:
    if one.role == AttendanceRole.PARTY:
        text = f"{one.party.get_role_display()} {one.party.shown_name}"  # type: ignore[union-attr]  # by a constraint
    elif one.role == AttendanceRole.PARTICIPANT:
        text = f"{one.capacity} {mask_name(one.name)}"
    else:
        text = f"{one.get_role_display()} {one.person}"
    if _is_gone(one, row):
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
