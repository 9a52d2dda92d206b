"""That somebody's safety is at stake in a matter, and what was done for them: about the matter, never a person."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cases.models import Case
from core.separation import by_another
from disputes.enums import SafetyDuty, SafetyKind
from disputes.querysets import SafetyFlagQuerySet, SafetyMeasureQuerySet


class SafetyFlag(models.Model):
    """One reason for which the parties of a matter must not meet in one session, until a second person clears it."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="safety_flags")
    kind = models.CharField(_("safety at stake"), max_length=20, choices=SafetyKind.choices)
    ground = models.TextField(_("ground"), max_length=500)
    set_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("flag set by")
    )
    set_at = models.DateTimeField(_("flag set"))
    cleared_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("cleared by")
    )
    cleared_at = models.DateTimeField(_("cleared"), null=True)
    clearance = models.TextField(_("why it was cleared"), max_length=500, blank=True)

    objects = SafetyFlagQuerySet.as_manager()

    class Meta:
        verbose_name = _("safety flag")
        verbose_name_plural = _("safety flags")
        ordering = ["set_at", "pk"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["case", "kind"], condition=Q(cleared_at=None), name="safetyflag_set_once"),
            models.CheckConstraint(condition=~Q(ground=""), name="safetyflag_has_ground"),
            models.CheckConstraint(
                condition=Q(cleared_at=None, cleared_by=None, clearance="")
                | Q(cleared_at__isnull=False, cleared_by__isnull=False) & ~Q(clearance=""),
                name="safetyflag_cleared_with_reason",
            ),
            models.CheckConstraint(
                condition=by_another("cleared_by", than="set_by"), name="safetyflag_cleared_by_another"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.kind}"


class SafetyMeasure(models.Model):
    """One thing that was done on one day for somebody whose safety is at stake in a matter.

    ``hand_off`` is the report to the police by which it was done; withdrawn as a mistake, it was not done.
    """

    case = models.ForeignKey(Case, models.PROTECT, related_name="safety_measures")
    duty = models.CharField(_("duty of protection"), max_length=20, choices=SafetyDuty.choices)
    done_on = models.DateField(_("done on"))
    hand_off = models.OneToOneField("disputes.HandOff", models.PROTECT, null=True, related_name="measure")
    note = models.TextField(_("to whom, and what came of it"), max_length=500)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("recorded by")
    )
    recorded_at = models.DateTimeField(_("recorded"))

    objects = SafetyMeasureQuerySet.as_manager()

    class Meta:
        verbose_name = _("measure of protection")
        verbose_name_plural = _("measures of protection")
        ordering = ["done_on", "pk"]
        default_permissions = ()
        constraints = [models.CheckConstraint(condition=~Q(note=""), name="safetymeasure_says_what")]

    def __str__(self) -> str:
        return f"{self.case_id} {self.duty}"
