"""Who a matter complains of, and who therefore, or for an interest of their own, has no part in it."""

from typing import Final

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cases.enums import RecusalSource
from cases.models.matter import Case
from cases.querysets import OnCaseQuerySet, RecusedPersonQuerySet
from centers.models import Center, Unit

TARGETS: Final = ("person", "unit", "center")


NO_TARGET: Final = Q(person=None, unit=None, center=None)
ONE_TARGET: Final = (
    Q(person__isnull=False, unit=None, center=None)
    | Q(person=None, unit__isnull=False, center=None)
    | Q(person=None, unit=None, center__isnull=False)
)


class OnTarget(models.Model):
    """What points to one of a person, a unit and a center."""

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("person")
    )
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+", verbose_name=_("unit"))
    center = models.ForeignKey(Center, models.PROTECT, null=True, related_name="+", verbose_name=_("center"))

    class Meta:
        abstract = True

    @property
    def label(self) -> str:
        """Who it is, in words."""
        return str(self.person or self.unit or self.center)


class Accused(OnTarget):
    """One person or office that a matter complains of: an account, a unit, a center, or a name unknown here."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="accused")
    name = models.CharField(_("name"), max_length=60, blank=True)
    named_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    named_at = models.DateTimeField()

    objects = OnCaseQuerySet.as_manager()

    class Meta:
        verbose_name = _("accused")
        verbose_name_plural = _("accused")
        ordering = ["named_at", "pk"]
        default_permissions = ()
        constraints = [
            models.CheckConstraint(condition=ONE_TARGET & Q(name="") | NO_TARGET & ~Q(name=""), name="accused_is_one"),
            models.UniqueConstraint(
                fields=["case", *TARGETS, "name"], nulls_distinct=False, name="accused_once_per_case"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.pk}"

    @property
    def label(self) -> str:
        """Who it is, in words; a name, where it is nobody known here."""
        return self.name or super().label


class Recusal(OnTarget):
    """One person, unit or center that has no part in one matter, nor have those who serve there.

    Serving counts from ``since`` on, when the matter came in: whoever left before is not concerned. ``with_below`` adds
    the centers below. What is kept from whom follows from these rows at every moment (``RecusedPerson``).
    """

    case = models.ForeignKey(Case, models.PROTECT, related_name="recusals")
    with_below = models.BooleanField(_("with the centers below"), default=False)
    since = models.DateField()
    source = models.CharField(_("source"), max_length=8, choices=RecusalSource.choices)
    ground = models.TextField(_("ground"), max_length=500)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    objects = OnCaseQuerySet.as_manager()

    class Meta:
        verbose_name = _("recusal")
        verbose_name_plural = _("recusals")
        ordering = ["recorded_at", "pk"]
        constraints = [
            models.CheckConstraint(condition=ONE_TARGET, name="recusal_of_one"),
            models.CheckConstraint(
                condition=Q(with_below=False) | Q(center__isnull=False), name="recusal_below_a_center"
            ),
            models.UniqueConstraint(
                fields=["case", *TARGETS, "with_below"], nulls_distinct=False, name="recusal_once_per_case"
            ),
            models.CheckConstraint(condition=~Q(ground=""), name="recusal_has_ground"),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.pk}"


class RecusedPerson(models.Model):
    """One case and one account that has no part in it, as the recusals and all posts say at this moment: a view.

    Defined once, in the migration that makes it; ``visible_to``, routing, messages and row-level security read it.
    """

    pk = models.CompositePrimaryKey("case_id", "user_id")
    case = models.ForeignKey(Case, models.DO_NOTHING, related_name="+")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.DO_NOTHING, related_name="+")

    objects = RecusedPersonQuerySet.as_manager()

    class Meta:
        managed = False
        db_table = "cases_recusedperson"
        default_permissions = ()
        verbose_name = _("recused person")
        verbose_name_plural = _("recused persons")

    def __str__(self) -> str:
        return f"{self.case_id} {self.user_id}"
