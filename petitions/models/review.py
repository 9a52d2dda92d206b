"""That the petitioner asks a higher organ to look at what was decided, and hearings that were held about a claim."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cases.models import Case
from centers.models import Center, Unit
from petitions.enums import Instance, OpinionOutcome
from petitions.querysets import PetitionQuerySet, ReviewQuerySet


class Review(models.Model):
    """One request for a review or a re-review (Regulations on Petition Work, arts. 35 and 36).

    ``center`` is where it is decided here; empty where the next higher organ is none of this house, whose decision is
    then taken down: ``number`` to ``served_on``. ``from_center`` and ``from_unit`` had the matter before. Over it is
    once the decision was checked or the request withdrawn.
    """

    case = models.ForeignKey(Case, models.PROTECT, related_name="reviews")
    round = models.PositiveSmallIntegerField()
    instance = models.CharField(_("instance"), max_length=10, choices=Instance.choices)
    center = models.ForeignKey(Center, models.PROTECT, null=True, related_name="+", verbose_name=_("decided at"))
    organ = models.CharField(_("organ that was asked"), max_length=120)
    from_center = models.ForeignKey(Center, models.PROTECT, related_name="+", verbose_name=_("decided before at"))
    from_unit = models.ForeignKey(
        Unit, models.PROTECT, null=True, related_name="+", verbose_name=_("unit that decided before")
    )
    asked_on = models.DateField(_("asked for on"))
    request = models.TextField(_("what is asked for, and why"), max_length=2000)
    late_reason = models.CharField(_("good reason for asking late"), max_length=200, blank=True)
    filed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("taken down by")
    )
    filed_at = models.DateTimeField(_("taken down"))
    number = models.CharField(_("number of the other organ's opinion"), max_length=80, blank=True)
    outcome = models.CharField(
        _("decision of the other organ"), max_length=16, choices=OpinionOutcome.choices, blank=True
    )
    decision = models.TextField(_("what the other organ decided"), max_length=2000, blank=True)
    next_organ = models.CharField(_("organ to be asked next"), max_length=120, blank=True)
    served_on = models.DateField(_("served by the other organ on"), null=True)
    withdrawn_on = models.DateField(_("withdrawn on"), null=True)
    statement = models.TextField(_("what the petitioner stated"), max_length=500, blank=True)
    ended_at = models.DateTimeField(_("over"), null=True)

    objects = ReviewQuerySet.as_manager()

    class Meta:
        verbose_name = _("request for a review")
        verbose_name_plural = _("requests for a review")
        ordering = ["pk"]
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                condition=~Q(request="") & ~Q(organ="") & ~Q(instance=Instance.HANDLING),
                name="review_says_what_is_asked",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_on=None, statement="")
                | Q(withdrawn_on__isnull=False, ended_at__isnull=False) & ~Q(statement=""),
                name="review_withdrawn_by_statement",
            ),
            models.CheckConstraint(
                condition=Q(served_on=None, number="", outcome="", decision="")
                | Q(served_on__isnull=False, center=None) & ~Q(number="") & ~Q(outcome="") & ~Q(decision=""),
                name="review_decided_elsewhere_whole",
            ),
            models.UniqueConstraint(
                fields=["case", "instance"], condition=Q(ended_at=None), name="review_one_at_a_time"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.instance}"


class Hearing(models.Model):
    """One hearing on a claim (Regulations on Petition Work, arts. 31(6) and 36): who spoke, and what was found."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="hearings")
    round = models.PositiveSmallIntegerField()
    instance = models.CharField(_("instance"), max_length=10, choices=Instance.choices)
    held_on = models.DateField(_("held on"))
    place = models.CharField(_("place"), max_length=120)
    chair = models.CharField(_("chair of the hearing"), max_length=60)
    participants = models.TextField(_("participants"), max_length=500)
    statements = models.TextField(_("what was said"), max_length=2000)
    findings = models.TextField(_("what the hearing found"), max_length=2000)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("recorded by")
    )
    recorded_at = models.DateTimeField(_("recorded"))

    objects = PetitionQuerySet.as_manager()

    class Meta:
        verbose_name = _("hearing on a petition")
        verbose_name_plural = _("hearings on petitions")
        ordering = ["held_on", "pk"]
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                condition=~Q(place="") & ~Q(chair="") & ~Q(participants="") & ~Q(statements="") & ~Q(findings=""),
                name="hearing_is_whole",
            )
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.held_on}"
