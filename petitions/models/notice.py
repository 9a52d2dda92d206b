"""What the petitioner is told in writing: owed since an act, served on a day, with what proves it."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cases.models import Attachment, Case, Clock
from petitions.enums import NoticeKind, ServiceMethod
from petitions.querysets import PetitionNoticeQuerySet


class Notice(models.Model):
    """One notice that an act owes the petitioner, and the record of its service (送达回证).

    ``clock`` is the limit by which it is to be served, where the law sets one. Of whom name or address are unclear
    nothing can be served (Regulations on Petition Work, art. 23): it is waived, and says so.
    """

    case = models.ForeignKey(Case, models.PROTECT, related_name="petition_notices")
    round = models.PositiveSmallIntegerField()
    kind = models.CharField(_("notice"), max_length=16, choices=NoticeKind.choices)
    clock = models.ForeignKey(Clock, models.PROTECT, null=True, related_name="+", verbose_name=_("limit"))
    owed_since = models.DateTimeField(_("owed since"))
    waived_at = models.DateTimeField(_("waived"), null=True)
    served_on = models.DateField(_("served on"), null=True)
    method = models.CharField(_("manner of service"), max_length=12, choices=ServiceMethod.choices, blank=True)
    proof = models.CharField(_("what proves the service"), max_length=200, blank=True)
    attachment = models.ForeignKey(
        Attachment, models.PROTECT, null=True, related_name="+", verbose_name=_("file that proves the service")
    )
    served_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("service recorded by")
    )
    served_at = models.DateTimeField(_("service recorded"), null=True)

    objects = PetitionNoticeQuerySet.as_manager()

    class Meta:
        verbose_name = _("notice to the petitioner")
        verbose_name_plural = _("notices to the petitioner")
        ordering = ["owed_since", "pk"]
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                condition=Q(served_on=None, method="", proof="", served_by=None, served_at=None)
                | Q(served_on__isnull=False, served_by__isnull=False, served_at__isnull=False)
                & ~Q(method="")
                & ~Q(proof=""),
                name="notice_served_with_proof",
            ),
            models.CheckConstraint(condition=Q(waived_at=None) | Q(served_on=None), name="notice_served_or_waived"),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.kind}"
