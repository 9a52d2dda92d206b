from typing import Any

from django import forms
from django.contrib.auth import authenticate
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _
from unfold.forms import AdminOwnPasswordChangeForm, AuthenticationForm
from unfold.widgets import BASE_INPUT_CLASSES

from core import audit, clock
from core.door import attempts, passwords, trail, unused
from core.door.addresses import client_address
from core.models import User


class SignInForm(AuthenticationForm):
    """Name and password. What is wrong is not said, but to whoever gave both right."""

    def clean(self) -> dict[str, Any]:
        """Count the attempt first, then look at the password; raises LockedOut when one has to wait."""
        name, password = self.cleaned_data.get("username"), self.cleaned_data.get("password")
        if not name or not password:
            return self.cleaned_data
        asked, now = {"name": name, "address": client_address(self.request)}, clock.now()
        is_last = attempts.count_attempt("password", **asked, now=now)
        self.user_cache = authenticate(self.request, username=name, password=password)
        if self.user_cache is None:
            trail.record_failure(User.objects.get_queryset().filter(username=name).first(), is_last=is_last, now=now)
            raise self.get_invalid_login_error()
        attempts.forgive("password", **asked, now=clock.now())
        self.confirm_login_allowed(self.user_cache)
        return self.cleaned_data

    def confirm_login_allowed(self, user: Any) -> None:
        super().confirm_login_allowed(user)
        if unused.is_unused(user, now=clock.now()):
            raise ValidationError(
                _("This account has not been used for a long time. Ask the security administrator to enable it again."),
                code="unused",
            )


class CodeForm(forms.Form):
    """A code of the authenticator app, or a recovery code where one is taken."""

    code = forms.CharField(
        label=_("Verification code"),
        max_length=40,
        widget=forms.TextInput(
            {
                "class": " ".join(BASE_INPUT_CLASSES),
                "autocomplete": "one-time-code",
                "autofocus": "",
                "autocapitalize": "characters",
                "spellcheck": "false",
            }
        ),
    )


class OwnPasswordForm(AdminOwnPasswordChangeForm):
    """Sets one's own password; after that it need not be changed before its time."""

    def clean_old_password(self) -> str:
        """Count the attempt: whoever sits down at somebody's desk must not try passwords there for ever."""
        asked, now = {"name": str(self.user.pk), "address": ""}, clock.now()
        try:
            attempts.count_attempt("old_password", **asked, now=now)
        except attempts.LockedOut as locked:
            raise ValidationError(str(locked), code=locked.code) from locked
        old: str = super().clean_old_password()
        attempts.forgive("old_password", **asked, now=now)
        return old

    @transaction.atomic
    def save(self, commit: bool = True) -> Any:  # noqa: FBT001, FBT002 - Django's signature
        user = super().save(commit)
        passwords.mark_as_own(user)
        audit.record(audit.AuditAct.PASSWORD_SET, actor=user, subject=user, now=clock.now())
        return user
