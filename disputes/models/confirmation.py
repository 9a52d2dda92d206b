"""The confirmation of an agreement by a court."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cases.models import Case
from disputes.enums import CourtGround, CourtResult
from disputes.models.agreement import Agreement
from disputes.querysets import ConfirmationQuerySet


class Confirmation(models.Model):
    """One joint application of the parties to a court to confirm their agreement, and what the court decided.

    Of one agreement there is one application at a time; after one that failed there may be another in the window.
    """

    case = models.ForeignKey(Case, models.PROTECT, related_name="confirmations")
    agreement = models.ForeignKey(Agreement, models.PROTECT, related_name="confirmations")
    court = models.CharField(_("court"), max_length=100)
    court_ground = models.CharField(_("why this court"), max_length=12, choices=CourtGround.choices)
    agreed_on = models.DateField(_("the parties agreed to apply on"))
    applied_on = models.DateField(_("applied on"))
    window_ends_on = models.DateField(_("could be applied for until"))
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("recorded by")
    )
    recorded_at = models.DateTimeField(_("recorded"))
    result = models.CharField(_("the court's result"), max_length=10, choices=CourtResult.choices, blank=True)
    number = models.CharField(_("number of the ruling"), max_length=80, blank=True)
    decided_on = models.DateField(_("decided on"), null=True)
    remark = models.TextField(_("remark"), max_length=500, blank=True)
    result_recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("result recorded by")
    )
    result_recorded_at = models.DateTimeField(_("result recorded"), null=True)

    objects = ConfirmationQuerySet.as_manager()

    class Meta:
        verbose_name = _("judicial confirmation")
        verbose_name_plural = _("judicial confirmations")
        ordering = ["pk"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["agreement"],
                condition=Q(result__in=["", CourtResult.CONFIRMED]),
                name="confirmation_one_at_a_time",
            ),
            models.CheckConstraint(
                condition=Q(applied_on__lte=models.F("window_ends_on")), name="confirmation_applied_for_in_time"
            ),
            models.CheckConstraint(
                condition=Q(result="", decided_on=None)
                | (~Q(result="") & Q(decided_on__gte=models.F("applied_on"), result_recorded_by__isnull=False)),
                name="confirmation_decided_with_day",
            ),
            models.CheckConstraint(
                condition=~Q(result=CourtResult.CONFIRMED) | ~Q(number=""), name="confirmation_ruling_has_number"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.agreement_id} {self.applied_on}"
