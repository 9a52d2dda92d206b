"""The acts of review and re-review, of hearings and of the execution of opinions, on the case page."""

from collections.abc import Callable, Iterable
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.enums import Stage
from cases.models import Case
from cases.querysets import HANDLE
from core import clock
from core.admin import Act
from petitions.enums import Action, State
from petitions.forms.review import (
    AskReviewForm,
    DraftReviewForm,
    ExecutionForm,
    HearingForm,
    NameReviewerForm,
    RecordReviewForm,
    WithdrawReviewForm,
)
from petitions.reports.standing import (
    leads_unit,
    opinion_to_execute,
    petition_of,
    review_under_way,
    unit_that_handled,
    who_touched,
)
from petitions.rules.instances import ASKED_FROM, instance_at
from petitions.rules.procedure import (
    GIVEN_BY_OWN_ACTS,
    HEARD_AT,
    PERMISSIONS,
    RECORD_EXECUTION,
    RECORD_HEARING,
    SIGN_PERMISSION,
    TRANSITIONS,
)
from petitions.services.execute import record_execution
from petitions.services.hearing import record_hearing
from petitions.services.review import ask_review, draft_review, name_reviewer, record_review, withdraw_review


def _ask(case: Case, user: Any, data: dict[str, Any]) -> str:
    review = ask_review(case.pk, new=data["new"], actor=user, now=clock.now())
    if case.stage != Stage.VERIFIED:
        return _("Taken down; it goes up as soon as what was served is checked. The thirty days count already.")
    return _("Taken down. It lies with %(organ)s now, which has thirty days.") % {
        "organ": review.center or review.organ
    }


def _name(case: Case, user: Any, data: dict[str, Any]) -> str:
    name_reviewer(case.pk, reviewer=data["handler"], actor=user, now=clock.now())
    return _("%(handler)s decides about the review.") % {"handler": data["handler"].full_name}


def _draft(case: Case, user: Any, data: dict[str, Any]) -> str:
    draft_review(case.pk, new=data["new"], actor=user, now=clock.now())
    return _("Drafted. The leader of the unit signs it, or sends it back.")


def _record(case: Case, user: Any, data: dict[str, Any]) -> str:
    record_review(case.pk, new=data["new"], actor=user, now=clock.now())
    return _("Recorded; the result waits to be checked by somebody else.")


def _withdraw(case: Case, user: Any, data: dict[str, Any]) -> str:
    stated = {"stated_on": data["stated_on"], "statement": data["statement"]}
    withdraw_review(case.pk, **stated, actor=user, now=clock.now())
    return _("Recorded. What was decided before stands; within the thirty days it can be asked for again.")


def _hear(case: Case, user: Any, data: dict[str, Any]) -> str:
    record_hearing(case.pk, new=data["new"], actor=user, now=clock.now())
    return _("The hearing is recorded.")


def _execute(case: Case, user: Any, data: dict[str, Any]) -> str:
    record_execution(case.pk, new=data["new"], actor=user, now=clock.now())
    return _("The execution is recorded.")


_HANDED_UP: Final = gettext_lazy("The matter is handed to the next higher organ; who decided before has no part in it.")


def review_acts() -> Iterable[Act]:
    """Return the acts about what a higher organ decides, and about what is done upon an opinion."""
    yield Act(
        Action.ASK_REVIEW.value, Action.ASK_REVIEW.label, PERMISSIONS[Action.ASK_REVIEW], AskReviewForm,
        _can_be_asked_for, _ask, _HANDED_UP,
    )  # fmt: skip
    yield _ours(Action.NAME_REVIEWER, NameReviewerForm, _name, waits=lambda case, _user: case.handler_id is None)
    yield _ours(Action.DRAFT_REVIEW, DraftReviewForm, _draft, waits=_is_new_to_it, is_for=_is_new_to_it)
    yield Act(
        Action.RECORD_REVIEW.value, Action.RECORD_REVIEW.label, PERMISSIONS[Action.RECORD_REVIEW], RecordReviewForm,
        lambda case: _is_open(case, Action.RECORD_REVIEW) and not _is_decided_here(case), _record,
        waits=lambda _case, _user: True,
    )  # fmt: skip
    yield Act(
        Action.WITHDRAW_REVIEW.value, Action.WITHDRAW_REVIEW.label, PERMISSIONS[Action.WITHDRAW_REVIEW],
        WithdrawReviewForm, lambda case: _is_open(case, Action.WITHDRAW_REVIEW), _withdraw, is_secondary=True,
    )  # fmt: skip
    yield Act(
        RECORD_HEARING, gettext_lazy("Record a hearing"), HANDLE, HearingForm, _can_be_heard, _hear, is_secondary=True
    )
    yield Act(
        RECORD_EXECUTION, gettext_lazy("Record the execution of the opinion"), SIGN_PERMISSION, ExecutionForm,
        _can_be_executed, _execute, waits=_executes, is_for=_executes,
    )  # fmt: skip


def _ours(
    action: Action,
    form_class: type,
    run: Callable[[Case, Any, dict[str, Any]], str],
    *,
    waits: Callable[[Case, Any], bool],
    is_for: Callable[[Case, Any], bool] = lambda _case, _user: True,
) -> Act:
    def opens(case: Case) -> bool:
        return _is_open(case, action) and _is_decided_here(case)

    return Act(action.value, action.label, PERMISSIONS[action], form_class, opens, run, waits=waits, is_for=is_for)


def is_given_by_own_act(case: Case) -> bool:
    """Return whether a petition waits for a unit or a higher organ to name who handles it, by an act of its own."""
    petition = petition_of(case)
    return petition is not None and State(petition.state) in GIVEN_BY_OWN_ACTS


def _is_open(case: Case, action: Action) -> bool:
    petition = petition_of(case)
    return petition is not None and (State(petition.state), action) in TRANSITIONS


def _is_decided_here(case: Case) -> bool:
    review = review_under_way(case)
    return review is not None and review.center_id is not None


def _can_be_asked_for(case: Case) -> bool:
    petition = petition_of(case)
    instance = ASKED_FROM.get(State(petition.state)) if petition else None
    return instance is not None and not case.reviews.pending().filter(instance=instance).exists()


def _is_new_to_it(case: Case, user: Any) -> bool:
    petition = petition_of(case)
    return petition is not None and user.pk not in who_touched(case, before=instance_at(State(petition.state)))


def _can_be_heard(case: Case) -> bool:
    petition = petition_of(case)
    return petition is not None and State(petition.state) in HEARD_AT


def _can_be_executed(case: Case) -> bool:
    return petition_of(case) is not None and opinion_to_execute(case) is not None


def _executes(case: Case, user: Any) -> bool:
    return leads_unit(unit_that_handled(case), user, on=clock.today())
