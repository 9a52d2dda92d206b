"""What the parties agreed on."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from cases.models import Case, Party, Result
from centers.models import Center
from disputes.enums import AgreementForm
from disputes.querysets import DisputeQuerySet


class Agreement(models.Model):
    """One mediation agreement, as it was signed or, if oral, as the mediator wrote it down.

    ``result`` reported it: where that was returned, the agreement binds nobody.
    ``signed_on`` is the day since which it holds: a written one is signed by the mediator and sealed then, the last.
    """

    case = models.ForeignKey(Case, models.PROTECT, related_name="agreements")
    result = models.OneToOneField(Result, models.PROTECT, related_name="agreement")
    center = models.ForeignKey(Center, models.PROTECT, related_name="+", verbose_name=_("center"))
    number = models.CharField(_("agreement number"), max_length=80)
    form = models.CharField(_("form"), max_length=8, choices=AgreementForm.choices)
    facts = models.TextField(_("main facts and disputed items"), max_length=2000)
    content = models.TextField(_("content of the agreement"), max_length=2000)
    performance = models.CharField(_("manner and time limit of performance"), max_length=300)
    signed_on = models.DateField(_("signed on"))
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("recorded by")
    )
    recorded_at = models.DateTimeField(_("recorded"))

    objects = DisputeQuerySet.as_manager()

    class Meta:
        verbose_name = _("mediation agreement")
        verbose_name_plural = _("mediation agreements")
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["center", "number"], name="agreement_number_once")]

    def __str__(self) -> str:
        return self.number


class Signature(models.Model):
    """The day on which one party signed a written agreement (People's Mediation Law, art. 29)."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="signatures")
    agreement = models.ForeignKey(Agreement, models.PROTECT, related_name="signatures")
    party = models.ForeignKey(Party, models.PROTECT, related_name="+", verbose_name=_("party"))
    signed_on = models.DateField(_("signed on"))

    objects = DisputeQuerySet.as_manager()

    class Meta:
        verbose_name = _("signature under an agreement")
        verbose_name_plural = _("signatures under agreements")
        ordering = ["pk"]
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["agreement", "party"], name="signature_once_per_party")]

    def __str__(self) -> str:
        return f"{self.agreement_id} {self.party_id}"
