"""How lists of grids and members leave: at once when they are short, made by a worker when they are long."""

from typing import Any, ClassVar

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from import_export.admin import ExportMixin

from core import clock
from core.admin import ReadOnlyAdmin, account
from core.audit import AuditAct, record
from core.errors import DomainError
from grids.enums import ExportState, RosterKind
from grids.forms import ExportForm
from grids.models import ExportFile, ExportJob
from grids.pages.exports import export_progress_of, kept_until
from grids.reports import IMPORT_ROSTER, exportable
from grids.resources.formats import RosterWorkbook, workbook_response
from grids.rules.columns import LAYOUTS
from grids.services.ask_export import ask_export, fetch_export, is_long
from grids.services.record_export import EXPORT_ROSTER, EXPORT_UNMASKED, record_export


class RosterAdmin(ExportMixin):
    """Export of a list as it is filtered, and the way to the files it can come in by."""

    import_export_change_list_template = "grids/change_list.html"
    kind: ClassVar[RosterKind]

    def has_export_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm(EXPORT_ROSTER)

    def get_export_formats(self) -> list[type[RosterWorkbook]]:
        return [RosterWorkbook]

    def get_export_queryset(self, request: HttpRequest) -> QuerySet:
        return exportable(super().get_export_queryset(request), account(request))

    def lookup_allowed(self, lookup: str, value: Any, request: HttpRequest) -> bool:
        """Allow the filters that are offered and no others: a column nobody may read is no filter either."""
        return lookup.removesuffix("__exact") in self.list_filter

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        may_import = request.user.has_perm(IMPORT_ROSTER)
        upload_url = reverse("admin:grids_rosterimport_upload", args=[self.kind]) if may_import else ""
        return super().changelist_view(request, {**(extra_context or {}), "upload_url": upload_url})

    def export_action(self, request: HttpRequest) -> HttpResponse:
        """Ask whether numbers are to be readable, and why; put it on record; hand out the list as it is filtered.

        A long list is made by a worker; the answer is the page that shows how far it is.
        """
        if not self.has_export_permission(request):
            raise PermissionDenied
        may_unmask = self.kind is RosterKind.MEMBERS and request.user.has_perm(EXPORT_UNMASKED)
        form = ExportForm(request.POST if request.method == "POST" else None, may_unmask=may_unmask)
        rows = self.get_export_queryset(request)
        count = rows.count()
        if request.method == "POST" and form.is_valid():
            try:
                return self._exported(request, rows, count, form)
            except DomainError as error:
                form.add_error(None, str(error))
        context = {
            **self.admin_site.each_context(request),
            "title": _("Export: %(what)s") % {"what": self.opts.verbose_name_plural},
            "opts": self.opts,
            "form": form,
            "row_count": count,
            "is_long": is_long(count),
            "list_url": f"{reverse(_list(self.kind))}?{request.GET.urlencode()}",
        }
        return TemplateResponse(request, "grids/export.html", context, status=422 if form.errors else 200)

    def _exported(self, request: HttpRequest, rows: QuerySet, count: int, form: ExportForm) -> HttpResponse:
        recorded = {
            "kind": self.kind,
            "filter_text": request.GET.urlencode(),
            "is_unmasked": form.cleaned_data.get("is_unmasked", False),
            "reason": form.cleaned_data.get("reason", ""),
            "actor": account(request),
            "now": clock.now(),
        }
        if is_long(count):
            ids = [*rows.values_list("pk", flat=True)]
            job = ask_export(ids, language=get_language() or "", **recorded)
            return HttpResponseRedirect(reverse("admin:grids_exportjob_change", args=[job.pk]))
        record_export(count, **recorded)
        options = {"is_unmasked": recorded["is_unmasked"]} if self.kind is RosterKind.MEMBERS else {}
        resource = self.get_export_resource_classes(request)[0](**options)
        return workbook_response(RosterWorkbook().export_data(resource.export(rows)), _file_name(self.kind))


@admin.register(ExportJob)
class ExportJobAdmin(ReadOnlyAdmin):
    list_display = ("what", "state", "asked_on", "rows_total", "numbers")
    list_select_related = ("export",)
    list_filter = ("state",)
    ordering = ("-pk",)

    @admin.display(description=gettext_lazy("what it lists"))
    def what(self, job: ExportJob) -> str:
        return str(RosterKind(job.export.kind).label)

    @admin.display(description=gettext_lazy("asked for"), ordering="export__exported_at")
    def asked_on(self, job: ExportJob) -> str:
        return clock.local_day(job.export.exported_at).isoformat()

    @admin.display(description=gettext_lazy("numbers"))
    def numbers(self, job: ExportJob) -> str:
        return _("readable") if job.export.is_unmasked else _("masked")

    def has_module_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm(EXPORT_ROSTER)

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return request.user.has_perm(EXPORT_ROSTER)

    def get_urls(self) -> list[URLPattern]:
        own = [("progress", self.progress_view), ("download", self.download_view)]
        urls = [
            path(f"<int:pk>/{name}/", self.admin_site.admin_view(view), name=f"grids_exportjob_{name}")
            for name, view in own
        ]
        return [*urls, *super().get_urls()]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        return self._page(request, self._job(request, object_id))

    def progress_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Tell how far the list is, for the page that shows it."""
        return JsonResponse(export_progress_of(self._job(request, str(pk))))

    def download_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Hand out the finished list to whoever asked for it, as long as it is kept."""
        job = self._job(request, str(pk))
        try:
            content = fetch_export(job.pk, actor=account(request))
        except ExportFile.DoesNotExist as error:
            raise Http404 from error
        except DomainError as error:
            return self._page(request, job, refusal=str(error))
        record(AuditAct.DOWNLOADED, actor=account(request), subject=job.export, now=clock.now())
        return workbook_response(content, _file_name(RosterKind(job.export.kind)))

    def _job(self, request: HttpRequest, object_id: str) -> ExportJob:
        """Return the row; one of somebody else looks like none at all."""
        if not request.user.has_perm(EXPORT_ROSTER):
            raise PermissionDenied
        rows = ExportJob.objects.visible_to(account(request)).select_related("export")
        job = rows.filter(pk=object_id).first() if object_id.isdecimal() else None
        if job is None:
            raise Http404
        return job

    def _page(self, request: HttpRequest, job: ExportJob, *, refusal: str = "") -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "title": str(job),
            "opts": self.opts,
            "job": job,
            "record": job.export,
            "what": RosterKind(job.export.kind).label,
            "progress": export_progress_of(job),
            "is_ready": job.state == ExportState.READY and not refusal,
            "refusal": refusal or (job.failure or {}).get("text", ""),
            "kept_until": kept_until(job),
            "list_url": reverse("admin:grids_exportjob_changelist"),
        }
        return TemplateResponse(request, "grids/export_job.html", context, status=403 if refusal else 200)


def _list(kind: RosterKind) -> str:
    return f"admin:grids_{'grid' if kind is RosterKind.GRIDS else 'gridmember'}_changelist"


def _file_name(kind: RosterKind) -> str:
    return f"{LAYOUTS[kind].title}{clock.today():%Y%m%d}.xlsx"
