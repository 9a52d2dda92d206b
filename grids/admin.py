from typing import Any, ClassVar, cast

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.decorators import method_decorator
from django.utils.html import format_html_join
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST
from import_export.admin import ImportExportMixin
from unfold.widgets import UnfoldAdminSelect2Widget

from centers.enums import Level
from centers.reports import centers_in_scope, scope_of
from core import clock
from core.admin import ReadOnlyAdmin, ScopedAdmin
from core.errors import DomainError
from core.masking import mask_id_number, mask_mobile
from core.models import User
from grids.forms import GridForm, RosterConfirmForm, RosterImportForm, VillageChoiceField
from grids.models import Grid, GridMember
from grids.reports import IMPORT_ROSTER, exportable, grids_to_fill, with_services
from grids.resources.blanks import blank_workbook
from grids.resources.formats import CONTENT_TYPE, GridWorkbook, MemberWorkbook, RosterWorkbook
from grids.resources.results import RosterResult, term_of
from grids.resources.rosters import GridResource, MemberResource, RosterResource
from grids.resources.uploads import WaitingUpload
from grids.services.create_grid import create_grid
from grids.services.update_grid import update_grid


def _user(request: HttpRequest) -> User:
    """Return the account behind a request that the admin has let in."""
    return cast("User", request.user)


class RosterAdmin(ImportExportMixin):
    """Import and export of one workbook. Every page asks for its right; without it there is no page."""

    import_template_name = "grids/roster_import.html"
    import_form_class = RosterImportForm
    confirm_form_class = RosterConfirmForm
    skip_export_form = True
    workbook: ClassVar[type[RosterWorkbook]]

    def has_import_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm(IMPORT_ROSTER)

    def has_export_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("grids.export_roster")

    def get_import_formats(self) -> list[type[RosterWorkbook]]:
        return [self.workbook]

    def get_export_formats(self) -> list[type[RosterWorkbook]]:
        return [self.workbook]

    def get_export_queryset(self, request: HttpRequest) -> QuerySet:
        return exportable(super().get_export_queryset(request), _user(request))

    def lookup_allowed(self, lookup: str, value: Any, request: HttpRequest) -> bool:
        """Allow the filters that are offered and no others: a column nobody may read is no filter either."""
        return lookup.removesuffix("__exact") in self.list_filter

    def get_urls(self) -> list[URLPattern]:
        name = "{}_{}_import_template".format(*self.get_model_info())
        view = self.admin_site.admin_view(self.template_action)
        return [path("import/template/", view, name=name), *super().get_urls()]

    def template_action(self, request: HttpRequest) -> HttpResponse:
        """Hand out the workbook to fill in."""
        self._require_import(request)
        layout = self.workbook.layout
        content = blank_workbook(layout, grids_to_fill(_user(request)).values_list("code", "name"))
        response = HttpResponse(content, content_type=CONTENT_TYPE)
        response.headers["Content-Disposition"] = f'attachment; filename="{self.opts.model_name}-template.xlsx"'
        return response

    def import_action(self, request: HttpRequest, **_kwargs: Any) -> HttpResponse:
        """Look through an upload; keep it for confirmation only when every row is in order."""
        self._require_import(request)
        form = self.create_import_form(request)
        result = self._previewed(request, form) if request.method == "POST" and form.is_valid() else None
        confirm_form = None
        if result and not result.has_validation_errors():
            upload = WaitingUpload.new(_user(request).pk, self.opts.model_name)
            upload.keep(self._content(form), file_name=form.cleaned_data["import_file"].name)
            confirm_form = self.confirm_form_class(initial={"import_file_name": upload.name})
        return self._import_page(request, form, result, confirm_form)

    @method_decorator(require_POST)
    def process_import(self, request: HttpRequest, **_kwargs: Any) -> HttpResponse:
        """Write what was previewed, or throw it away; everything is checked again against the present state."""
        self._require_import(request)
        form = self.confirm_form_class(request.POST)
        if not form.is_valid():
            return self._to("import")
        upload = WaitingUpload(_user(request).pk, self.opts.model_name, form.cleaned_data["import_file_name"])
        if "_discard" in request.POST:
            upload.remove()
            return self._to("changelist")
        try:
            result = self._written(request, upload)
        except DomainError as error:
            messages.error(request, str(error))
            return self._to("import")
        if result.has_validation_errors():
            return self._import_page(request, self.create_blank_form(request), result, None)
        messages.success(request, _summary(result))
        return self._to("changelist")

    def create_blank_form(self, request: HttpRequest) -> RosterImportForm:
        return self.import_form_class(self.get_import_formats(), self.get_import_resource_classes(request))

    def _require_import(self, request: HttpRequest) -> None:
        if not self.has_import_permission(request):
            raise PermissionDenied

    def _resource(self, request: HttpRequest) -> RosterResource:
        return self.get_import_resource_classes(request)[0]()

    def _content(self, form: RosterImportForm) -> bytes:
        file = form.cleaned_data["import_file"]
        file.seek(0)
        return file.read()

    def _previewed(self, request: HttpRequest, form: RosterImportForm) -> RosterResult | None:
        try:
            sheet = self.workbook().create_dataset(self._content(form))
        except DomainError as error:
            form.add_error("import_file", str(error))
            return None
        return self._resource(request).import_data(sheet, dry_run=True, user=request.user)

    def _written(self, request: HttpRequest, upload: WaitingUpload) -> RosterResult:
        file_name, content = upload.read()
        sheet = self.workbook().create_dataset(content)
        result = self._resource(request).import_data(sheet, user=request.user, file_name=file_name)
        upload.remove()
        return result

    def _import_page(
        self, request: HttpRequest, form: Any, result: RosterResult | None, confirm_form: Any
    ) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "title": gettext("Import: %(what)s") % {"what": self.opts.verbose_name_plural},
            "opts": self.opts,
            "form": form,
            "result": result,
            "confirm_form": confirm_form,
            "layout": self.workbook.layout,
            "template_url": self._url("import_template"),
        }
        is_wrong = bool(form.errors) or (result is not None and result.has_validation_errors())
        return TemplateResponse(request, self.import_template_name, context, status=422 if is_wrong else 200)

    def _url(self, page: str) -> str:
        return reverse("admin:{}_{}_{}".format(*self.get_model_info(), page))

    def _to(self, page: str) -> HttpResponseRedirect:
        return HttpResponseRedirect(self._url(page))


def _summary(result: RosterResult) -> str:
    return gettext("Imported: %(new)s new, %(changed)s changed, %(same)s unchanged.") % {
        "new": result.plan.new_rows,
        "changed": result.plan.changed_rows,
        "same": result.plan.same_rows,
    }


@admin.register(Grid)
class GridAdmin(RosterAdmin, ScopedAdmin):
    form = GridForm
    workbook = GridWorkbook
    resource_classes = [GridResource]
    list_display = ("code", "name", "village", "kind", "households", "is_active")
    list_display_links = ("code", "name")
    list_select_related = ("village",)
    list_filter = ("kind", "is_active")
    search_fields = ("code", "name", "village__name")
    search_help_text = _("Code, name or village")
    ordering = ("code",)

    def has_change_permission(self, request: HttpRequest, obj: Grid | None = None) -> bool:
        if obj is None or not super().has_change_permission(request, obj):
            return super().has_change_permission(request, obj)
        return Grid.objects.filter(scope_of(_user(request), "grids.change_grid").covers(), pk=obj.pk).exists()

    def get_readonly_fields(self, request: HttpRequest, obj: Grid | None = None) -> tuple[str, ...]:
        return ("village", "code") if obj else ()

    def get_exclude(self, request: HttpRequest, obj: Grid | None = None) -> tuple[str, ...]:
        return () if obj else ("is_active",)

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Offer the villages where the user may draw grids."""
        kwargs["queryset"] = centers_in_scope(_user(request), "grids.add_grid").current().filter(level=Level.VILLAGE)
        kwargs["form_class"] = VillageChoiceField
        kwargs["widget"] = UnfoldAdminSelect2Widget()
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Leave out the buttons that would lead from the village to pages about villages."""
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if db_field.name == "village":
            field.widget = getattr(field.widget, "widget", field.widget)
        return field

    def save_model(self, request: HttpRequest, obj: Grid, form: GridForm, change: bool) -> None:  # noqa: FBT001 - Django's signature
        values = {name: form.cleaned_data[name] for name in ("name", "kind", "households")}
        if change:
            update_grid(obj.pk, **values, is_active=form.cleaned_data["is_active"], actor=_user(request))
        else:
            obj.pk = create_grid(obj.village_id, code=obj.code, **values, actor=_user(request)).pk


@admin.register(GridMember)
class GridMemberAdmin(RosterAdmin, ReadOnlyAdmin):
    """People come in by roster; here they are looked up, with their numbers masked."""

    workbook = MemberWorkbook
    resource_classes = [MemberResource]
    list_display = ("full_name", "masked_id_number", "masked_mobile", "present_services", "badge_no")
    list_filter = ()
    search_fields = ("name", "badge_no")
    search_help_text = _("Name or badge number")
    ordering = ("name", "pk")
    fields = ("full_name", "masked_id_number", "sex", "masked_mobile", "badge_no", "note", "services_table")
    readonly_fields = fields

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return with_services(super().get_queryset(request), _user(request), on=clock.today())

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> GridMember | None:
        member = super().get_object(request, object_id, from_field)
        if member is not None:
            rows = member.assignments.visible_to(request.user).select_related("grid").order_by("-starts_on", "-pk")
            member.services_seen = list(rows)
        return member

    @admin.display(description=_("full name"), ordering="name")
    def full_name(self, member: GridMember) -> str:
        return member.name

    @admin.display(description=_("ID number"))
    def masked_id_number(self, member: GridMember) -> str:
        return mask_id_number(member.id_number)

    @admin.display(description=_("mobile"))
    def masked_mobile(self, member: GridMember) -> str:
        return mask_mobile(member.mobile)

    @admin.display(description=_("grid and post"), empty_value="—")
    def present_services(self, member: Any) -> str | None:
        lines = ((row.grid.name, row.get_post_display()) for row in member.services_here)
        return format_html_join(" ", "<div>{} · {}</div>", lines) or None

    @admin.display(description=_("services"), empty_value="—")
    def services_table(self, member: Any) -> str | None:
        rows = [(row.grid, row.get_post_display(), term_of(row.starts_on, row.ends_on)) for row in member.services_seen]
        return format_html_join("", "<div>{} · {} · {}</div>", rows) or None
