"""Which other units were asked to take part in a mediation, and what they answered."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cases.models import Case
from centers.models import Unit
from disputes.enums import JointAnswer
from disputes.querysets import JointUnitQuerySet


class JointUnit(models.Model):
    """One unit that was asked to take part in one round of a mediation (People's Mediation Law, art. 20).

    The lead stays with the center that holds the matter. The people of the unit do not see the matter: they see this
    row. ``consented_on`` is the day on which the parties agreed to have the unit take part.
    """

    case = models.ForeignKey(Case, models.PROTECT, related_name="joint_units", verbose_name=_("case"))
    round = models.PositiveSmallIntegerField()
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("unit"))
    purpose = models.TextField(_("what the unit is asked for"), max_length=500)
    consented_on = models.DateField(_("parties consented to it on"))
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("unit asked by")
    )
    asked_at = models.DateTimeField(_("unit asked"))
    answer = models.CharField(_("answer"), max_length=8, choices=JointAnswer.choices, blank=True)
    ground = models.TextField(_("why the unit does not take part"), max_length=500, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("answered by")
    )
    answered_at = models.DateTimeField(_("answered"), null=True)
    released_at = models.DateTimeField(_("released"), null=True)
    release_ground = models.TextField(_("why the unit was released"), max_length=500, blank=True)

    objects = JointUnitQuerySet.as_manager()

    class Meta:
        verbose_name = _("unit asked to take part")
        verbose_name_plural = _("Asked to take part")
        ordering = ["-asked_at", "-pk"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["case", "round", "unit"],
                condition=Q(released_at=None) & ~Q(answer=JointAnswer.DECLINED),
                name="jointunit_asked_once",
            ),
            models.CheckConstraint(condition=~Q(purpose=""), name="jointunit_says_what_for"),
            models.CheckConstraint(
                condition=Q(answer="", answered_by=None, answered_at=None)
                | ~Q(answer="") & Q(answered_by__isnull=False, answered_at__isnull=False),
                name="jointunit_answered_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(released_at=None) ^ ~Q(release_ground=""), name="jointunit_released_with_ground"
            ),
            models.CheckConstraint(
                condition=Q(answer=JointAnswer.DECLINED) ^ Q(ground=""), name="jointunit_declined_with_ground"
            ),
        ]

    def __str__(self) -> str:
        return self.case.number
