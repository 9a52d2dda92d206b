"""The mediator's acts and papers on the case page."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.admin import CaseAdmin, Panel
from cases.enums import Category, Grade, Procedure, Stage
from cases.models import Case
from cases.pages.case import papers_to_close
from cases.reports.holdings import rows_of
from core import clock
from core.admin import Act
from disputes.enums import Action, AgreementForm, SessionState, State
from disputes.forms.acts import (
    AcceptForm,
    AskConsentForm,
    ConfirmForm,
    ConsentPartyForm,
    ReopenForm,
    ReturnForm,
    StartForm,
    TriageForm,
)
from disputes.forms.ends import DeclineForm, GuideOutForm, RefuseForm, TerminateForm, WithdrawForm
from disputes.forms.performance import AgreeForm, BreachForm, FulfilForm, PerformForm, UrgeForm
from disputes.models import Obligation
from disputes.pages.hand_offs import act_url
from disputes.reports import agreements_of, closes_with_check, obligation_lines, parties_to_ask, session_standing
from disputes.reports.hand_offs import organs_owed
from disputes.rules.procedure import ASKED_IN_MEDIATION, PERMISSIONS, is_open
from disputes.services.consent import ask_consent, record_consent
from disputes.services.end import end_dispute, refuse_mediation
from disputes.services.mediate import NewAgreement, accept_dispute, record_agreement, start_mediation
from disputes.services.perform import fulfil_dispute, record_performance, report_breach, urge_performance
from disputes.services.reopen import reopen_dispute
from disputes.services.safety import duties_missing
from disputes.services.triage import triage_dispute
from disputes.services.verify import confirm_dispute, return_dispute


def _triage(case: Case, user: Any, data: dict[str, Any]) -> str:
    triage_dispute(
        case.pk,
        grade=Grade(data["grade"]),
        category=Category(data["category"]),
        handler=data["handler"],
        actor=user,
        now=clock.now(),
    )
    return _("Triaged. The limit is running.")


def _accept(case: Case, user: Any, data: dict[str, Any]) -> str:
    accept_dispute(case.pk, said=data["said"], actor=user, now=clock.now())
    return _("Accepted. The mediation limit is running.")


def _start(case: Case, user: Any, data: dict[str, Any]) -> str:
    start_mediation(case.pk, rights_told_on=data["rights_told_on"], actor=user, now=clock.now())
    return _("The mediation has begun.")


def _agree(case: Case, user: Any, data: dict[str, Any]) -> str:
    agreement = record_agreement(
        case.pk, NewAgreement(**{**data, "form": AgreementForm(data["form"])}), actor=user, now=clock.now()
    )
    return _("Agreement %(number)s is recorded and waits to be checked by somebody else.") % {
        "number": agreement.number
    }


def _ask_consent(case: Case, user: Any, _data: dict[str, Any]) -> str:
    ask_consent(case.pk, actor=user, now=clock.now())
    return _("Asked. The matter can be accepted once every party has consented.")


def _consent(case: Case, user: Any, data: dict[str, Any]) -> str:
    record_consent(case.pk, party_id=data["party"].pk, said=data["said"], actor=user, now=clock.now())
    return _("The consent is recorded.")


def _refuse(case: Case, user: Any, data: dict[str, Any]) -> str:
    party, said = data["party"].pk, data["said"]
    refuse_mediation(case.pk, party_id=party, said=said, new=data["ending"], actor=user, now=clock.now())
    return _("The refusal is recorded; it waits to be checked by somebody else.")


def _ends(action: Action) -> Callable[[Case, Any, dict[str, Any]], str]:
    def run(case: Case, user: Any, data: dict[str, Any]) -> str:
        end_dispute(case.pk, action=action, new=data["ending"], actor=user, now=clock.now())
        return _("Recorded; the result waits to be checked by somebody else.")

    return run


def _confirm(case: Case, user: Any, data: dict[str, Any]) -> str:
    confirmed = confirm_dispute(case.pk, remark=data["remark"], actor=user, now=clock.now())
    if confirmed.stage != Stage.CLOSED:
        return _("The agreement is verified. The days agreed on for its performance are watched.")
    return _("The result is verified and the case is closed.")


def _perform(case: Case, user: Any, data: dict[str, Any]) -> str:
    obligation, new = data["obligation"].pk, data["performance"]
    record_performance(case.pk, obligation_id=obligation, new=new, actor=user, now=clock.now())
    return _("The performance is recorded.")


def _urge(case: Case, user: Any, data: dict[str, Any]) -> str:
    urge_performance(case.pk, urged_on=data["urged_on"], actor=user, now=clock.now())
    return _("The urging is recorded.")


def _fulfil(case: Case, user: Any, data: dict[str, Any]) -> str:
    fulfil_dispute(case.pk, summary=data["summary"], actor=user, now=clock.now())
    return _("Reported as performed; it waits to be checked by somebody else.")


def _breach(case: Case, user: Any, data: dict[str, Any]) -> str:
    report_breach(case.pk, new=data["ending"], actor=user, now=clock.now())
    return _("Reported as not kept; it waits to be checked by somebody else.")


def _return(case: Case, user: Any, data: dict[str, Any]) -> str:
    return_dispute(case.pk, remark=data["remark"], actor=user, now=clock.now())
    return _("The result has gone back for more work.")


def _reopen(case: Case, user: Any, data: dict[str, Any]) -> str:
    reopen_dispute(case.pk, handler=data["handler"], ground=data["ground"], actor=user, now=clock.now())
    return _("Reopened. The limits of the new round are running; the query code stays the same.")


_CLOSES = gettext_lazy(
    "The case is closed and its dates stay as they are, unless something agreed on is still to be done."
)
_STAYS_OPEN = gettext_lazy("The mediation ends for good. The parties keep every other route.")
_TAKES = gettext_lazy(
    "By accepting you confirm a definite respondent, a definite request, and facts on which it rests. "
    "Where one is missing, do not accept the matter and say which."
)
ACTS = (
    (Action.TRIAGE, TriageForm, _triage, ""),
    (Action.CONSENT, ConsentPartyForm, _consent, ""),
    (Action.ACCEPT, AcceptForm, _accept, _TAKES),
    (Action.ASK_CONSENT, AskConsentForm, _ask_consent, ""),
    (Action.START, StartForm, _start, ""),
    (Action.AGREE, AgreeForm, _agree, ""),
    (Action.PERFORM, PerformForm, _perform, ""),
    (Action.URGE, UrgeForm, _urge, ""),
    (Action.FULFIL, FulfilForm, _fulfil, ""),
    (
        Action.BREACH,
        BreachForm,
        _breach,
        gettext_lazy("The parties are told of the court, which decides from here on."),
    ),
    (Action.CONFIRM, ConfirmForm, _confirm, _CLOSES),
    (Action.RETURN, ReturnForm, _return, ""),
    (Action.REOPEN, ReopenForm, _reopen, gettext_lazy("What was late in the rounds before stays on the record.")),
    (Action.TERMINATE, TerminateForm, _ends(Action.TERMINATE), _STAYS_OPEN),
    (Action.REFUSE, RefuseForm, _refuse, gettext_lazy("Without the consent of every party there is no mediation.")),
    (Action.DECLINE, DeclineForm, _ends(Action.DECLINE), _STAYS_OPEN),
    (Action.GUIDE_OUT, GuideOutForm, _ends(Action.GUIDE_OUT), _STAYS_OPEN),
    (Action.WITHDRAW, WithdrawForm, _ends(Action.WITHDRAW), ""),
)


# What the state of a matter asks for, and what it asks of somebody else than its handler.
STEPS: Final = frozenset({Action.TRIAGE, Action.CONSENT, Action.ACCEPT, Action.ASK_CONSENT, Action.START})
CHECKS: Final = frozenset({Action.CONFIRM, Action.RETURN})
SELDOM: Final = frozenset({Action.DECLINE, Action.GUIDE_OUT, Action.WITHDRAW})
ABOUT_CONSENT: Final = frozenset({Action.CONSENT, Action.ASK_CONSENT})
ABOUT_LATENESS: Final = frozenset({Action.URGE, Action.BREACH})


def dispute_acts() -> Iterable[Act]:
    """Return the acts of the mediation procedure; the transition table says when each is open."""
    for action, form_class, run, consequence in ACTS:
        waits = _is_anothers if action in CHECKS else _is_asked_for(action)
        yield Act(
            action.value,
            action.label,
            PERMISSIONS[action],
            form_class,
            _opens(action),
            run,
            consequence,
            waits,
            is_secondary=action in SELDOM,
            lacks=LACKS.get(action, _nothing),
        )


def _nothing(_case: Case) -> Sequence[tuple[str, str]]:
    return ()


def _missing(case: Case) -> Sequence[tuple[str, str]]:
    """Return what keeps the check from closing the matter, each with where it is seen to.

    Duties of protection and organs that are owed the result are seen to by others than who checks: the page tells whom.
    """
    page = reverse("admin:cases_case_change", args=[case.pk])
    safety = [(str(duty.label), page) for duty in duties_missing(case)]
    if not closes_with_check(case):
        return safety
    owed = [(_("Result told to %(organ)s") % {"organ": row.organ_name}, page) for row in organs_owed(case)]
    return safety + owed + papers_to_close(case)


def _missing_to_agree(case: Case) -> Sequence[tuple[str, str]]:
    """Return what keeps an agreement from being recorded, each with the act that sees to it."""
    lacks = [(str(duty.label), act_url(case, "safety_measure")) for duty in duties_missing(case)]
    asked = ASKED_IN_MEDIATION[session_standing(case)]
    if asked is not Action.AGREE:
        label = _("a session on record, unless the agreement is oral and was performed at once")
        lacks.append((label, act_url(case, asked.value)))
    return lacks


LACKS: Final = {Action.CONFIRM: _missing, Action.AGREE: _missing_to_agree}


def _is_asked_for(action: Action) -> Any:
    if action is Action.AGREE:
        return lambda case, _user: session_standing(case) is SessionState.HELD
    return lambda _case, _user: action in STEPS


def _is_anothers(case: Case, user: Any) -> bool:
    """Return whether ``user`` may check the result: nobody checks their own."""
    return case.handler_id != user.pk


def _opens(action: Action) -> Any:
    def opens(case: Case) -> bool:
        dispute = getattr(case, "dispute", None)
        if dispute is None or not is_open(State(dispute.state), action):
            return False
        if action in ABOUT_CONSENT:
            return bool(parties_to_ask(case))
        owed = Obligation.objects.of_newest_agreement(case.pk).open()
        if action is Action.FULFIL:
            return not owed.exists()
        return action not in ABOUT_LATENESS or owed.filter(due_on__lt=clock.today()).exists()

    return opens


def mediation_panel(_request: HttpRequest, case: Case) -> dict[str, Any] | None:
    """Return what the parties said, agreed on, or were told at the end; None while there is nothing of it."""
    agreements = agreements_of(case)
    panel = {
        "consents": list(rows_of(case, case.consents.select_related("party", "center", "recorded_by"))),
        "agreements": agreements,
        "obligations": obligation_lines(case, today=clock.today()) if agreements else [],
        "endings": list(rows_of(case, case.endings.select_related("result"))),
    }
    return panel if any(panel.values()) else None


CaseAdmin.procedure_acts[Procedure.DISPUTE].append(dispute_acts)
CaseAdmin.panels.append(Panel("disputes/mediation_panel.html", mediation_panel))
