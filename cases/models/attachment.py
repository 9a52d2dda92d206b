"""What people attached to a matter, and the contents, which are read only when somebody asks for one."""

from collections.abc import Mapping
from typing import ClassVar, Final

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cases.models.matter import Case
from cases.querysets import AttachmentContentQuerySet, AttachmentQuerySet
from core.crypto import EncryptedBinaryField
from core.examination import NAME_LENGTH, FileKind
from core.personal import Personal

PICTURES: Final = frozenset({FileKind.JPEG, FileKind.PNG, FileKind.WEBP})


class Attachment(models.Model):
    """One file that somebody attached to a matter. It may be withdrawn with a reason, and is never deleted.

    ``name`` is what the sender calls it, and text of the case; ``kind`` follows from the content. ``fingerprint`` is a
    keyed hash of the content, by which the same file is recognised within its case.
    """

    case = models.ForeignKey(Case, models.PROTECT, related_name="attachments")
    name = models.CharField(_("name of the file"), max_length=NAME_LENGTH)
    kind = models.CharField(_("kind of file"), max_length=8, choices=FileKind.choices)
    size = models.PositiveIntegerField(_("bytes"))
    fingerprint = models.CharField(max_length=32)
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField(_("added"))
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("taken back by"),
    )
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True)
    withdrawal_reason = models.TextField(_("reason of the withdrawal"), max_length=500, blank=True)

    objects = AttachmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("attachment")
        verbose_name_plural = _("attachments")
        ordering = ["uploaded_at", "pk"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["case", "fingerprint"], condition=Q(withdrawn_at=None), name="attachment_once_per_case"
            ),
            models.CheckConstraint(condition=Q(size__gt=0) & ~Q(name=""), name="attachment_has_content_and_name"),
            models.CheckConstraint(
                condition=Q(withdrawn_at=None, withdrawn_by=None, withdrawal_reason="")
                | Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False) & ~Q(withdrawal_reason=""),
                name="attachment_withdrawn_with_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.pk}"

    @property
    def is_picture(self) -> bool:
        """Whether there is a picture of it to show."""
        return self.kind in PICTURES


class AttachmentContent(models.Model):
    """What stands in one attachment, and of a picture the copy that is shown; encrypted, as it was sent."""

    attachment = models.OneToOneField(Attachment, models.PROTECT, primary_key=True, related_name="stored")
    content = EncryptedBinaryField(keyring="files")
    preview = EncryptedBinaryField(keyring="files", null=True)

    objects = AttachmentContentQuerySet.as_manager()
    PERSONAL: ClassVar[Mapping[str, Personal]] = {"content": Personal(), "preview": Personal()}

    class Meta:
        verbose_name = _("content of an attachment")
        verbose_name_plural = _("contents of attachments")
        default_permissions = ()

    def __str__(self) -> str:
        return str(self.pk)
