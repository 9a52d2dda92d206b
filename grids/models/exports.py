"""What left the system: a record that stays; and a long list on its way out, which a worker makes."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.crypto import EncryptedBinaryField
from core.events import AppendOnlyModel
from core.personal import Personal
from grids.enums import ExportState, RosterKind
from grids.querysets import ExportFileQuerySet, ExportJobQuerySet, RosterExportQuerySet


class RosterExport(AppendOnlyModel):
    """One list that left the system: who took it, how many rows by which filter, whether readable, and why."""

    exported_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    exported_at = models.DateTimeField()
    kind = models.CharField(_("what it lists"), max_length=7, choices=RosterKind.choices)
    row_count = models.PositiveIntegerField()
    filter_text = models.CharField(max_length=500, blank=True)
    is_unmasked = models.BooleanField()
    reason = models.CharField(max_length=200, blank=True)

    objects = RosterExportQuerySet.as_manager()

    class Meta:
        verbose_name = _("export of a roster")
        verbose_name_plural = _("exports of rosters")
        ordering = ["-exported_at", "-pk"]
        default_permissions = ()
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(
                condition=Q(is_unmasked=False) | ~Q(reason=""), name="rosterexport_unmasked_for_a_reason"
            )
        ]

    def __str__(self) -> str:
        return f"{self.exported_at:%Y-%m-%d} · {self.row_count}"


class ExportJob(models.Model):
    """One list that is too long to be made while its asker waits: how far a worker is with it, and how it ended.

    ``attempt`` counts how often a worker took it up; a worker writes only while its attempt is the newest.
    ``rights`` are a digest of those that the asker had when the file was made.
    """

    export = models.OneToOneField(RosterExport, models.PROTECT, related_name="job")
    language = models.CharField(max_length=10, default=settings.LANGUAGE_CODE)
    state = models.CharField(_("state"), max_length=7, choices=ExportState.choices, default=ExportState.WAITING)
    rows_done = models.PositiveIntegerField(default=0)
    rows_total = models.PositiveIntegerField(_("rows"))
    attempt = models.PositiveSmallIntegerField(default=0)
    lease_until = models.DateTimeField(null=True)
    failure = models.JSONField(_("why it ended"), null=True)
    rights = models.CharField(max_length=64, blank=True)

    objects = ExportJobQuerySet.as_manager()

    class Meta:
        verbose_name = _("long export")
        verbose_name_plural = _("long exports")
        ordering = ["-pk"]
        default_permissions = ()
        indexes = [models.Index(fields=["id"], name="exportjob_to_make", condition=Q(state=ExportState.WAITING))]

    def __str__(self) -> str:
        return f"{RosterKind(self.export.kind).label} · {self.rows_total}"


class ExportFile(models.Model):
    """Which rows a long list was to hold, in their order, and the workbook, encrypted. Gone after seven days."""

    job = models.OneToOneField(ExportJob, models.CASCADE, related_name="file", primary_key=True)
    row_ids = ArrayField(models.BigIntegerField())
    content = EncryptedBinaryField(null=True)

    objects = ExportFileQuerySet.as_manager()
    PERSONAL: ClassVar[Mapping[str, Personal]] = {"content": Personal()}

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.job_id}"
