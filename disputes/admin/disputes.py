"""The page at which a dispute comes in."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext as _

from cases.pages.receipt import keep_code
from core import clock
from core.admin import ReadOnlyAdmin, account
from core.audit import AuditAct, record
from core.errors import DomainError
from disputes.admin.statistics import StatisticsMixin
from disputes.enums import RelationGround
from disputes.forms.register import RegisterForm
from disputes.models import Dispute
from disputes.services.register import register_dispute
from disputes.services.relate import relate_cases
from disputes.services.safety import flag_safety


@admin.register(Dispute)
class DisputeAdmin(StatisticsMixin, ReadOnlyAdmin):
    """Disputes are listed as cases; here they only come in."""

    def get_urls(self) -> list[URLPattern]:
        own = [
            ("register/", self.register_view, "register"),
            ("statistics/", self.statistics_view, "statistics"),
            ("statistics/ledger/", self.ledger_view, "ledger"),
        ]
        return [
            path(route, self.admin_site.admin_view(view), name=f"disputes_dispute_{name}") for route, view, name in own
        ]

    def has_module_permission(self, request: HttpRequest) -> bool:
        return False

    def register_view(self, request: HttpRequest) -> HttpResponse:
        """Take down a dispute; afterwards the receipt with the query code is there to print."""
        if not request.user.has_perm("cases.add_case"):
            raise PermissionDenied
        form = RegisterForm(request.POST if request.method == "POST" else None, user=account(request))
        is_sent = request.method == "POST" and form.is_valid()
        same = form.unseen_matters(account(request)) if is_sent else []
        if is_sent and not same and (answer := self._registered(request, form)) is not None:
            return answer
        same = same or form.matters_looked_at(account(request))
        if same:
            data = {"same_parties": [case.pk for case in same]}
            record(AuditAct.VIEWED, actor=account(request), data=data, now=clock.now())
        context = {
            **self.admin_site.each_context(request),
            "title": _("Register a dispute"),
            "form": form,
            "same": same,
            "ticked": [int(pk) for pk in request.POST.getlist("related") if pk.isdecimal()],
            "seen": ",".join(str(case.pk) for case in same) or request.POST.get("seen", ""),
        }
        return TemplateResponse(request, "disputes/register.html", context, status=422 if form.errors else 200)

    def _registered(self, request: HttpRequest, form: RegisterForm) -> HttpResponse | None:
        """Register what the form holds and lead on to the receipt; None where it is refused, with the reason on it."""
        now = clock.now()
        by: dict[str, Any] = {"actor": account(request), "now": now}
        try:
            with transaction.atomic():  # what is refused afterwards leaves no matter behind
                case, code = register_dispute(form.new_case(), source=form.chosen_source(), received_at=now, **by)
                if kind := form.chosen_safety():
                    flag_safety(case.pk, kind=kind, ground=form.cleaned_data["safety_ground"], **by)
                for other in form.cleaned_data["related"]:
                    relate_cases(case.pk, number=other.code, ground=RelationGround.SAME_PARTIES, **by)
        except DomainError as error:
            form.add_error(None, str(error))
            return None
        return keep_code(request, case, code)
