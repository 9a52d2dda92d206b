"""What a password must be, and when it has to be changed (GB/T 22239-2019, level 3: complexity and periodic change)."""

from datetime import datetime, timedelta
from typing import Any, Final

from django.conf import settings
from django.contrib.auth.hashers import check_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core import clock
from core.door.models import PasswordRecord

CLASSES: Final = 3
KEPT: Final = 5


def classes_of(password: str) -> int:
    """Return how many of four kinds of characters a password has: capital and small letters, digits, all others.

    >>> classes_of("sample"), classes_of("Sample1"), classes_of("Sample-1"), classes_of("样本1")
    (1, 3, 4, 2)
    """
    kinds = (str.isupper, str.islower, str.isdigit)
    found = {next((kind for kind, is_it in enumerate(kinds) if is_it(one)), len(kinds)) for one in password}
    return len(found)


class ClassesValidator:
    """Refuses a password with fewer than three of the four kinds of characters."""

    def validate(self, password: str, user: Any = None) -> None:  # noqa: ARG002 - Django's signature
        if classes_of(password) < CLASSES:
            raise ValidationError(
                _("Use at least three of these four: capital letters, small letters, digits, other characters."),
                code="password_too_plain",
            )

    def get_help_text(self) -> str:
        return gettext("It has at least three of these four: capital letters, small letters, digits, other characters.")


class HistoryValidator:
    """Refuses the newest few passwords of the account, and remembers each that is set."""

    def validate(self, password: str, user: Any = None) -> None:
        if user is None or user.pk is None:
            return
        records = PasswordRecord.objects.filter(user_id=user.pk)[:KEPT]
        if any(check_password(password, record.hash) for record in records):
            raise ValidationError(
                _("You have used this password lately. Choose one that differs from your last five."),
                code="password_used_before",
            )

    def password_changed(self, _password: str, user: Any = None) -> None:
        """Remember the password as one that somebody else has set: its owner has to change it first of all."""
        PasswordRecord.objects.create(user_id=user.pk, hash=user.password, set_at=clock.now())
        kept = PasswordRecord.objects.filter(user_id=user.pk)[:KEPT].values_list("pk", flat=True)
        PasswordRecord.objects.filter(user_id=user.pk).exclude(pk__in=list(kept)).delete()

    def get_help_text(self) -> str:
        return gettext("It differs from your last five passwords.")


def mark_as_own(user: Any) -> None:
    """Note that the newest password was chosen by the account's owner, who need not change it before its time."""
    newest = PasswordRecord.objects.filter(user_id=user.pk)[:1].values("pk")
    PasswordRecord.objects.filter(pk__in=newest).update(is_own=True)


def must_change(user: Any, *, now: datetime) -> bool:
    """Return whether the password has to be changed first: somebody else has set it, or its time is over.

    An account without a password has none to change.
    """
    if not user.has_usable_password():
        return False
    newest = PasswordRecord.objects.filter(user_id=user.pk).first()
    return newest is None or not newest.is_own or is_over(newest.set_at, now=now)


def is_over(set_at: datetime, *, now: datetime) -> bool:
    """Return whether the time of a password set at ``set_at`` is over."""
    return now >= set_at + timedelta(days=settings.PASSWORD_DAYS)
