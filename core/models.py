"""What every room needs and no room owns: accounts, number series, messages and their ways out, the jobs."""

import uuid
from collections.abc import Mapping
from typing import Any, ClassVar
from urllib.parse import urlsplit

from django.contrib.auth.base_user import BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Mod
from django.db.models.lookups import Exact
from django.utils.translation import gettext_lazy as _

from core import audit, clock, fingerprints, history  # noqa: F401 - tables, so that Django finds them here
from core.channels import Channel, DeliveryState, Failure, MessageKind
from core.crypto import EncryptedTextField
from core.door.models import DoorAccount
from core.events import AppendOnlyModel
from core.jumps import JumpCause
from core.personal import Personal
from core.scoping import HouseQuerySet, InboxQuerySet, ScopedQuerySet, is_staff_account, rows_of
from core.watching import FenceEntryQuerySet, HeartbeatQuerySet


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


class User(DoorAccount, PermissionsMixin):  # type: ignore[django-manager-missing]  # guardian is untyped
    """One person's account. What it may do follows from its posts alone; nobody is a superuser."""

    username = models.CharField(
        _("user name"),
        max_length=150,
        unique=True,
        validators=[UnicodeUsernameValidator()],
        error_messages={"unique": _("An account with this user name exists already.")},
    )
    full_name = models.CharField(_("full name"), max_length=40)
    email = EncryptedTextField(_("e-mail address"), blank=True, default="", db_default="")
    is_staff = models.BooleanField(_("may sign in to the back-office"), default=True)
    is_active = models.BooleanField(_("active"), default=True)

    objects: ClassVar[UserManager] = UserManager()

    PERSONAL: ClassVar[Mapping[str, Personal]] = {"email": Personal()}

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
    """One message on its way to one account, written with the fact that caused it.

    ``matter_id`` is the key of the matter it is about, where it is about one: the rooms above know what kind of row
    that is, and who may not be told of it.
    """

    key = models.CharField(max_length=160)
    recipient = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    subject = models.CharField(max_length=200)
    body = models.TextField()
    reason = models.CharField(max_length=200)
    link = models.CharField(max_length=200, blank=True)
    is_urgent = models.BooleanField(default=False, db_default=False)
    matter_id = models.BigIntegerField(null=True)
    queued_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["key"], name="outboxmessage_once_per_key")]
        indexes = [
            models.Index(fields=["queued_at", "id"], condition=Q(sent_at=None), name="outboxmessage_waiting"),
            models.Index(
                fields=["queued_at", "id"], condition=Q(sent_at=None, is_urgent=True), name="outboxmessage_urgent"
            ),
        ]

    def __str__(self) -> str:
        return self.key

    @property
    def kind(self) -> str:
        """What the message is about: the first word of its key, one of MessageKind."""
        return self.key.partition(":")[0]


class InboxMessage(models.Model):
    """One message in an account's inbox: its own, or a copy because it stands in for ``on_behalf_of``."""

    outbox = models.ForeignKey(OutboxMessage, on_delete=models.PROTECT, related_name="inbox_messages")
    recipient = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name=_("recipient"))
    on_behalf_of = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    subject = models.CharField(_("subject"), max_length=260)
    body = models.TextField(_("text"))
    reason = models.CharField(_("why you receive this"), max_length=200)
    link = models.CharField(max_length=200, blank=True)
    delivered_at = models.DateTimeField(_("delivered"))
    read_at = models.DateTimeField(_("read"), null=True)

    objects = InboxQuerySet.as_manager()

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        ordering = ["-delivered_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["outbox", "recipient"], name="inboxmessage_once_per_recipient"),
        ]
        indexes = [models.Index(fields=["recipient", "-delivered_at", "-id"], name="inboxmessage_by_recipient")]

    def __str__(self) -> str:
        return self.subject


class WebhookEndpoint(models.Model):
    """One gateway that is told of messages by a signed POST: for SMS, or a bridge to a chat system."""

    name = models.CharField(_("name"), max_length=60)
    url = EncryptedTextField(_("web address"))
    secret = EncryptedTextField(_("signing secret"))
    is_active = models.BooleanField(_("in use"), default=True)
    only_urgent = models.BooleanField(_("urgent messages only"), default=False)
    kinds = ArrayField(
        models.CharField(max_length=20, choices=MessageKind.choices), default=list, blank=True, verbose_name=_("kinds")
    )

    objects = HouseQuerySet.as_manager()
    PERSONAL: ClassVar[Mapping[str, Personal]] = {"url": Personal(), "secret": Personal()}

    class Meta:
        verbose_name = _("gateway")
        verbose_name_plural = _("gateways")
        ordering = ["name"]
        default_permissions = ("view", "add", "change")
        constraints = [models.UniqueConstraint(fields=["name"], name="webhookendpoint_name_once")]

    def __str__(self) -> str:
        return self.name

    @property
    def host(self) -> str:
        """Where the gateway is, without what else an address may give away."""
        return urlsplit(self.url).hostname or ""

    def takes(self, outbox: OutboxMessage) -> bool:
        """Return whether the gateway is to be told of this message; one without kinds is told of all."""
        wanted = outbox.is_urgent or not self.only_urgent
        return self.is_active and wanted and (not self.kinds or outbox.kind in self.kinds)


class ExternalDelivery(models.Model):
    """One inbox message on its way out of the house by one door: e-mail, or one gateway.

    A courier that has claimed the row holds it until ``lease_until`` and may settle it only as long as ``fence`` is
    the number it was given.
    """

    key = models.UUIDField(_("key"), default=uuid.uuid4)
    message = models.ForeignKey(InboxMessage, on_delete=models.PROTECT, related_name="deliveries")
    recipient = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name=_("recipient"))
    channel = models.CharField(_("way"), max_length=8, choices=Channel.choices)
    endpoint = models.ForeignKey(
        WebhookEndpoint, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("gateway")
    )
    is_urgent = models.BooleanField(_("urgent"))
    state = models.CharField(_("state"), max_length=8, choices=DeliveryState.choices, default=DeliveryState.WAITING)
    queued_at = models.DateTimeField(_("since"))
    due_at = models.DateTimeField(_("next attempt"))
    lease_until = models.DateTimeField(null=True)
    fence = models.PositiveIntegerField(default=0)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    tried_at = models.DateTimeField(_("last attempt"), null=True)
    failure = models.CharField(_("error"), max_length=12, choices=Failure.choices, blank=True)
    answer = models.PositiveSmallIntegerField(null=True)
    settled_at = models.DateTimeField(_("settled"), null=True)
    renewed_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("sent again by")
    )
    renewed_at = models.DateTimeField(_("sent again"), null=True)

    objects = HouseQuerySet.as_manager()

    class Meta:
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        ordering = ["pk"]
        default_permissions = ("view", "change")
        constraints = [
            models.UniqueConstraint(fields=["key"], name="externaldelivery_key_once"),
            models.UniqueConstraint(
                fields=["message", "channel", "endpoint"], nulls_distinct=False, name="externaldelivery_once_per_door"
            ),
            models.CheckConstraint(
                condition=Q(channel=Channel.WEBHOOK, endpoint__isnull=False)
                | Q(channel=Channel.EMAIL, endpoint__isnull=True),
                name="externaldelivery_gateway_is_named",
            ),
            models.CheckConstraint(
                condition=Q(state=DeliveryState.WAITING, settled_at=None)
                | (~Q(state=DeliveryState.WAITING) & Q(settled_at__isnull=False)),
                name="externaldelivery_settled_when_over",
            ),
        ]
        indexes = [
            models.Index(
                fields=["channel", "endpoint", "-is_urgent", "id"],
                condition=Q(state=DeliveryState.WAITING),
                name="externaldelivery_waiting",
            ),
            models.Index(
                fields=["recipient", "channel", "endpoint", "id"],
                condition=Q(state=DeliveryState.WAITING),
                name="externaldelivery_in_order",
            ),
            models.Index(
                fields=["channel", "endpoint", "lease_until"],
                condition=Q(lease_until__isnull=False),
                name="externaldelivery_held",
            ),
            models.Index(
                fields=["channel", "endpoint", "tried_at"],
                condition=Q(state=DeliveryState.WAITING, failure=Failure.UNREACHABLE),
                name="externaldelivery_unreached",
            ),
            models.Index(fields=["-id"], condition=Q(state=DeliveryState.DEAD), name="externaldelivery_dead"),
        ]

    def __str__(self) -> str:
        return f"{self.way} → {self.recipient}"

    @property
    def way(self) -> str:
        """By which door the message leaves, in words."""
        return self.endpoint.name if self.endpoint else str(Channel(self.channel).label)

    @property
    def error(self) -> str:
        """What the last attempt ended in, with the number the other side said; nothing it may have quoted."""
        said = f" {self.answer}" if self.answer else ""
        return f"{self.get_failure_display()}{said}" if self.failure else ""


class Heartbeat(models.Model):
    """When one background job last got something done, and when and why it last failed; one row a job."""

    job = models.CharField(max_length=60, primary_key=True)
    beat_at = models.DateTimeField(null=True)
    handled = models.PositiveIntegerField(default=0)
    failed_at = models.DateTimeField(null=True)
    error = models.CharField(max_length=80, blank=True)

    objects = HeartbeatQuerySet.as_manager()

    class Meta:
        verbose_name = _("background job")
        verbose_name_plural = _("background jobs")
        default_permissions = ("view",)
        constraints = [
            models.CheckConstraint(
                condition=Q(beat_at__isnull=False) | Q(failed_at__isnull=False), name="heartbeat_has_happened"
            ),
            models.CheckConstraint(condition=Q(failed_at=None, error="") | ~Q(error=""), name="heartbeat_failed_of"),
        ]

    def __str__(self) -> str:
        return self.job


class ClockMark(models.Model):
    """The last reading of one machine's clocks, since one boot, that contradicted nothing."""

    boot_id = models.CharField(max_length=40, primary_key=True)
    host = models.CharField(max_length=255)
    wall_at = models.DateTimeField()
    uptime = models.DurationField()

    def __str__(self) -> str:
        return f"{self.host} {self.wall_at:%Y-%m-%d %H:%M:%S}"


class FenceAct(models.TextChoices):
    CLOSED = "closed", _("closed")
    RELEASED = "released", _("released")


class FenceEntry(AppendOnlyModel):
    """One closing of the clock fence, or the release from it; they alternate, and the first one is a closing."""

    number = models.PositiveIntegerField(_("number"), primary_key=True)
    act = models.CharField(_("closing or release"), max_length=8, choices=FenceAct.choices)
    at = models.DateTimeField(_("when"))
    actor = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name=_("by"))
    cause = models.CharField(_("cause"), max_length=8, choices=JumpCause.choices, blank=True)
    off_by = models.DurationField(_("off by"), null=True)
    wall_at = models.DateTimeField(_("the clock said"), null=True)
    host = models.CharField(_("machine"), max_length=255, blank=True)
    reason = models.CharField(_("reason of the release"), max_length=500, blank=True)

    objects = FenceEntryQuerySet.as_manager()

    class Meta:
        verbose_name = _("closing or release of the clock fence")
        verbose_name_plural = _("closings and releases of the clock fence")
        ordering = ["-number"]
        default_permissions = ("view",)
        permissions = [("release_fenceentry", "Can release the clock fence")]
        constraints = [
            models.CheckConstraint(
                condition=(Q(act=FenceAct.CLOSED) & Exact(Mod("number", 2), 1))
                | (Q(act=FenceAct.RELEASED) & Exact(Mod("number", 2), 0)),
                name="fenceentry_alternates",
            ),
            models.CheckConstraint(
                condition=~Q(act=FenceAct.CLOSED) | (~Q(cause="") & Q(off_by__isnull=False)),
                name="fenceentry_closed_for_a_cause",
            ),
            models.CheckConstraint(
                condition=~Q(act=FenceAct.RELEASED) | ~Q(reason=""), name="fenceentry_released_for_a_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.get_act_display()}"
