"""The register with its statistics, the lists behind its figures, and the ledger as a workbook."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.admin import CaseAdmin
from cases.models import Case
from core import clock
from core.admin import account
from core.errors import DomainError
from disputes.pages.ledger import ledger_workbook
from disputes.pages.statistics import statistics_context
from disputes.reports.register import EXPORT_LEDGER, VIEW_REGISTER, period_label, selected, words_of
from disputes.rules.register import selection_of
from disputes.services.take_ledger import take_ledger
from grids.resources.formats import workbook_response


class RegisterFilter(admin.SimpleListFilter):
    """The lists behind the figures of the register: a figure counts exactly what its list shows."""

    title = gettext_lazy("register")
    parameter_name = "register"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        if self.value() is None:
            return []
        selection = selection_of(str(self.value()))
        return [(str(self.value()), words_of(selection) if selection else _("nothing: the address makes no sense"))]

    def queryset(self, request: HttpRequest, queryset: Any) -> QuerySet[Case]:
        if self.value() is None:
            return queryset
        selection = selection_of(str(self.value()))
        return selected(queryset, selection, user=account(request)) if selection else queryset.none()


class StatisticsMixin:
    """The pages of the register."""

    admin_site: Any

    def statistics_view(self, request: HttpRequest) -> HttpResponse:
        """Show the figures of one place and period, each a link to the matters it counts."""
        if not request.user.has_perm(VIEW_REGISTER):
            raise PermissionDenied
        context = statistics_context(account(request), request.GET, today=clock.today())
        if context is None:
            raise Http404
        return TemplateResponse(
            request, "disputes/statistics.html", {**self.admin_site.each_context(request), **context}
        )

    def ledger_view(self, request: HttpRequest) -> HttpResponse:
        """Hand out the ledger of one place and period, on record."""
        if not request.user.has_perm(EXPORT_LEDGER):
            raise PermissionDenied
        selection = selection_of(request.POST.get("register", ""))
        if request.method != "POST" or selection is None:
            raise Http404
        try:
            ids = take_ledger(selection, actor=account(request), now=clock.now())
        except DomainError as error:
            context = {"title": _("Ledger"), "refusal": str(error), "register": str(selection)}
            context |= self.admin_site.each_context(request) | context
            return TemplateResponse(request, "disputes/ledger_refused.html", context, status=422)
        content = ledger_workbook(ids, user=account(request))
        return workbook_response(
            content, _("Mediation ledger %(period)s") % {"period": period_label(selection.period)} + ".xlsx"
        )


CaseAdmin.list_filter = (*CaseAdmin.list_filter, RegisterFilter)
