from collections.abc import Iterable, Iterator
from typing import Any, Final

from django import forms
from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.core.exceptions import ValidationError
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display
from unfold.widgets import (
    UnfoldAdminCheckboxSelectMultipleWidget,
    UnfoldAdminPasswordWidget,
    UnfoldAdminTextInputWidget,
)

from core import clock
from core.admin.bases import Act, ActForm, ActsOnPageAdmin, ScopedAdmin, account
from core.channels import DeliveryState, MessageKind
from core.courier import send_again
from core.models import ExternalDelivery, User, WebhookEndpoint
from core.scoping import holds_over_all
from core.webhook import is_web_address

SEND_AGAIN: Final = "core.change_externaldelivery"
SECRET_LENGTH: Final = 16


class StandingFilter(admin.SimpleListFilter):
    """Shows what was given up unless something else is asked for."""

    title = _("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(value, str(label)) for value, label in DeliveryState.choices]

    def value(self) -> str:
        return super().value() or DeliveryState.DEAD.value

    def queryset(self, request: HttpRequest, queryset: QuerySet[ExternalDelivery]) -> QuerySet[ExternalDelivery]:
        return queryset.filter(state=self.value())

    def choices(self, changelist: ChangeList) -> Iterator[dict[str, Any]]:  # type: ignore[override]  # the stubs want a TypedDict
        for value, label in self.lookup_choices:
            query = changelist.get_query_string({self.parameter_name: value})
            yield {"selected": self.value() == value, "query_string": query, "display": label}


def _send_again(row: ExternalDelivery, user: User, _given: dict[str, Any]) -> str:
    send_again(row.pk, actor=user, now=clock.now())
    return gettext("The message is on its way again.")


@admin.register(ExternalDelivery)
class ExternalDeliveryAdmin(ActsOnPageAdmin):
    """What left the house by e-mail or a gateway, first of all what was given up. It shows no text of a message."""

    list_display = ("key", "way", "reader", "attempts", "last_error", "queued_at", "tried_at", "standing")
    list_filter = (StandingFilter, "channel")
    list_select_related = ("recipient", "endpoint")
    search_fields = ("recipient__username", "recipient__full_name")
    ordering = ("-pk",)
    fieldsets = (
        (None, {"fields": ("key", "way", "reader", "is_urgent", "state", "attempts", "last_error")}),
        (None, {"fields": ("queued_at", "tried_at", "due_at", "settled_at", "renewer", "renewed_at")}),
    )
    readonly_fields = ("way", "reader", "last_error", "renewer")

    @admin.display(description=_("way"))
    def way(self, row: ExternalDelivery) -> str:
        return row.way

    @admin.display(description=_("recipient"))
    def reader(self, row: ExternalDelivery) -> str:
        return row.recipient.full_name

    @admin.display(description=_("sent again by"))
    def renewer(self, row: ExternalDelivery) -> str:
        return row.renewed_by.full_name if row.renewed_by else "—"

    @admin.display(description=_("error"))
    def last_error(self, row: ExternalDelivery) -> str:
        return row.error or "—"

    @display(description=_("state"), label={"dead": "danger", "waiting": "info", "sent": "success"})
    def standing(self, row: ExternalDelivery) -> tuple[str, str]:
        return row.state, row.get_state_display()

    def acts(self) -> Iterable[Act]:
        consequence = _("It goes out under the key it had: a gateway that knows the key does not tell it twice.")
        yield Act("send_again", _("Send again"), SEND_AGAIN, ActForm, _is_dead, _send_again, consequence)

    def rights_on(self, request: HttpRequest, row: ExternalDelivery) -> frozenset[str]:
        return frozenset({SEND_AGAIN}) if holds_over_all(account(request), SEND_AGAIN) else frozenset()


def _is_dead(row: ExternalDelivery) -> bool:
    return row.state == DeliveryState.DEAD


class EndpointForm(forms.ModelForm):
    url = forms.CharField(
        label=_("web address"),
        max_length=500,
        widget=UnfoldAdminTextInputWidget(attrs={"inputmode": "url", "autocomplete": "off"}),
        help_text=_("Where each message is posted to; it begins with https:// or, inside one's own network, http://."),
    )
    secret = forms.CharField(
        label=_("signing secret"),
        required=False,
        min_length=SECRET_LENGTH,
        max_length=200,
        widget=UnfoldAdminPasswordWidget(attrs={"autocomplete": "new-password"}),
        help_text=_("At least 16 characters. It is never shown again; leave it empty to keep the one there is."),
    )
    kinds = forms.MultipleChoiceField(
        label=_("kinds"),
        required=False,
        choices=MessageKind.choices,
        widget=UnfoldAdminCheckboxSelectMultipleWidget,
        help_text=_("With none chosen the gateway is told of every kind."),
    )

    class Meta:
        model = WebhookEndpoint
        fields = ("name", "url", "secret", "is_active", "only_urgent", "kinds")

    def clean_url(self) -> str:
        url: str = self.cleaned_data["url"].strip()
        if not is_web_address(url):
            raise ValidationError(_("Enter an address that begins with http:// or https:// and names a host."))
        return url

    def clean_secret(self) -> str:
        secret: str = self.cleaned_data["secret"] or self.instance.secret
        if not secret:
            raise ValidationError(_("Enter the secret that the gateway checks signatures with."))
        return secret


@admin.register(WebhookEndpoint)
class WebhookEndpointAdmin(ScopedAdmin):
    """Where messages leave for is everybody's concern: only who administers the whole decides it."""

    form = EndpointForm
    list_display = ("name", "host", "is_active", "only_urgent")
    fields = ("name", "url", "secret", "is_active", "only_urgent", "kinds")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return super().has_add_permission(request) and holds_over_all(account(request), "core.add_webhookendpoint")

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return super().has_change_permission(request, obj) and holds_over_all(
            account(request), "core.change_webhookendpoint"
        )

    @admin.display(description=_("host"))
    def host(self, endpoint: WebhookEndpoint) -> str:
        return endpoint.host
