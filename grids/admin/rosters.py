from typing import Any, ClassVar

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.html import format_html_join
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from import_export.admin import ExportMixin
from unfold.widgets import UnfoldAdminSelect2Widget

from centers.enums import Level
from centers.reports import centers_in_scope, scope_of
from core import clock
from core.admin import ReadOnlyAdmin, ScopedAdmin, account
from core.masking import mask_id_number, mask_mobile
from grids.enums import RosterKind
from grids.forms import ExportForm, GridForm, VillageChoiceField
from grids.models import Grid, GridMember
from grids.pages.rows import term_of
from grids.reports import IMPORT_ROSTER, exportable, with_services
from grids.resources.formats import RosterWorkbook, workbook_response
from grids.resources.rosters import GridResource, MemberResource
from grids.services.create_grid import create_grid
from grids.services.record_export import EXPORT_UNMASKED, record_export
from grids.services.update_grid import update_grid


class RosterAdmin(ExportMixin):
    """Export of a list as it is filtered, and the way to the files it can come in by."""

    import_export_change_list_template = "grids/change_list.html"
    skip_export_form = True
    kind: ClassVar[RosterKind]

    def has_export_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("grids.export_roster")

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


@admin.register(Grid)
class GridAdmin(RosterAdmin, ScopedAdmin):
    form = GridForm
    kind = RosterKind.GRIDS
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
        return Grid.objects.filter(scope_of(account(request), "grids.change_grid").covers(), pk=obj.pk).exists()

    def get_readonly_fields(self, request: HttpRequest, obj: Grid | None = None) -> tuple[str, ...]:
        return ("village", "code") if obj else ()

    def get_exclude(self, request: HttpRequest, obj: Grid | None = None) -> tuple[str, ...]:
        return () if obj else ("is_active",)

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Offer the villages where the user may draw grids."""
        kwargs["queryset"] = centers_in_scope(account(request), "grids.add_grid").current().filter(level=Level.VILLAGE)
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
            update_grid(obj.pk, **values, is_active=form.cleaned_data["is_active"], actor=account(request))
        else:
            obj.pk = create_grid(obj.village_id, code=obj.code, **values, actor=account(request)).pk


@admin.register(GridMember)
class GridMemberAdmin(RosterAdmin, ReadOnlyAdmin):
    """People come in by roster; here they are looked up, with their numbers masked."""

    kind = RosterKind.MEMBERS
    resource_classes = [MemberResource]
    list_display = ("full_name", "masked_id_number", "masked_mobile", "present_services", "badge_no")
    list_filter = ()
    search_fields = ("name", "badge_no")
    search_help_text = _("Name or badge number")
    ordering = ("name", "pk")
    fields = ("full_name", "masked_id_number", "sex", "masked_mobile", "badge_no", "note", "services_table")
    readonly_fields = fields

    def export_action(self, request: HttpRequest) -> HttpResponse:
        """Ask whether numbers are to be readable, and why; put it on record; hand out the list as it is filtered."""
        if not self.has_export_permission(request):
            raise PermissionDenied
        may_unmask = request.user.has_perm(EXPORT_UNMASKED)
        form = ExportForm(request.POST if request.method == "POST" else None, may_unmask=may_unmask)
        if request.method == "POST" and form.is_valid():
            return self._exported(request, form)
        context = {
            **self.admin_site.each_context(request),
            "title": gettext("Export: %(what)s") % {"what": self.opts.verbose_name_plural},
            "opts": self.opts,
            "form": form,
            "row_count": self.get_export_queryset(request).count(),
            "list_url": f"{reverse('admin:grids_gridmember_changelist')}?{request.GET.urlencode()}",
        }
        return TemplateResponse(request, "grids/export.html", context, status=422 if form.errors else 200)

    def _exported(self, request: HttpRequest, form: ExportForm) -> HttpResponse:
        rows = self.get_export_queryset(request)
        is_unmasked = form.cleaned_data.get("is_unmasked", False)
        record_export(
            rows.count(),
            filter_text=request.GET.urlencode(),
            is_unmasked=is_unmasked,
            reason=form.cleaned_data.get("reason", ""),
            actor=account(request),
            now=clock.now(),
        )
        content = RosterWorkbook().export_data(MemberResource(is_unmasked=is_unmasked).export(rows))
        return workbook_response(content, f"花名册{clock.today():%Y%m%d}.xlsx")

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return with_services(super().get_queryset(request), account(request), on=clock.today())

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
