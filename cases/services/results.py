"""The closing gate: a result is reported by one person and checked by another before a case is closed."""

from datetime import datetime
from typing import Final

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cases.enums import EventKind, Outcome, Stage
from cases.models import Case, Result
from cases.rules.kinds import NAMED_KINDS, NOTICE_KINDS, WINDOW_KINDS
from cases.services.clocks import cancel_steps, hold_steps, open_clocks, release_steps
from cases.services.events import record
from cases.services.papers import require_papers
from cases.services.pause import finish_clocks
from core.errors import IllegalTransition
from core.models import User
from core.separation import require_another

HANDLING: Final = (
    EventKind.CONSENT_ASKED,
    EventKind.CONSENTED,
    EventKind.ACCEPTED,
    EventKind.MEDIATION_STARTED,
    EventKind.AGREED,
    EventKind.TERMINATED,
    EventKind.REFUSED,
    EventKind.NOT_ACCEPTED,
    EventKind.GUIDED_OUT,
    EventKind.WITHDRAWN,
    EventKind.SAFETY_CARED_FOR,
    EventKind.HAND_OFF_TOLD,
    EventKind.HANDED_OFF,
    EventKind.HAND_OFF_ANSWERED,
    EventKind.HAND_OFF_WITHDRAWN,
    EventKind.PERFORMANCE_RECORDED,
    EventKind.URGED,
    EventKind.PERFORMED,
    EventKind.BREACHED,
    EventKind.SESSION_PLANNED,
    EventKind.SESSION_HELD,
    EventKind.SESSION_CANCELLED,
    EventKind.CONFIRMATION_APPLIED,
    EventKind.CONFIRMATION_DECIDED,
    EventKind.PETITION_ACCEPTED,
    EventKind.OPINION_DRAFTED,
    EventKind.OPINION_SENT_BACK,
    EventKind.OPINION_SIGNED,
    EventKind.NOTICE_SERVED,
    EventKind.REVIEW_ASKED,
    EventKind.REVIEW_WITHDRAWN,
    EventKind.REVIEW_RECORDED,
    EventKind.OPINION_EXECUTED,
    EventKind.HEARING_HELD,
    EventKind.SUGGESTION_REPLIED,
    EventKind.SETTLED,
    EventKind.PROCEDURE_ENTERED,
    EventKind.PROCEDURE_ENDED,
    EventKind.TRANSFERRED_UNDER_SEAL,
)


def report_result(case: Case, *, outcome: Outcome, summary: str, actor: User, now: datetime) -> Result:
    """Report how a locked case ended. Its clocks go on counting but stay silent until somebody has checked it."""
    if case.stage in {Stage.REPORTED, Stage.CLOSED}:
        raise IllegalTransition(_("A result can be reported only for a matter that is not at its end."))
    case.stage = Stage.REPORTED
    case.save(update_fields=["stage"])
    hold_steps(case, now=now)
    record(case, EventKind.RESULT_REPORTED, actor=actor, now=now, outcome=outcome.value)
    return Result.objects.create(
        case=case, round=case.round, outcome=outcome, summary=summary, reported_by=actor, reported_at=now
    )


def confirm_result(case: Case, *, remark: str, actor: User, now: datetime) -> Result:
    """Confirm the reported result of a locked case and close it.

    The clocks end with the moment the result was reported: what the check took is nobody's lateness. Raises
    SeparationOfDuties for the one who reported it or handled the case, PapersMissing while its file is not complete.
    """
    result = _confirm(case, remark=remark, actor=actor, now=now)
    _close(case, actor=actor, now=now)
    return result


def confirm_and_keep_open(case: Case, *, remark: str, actor: User, now: datetime) -> Result:
    """Confirm the reported result of a locked case that still has something to wait for, as ``confirm_result`` does.

    The limits of the office are over; a window that others have goes on, and what else is waited for is the caller's
    to start.
    """
    result = _confirm(case, remark=remark, actor=actor, now=now)
    case.stage = Stage.VERIFIED
    case.save(update_fields=["stage"])
    return result


def close_confirmed(case: Case, *, actor: User, now: datetime) -> None:
    """Close a locked case that was kept open when its result was confirmed, and of which nothing is waited for now."""
    if case.stage != Stage.VERIFIED:
        raise IllegalTransition(_("Only a matter whose result was confirmed is closed without a further check."))
    _close(case, actor=actor, now=now)


def _close(case: Case, *, actor: User, now: datetime) -> None:
    require_papers(case)
    cancel_steps(case, now=now)
    case.stage, case.closed_at, case.due_at = Stage.CLOSED, now, None
    case.save(update_fields=["stage", "closed_at", "due_at"])
    record(case, EventKind.CLOSED, actor=actor, now=now)


def _confirm(case: Case, *, remark: str, actor: User, now: datetime) -> Result:
    result = _judge(case, is_confirmed=True, remark=remark, actor=actor, now=now)
    of_the_office = open_clocks(case, ~Q(kind__in=[*NOTICE_KINDS, *WINDOW_KINDS, *NAMED_KINDS]))
    finish_clocks(of_the_office, ended_at=result.reported_at, actor=actor, now=now)
    record(case, EventKind.VERIFIED, actor=actor, now=now)
    return result


def return_result(case: Case, *, back_at: Stage, remark: str, actor: User, now: datetime) -> Result:
    """Send the reported result of a locked case back to the stage ``back_at``; its clocks have never stopped."""
    result = _judge(case, is_confirmed=False, remark=remark, actor=actor, now=now)
    release_steps(case, held_at=result.reported_at, now=now)
    case.stage = back_at
    case.save(update_fields=["stage"])
    record(case, EventKind.RETURNED, actor=actor, now=now)
    return result


def who_handled(case: Case) -> set[int]:
    """Return the accounts that had a hand in the handling of a case; they check nothing of it."""
    return set(case.events.filter(kind__in=HANDLING).values_list("actor", flat=True))


def _judge(case: Case, *, is_confirmed: bool, remark: str, actor: User, now: datetime) -> Result:
    if case.stage != Stage.REPORTED:
        raise IllegalTransition(_("There is no reported result to check."))
    result = case.results.get(verified_at=None)
    refusal = _("Whoever handled the matter cannot check its result. Ask a colleague.")
    require_another(actor, than={result.reported_by_id, case.handler_id, *who_handled(case)}, refusal=refusal)
    result.verified_by, result.verified_at = actor, now
    result.is_confirmed, result.remark = is_confirmed, remark
    result.save(update_fields=["verified_by", "verified_at", "is_confirmed", "remark"])
    return result
