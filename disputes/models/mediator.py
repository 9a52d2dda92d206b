"""Who mediates a matter, and who chose them."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cases.models import Case, Party
from disputes.enums import ChosenBy
from disputes.querysets import MediatorQuerySet


class Mediator(models.Model):
    """One person who mediates a matter in one round, until a party objects.

    The handler is one of them and stays the one who answers for the matter.
    """

    case = models.ForeignKey(Case, models.PROTECT, related_name="mediators")
    round = models.PositiveSmallIntegerField()
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("people's mediator")
    )
    chosen_by = models.CharField(_("chosen by"), max_length=10, choices=ChosenBy.choices)
    named_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    named_at = models.DateTimeField(_("named"))
    objector = models.ForeignKey(
        Party, models.PROTECT, null=True, related_name="+", verbose_name=_("party that objected")
    )
    objection = models.TextField(_("objection"), max_length=500, blank=True)
    replaced_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    replaced_at = models.DateTimeField(_("replaced"), null=True)

    objects = MediatorQuerySet.as_manager()

    class Meta:
        verbose_name = _("mediator of a matter")
        verbose_name_plural = _("mediators of a matter")
        ordering = ["named_at", "pk"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["case", "round", "person"], condition=Q(replaced_at=None), name="mediator_named_once"
            ),
            models.CheckConstraint(
                condition=Q(objector=None, objection="", replaced_by=None, replaced_at=None)
                | Q(objector__isnull=False, replaced_by__isnull=False, replaced_at__isnull=False) & ~Q(objection=""),
                name="mediator_replaced_on_objection",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.person_id}"
