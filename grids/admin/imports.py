"""The way of a roster file, page by page: upload, progress, what it would do, the word to write it, and to undo it."""

from collections.abc import Collection
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from core import clock
from core.admin import Act, ActForm, ActsMixin, ReadOnlyAdmin, account
from core.audit import AuditAct, record
from core.errors import DomainError
from grids.enums import ImportAct, ImportState, RosterKind
from grids.forms import ConfirmForm, UploadForm
from grids.models import RosterFile, RosterImport
from grids.pages.imports import import_context, progress_of
from grids.reports import IMPORT_ROSTER, grids_to_fill
from grids.resources.blanks import blank_workbook
from grids.resources.formats import workbook_response
from grids.rules.columns import LAYOUTS
from grids.rules.imports import TRANSITIONS, last_day_to_undo
from grids.services.decide_import import ask_undo, confirm_import, discard_import
from grids.services.upload_roster import upload_roster


def _confirm(roster_import: RosterImport, user: Any, data: dict[str, Any]) -> str:
    only_good_rows = bool(data.get("only_good_rows"))
    confirm_import(roster_import.pk, only_good_rows=only_good_rows, actor=user, now=clock.now())
    return _("The file is being written. This page shows when it is done.")


def _discard(roster_import: RosterImport, user: Any, _data: dict[str, Any]) -> str:
    discard_import(roster_import.pk, actor=user)
    return _("The file is discarded. Nothing was written.")


def _undo(roster_import: RosterImport, user: Any, _data: dict[str, Any]) -> str:
    ask_undo(roster_import.pk, actor=user, now=clock.now())
    return _("The import is being undone. This page shows when it is done.")


@admin.register(RosterImport)
class RosterImportAdmin(ActsMixin, ReadOnlyAdmin):
    list_display = ("file_name", "kind", "state", "uploaded_on", "rows_read", "error_rows", "new_rows", "changed_rows")
    list_filter = ("state", "kind")
    ordering = ("-uploaded_at", "-pk")

    @admin.display(description=gettext_lazy("uploaded"), ordering="uploaded_at")
    def uploaded_on(self, roster_import: RosterImport) -> str:
        return clock.local_day(roster_import.uploaded_at).isoformat()

    @admin.display(description=gettext_lazy("rows"))
    def rows_read(self, roster_import: RosterImport) -> int:
        return roster_import.rows

    def has_module_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm(IMPORT_ROSTER)

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return request.user.has_perm(IMPORT_ROSTER)

    def get_urls(self) -> list[URLPattern]:
        own = [
            ("upload/<slug:kind>/", self.upload_view, "upload"),
            ("template/<slug:kind>/", self.template_view, "template"),
            ("<int:pk>/progress/", self.progress_view, "progress"),
            ("<int:pk>/marked/", self.marked_view, "marked"),
        ]
        urls = [path(route, self.admin_site.admin_view(view), name=_name(name)) for route, view, name in own]
        return [*urls, *super().get_urls()]

    def acts(self) -> tuple[Act, ...]:
        written = gettext_lazy("Everything in the file is written at once. It can be undone within 30 days.")
        undone = gettext_lazy("What has changed since the import stays as it is; you will see what.")
        return (
            Act("confirm", ImportAct.CONFIRM.label, IMPORT_ROSTER, ConfirmForm, _may_be_written, _confirm, written),
            Act(
                "undo",
                ImportAct.ASK_UNDO.label,
                IMPORT_ROSTER,
                ActForm,
                _may_be_undone,
                _undo,
                undone,
                is_secondary=True,
            ),
            Act(
                "discard",
                ImportAct.DISCARD.label,
                IMPORT_ROSTER,
                ActForm,
                _may_be_discarded,
                _discard,
                is_secondary=True,
            ),
        )

    def rights_on(self, request: HttpRequest, row: RosterImport) -> Collection[str]:
        return {IMPORT_ROSTER} if request.user.has_perm(IMPORT_ROSTER) else ()

    def upload_view(self, request: HttpRequest, kind: str) -> HttpResponse:
        """Take a file in. It is read by a worker, so the answer is the page that shows how far that is."""
        self._require(request)
        form = UploadForm(request.POST, request.FILES) if request.method == "POST" else UploadForm()
        if request.method == "POST" and form.is_valid():
            roster_import = self._uploaded(request, _kind(kind), form)
            if roster_import is not None:
                return HttpResponseRedirect(self.row_url(roster_import))
        context = {
            **self.admin_site.each_context(request),
            "title": _("Upload: %(what)s") % {"what": _kind(kind).label},
            "opts": self.opts,
            "form": form,
            "layout": LAYOUTS[_kind(kind)],
            "template_url": reverse(f"admin:{_name('template')}", args=[kind]),
            "list_url": reverse(f"admin:{_name('changelist')}"),
        }
        return TemplateResponse(request, "grids/upload.html", context, status=422 if form.errors else 200)

    def template_view(self, request: HttpRequest, kind: str) -> HttpResponse:
        """Hand out the workbook to fill in, with the manager's own grids."""
        self._require(request)
        layout = LAYOUTS[_kind(kind)]
        content = blank_workbook(layout, grids_to_fill(account(request)).values_list("code", "name"))
        return workbook_response(content, f"{layout.title}模板.xlsx")

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        self._require(request)
        row = self.visible_row(request, object_id)
        context = {
            **self.admin_site.each_context(request),
            **import_context(row, request.GET),
            "title": row.file_name,
            "opts": self.opts,
            "buttons": self.buttons(request, row),
            "list_url": reverse(f"admin:{_name('changelist')}"),
        }
        return TemplateResponse(request, "grids/import.html", context)

    def progress_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Tell how far the work on a file is, for the page that shows it."""
        self._require(request)
        return JsonResponse(progress_of(self.visible_row(request, str(pk))))

    def marked_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Hand out the copy in which the errors are marked, as long as the file is kept."""
        self._require(request)
        row = self.visible_row(request, str(pk))
        file = RosterFile.objects.filter(pk=row.pk, annotated__isnull=False).first()
        if file is None:
            raise Http404
        record(AuditAct.DOWNLOADED, actor=account(request), subject=row, now=clock.now())
        return workbook_response(bytes(file.annotated or b""), f"{row.file_name.rpartition('.')[0]}（错误说明）.xlsx")

    def _require(self, request: HttpRequest) -> None:
        if not request.user.has_perm(IMPORT_ROSTER):
            raise PermissionDenied

    def _uploaded(self, request: HttpRequest, kind: RosterKind, form: UploadForm) -> RosterImport | None:
        file = form.cleaned_data["file"]
        try:
            return upload_roster(
                file.read(),
                kind=kind,
                file_name=file.name,
                language=get_language() or "",
                actor=account(request),
                now=clock.now(),
            )
        except DomainError as error:
            form.add_error("file", str(error))
            return None


def _is_open(roster_import: RosterImport, act: ImportAct) -> bool:
    return (ImportState(roster_import.state), act) in TRANSITIONS


def _may_be_written(roster_import: RosterImport) -> bool:
    return _is_open(roster_import, ImportAct.CONFIRM) and bool(roster_import.new_rows + roster_import.changed_rows)


def _may_be_discarded(roster_import: RosterImport) -> bool:
    return _is_open(roster_import, ImportAct.DISCARD)


def _may_be_undone(roster_import: RosterImport) -> bool:
    if not _is_open(roster_import, ImportAct.ASK_UNDO) or roster_import.written_at is None:
        return False
    return clock.today() <= last_day_to_undo(clock.local_day(roster_import.written_at))


def _kind(value: str) -> RosterKind:
    try:
        return RosterKind(value)
    except ValueError:
        raise Http404 from None


def _name(page: str) -> str:
    return f"grids_rosterimport_{page}"
