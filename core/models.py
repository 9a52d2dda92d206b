"""What every room needs and no room owns: accounts, number series, messages, heartbeats."""

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.scoping import OwnRowsQuerySet, ScopedQuerySet, is_staff_account, rows_of


class UserQuerySet(ScopedQuerySet["User"]):
    def visible_to(self, user: "User") -> "UserQuerySet":
        """Return all accounts to those who administer them, otherwise only one's own."""
        if is_staff_account(user) and user.has_perm("core.view_user"):
            return self
        return self.filter(pk=user.pk)

    def administered_by(self, user: "User") -> "UserQuerySet":
        """Return the accounts that ``user`` may change: not one's own, and none with a post outside one's centers."""
        elsewhere = rows_of("centers.Post").all().out_of_reach_of(user, "core.change_user")
        return self.exclude(pk=user.pk).exclude(pk__in=elsewhere.values("user"))


class UserManager(BaseUserManager["User"]):
    def get_queryset(self) -> UserQuerySet:
        return UserQuerySet(self.model, using=self._db)

    def visible_to(self, user: "User") -> UserQuerySet:
        return self.get_queryset().visible_to(user)

    def create_user(self, username: str, password: str | None = None, **fields: Any) -> "User":
        """Create an account. It has no right whatever until somebody appoints it to a post."""
        user = self.model(username=self.model.normalize_username(username), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user


class User(AbstractBaseUser, PermissionsMixin):  # type: ignore[django-manager-missing]  # guardian is untyped
    """One person's account. What it may do follows from its posts alone; nobody is a superuser."""

    username = models.CharField(
        _("user name"),
        max_length=150,
        unique=True,
        validators=[UnicodeUsernameValidator()],
        error_messages={"unique": _("An account with this user name exists already.")},
    )
    full_name = models.CharField(_("full name"), max_length=40)
    is_staff = models.BooleanField(_("may sign in to the back-office"), default=True)
    is_active = models.BooleanField(_("active"), default=True)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["full_name"]

    class Meta:
        verbose_name = _("account")
        verbose_name_plural = _("accounts")
        constraints = [
            models.CheckConstraint(
                condition=Q(is_superuser=False),
                name="user_is_no_superuser",
                violation_error_message=_("No account stands above the rules; appoint it to a post instead."),
            ),
        ]

    def __str__(self) -> str:
        return self.full_name

    def get_full_name(self) -> str:
        return self.full_name

    def get_short_name(self) -> str:
        return self.full_name


class NumberSeries(models.Model):
    """One gapless series of numbers: what it numbers (``scope``), in one year, and how far it has come."""

    scope = models.CharField(max_length=80)
    year = models.PositiveSmallIntegerField()
    last_number = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["scope", "year"], name="numberseries_one_per_year")]

    def __str__(self) -> str:
        return f"{self.scope} {self.year}: {self.last_number}"


class OutboxMessage(models.Model):
    """One message on its way to one account, written with the fact that caused it."""

    key = models.CharField(max_length=160)
    recipient = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    subject = models.CharField(max_length=200)
    body = models.TextField()
    reason = models.CharField(max_length=200)
    link = models.CharField(max_length=200, blank=True)
    is_urgent = models.BooleanField(default=False)
    queued_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["key"], name="outboxmessage_once_per_key")]
        indexes = [models.Index(fields=["queued_at", "id"], condition=Q(sent_at=None), name="outboxmessage_waiting")]

    def __str__(self) -> str:
        return self.key


class InboxMessage(models.Model):
    """One message in an account's inbox."""

    outbox = models.OneToOneField(OutboxMessage, on_delete=models.PROTECT, related_name="inbox_message")
    recipient = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name=_("recipient"))
    subject = models.CharField(_("subject"), max_length=200)
    body = models.TextField(_("text"))
    reason = models.CharField(_("why you receive this"), max_length=200)
    link = models.CharField(max_length=200, blank=True)
    delivered_at = models.DateTimeField(_("delivered"))
    read_at = models.DateTimeField(_("read"), null=True)

    objects = OwnRowsQuerySet.as_manager()

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        ordering = ["-delivered_at", "-pk"]
        indexes = [models.Index(fields=["recipient", "-delivered_at", "-id"], name="inboxmessage_by_recipient")]

    def __str__(self) -> str:
        return self.subject


class Heartbeat(models.Model):
    """When a background job last finished a run, and what it did; one row a job."""

    job = models.CharField(max_length=60, primary_key=True)
    beat_at = models.DateTimeField()
    handled = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return self.job
