"""What the parties undertook in an agreement, and what was done of it."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from cases.models import Attachment, Case, Clock, Party
from disputes.models.agreement import Agreement
from disputes.querysets import DisputeQuerySet, ObligationQuerySet


class Obligation(models.Model):
    """One thing that one party undertook: to do something, or to pay an amount in yuan, by a day.

    ``clock`` watches that day from the moment the agreement has been checked, where it is still to be done then.
    """

    case = models.ForeignKey(Case, models.PROTECT, related_name="obligations")
    agreement = models.ForeignKey(Agreement, models.PROTECT, related_name="obligations")
    debtor = models.ForeignKey(Party, models.PROTECT, related_name="+", verbose_name=_("who owes it"))
    creditor = models.ForeignKey(
        Party, models.PROTECT, null=True, related_name="+", verbose_name=_("to whom it is owed")
    )
    what = models.CharField(_("what is owed"), max_length=300)
    amount = models.DecimalField(_("amount (yuan)"), max_digits=12, decimal_places=2, null=True)
    due_on = models.DateField(_("to be done by"))
    clock = models.OneToOneField(Clock, models.PROTECT, null=True, related_name="obligation")

    objects = ObligationQuerySet.as_manager()

    class Meta:
        verbose_name = _("obligation")
        verbose_name_plural = _("obligations")
        ordering = ["due_on", "pk"]
        default_permissions = ()
        constraints = [
            models.CheckConstraint(condition=Q(amount=None) | Q(amount__gt=0), name="obligation_amount_is_positive"),
            models.CheckConstraint(condition=~Q(what=""), name="obligation_says_what"),
            models.CheckConstraint(
                condition=Q(creditor=None) | ~Q(creditor=F("debtor")), name="obligation_owed_to_another"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.agreement_id} {self.due_on}"


class Performance(models.Model):
    """What was done of an obligation on one day, in part or with which it is done, and what proves it."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="performances")
    obligation = models.ForeignKey(Obligation, models.PROTECT, related_name="performances")
    amount = models.DecimalField(_("amount (yuan)"), max_digits=12, decimal_places=2, null=True)
    is_last = models.BooleanField(_("with this it is done"))
    performed_on = models.DateField(_("performed on"))
    proof = models.TextField(_("proof"), max_length=500)
    attachment = models.ForeignKey(Attachment, models.PROTECT, null=True, related_name="+", verbose_name=_("file"))
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("recorded by")
    )
    recorded_at = models.DateTimeField(_("recorded"))

    objects = DisputeQuerySet.as_manager()

    class Meta:
        verbose_name = _("performance")
        verbose_name_plural = _("performances")
        ordering = ["performed_on", "pk"]
        default_permissions = ()
        constraints = [
            models.CheckConstraint(condition=Q(amount=None) | Q(amount__gt=0), name="performance_amount_is_positive"),
            models.CheckConstraint(condition=~Q(proof=""), name="performance_has_proof"),
            models.UniqueConstraint(fields=["obligation"], condition=Q(is_last=True), name="performance_done_once"),
        ]

    def __str__(self) -> str:
        return f"{self.obligation_id} {self.performed_on}"
