from collections.abc import Iterable, Sequence
from typing import Any, Final

from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from centers.forms import AppointmentForm, EndPostForm, StandInForm
from centers.models import Center, Post, StandIn, Unit
from centers.reports import centers_in_scope, possible_stand_ins
from centers.services.stand_in import withdraw_stand_in
from core import clock
from core.admin import Act, ActForm, ActsOnPageAdmin, ReadOnlyAdmin, ScopedAdmin, account
from core.models import User

CHOSEN_IN: Final = frozenset({("post", "center"), ("post", "unit"), ("unit", "center")})


def own_centers(request: HttpRequest, verb: str, model_name: str | None) -> QuerySet[Center]:
    return centers_in_scope(request.user, f"centers.{verb}_{model_name}").open()  # type: ignore[arg-type]  # the admin lets nobody in who has not signed in


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
    list_display = ("name", "code", "level", "parent", "is_current", "closed_on")
    list_filter = ("level",)
    list_select_related = ("parent",)
    search_fields = ("code__startswith", "name")
    fields = ("name", "code", "level", "parent", "is_current", "closed_on")

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
        form = super().get_form(request, obj, change, form=EndPostForm if obj else AppointmentForm, **kwargs)
        form.actor = account(request)
        return form

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


def _withdraw(row: StandIn, user: User, _given: dict[str, Any]) -> str:
    withdraw_stand_in(row.pk, actor=user, now=clock.now())
    return gettext("From now on the messages reach only the person they are for.")


def _is_to_come(row: StandIn) -> bool:
    return row.withdrawn_at is None and row.ends_on >= clock.today()


@admin.register(StandIn)
class StandInAdmin(SavedByFormAdmin, ActsOnPageAdmin):
    """Everybody names who receives for them while they are away; the security administrator does it for others."""

    list_display = ("absent", "stand_in", "starts_on", "ends_on", "standing")
    list_select_related = ("absent", "stand_in")
    readonly_fields = ("condition", "away", "receiver", "namer", "withdrawer")

    def has_module_permission(self, request: HttpRequest) -> bool:
        return request.user.is_active and request.user.is_staff

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self.has_module_permission(request)

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self.has_module_permission(request)

    def get_fields(self, request: HttpRequest, obj: StandIn | None = None) -> Sequence[str]:
        if obj:
            told = ("away", "receiver", "starts_on", "ends_on", "condition")
            return (*told, "namer", "named_at", "withdrawer", "withdrawn_at")
        given = ("absent", "stand_in", "starts_on", "ends_on")
        return given if _names_for_others(request) else given[1:]

    def get_autocomplete_fields(self, request: HttpRequest) -> Sequence[str]:
        return ("absent", "stand_in") if _names_for_others(request) else ()

    def get_form(self, request: HttpRequest, obj: StandIn | None = None, change: bool = False, **kwargs: Any) -> Any:  # noqa: FBT001, FBT002 - Django's signature
        form = super().get_form(request, obj, change, **kwargs if obj else {"form": StandInForm, **kwargs})
        form.actor = account(request)
        return form

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        return {"starts_on": clock.today(), **super().get_changeform_initial_data(request)}

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Offer those who could stand in; who names for others looks among all accounts and is told who cannot."""
        if db_field.name == "stand_in":
            kwargs["help_text"] = _("Somebody who holds the same offices at the same center or above it.")
            if not _names_for_others(request):
                possible = possible_stand_ins(account(request), on=clock.today())
                kwargs["queryset"] = User.objects.get_queryset().filter(pk__in=possible).order_by("full_name", "pk")
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    @admin.display(description=_("absent person"))
    def away(self, row: StandIn) -> str:
        return row.absent.full_name

    @admin.display(description=_("stand-in"))
    def receiver(self, row: StandIn) -> str:
        return row.stand_in.full_name

    @admin.display(description=_("named by"))
    def namer(self, row: StandIn) -> str:
        return row.named_by.full_name

    @admin.display(description=_("withdrawn by"))
    def withdrawer(self, row: StandIn) -> str:
        return row.withdrawn_by.full_name if row.withdrawn_by else "—"

    @admin.display(description=_("state"))
    def condition(self, row: StandIn) -> str:
        return self.standing(row)[1]

    @display(description=_("state"), label={"to_come": "info", "now": "success", "over": "", "withdrawn": ""})
    def standing(self, row: StandIn) -> tuple[str, str]:
        if row.withdrawn_at is not None:
            return "withdrawn", gettext("Withdrawn")
        if row.ends_on < clock.today():
            return "over", gettext("Over")
        if row.starts_on > clock.today():
            return "to_come", gettext("To come")
        return "now", gettext("In force")

    def acts(self) -> Iterable[Act]:
        yield Act("withdraw", _("Withdraw"), "centers.change_standin", ActForm, _is_to_come, _withdraw)

    def rights_on(self, request: HttpRequest, row: StandIn) -> frozenset[str]:
        mine = StandIn.objects.filter(pk=row.pk).governed_by(account(request)).exists()
        return frozenset({"centers.change_standin"}) if mine else frozenset()


def _names_for_others(request: HttpRequest) -> bool:
    return request.user.has_perm("centers.add_standin")
