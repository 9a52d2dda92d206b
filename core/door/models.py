"""What the door keeps: of an account, its passwords and second factor, and of attempts to get in."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from core.crypto import EncryptedTextField
from core.events import AppendOnlyModel
from core.personal import Personal
from core.rates import TokenBucket as TokenBucket  # noqa: PLC0414 - a table, so that Django finds it here


class DoorAccount(AbstractBaseUser):
    """What the door knows of an account beside its password: the mark of the only session it has."""

    session_mark = models.CharField(max_length=32, blank=True, default="", db_default="", editable=False)

    class Meta:
        abstract = True

    def get_full_name(self) -> Any:
        return self.full_name  # type: ignore[attr-defined]  # the account's own column

    get_short_name = get_full_name


class DoorDecisionKind(models.TextChoices):
    ENABLED_AGAIN = "enabled_again", _("account enabled again")
    FACTOR_RESET = "factor_reset", _("second factor taken away")
    SSO_BOUND = "sso_bound", _("single sign-on bound")
    SSO_UNBOUND = "sso_unbound", _("single sign-on unbound")


class DoorDecision(AppendOnlyModel):
    """One decision of an administrator on how somebody gets in, with its reason."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="door_decisions")
    kind = models.CharField(max_length=16, choices=DoorDecisionKind.choices)
    reason = models.CharField(max_length=500)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        default_permissions = ()
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="doordecision_has_reason"),
            models.CheckConstraint(condition=~Q(user=F("actor")), name="doordecision_on_somebody_else"),
        ]
        indexes = [models.Index(fields=["user", "-id"], name="doordecision_newest")]

    def __str__(self) -> str:
        return f"{self.kind} {self.user_id}"


class ExternalIdentity(models.Model):
    """From when to when somebody whom the provider names by one subject may use one account.

    ``subject_hash`` is a keyed hash: some providers name people by a number that is their own.
    """

    issuer = models.CharField(max_length=255)
    subject_hash = models.CharField(max_length=32)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="external_identities")
    bound_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    bound_at = models.DateTimeField()
    unbound_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    unbound_at = models.DateTimeField(null=True)

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["issuer", "subject_hash"], condition=Q(unbound_at=None), name="externalidentity_one_account"
            ),
            models.UniqueConstraint(
                fields=["issuer", "user"], condition=Q(unbound_at=None), name="externalidentity_one_subject"
            ),
            models.CheckConstraint(
                condition=Q(unbound_at=None, unbound_by=None) | Q(unbound_at__isnull=False, unbound_by__isnull=False),
                name="externalidentity_unbound_by_somebody",
            ),
            models.CheckConstraint(condition=~Q(user=F("bound_by")), name="externalidentity_bound_by_somebody_else"),
        ]

    def __str__(self) -> str:
        return str(self.user_id)


class PasswordRecord(models.Model):
    """One password that an account has or had, as its hash; only the newest few are kept."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="password_records")
    hash = models.CharField(max_length=128)
    set_at = models.DateTimeField()
    is_own = models.BooleanField(default=False)

    class Meta:
        default_permissions = ()
        ordering = ["-pk"]
        indexes = [models.Index(fields=["user", "-id"], name="passwordrecord_newest")]

    def __str__(self) -> str:
        return f"{self.user_id} {self.set_at:%Y-%m-%d}"


class FailedAttempts(models.Model):
    """How often somebody failed in a row to get in by one name, from one address or from all together.

    ``key`` is a keyed hash: what was typed into the field of the name may have been a password.
    """

    key = models.CharField(max_length=32, primary_key=True)
    failures = models.PositiveIntegerField(default=0)
    failed_at = models.DateTimeField()
    locked_until = models.DateTimeField()

    class Meta:
        default_permissions = ()
        indexes = [models.Index(fields=["failed_at"], name="failedattempts_by_time")]

    def __str__(self) -> str:
        return f"{self.key}: {self.failures}"


class SecondFactor(models.Model):
    """The secret that an account's authenticator app shares with the house.

    ``last_step`` is the half minute of the newest code that was taken: neither it nor an older one is taken again.
    """

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.PROTECT, primary_key=True, related_name="second_factor"
    )
    secret = EncryptedTextField()
    last_step = models.BigIntegerField()
    set_up_at = models.DateTimeField()

    PERSONAL: ClassVar[Mapping[str, Personal]] = {"secret": Personal()}

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return str(self.user_id)


class RecoveryCode(models.Model):
    """One code, kept as a keyed hash, that stands in once for a lost authenticator app."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="recovery_codes")
    code_hash = models.CharField(max_length=32)
    used_at = models.DateTimeField(null=True)

    class Meta:
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["user", "code_hash"], name="recoverycode_once")]

    def __str__(self) -> str:
        return str(self.user_id)
