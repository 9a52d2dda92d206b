"""The acts and panels of the sessions, and of what follows an agreement: its confirmation and the follow-ups."""

from collections.abc import Callable, Iterable
from typing import Any, Final

from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.admin import CaseAdmin, Panel
from cases.enums import Procedure
from cases.models import Case
from core import clock
from core.admin import Act, Obstacle
from disputes.enums import Action, FollowUpVerdict, State
from disputes.forms.afterwards import ApplyConfirmationForm, CourtResultForm, FollowUpForm, JudgeFollowUpForm
from disputes.forms.sessions import CancelSessionForm, HoldSessionForm, PlanSessionForm
from disputes.pages.hand_offs import act_url
from disputes.reports import agreements_of, session_standing
from disputes.reports.desks import add_desks
from disputes.reports.hearings import follow_up_lines, session_lines
from disputes.reports.obstacles import why_no_follow_up, why_no_session
from disputes.reports.windows import agreement_to_confirm
from disputes.rules.procedure import ASKED_IN_MEDIATION, PERMISSIONS, is_open
from disputes.services.follow_up import judge_follow_up, record_follow_up
from disputes.services.meet import cancel_session, hold_session, plan_session
from disputes.services.ratify import apply_for_confirmation, record_court_result


def _plan(case: Case, user: Any, data: dict[str, Any]) -> str:
    plan_session(case.pk, new=data["session"], actor=user, now=clock.now())
    return _("The session is planned.")


def _hold(case: Case, user: Any, data: dict[str, Any]) -> str:
    hold_session(case.pk, session_id=data["session"].pk, new=data["record"], actor=user, now=clock.now())
    return _("The record of the session is kept.")


def _cancel(case: Case, user: Any, data: dict[str, Any]) -> str:
    cancel_session(case.pk, session_id=data["session"].pk, ground=data["ground"], actor=user, now=clock.now())
    return _("The session is cancelled.")


def _apply(case: Case, user: Any, data: dict[str, Any]) -> str:
    apply_for_confirmation(case.pk, new=data["application"], actor=user, now=clock.now())
    return _("The joint application is recorded.")


def _court(case: Case, user: Any, data: dict[str, Any]) -> str:
    record_court_result(case.pk, new=data["answer"], actor=user, now=clock.now())
    return _("The court's result is recorded.")


def _follow_up(case: Case, user: Any, data: dict[str, Any]) -> str:
    told = {"attempt": data["attempt"], "findings": data["findings"]}
    record_follow_up(case.pk, follow_up_id=data["follow_up"].pk, **told, actor=user, now=clock.now())
    return _("The follow-up is recorded.")


def _judge(case: Case, user: Any, data: dict[str, Any]) -> str:
    verdict, ground, handler = FollowUpVerdict(data["verdict"]), data["ground"], data["handler"]
    told = {"verdict": verdict, "ground": ground, "handler": handler}
    judge_follow_up(case.pk, follow_up_id=data["follow_up"].pk, **told, actor=user, now=clock.now())
    return _("The decision is recorded.")


def _has_planned(case: Case) -> bool:
    return case.sessions.planned().exists()


def _can_apply(case: Case) -> bool:
    return agreement_to_confirm(case, today=clock.today()) is not None


def _unknown(_case: Case) -> None:
    """Of an act that nobody looks for when it is not open nothing more is told."""


def _no_session(case: Case) -> Obstacle | None:
    if not hasattr(case, "dispute"):
        return None
    text, first = why_no_session(case)
    return Obstacle(text, first.label, act_url(case, first.value)) if first else Obstacle(text)


def _no_follow_up(case: Case) -> Obstacle | None:
    return Obstacle(why_no_follow_up(case, today=clock.today())) if hasattr(case, "dispute") else None


# An act, its form, what it does, and what there must be for it beside the state of the matter.
ACTS: Final = (
    (Action.PLAN_SESSION, PlanSessionForm, _plan, lambda _case: True),
    (Action.HOLD_SESSION, HoldSessionForm, _hold, _has_planned),
    (Action.CANCEL_SESSION, CancelSessionForm, _cancel, _has_planned),
    (Action.APPLY_CONFIRMATION, ApplyConfirmationForm, _apply, _can_apply),
    (Action.COURT_RESULT, CourtResultForm, _court, lambda case: case.confirmations.waiting().exists()),
    (Action.FOLLOW_UP, FollowUpForm, _follow_up, lambda case: case.follow_ups.due(on=clock.today()).exists()),
    (Action.JUDGE_FOLLOW_UP, JudgeFollowUpForm, _judge, lambda case: case.follow_ups.to_judge().exists()),
)
SELDOM: Final = frozenset({Action.CANCEL_SESSION, Action.APPLY_CONFIRMATION})
MEETINGS: Final = frozenset({Action.PLAN_SESSION, Action.HOLD_SESSION})
OUTSIDERS: Final = frozenset({Action.FOLLOW_UP, Action.JUDGE_FOLLOW_UP})
OBSTACLES: Final = {Action.HOLD_SESSION: _no_session, Action.FOLLOW_UP: _no_follow_up}
CONSEQUENCES: Final = {Action.HOLD_SESSION: gettext_lazy("What the record says stays as the parties signed it.")}


def hearing_acts() -> Iterable[Act]:
    """Return the acts of sessions, confirmation and follow-ups; the transition table says when each is open."""
    for action, form_class, run, is_wanted in ACTS:
        yield Act(
            action.value,
            action.label,
            PERMISSIONS[action],
            form_class,
            _opens(action, is_wanted),
            run,
            CONSEQUENCES.get(action, ""),
            _waits(action),
            is_secondary=action in SELDOM,
            obstacle=OBSTACLES.get(action, _unknown),
        )


def _opens(action: Action, is_wanted: Callable[[Case], bool]) -> Callable[[Case], bool]:
    def opens(case: Case) -> bool:
        dispute = getattr(case, "dispute", None)
        return dispute is not None and is_open(State(dispute.state), action) and is_wanted(case)

    return opens


def _waits(action: Action) -> Callable[[Case, Any], bool]:
    def waits(case: Case, user: Any) -> bool:
        if action in OUTSIDERS:
            return bool(case.handler_id != user.pk)
        is_mediated = State(case.dispute.state) is State.MEDIATING
        return is_mediated and action in MEETINGS and ASKED_IN_MEDIATION[session_standing(case)] is action

    return waits


def session_panel(_request: HttpRequest, case: Case) -> dict[str, Any] | None:
    """Return the sessions of a case with their records; None while there is none."""
    lines = session_lines(case)
    return {"sessions": lines} if lines else None


def afterwards_panel(_request: HttpRequest, case: Case) -> dict[str, Any] | None:
    """Return what the parties asked of a court and what they were asked afterwards; None while there is nothing."""
    if not agreements_of(case):
        return None
    panel = {
        "confirmations": list(case.confirmations.select_related("agreement")),
        "follow_ups": follow_up_lines(case, today=clock.today()),
    }
    return panel if any(panel.values()) else None


CaseAdmin.procedure_acts[Procedure.DISPUTE].append(hearing_acts)
CaseAdmin.panels.append(Panel("disputes/session_panel.html", session_panel))
CaseAdmin.panels.append(Panel("disputes/afterwards_panel.html", afterwards_panel))
add_desks()
