"""The audit trail: who did what when, from where, and with which row; never what the row says.

``record`` writes an entry in the transaction of the act, so that an act whose entry cannot be written does not happen.
The chain over the entries is in ``core.chain``.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from core.crypto import lookup_hash
from core.events import AppendOnlyModel
from core.scoping import HouseQuerySet

if TYPE_CHECKING:
    from core.models import User


class AuditAct(models.TextChoices):
    """What the trail tells of; nothing else is written to it."""

    SIGNED_IN = "signed_in", _("signed in")
    SIGN_IN_FAILED = "sign_in_failed", _("sign-in failed")
    LOCKED_OUT = "locked_out", _("locked out")
    SIGNED_OUT = "signed_out", _("signed out")
    SECOND_FACTOR_SET = "second_factor_set", _("second factor set up")
    SECOND_FACTOR_RESET = "second_factor_reset", _("second factor taken away")
    SSO_BOUND = "sso_bound", _("single sign-on bound")
    SSO_UNBOUND = "sso_unbound", _("single sign-on unbound")
    PASSWORD_SET = "password_set", _("password set")
    VIEWED = "viewed", _("personal data looked at")
    REVEALED = "revealed", _("masked data shown")
    EXPORTED = "exported", _("exported")
    PRINTED = "printed", _("printed")
    DOWNLOADED = "downloaded", _("file downloaded")
    IMPORTED = "imported", _("file imported")
    TRANSITION = "transition", _("matter moved on")
    APPOINTED = "appointed", _("appointed")
    POST_ENDED = "post_ended", _("post ended")
    ACCOUNT_CREATED = "account_created", _("account created")
    ACCOUNT_CHANGED = "account_changed", _("account changed")
    ACCOUNT_DISABLED = "account_disabled", _("account disabled")
    REORGANISED = "reorganised", _("centers reorganised")
    RULE_CHANGED = "rule_changed", _("time limit rule changed")
    FORM_CHANGED = "form_changed", _("form of a paper changed")
    CALENDAR_CHANGED = "calendar_changed", _("calendar changed")
    TRAIL_VERIFIED = "trail_verified", _("audit trail verified")
    TRAIL_EXPORTED = "trail_exported", _("audit trail exported")


class AuditOutcome(models.TextChoices):
    DONE = "done", _("succeeded")
    REFUSED = "refused", _("refused")


class AuditQuerySet(HouseQuerySet["AuditEntry"]):
    def before(self, pk: str) -> Self:
        """Return the entries that were written before the one with the key ``pk``; all where that is no key."""
        return self.filter(pk__lt=int(pk)) if pk.isascii() and pk.isdigit() else self


class AuditEntry(AppendOnlyModel):
    """One act of one person, or of somebody unknown at the door. It names rows by their keys and holds no content."""

    at = models.DateTimeField(_("when"))
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        db_constraint=False,
        verbose_name=_("who"),
    )
    act = models.CharField(_("act"), max_length=20, choices=AuditAct.choices)
    outcome = models.CharField(_("outcome"), max_length=8, choices=AuditOutcome.choices)
    subject_kind = models.CharField(_("kind of object"), max_length=60, blank=True)
    subject_id = models.BigIntegerField(_("object"), null=True)
    address = models.GenericIPAddressField(_("network address"), null=True)
    session = models.CharField(_("session"), max_length=32, blank=True)
    request_id = models.CharField(_("request"), max_length=32, blank=True)
    data = models.JSONField(_("details"), default=dict)

    objects = AuditQuerySet.as_manager()

    class Meta:
        verbose_name = _("audit entry")
        verbose_name_plural = _("audit trail")
        ordering = ["-pk"]
        default_permissions = ("view",)
        permissions = [("export_auditentry", "Can export the audit trail")]
        indexes = [
            models.Index(fields=["at", "id"], name="auditentry_by_time"),
            models.Index(fields=["actor", "act", "at"], name="auditentry_by_actor"),
            models.Index(fields=["act", "id"], name="auditentry_by_act"),
            models.Index(fields=["subject_kind", "subject_id", "id"], name="auditentry_by_subject"),
        ]

    def __str__(self) -> str:
        return f"{self.pk} {self.act}"


class AuditLink(models.Model):
    """One link of the chain: the place of an entry in it, and the hash over that entry and the link before.

    Only the database writes links, when a transaction that wrote entries commits.
    """

    position = models.BigIntegerField(primary_key=True)
    entry = models.OneToOneField(AuditEntry, models.PROTECT, related_name="link", db_constraint=False)
    hash = models.BinaryField(max_length=32)

    objects = HouseQuerySet.as_manager()

    class Meta:
        verbose_name = _("link of the audit trail")
        verbose_name_plural = _("links of the audit trail")
        default_permissions = ("view",)

    def __str__(self) -> str:
        return str(self.position)


@dataclass(frozen=True, slots=True)
class Origin:
    """From where an act comes: the network address, the hash of the session and the request; all empty for a job."""

    address: str | None = None
    session: str = ""
    request_id: str = ""


_origin: ContextVar[Callable[[], Origin]] = ContextVar("origin", default=Origin)


@contextmanager
def coming_from(origin: Callable[[], Origin]) -> Iterator[None]:
    """Let every entry that the block writes say that it comes from what ``origin()`` returns at that moment."""
    token = _origin.set(origin)
    try:
        yield
    finally:
        _origin.reset(token)


def session_hash(session_key: str | None) -> str:
    """Return what the trail says of a session: enough to tell two apart, of no use to take one over."""
    return lookup_hash(session_key, context="audit.session") if session_key else ""


def record(
    act: AuditAct,
    *,
    actor: "User | None",
    subject: models.Model | None = None,
    outcome: AuditOutcome = AuditOutcome.DONE,
    data: Mapping[str, Any] | None = None,
    now: datetime,
) -> AuditEntry:
    """Write one entry, in the open transaction if there is one. ``data`` holds ids and codes only.

    ``actor`` is None for somebody who has not signed in. Whatever error keeps the entry from being written, or from
    being chained at commit, undoes the transaction.
    """
    origin = _origin.get()()
    return AuditEntry.objects.create(
        at=now,
        actor=actor,
        act=act,
        outcome=outcome,
        subject_kind=subject._meta.label_lower if subject is not None else "",  # noqa: SLF001 - the documented Meta API
        subject_id=subject.pk if subject is not None else None,
        address=origin.address,
        session=origin.session,
        request_id=origin.request_id,
        data=dict(data or {}),
    )
