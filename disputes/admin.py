"""The mediation's part of the back-office: the registration page, and the acts and papers on the case page."""

from collections.abc import Iterable
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.admin import CaseAdmin, Panel
from cases.enums import Category, Grade
from cases.models import Case
from cases.pages.receipt import keep_code
from core import clock
from core.admin import Act, ReadOnlyAdmin, account
from core.errors import DomainError
from disputes.enums import Action, AgreementForm, State, TerminationReason
from disputes.forms import (
    AcceptForm,
    AgreeForm,
    ConfirmForm,
    RegisterForm,
    ReopenForm,
    ReturnForm,
    StartForm,
    TerminateForm,
    TriageForm,
)
from disputes.models import Dispute
from disputes.rules import PERMISSIONS, is_open
from disputes.services.mediate import (
    NewAgreement,
    accept_dispute,
    record_agreement,
    start_mediation,
    terminate_mediation,
)
from disputes.services.register import register_dispute
from disputes.services.reopen import reopen_dispute
from disputes.services.triage import triage_dispute
from disputes.services.verify import confirm_dispute, return_dispute


@admin.register(Dispute)
class DisputeAdmin(ReadOnlyAdmin):
    """Disputes are listed as cases; here they only come in."""

    def get_urls(self) -> list[URLPattern]:
        return [path("register/", self.admin_site.admin_view(self.register_view), name="disputes_dispute_register")]

    def has_module_permission(self, request: HttpRequest) -> bool:
        return False

    def register_view(self, request: HttpRequest) -> HttpResponse:
        """Take down a dispute; afterwards the receipt with the query code is there to print."""
        if not request.user.has_perm("cases.add_case"):
            raise PermissionDenied
        form = RegisterForm(request.POST if request.method == "POST" else None, user=account(request))
        if request.method == "POST" and form.is_valid():
            now = clock.now()
            try:
                case, code = register_dispute(form.new_case(), actor=account(request), received_at=now, now=now)
            except DomainError as error:
                form.add_error(None, str(error))
            else:
                return keep_code(request, case, code)
        context = {
            **self.admin_site.each_context(request),
            "title": _("Register a dispute"),
            "form": form,
        }
        return TemplateResponse(request, "disputes/register.html", context, status=422 if form.errors else 200)


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
    accept_dispute(case.pk, consented_on=data["consented_on"], actor=user, now=clock.now())
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


def _terminate(case: Case, user: Any, data: dict[str, Any]) -> str:
    terminate_mediation(
        case.pk, reason=TerminationReason(data["reason"]), explanation=data["explanation"], actor=user, now=clock.now()
    )
    return _("The mediation has ended without agreement; the result waits to be checked by somebody else.")


def _confirm(case: Case, user: Any, data: dict[str, Any]) -> str:
    confirm_dispute(case.pk, remark=data["remark"], actor=user, now=clock.now())
    return _("The result is verified and the case is closed.")


def _return(case: Case, user: Any, data: dict[str, Any]) -> str:
    return_dispute(case.pk, remark=data["remark"], actor=user, now=clock.now())
    return _("The result has gone back for more work.")


def _reopen(case: Case, user: Any, data: dict[str, Any]) -> str:
    reopen_dispute(case.pk, handler=data["handler"], ground=data["ground"], actor=user, now=clock.now())
    return _("Reopened. The limits of the new round are running; the query code stays the same.")


ACTS = (
    (Action.TRIAGE, TriageForm, _triage, ""),
    (Action.ACCEPT, AcceptForm, _accept, ""),
    (Action.START, StartForm, _start, ""),
    (Action.AGREE, AgreeForm, _agree, ""),
    (Action.CONFIRM, ConfirmForm, _confirm, gettext_lazy("The case is closed and its dates stay as they are.")),
    (Action.RETURN, ReturnForm, _return, ""),
    (Action.REOPEN, ReopenForm, _reopen, gettext_lazy("What was late in the rounds before stays on the record.")),
    (
        Action.TERMINATE,
        TerminateForm,
        _terminate,
        gettext_lazy("The mediation ends for good. The parties keep every other route."),
    ),
)


def dispute_acts() -> Iterable[Act]:
    """Return the acts of the mediation procedure; the transition table says when each is open."""
    for action, form_class, run, consequence in ACTS:
        yield Act(action.value, action.label, PERMISSIONS[action], form_class, _opens(action), run, consequence)


def _opens(action: Action) -> Any:
    def opens(case: Case) -> bool:
        dispute = getattr(case, "dispute", None)
        return dispute is not None and is_open(State(dispute.state), action)

    return opens


def agreement_panel(_request: HttpRequest, case: Case) -> dict[str, Any] | None:
    """Return the agreements of a case, None when there is none yet."""
    agreements = list(case.agreements.select_related("recorded_by"))
    return {"agreements": agreements} if agreements else None


CaseAdmin.extra_acts.append(dispute_acts)
CaseAdmin.panels.append(Panel("disputes/agreement_panel.html", agreement_panel))
