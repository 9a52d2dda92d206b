"""That a petition is passed to a unit which is competent, and what that unit says to it."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cases.models import Case
from centers.models import Center, Unit
from petitions.enums import ReferralKind
from petitions.querysets import PetitionQuerySet


def account(verbose_name: Any) -> models.ForeignKey:
    """Return a column for whoever did one step of a referral."""
    return models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=verbose_name
    )


class Referral(models.Model):
    """One passing of a petition to a unit (Regulations on Petition Work, arts. 22 and 23).

    What is assigned is reported back by ``result_due_on``. The unit signs for it or objects with reasons; whoever sent
    it decides, about a second objection in a round the common superior, whose own referral ``is_final``.
    """

    case = models.ForeignKey(Case, models.PROTECT, related_name="referrals")
    round = models.PositiveSmallIntegerField()
    kind = models.CharField(_("how it is passed"), max_length=8, choices=ReferralKind.choices)
    from_center = models.ForeignKey(Center, models.PROTECT, related_name="+", verbose_name=_("referred by"))
    to_unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("referred to"))
    requirement = models.TextField(_("what is asked of it"), max_length=500)
    result_due_on = models.DateField(_("result reported by"), null=True)
    is_final = models.BooleanField(_("decided by the common superior"), default=False)
    referred_by = account(_("referred by"))
    referred_at = models.DateTimeField(_("referred"))
    received_by = account(_("signed for by"))
    received_at = models.DateTimeField(_("signed for"), null=True)
    reasons = models.TextField(_("reasons of the objection"), max_length=1000, blank=True)
    suggested = models.CharField(_("unit suggested instead"), max_length=120, blank=True)
    objected_by = account(_("objected by"))
    objected_at = models.DateTimeField(_("objected"), null=True)
    decision = models.TextField(_("decision about the objection"), max_length=500, blank=True)
    is_upheld = models.BooleanField(_("upheld"), null=True)
    decided_by = account(_("decided by"))
    decided_at = models.DateTimeField(_("decided"), null=True)

    objects = PetitionQuerySet.as_manager()

    class Meta:
        verbose_name = _("referral")
        verbose_name_plural = _("referrals")
        ordering = ["pk"]
        default_permissions = ()
        permissions = [("decide_competence", "Can decide which unit is competent for a petition")]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind=ReferralKind.ASSIGN, result_due_on__isnull=False)
                | Q(kind=ReferralKind.FORWARD, result_due_on=None),
                name="referral_assigned_until_a_day",
            ),
            models.CheckConstraint(
                condition=Q(objected_at=None, objected_by=None, reasons="")
                | Q(objected_at__isnull=False, objected_by__isnull=False, is_final=False) & ~Q(reasons=""),
                name="referral_objected_with_reasons",
            ),
            models.CheckConstraint(
                condition=Q(decided_at=None, decided_by=None, decision="", is_upheld=None)
                | Q(
                    decided_at__isnull=False,
                    decided_by__isnull=False,
                    is_upheld__isnull=False,
                    objected_at__isnull=False,
                )
                & ~Q(decision=""),
                name="referral_decided_with_reasons",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} → {self.to_unit_id}"
