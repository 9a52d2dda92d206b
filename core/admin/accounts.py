from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any, Final

from django import forms
from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin as StockUserAdmin
from django.contrib.auth.hashers import is_password_usable
from django.contrib.auth.models import Group
from django.db import transaction
from django.db.models import Model
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.forms import (
    AdminPasswordChangeForm,
    UnfoldReadOnlyPasswordHashWidget,
    UserChangeForm,
    UserCreationForm,
)
from unfold.widgets import UnfoldAdminEmailInputWidget, UnfoldAdminTextareaWidget, UnfoldAdminTextInputWidget

from core import clock
from core.admin.bases import Act, ActForm, ActsOnPageMixin, ScopedAdmin, account
from core.audit import AuditAct, record
from core.door import identities, provider, second_factor
from core.door.sessions import stay_of
from core.door.unused import enable_again, is_unused
from core.models import User


def email_field() -> forms.EmailField:
    return forms.EmailField(
        label=_("e-mail address"),
        required=False,
        max_length=254,
        widget=UnfoldAdminEmailInputWidget(attrs={"autocomplete": "email"}),
        help_text=_("Messages go there as well as to the inbox. Leave it empty to have them in the inbox alone."),
    )


class PasswordState(UnfoldReadOnlyPasswordHashWidget):
    """Says whether a password is set, and nothing of how it is kept."""

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(name, value, attrs)
        is_set = bool(value) and is_password_usable(value)
        context["summary"] = [{"label": gettext("A password is set.") if is_set else gettext("No password is set.")}]
        return context


class AccountForm(UserChangeForm):
    email = email_field()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password"].widget = PasswordState()
        link = format_html('<a href="../password/">{}</a>', _("Set a new password"))
        self.fields["password"].help_text = link


class ContactForm(forms.ModelForm):
    email = email_field()

    class Meta:
        model = User
        fields = ("email",)


def _enable(user: User, actor: Any, data: dict[str, Any]) -> str:
    enable_again(user, actor=actor, reason=data["reason"], now=clock.now())
    return gettext("The account is enabled again.")


def _reset_factor(user: User, actor: Any, data: dict[str, Any]) -> str:
    second_factor.reset(user, actor=actor, reason=data["reason"], now=clock.now())
    return gettext("The second factor is taken away. A new one is set up with the next sign-in.")


class ReasonForm(ActForm):
    reason = forms.CharField(
        max_length=500,
        label=_("Reason, and how you know that it is they who ask"),
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 3}),
    )


class BindForm(ReasonForm):
    field_order = ("subject", "reason")
    subject = forms.CharField(
        max_length=provider.LONGEST_SUBJECT,
        label=_("Identifier at the other system"),
        widget=UnfoldAdminTextInputWidget(attrs={"autocomplete": "off", "spellcheck": "false"}),
        help_text=_("Whoever comes from there without a bound account is shown it; its administrator knows it, too."),
    )


def _bind(user: User, actor: Any, data: dict[str, Any]) -> str:
    identities.bind(user, subject=data["subject"], actor=actor, reason=data["reason"], now=clock.now())
    return gettext("The account is bound. Its owner can sign in from the other system now.")


def _unbind(user: User, actor: Any, data: dict[str, Any]) -> str:
    identities.unbind(user, actor=actor, reason=data["reason"], now=clock.now())
    return gettext("The account is not bound any more. The next sign-in from the other system is refused.")


SINGLE_SIGN_ON: Final = (
    Act(
        "bind_sso",
        _("Bind to single sign-on"),
        "core.change_user",
        BindForm,
        lambda user: identities.identity_of(user) is None,
        _bind,
        consequence=_("Whoever has this identifier there uses this account. Make sure whose it is."),
    ),
    Act(
        "unbind_sso",
        _("Unbind from single sign-on"),
        "core.change_user",
        ReasonForm,
        lambda user: identities.identity_of(user) is not None,
        _unbind,
    ),
)
ACTS: Final = (
    Act(
        "enable",
        _("Enable the account again"),
        "core.change_user",
        ReasonForm,
        lambda user: is_unused(user, now=clock.now()),
        _enable,
    ),
    Act(
        "reset_factor",
        _("Take away the second factor"),
        "core.change_user",
        ReasonForm,
        second_factor.is_set_up,
        _reset_factor,
        consequence=_("Until a new one is set up the password alone lets in whoever knows it. Make sure who asks you."),
    ),
)


@admin.register(User)
class UserAdmin(ActsOnPageMixin, ScopedAdmin, StockUserAdmin):  # type: ignore[misc]  # the stubs type the same members differently
    """Accounts are made here; what they may do is a matter of posts."""

    form = AccountForm
    add_form = UserCreationForm
    change_password_form = AdminPasswordChangeForm
    list_display = ("username", "full_name", "is_active", "last_login")
    list_filter = ("is_active",)
    search_fields = ("username", "full_name")
    ordering = ("username",)
    readonly_fields = ("last_login",)
    filter_horizontal = ()
    fieldsets = ((None, {"fields": ("username", "password", "full_name", "email", "is_active", "last_login")}),)
    add_fieldsets = ((None, {"classes": ("wide",), "fields": ("username", "full_name", "password1", "password2")}),)

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Let nobody change an account, or its password, that has a post outside their centers."""
        if not super().has_change_permission(request, obj):
            return False
        reachable = User.objects.get_queryset().administered_by(account(request))
        return obj is None or reachable.filter(pk=obj.pk).exists()

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:  # noqa: FBT001 - Django's signature
        super().save_model(request, obj, form, change)
        is_disabled = "is_active" in form.changed_data and not obj.is_active
        changed = AuditAct.ACCOUNT_DISABLED if is_disabled else AuditAct.ACCOUNT_CHANGED
        act = changed if change else AuditAct.ACCOUNT_CREATED
        record(act, actor=account(request), subject=obj, data={"fields": sorted(form.changed_data)}, now=clock.now())

    def acts(self) -> Iterable[Act]:
        return (*ACTS, *SINGLE_SIGN_ON) if provider.is_on() else ACTS

    def rights_on(self, request: HttpRequest, row: User) -> Collection[str]:
        return {"core.change_user"} if self.has_change_permission(request, row) else set()

    def get_urls(self) -> list[URLPattern]:
        own = path("contact/", self.admin_site.admin_view(self.contact_view), name="core_user_contact")
        return [own, *super().get_urls()]

    def contact_view(self, request: HttpRequest) -> HttpResponse:
        """Let everybody say where they, and nobody else, are reached."""
        form = ContactForm(request.POST or None, instance=account(request))
        if request.method == "POST" and form.is_valid():
            with transaction.atomic():
                form.instance.save(update_fields=["email"])
                me = form.instance
                record(AuditAct.ACCOUNT_CHANGED, actor=me, subject=me, data={"fields": ["email"]}, now=clock.now())
            messages.success(request, gettext("Your contact details are saved."))
            return HttpResponseRedirect(request.path)
        stay = stay_of(request)
        before = datetime.fromisoformat(stay.signed_in_before) if stay and stay.signed_in_before else None
        context = {
            **self.admin_site.each_context(request),
            "title": gettext("My contact details"),
            "form": form,
            "signed_in_before": before,
            "has_second_factor": second_factor.is_set_up(account(request)),
        }
        return TemplateResponse(request, "admin/contact.html", context, status=422 if form.errors else 200)


admin.site.unregister(Group)
