"""The list of cases and the one page a case has. Procedures and supervision add their acts and panels to it."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, ClassVar, Final

from django.contrib import admin
from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.decorators import display
from unfold.views import ChangeList

from cases.admin.archive import archive_acts
from cases.admin.filters import ArchiveFilter, DeskFilter
from cases.admin.identity import deciding_on_identity, identity_acts, identity_page
from cases.admin.limits import deciding_limits, limit_acts
from cases.admin.papers import PapersMixin
from cases.admin.parties import party_acts
from cases.admin.recusals import recusal_acts
from cases.enums import Procedure, Stage
from cases.forms.acts import AssignForm, ReissueForm
from cases.models import Case
from cases.pages.case import case_chip, stage_strip, standing_at, timeline, waiting_for
from cases.pages.history import history
from cases.pages.identity import identity_panel, party_rows
from cases.pages.limits import effective_due, extension_context, limit_blocks
from cases.pages.receipt import keep_code, kept_code
from cases.querysets import CaseQuerySet
from cases.reports import count_time_left, granted_extensions, permissions_on
from cases.reports.deadlines import deadlines
from cases.reports.holdings import rows_of, waits_to_be_signed_for
from cases.services.assign import assign_case
from cases.services.query_code import reissue_query_code
from centers.reports import Calendars
from core import clock
from core.admin import Act, ActsMixin, ReadOnlyAdmin, account
from core.admin.reveal import reveal_page
from core.audit import AuditAct, record


@dataclass(frozen=True, slots=True)
class Panel:
    """A part of the case page that another app draws: a template and what it needs, None for nothing to show.

    One that ``leads`` stands before the matter itself.
    """

    template: str
    context: Callable[[HttpRequest, Case], dict[str, Any] | None]
    leads: bool = False


def _assign(case: Case, user: Any, data: dict[str, Any]) -> str:
    assign_case(case.pk, handler=data["handler"], actor=user, now=clock.now())
    return _("%(center)s has taken the matter over; %(handler)s handles it.") % {
        "center": case.holder.name,
        "handler": data["handler"].full_name,
    }


def _waits_to_be_signed_for(case: Case, _user: Any) -> bool:
    return waits_to_be_signed_for(case)


def _in_procedure(procedure: Procedure) -> Callable[[Case], bool]:
    return lambda case: case.procedure == procedure


class CaseList(ChangeList):
    """A page of cases, each with the working days it has left."""

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        count_time_left(self.result_list, today=clock.today())


ON_PAGE: Final = ("village", "town", "holder", "unit", "handler", "registered_by")


@admin.register(Case)
class CaseAdmin(PapersMixin, ActsMixin, ReadOnlyAdmin):
    list_display = ("number", "title", "category", "grade", "standing", "place", "holder", "remaining")
    list_filter: Sequence[Any] = (DeskFilter, ArchiveFilter, "procedure", "stage", "grade", "category")
    search_fields = ("number", "title")
    ordering = ("-received_at", "-pk")
    list_select_related = ("village", "town", "holder")

    procedure_acts: ClassVar[dict[Procedure, list[Callable[[], Iterable[Act]]]]] = {one: [] for one in Procedure}
    panels: ClassVar[list[Panel]] = []
    given_otherwise: ClassVar[list[Callable[[Case], bool]]] = []  # where a procedure has an act of its own for it

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return super().has_view_permission(request, obj) or request.user.has_perm("cases.handle_case")

    def get_queryset(self, request: HttpRequest) -> CaseQuerySet:
        return Case.objects.visible_to(account(request)).with_is_paused().order_by(*self.ordering)

    def row_queryset(self, request: HttpRequest) -> CaseQuerySet:
        return self.get_queryset(request).select_related(*ON_PAGE)

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return CaseList

    @admin.display(description=gettext_lazy("stage"), ordering="stage")
    def standing(self, case: Case) -> str:
        return standing_at(case)

    @admin.display(description=gettext_lazy("place"))
    def place(self, case: Case) -> str:
        return str(case.village or case.town or "")

    @display(
        description=gettext_lazy("time left"),
        label={
            "late": "danger",
            "soon": "warning",
            "running": "default",
            "met": "success",
            "none": "default",
            "paused": "default",
        },
    )
    def remaining(self, case: Case) -> tuple[str, str]:
        chip = case_chip(case, today=clock.today())
        return chip.tone, chip.text

    def get_urls(self) -> list[URLPattern]:
        receipt = path(
            "<path:object_id>/receipt/", self.admin_site.admin_view(self.receipt_view), name="cases_case_receipt"
        )
        extension = path(
            "<path:object_id>/extension/<int:number>/",
            self.admin_site.admin_view(self.extension_view),
            name="cases_case_extension",
        )
        reveal = path(
            "<path:object_id>/party/<int:number>/show/<slug:field>/",
            self.admin_site.admin_view(self.reveal_view),
            name="cases_case_reveal",
        )
        identity = path(
            "<path:object_id>/identity/", self.admin_site.admin_view(self.identity_view), name="cases_case_identity"
        )
        return [receipt, extension, reveal, identity, *super().get_urls()]

    def acts(self) -> Sequence[Act]:
        own = [
            Act(
                "assign",
                gettext_lazy("Sign for and assign"),
                "cases.assign_case",
                AssignForm,
                self._can_be_assigned,
                _assign,
                waits=_waits_to_be_signed_for,
                is_secondary=True,
            ),
            *limit_acts(),
            *archive_acts(),
            *party_acts(),
            *recusal_acts(),
            *identity_acts(),
            Act(
                "reissue",
                gettext_lazy("Issue a new query code"),
                "cases.add_case",
                ReissueForm,
                lambda _case: True,  # whoever brought the matter may ask how it ended
                lambda _case, _user, _data: "",
                gettext_lazy("The old code stops working at once. Check the applicant's identity first."),
                is_secondary=True,
            ),
        ]
        procedure = [
            replace(act, fits=_in_procedure(one))
            for one, sources in self.procedure_acts.items()
            for source in sources
            for act in source()
        ]
        return [*deciding_limits(), *deciding_on_identity(), *procedure, *own]

    def _can_be_assigned(self, case: Case) -> bool:
        goes_on = case.stage in {Stage.TRIAGED, Stage.HANDLING, Stage.VERIFIED}
        return goes_on and not any(is_given(case) for is_given in self.given_otherwise)

    def rights_on(self, request: HttpRequest, row: Case) -> frozenset[str]:
        return permissions_on(account(request), row)

    def act_view(self, request: HttpRequest, object_id: str, name: str) -> HttpResponse:
        """Do as every act, but lead from a new query code straight to the receipt that it stands on."""
        if name == "reissue" and request.method == "POST":
            case = self.visible_row(request, object_id)
            if name not in {act.name for act in self.open_acts(request, case)}:
                raise Http404
            case, code = reissue_query_code(case.pk, actor=account(request), now=clock.now())
            return keep_code(request, case, code)
        return super().act_view(request, object_id, name)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        case = self.visible_row(request, object_id)
        context = {**self.admin_site.each_context(request), **case_context(case), "opts": self.opts}
        context["identity"] = identity_panel(case, user=account(request), now=clock.now())
        context["buttons"] = self.buttons(request, case)
        panels = [(panel, panel.context(request, case)) for panel in self.panels]
        context |= self.files_context(request, case) | self.papers_context(request, case)
        for name, leads in (("leading", True), ("panels", False)):
            drawn = [(panel, values) for panel, values in panels if panel.leads is leads and values is not None]
            context[name] = [(panel.template, values) for panel, values in drawn]
        return TemplateResponse(request, "cases/case_page.html", context)

    def receipt_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Show the receipt to print. The query code stands on it only for the one who has just issued it."""
        case = self.visible_row(request, object_id)
        context = {
            **self.admin_site.each_context(request),
            "title": _("Receipt"),
            "case": case,
            "code": kept_code(request, case),
            "received_on": clock.local_day(case.received_at),
        }
        data = {"paper": "receipt"}
        record(AuditAct.PRINTED, actor=account(request), subject=case, data=data, now=clock.now())
        return TemplateResponse(request, "cases/receipt.html", context)

    def reveal_view(self, request: HttpRequest, object_id: str, number: int, field: str) -> HttpResponse:
        """Show a masked field of a party in full, for a reason and on record."""
        case = self.visible_row(request, object_id)
        party = get_object_or_404(case.parties, pk=number)
        rights, back = permissions_on(account(request), case), self.row_url(case)
        return reveal_page(request, party, field=field, rights=rights, site=self.admin_site, back=back)

    def identity_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Show who brought a confidential matter, by leave of a second person and on record."""
        case = self.visible_row(request, object_id)
        return identity_page(request, case, site=self.admin_site, back=self.row_url(case))

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        """Show who changed what in the case, to everybody who sees it."""
        case = self.visible_row(request, object_id)
        context = {
            **self.admin_site.each_context(request),
            "title": _("Changes of the record"),
            "case": case,
            "lines": history(case),
        }
        return TemplateResponse(request, "cases/history.html", context)

    def extension_view(self, request: HttpRequest, object_id: str, number: int) -> HttpResponse:
        """Show the notice of a granted extension to print."""
        case = self.visible_row(request, object_id)
        granted = get_object_or_404(granted_extensions(case), pk=number)
        context = {**self.admin_site.each_context(request), **extension_context(case, granted)}
        data = {"paper": "extension"}
        record(AuditAct.PRINTED, actor=account(request), subject=case, data=data, now=clock.now())
        return TemplateResponse(request, "cases/extension.html", context)


def case_context(case: Case) -> dict[str, Any]:
    """Return what the case page shows to everybody who sees the case."""
    since = clock.local_day(case.received_at) - timedelta(days=1)
    rows = deadlines(case, Calendars.load(since=since), today=clock.today())
    return {
        "title": case.number,
        "case": case,
        "original": case,
        "stages": stage_strip(case),
        "waiting_for": waiting_for(case),
        "limits": limit_blocks(rows),
        "effective_due": effective_due(rows),
        "recusals": rows_of(case, case.recusals.select_related("person", "unit", "center", "recorded_by")),
        "accused": rows_of(case, case.accused.select_related("person", "unit", "center")),
        "reopenings": rows_of(case, case.reopenings.select_related("reopened_by")),
        "parties": party_rows(case),
        "results": rows_of(case, case.results.select_related("reported_by", "verified_by")),
        "timeline": timeline(case),
    }
