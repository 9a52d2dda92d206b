"""Where the file of a matter went when everything was done."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cases.enums import Retention
from cases.models.matter import Case
from cases.querysets import OnCaseQuerySet


class ArchivedFile(models.Model):
    """The file of one closed round of a matter, as it was put into the archive: under which volume, for how long.

    A matter that is reopened begins a round whose file is archived anew.
    """

    case = models.ForeignKey(Case, models.PROTECT, related_name="archived_files")
    round = models.PositiveSmallIntegerField()
    volume = models.CharField(_("volume number"), max_length=40)
    retention = models.CharField(_("kept for"), max_length=10, choices=Retention.choices)
    pages = models.PositiveSmallIntegerField(_("pages of the file"))
    archived_on = models.DateField(_("archived on"))
    archived_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("archived by")
    )
    recorded_at = models.DateTimeField(_("recorded"))

    objects = OnCaseQuerySet.as_manager()

    class Meta:
        verbose_name = _("archived file")
        verbose_name_plural = _("archived files")
        ordering = ["round"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["case", "round"], name="archivedfile_once_per_round"),
            models.CheckConstraint(condition=~Q(volume=""), name="archivedfile_has_volume"),
            models.CheckConstraint(condition=Q(pages__gt=0), name="archivedfile_has_pages"),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.round}"
