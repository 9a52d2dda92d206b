"""Which matters belong together: between matters alone, never a list by person."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from cases.models import Case
from disputes.enums import RelationGround
from disputes.querysets import RelationQuerySet


class Relation(models.Model):
    """One finding that two matters belong together, until somebody ends it; ``case`` is the one registered first."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="relations", verbose_name=_("case"))
    other = models.ForeignKey(Case, models.PROTECT, related_name="relations_of_earlier", verbose_name=_("other case"))
    ground = models.CharField(_("why they belong together"), max_length=12, choices=RelationGround.choices)
    related_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("related by")
    )
    related_at = models.DateTimeField(_("related"))
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("unrelated by")
    )
    ended_at = models.DateTimeField(_("unrelated"), null=True)
    end_reason = models.TextField(_("why they do not belong together"), max_length=500, blank=True)

    objects = RelationQuerySet.as_manager()

    class Meta:
        verbose_name = _("relation between matters")
        verbose_name_plural = _("relations between matters")
        ordering = ["related_at", "pk"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["case", "other"], condition=Q(ended_at=None), name="relation_once_per_pair"
            ),
            models.CheckConstraint(condition=Q(case__lt=F("other")), name="relation_in_order"),
            models.CheckConstraint(
                condition=Q(ended_at=None, ended_by=None, end_reason="")
                | Q(ended_at__isnull=False, ended_by__isnull=False) & ~Q(end_reason=""),
                name="relation_ended_with_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.other_id}"

    def far_side(self, case_id: int) -> Case:
        """Return the other one of the two matters, seen from one of them."""
        return self.other if self.case_id == case_id else self.case
