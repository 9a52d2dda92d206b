from collections.abc import Sequence
from typing import Any, Final

from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from centers.forms import AppointmentForm, CalendarDayForm, EndPostForm
from centers.models import Center, Post, Unit, WorkCalendarDay
from centers.reports import centers_in_scope
from core import clock
from core.admin import ReadOnlyAdmin, ScopedAdmin

CHOSEN_IN: Final = frozenset({("post", "center"), ("post", "unit"), ("unit", "center")})


def own_centers(request: HttpRequest, verb: str, model_name: str | None) -> QuerySet[Center]:
    return centers_in_scope(request.user, f"centers.{verb}_{model_name}")  # type: ignore[arg-type]  # the admin lets nobody in who has not signed in


class PlacedAdmin(ScopedAdmin):
    """Rows of a center: added and changed by those whose right reaches that center."""

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        if not super().has_change_permission(request, obj):
            return False
        return obj is None or own_centers(request, "change", self.opts.model_name).filter(pk=obj.center_id).exists()

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "center":
            kwargs["queryset"] = own_centers(request, "add", self.opts.model_name)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


class SavedByFormAdmin(ScopedAdmin):
    """The form's own ``save`` calls the service."""

    def save_model(self, request: HttpRequest, obj: Model, form: Any, change: bool) -> None:  # noqa: FBT001 - Django's signature
        """Write nothing more."""


@admin.register(Center)
class CenterAdmin(ReadOnlyAdmin):
    list_display = ("name", "code", "level", "parent", "is_current")
    list_filter = ("level",)
    list_select_related = ("parent",)
    search_fields = ("code__startswith", "name")
    fields = ("name", "code", "level", "parent", "is_current")

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Center], search_term: str
    ) -> tuple[QuerySet[Center], bool]:
        """Offer for a new unit or post only centers that the user may choose there."""
        found, may_have_duplicates = super().get_search_results(request, queryset, search_term)
        model_name = request.GET.get("model_name")
        if (model_name, request.GET.get("field_name")) in CHOSEN_IN:
            found = found.filter(pk__in=own_centers(request, "add", model_name).values("pk"))
        return found, may_have_duplicates


@admin.register(Unit)
class UnitAdmin(PlacedAdmin):
    list_display = ("name", "center", "kind", "mode", "is_active")
    list_filter = ("kind", "mode")
    list_select_related = ("center",)
    search_fields = ("name", "center__name")
    autocomplete_fields = ("center",)
    fields = ("center", "name", "kind", "mode", "is_active")

    def get_readonly_fields(self, request: HttpRequest, obj: Unit | None = None) -> Sequence[str]:
        """Keep a unit at its center: its people and matters are there."""
        return ("center",) if obj else ()

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Unit], search_term: str
    ) -> tuple[QuerySet[Unit], bool]:
        """Offer for a new post only units of centers that the user may choose there."""
        found, may_have_duplicates = super().get_search_results(request, queryset, search_term)
        if (request.GET.get("model_name"), request.GET.get("field_name")) in CHOSEN_IN:
            found = found.filter(center__in=own_centers(request, "add", "post").values("pk"))
        return found, may_have_duplicates


@admin.register(Post)
class PostAdmin(SavedByFormAdmin, PlacedAdmin):
    """Offices are given, and later given an end; what was held stays on record."""

    list_display = ("user", "role", "center", "unit", "starts_on", "ends_on")
    list_filter = ("role",)
    list_select_related = ("user", "center", "unit")
    search_fields = ("user__username", "user__full_name", "center__name")
    autocomplete_fields = ("user", "center", "unit")
    fields = ("user", "role", "center", "unit", "starts_on", "ends_on")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Let nobody touch their own posts: who ends them, or does not, is for others to say."""
        return super().has_change_permission(request, obj) and (obj is None or obj.user_id != request.user.pk)

    def get_form(self, request: HttpRequest, obj: Post | None = None, change: bool = False, **kwargs: Any) -> Any:  # noqa: FBT001, FBT002 - Django's signature
        return super().get_form(request, obj, change, form=EndPostForm if obj else AppointmentForm, **kwargs)

    def get_readonly_fields(self, request: HttpRequest, obj: Post | None = None) -> Sequence[str]:
        return ("user", "role", "center", "unit", "starts_on") if obj else ()

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        return {"starts_on": clock.today(), **super().get_changeform_initial_data(request)}

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        model = db_field.remote_field.model
        if db_field.name == "user":
            kwargs["queryset"] = model.objects.visible_to(request.user).exclude(pk=request.user.pk)
            kwargs["error_messages"] = {
                "invalid_choice": _("Choose an account from the list. Nobody appoints themselves.")
            }
        if db_field.name == "unit":
            kwargs["queryset"] = model.objects.active().filter(
                center__in=own_centers(request, "add", "post").values("pk")
            )
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


class YearFilter(admin.SimpleListFilter):
    title = _("year")
    parameter_name = "year"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        years = WorkCalendarDay.objects.dates("date", "year", order="DESC")
        return [(str(first.year), str(first.year)) for first in years]

    def queryset(self, request: HttpRequest, queryset: QuerySet[WorkCalendarDay]) -> QuerySet[WorkCalendarDay]:
        year = self.value()
        return queryset.filter(date__year=year) if year in dict(self.lookup_choices) else queryset


@admin.register(WorkCalendarDay)
class WorkCalendarDayAdmin(SavedByFormAdmin):
    form = CalendarDayForm
    list_display = ("date", "weekday", "is_workday", "name", "source")
    list_filter = (YearFilter, "source")
    search_fields = ("name",)
    fields = ("date", "is_workday", "name", "source")
    readonly_fields = ("date", "source")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Leave the calendar, which is everybody's, to the administrators of the whole."""
        if not super().has_change_permission(request, obj):
            return False
        return own_centers(request, "change", self.opts.model_name).filter(parent=None).exists()

    @admin.display(description=_("weekday"))
    def weekday(self, day: WorkCalendarDay) -> str:
        return date_format(day.date, "l")
