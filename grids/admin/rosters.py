from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext
from unfold.widgets import UnfoldAdminSelect2Widget

from centers.enums import Level
from centers.reports import centers_in_scope, scope_of
from core import clock
from core.admin import ReadOnlyAdmin, ScopedAdmin, account
from core.admin.reveal import reveal_page
from core.personal import masked
from grids.admin.exports import RosterAdmin
from grids.enums import RosterKind
from grids.forms import GridForm, VillageChoiceField
from grids.models import Grid, GridMember
from grids.pages.rows import term_of
from grids.reports import with_services
from grids.resources.rosters import GridResource, MemberResource
from grids.services.create_grid import create_grid
from grids.services.update_grid import update_grid


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

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return with_services(super().get_queryset(request), account(request), on=clock.today())

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> GridMember | None:
        member = super().get_object(request, object_id, from_field)
        if member is not None:
            rows = member.assignments.visible_to(request.user).select_related("grid").order_by("-starts_on", "-pk")
            member.services_seen = list(rows)
        return member

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.reveal_view)
        return [path("<int:pk>/show/<slug:field>/", view, name="grids_gridmember_reveal"), *super().get_urls()]

    def reveal_view(self, request: HttpRequest, pk: int, field: str) -> HttpResponse:
        """Show a masked number in full, for a reason and on record."""
        member = get_object_or_404(self.get_queryset(request), pk=pk)
        rights = frozenset(request.user.get_all_permissions())
        back = reverse("admin:grids_gridmember_change", args=[pk])
        return reveal_page(request, member, field=field, rights=rights, site=self.admin_site, back=back)

    def _with_button(self, member: GridMember, field: str) -> str:
        """Return a masked field, on the page of one member with the way to have it shown."""
        if not hasattr(member, "services_seen"):
            return masked(member, field)
        url = reverse("admin:grids_gridmember_reveal", args=[member.pk, field])
        return format_html('{} <a href="{}">{}</a>', masked(member, field), url, pgettext("masked field", "Show"))

    @admin.display(description=_("full name"), ordering="name")
    def full_name(self, member: GridMember) -> str:
        return member.name

    @admin.display(description=_("ID number"))
    def masked_id_number(self, member: GridMember) -> str:
        return self._with_button(member, "id_number")

    @admin.display(description=_("mobile"))
    def masked_mobile(self, member: GridMember) -> str:
        return self._with_button(member, "mobile")

    @admin.display(description=_("grid and post"), empty_value="—")
    def present_services(self, member: Any) -> str | None:
        lines = ((row.grid.name, row.get_post_display()) for row in member.services_here)
        return format_html_join(" ", "<div>{} · {}</div>", lines) or None

    @admin.display(description=_("services"), empty_value="—")
    def services_table(self, member: Any) -> str | None:
        rows = [(row.grid, row.get_post_display(), term_of(row.starts_on, row.ends_on)) for row in member.services_seen]
        return format_html_join("", "<div>{} · {} · {}</div>", rows) or None
