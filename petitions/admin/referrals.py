"""The acts by which a petition is passed to a competent unit, on the case page."""

from collections.abc import Callable, Iterable
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.models import Case
from core import clock
from core.admin import Act
from petitions.enums import Action, ClaimRoute, Kind, NoticeKind, State
from petitions.forms.referral import CompetenceForm, DecisionForm, ObjectForm, ReceiveForm, ReferForm, ServeReferralForm
from petitions.reports.referrals import is_for_superior, last_referral, may_still_object, superior_of
from petitions.reports.standing import directs, leads_unit_of, petition_of
from petitions.rules.procedure import PERMISSIONS, SERVE_REFERRAL, TRIAGE_PERMISSION, is_open
from petitions.services.notices import serve_referral_notice
from petitions.services.refer import (
    decide_competence,
    decide_objection,
    object_to_referral,
    receive_referral,
    refer_petition,
)

Run = Callable[[Case, Any, dict[str, Any]], str]


def _refer(case: Case, user: Any, data: dict[str, Any]) -> str:
    referral = refer_petition(case.pk, new=data["new"], actor=user, now=clock.now())
    return _("Referred to %(unit)s. The petitioner is owed where it went.") % {"unit": referral.to_unit.name}


def _receive(case: Case, user: Any, data: dict[str, Any]) -> str:
    receive_referral(case.pk, handler=data["handler"], actor=user, now=clock.now())
    return _("Signed for; %(handler)s handles it.") % {"handler": data["handler"].full_name}


def _object(case: Case, user: Any, data: dict[str, Any]) -> str:
    said = {"reasons": data["reasons"], "suggested": data["suggested"]}
    object_to_referral(case.pk, **said, actor=user, now=clock.now())
    return _("The objection is recorded. Until it is decided the limits of the petition go on.")


def _decides(*, is_upheld: bool) -> Run:
    def run(case: Case, user: Any, data: dict[str, Any]) -> str:
        decide_objection(case.pk, is_upheld=is_upheld, decision=data["decision"], actor=user, now=clock.now())
        if is_upheld:
            return _("Upheld: the petition is back and can be referred to another unit.")
        return _("Rejected: the unit signs for the petition.")

    return run


def _settle(case: Case, user: Any, data: dict[str, Any]) -> str:
    referral = decide_competence(case.pk, new=data["new"], actor=user, now=clock.now())
    return _("Decided: %(unit)s handles it. Nobody objects to that.") % {"unit": referral.to_unit.name}


def _serve(case: Case, user: Any, data: dict[str, Any]) -> str:
    serve_referral_notice(case.pk, notice_id=data["notice"].pk, new=data["new"], actor=user, now=clock.now())
    return _("The service is recorded.")


def referral_acts() -> Iterable[Act]:
    """Return the acts of referral; what the quarrel about competence asks of whom is in rules/referral."""
    yield _act(Action.RECEIVE, ReceiveForm, _receive, waits=_leads, is_for=_leads)
    yield _act(Action.OBJECT, ObjectForm, _object, opens=_in_time, is_for=_leads)
    yield _act(Action.REFER, ReferForm, _refer, waits=lambda case, _user: case.handler_id is None)
    yield _act(Action.UPHOLD, DecisionForm, _decides(is_upheld=True), opens=_is_first, waits=_anybody)
    yield _act(Action.REJECT, DecisionForm, _decides(is_upheld=False), opens=_is_first, waits=_anybody)
    yield _act(
        Action.DECIDE_COMPETENCE, CompetenceForm, _settle, opens=is_for_superior, waits=_directs, is_for=_directs
    )
    yield Act(
        SERVE_REFERRAL,
        gettext_lazy("Record that the petitioner was told where it went"),
        TRIAGE_PERMISSION,
        ServeReferralForm,
        lambda case: (
            petition_of(case) is not None and case.petition_notices.owed().filter(kind=NoticeKind.REFERRAL).exists()
        ),
        _serve,
        waits=_anybody,
    )


def _act(
    action: Action,
    form_class: type,
    run: Run,
    *,
    opens: Callable[[Case], bool] = lambda _case: True,
    waits: Callable[[Case, Any], bool] = lambda _case, _user: False,
    is_for: Callable[[Case, Any], bool] = lambda _case, _user: True,
) -> Act:
    def is_open_now(case: Case) -> bool:
        petition = petition_of(case)
        if petition is None:
            return False
        route = ClaimRoute(petition.route) if petition.route else None
        return is_open(State(petition.state), action, kind=Kind(petition.kind), route=route) and opens(case)

    return Act(
        action.value, action.label, PERMISSIONS[action], form_class, is_open_now, run, waits=waits, is_for=is_for
    )


def _anybody(_case: Case, _user: Any) -> bool:
    return True


def _leads(case: Case, user: Any) -> bool:
    return leads_unit_of(case, user, on=clock.today())


def _directs(case: Case, user: Any) -> bool:
    return directs(superior_of(case).pk, user, on=clock.today())


def _in_time(case: Case) -> bool:
    referral = last_referral(case)
    return referral is not None and not referral.is_final and may_still_object(case, referral, now=clock.now())


def _is_first(case: Case) -> bool:
    return not is_for_superior(case)
