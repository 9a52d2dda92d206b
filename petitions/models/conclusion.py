"""How a petition ended without an opinion, and the statutory procedure into which a claim was led."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cases.models import Case, Result
from petitions.enums import NotAcceptedReason, StatutoryRoute, SuggestionOutcome
from petitions.querysets import PetitionQuerySet


class Conclusion(models.Model):
    """What stands behind a result that is no opinion: its reason, its legal basis, where the petitioner may go.

    ``organ`` is whom the petitioner was told of, or to whom an accusation went; ``stated_on`` the day on which a
    petitioner withdrew, or the parties of a settlement signed.
    """

    case = models.ForeignKey(Case, models.PROTECT, related_name="conclusions")
    result = models.OneToOneField(Result, models.PROTECT, related_name="conclusion")
    reason = models.CharField(_("reason"), max_length=4, choices=NotAcceptedReason.choices, blank=True)
    route = models.CharField(_("statutory route"), max_length=24, choices=StatutoryRoute.choices, blank=True)
    outcome = models.CharField(_("about the suggestion"), max_length=16, choices=SuggestionOutcome.choices, blank=True)
    organ = models.CharField(_("competent organ"), max_length=120, blank=True)
    basis = models.TextField(_("laws and rules relied on"), max_length=1000, blank=True)
    stated_on = models.DateField(_("stated on"), null=True)

    objects = PetitionQuerySet.as_manager()

    class Meta:
        verbose_name = _("end without an opinion")
        verbose_name_plural = _("ends without an opinion")
        ordering = ["pk"]
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.case_id} {self.result_id}"


class StatutoryProcedure(models.Model):
    """The procedure of its own in which a unit handles a claim (Regulations on Petition Work, art. 31 (1)–(5)).

    ``due_on`` is the last day that the law of that procedure sets; it takes no opinion and no review of petitions.
    """

    case = models.ForeignKey(Case, models.PROTECT, related_name="statutory_procedures")
    round = models.PositiveSmallIntegerField()
    route = models.CharField(_("statutory route"), max_length=24, choices=StatutoryRoute.choices)
    basis = models.CharField(_("laws and rules relied on"), max_length=200)
    due_on = models.DateField(_("last day of the procedure"))
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("entered by")
    )
    entered_at = models.DateTimeField(_("entered"))
    ended_on = models.DateField(_("ended on"), null=True)

    objects = PetitionQuerySet.as_manager()

    class Meta:
        verbose_name = _("statutory procedure")
        verbose_name_plural = _("statutory procedures")
        ordering = ["pk"]
        default_permissions = ()
        constraints = [
            models.CheckConstraint(condition=~Q(basis=""), name="statutoryprocedure_has_basis"),
            models.UniqueConstraint(
                fields=["case"], condition=Q(ended_on=None), name="statutoryprocedure_one_at_a_time"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.route}"
