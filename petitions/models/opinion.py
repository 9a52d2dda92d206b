"""The opinion of an instance about a claim: drafted by one person, signed for the unit by another."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cases.models import Case
from centers.models import Unit
from petitions.enums import Instance, OpinionOutcome
from petitions.models.review import Review
from petitions.querysets import OpinionQuerySet


class Opinion(models.Model):
    """One written opinion about a claim, and the remedy it names (Regulations on Petition Work, arts. 32 and 35).

    ``heard_on`` is empty only of a claim whose petitioner nobody knows, and of what a higher organ decides by the file.
    That one answers ``review``; after a re-review there is no remedy. ``execute_by`` is the last day to do what it
    obliges to, ``execution`` what was done.
    """

    case = models.ForeignKey(Case, models.PROTECT, related_name="opinions")
    round = models.PositiveSmallIntegerField()
    instance = models.CharField(
        _("instance"), max_length=10, choices=Instance.choices, default=Instance.HANDLING, db_default=Instance.HANDLING
    )
    review = models.ForeignKey(Review, models.PROTECT, null=True, related_name="opinions")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("unit that decides"))
    outcome = models.CharField(_("decision"), max_length=16, choices=OpinionOutcome.choices)
    claim = models.TextField(_("what the petitioner claims"), max_length=2000)
    facts = models.TextField(_("facts found, and on what they rest"), max_length=2000)
    opinion = models.TextField(_("opinion"), max_length=2000)
    basis = models.TextField(_("laws and rules relied on"), max_length=1000)
    review_organ = models.CharField(_("organ to be asked for a review"), max_length=120, blank=True)
    execute_by = models.DateField(_("to be executed by"), null=True)
    heard_on = models.DateField(_("petitioner heard on"), null=True)
    drafted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("drafted by")
    )
    drafted_at = models.DateTimeField(_("drafted"))
    number = models.CharField(_("number"), max_length=80, blank=True)
    signed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("signed by")
    )
    signed_at = models.DateTimeField(_("signed"), null=True)
    sent_back_at = models.DateTimeField(_("sent back"), null=True)
    remark = models.TextField(_("remark"), max_length=500, blank=True)
    executed_on = models.DateField(_("executed on"), null=True)
    execution = models.TextField(_("how it was executed, and what proves it"), max_length=500, blank=True)
    executed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("execution recorded by")
    )

    objects = OpinionQuerySet.as_manager()

    class Meta:
        verbose_name = _("handling opinion")
        verbose_name_plural = _("handling opinions")
        ordering = ["pk"]
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                condition=~Q(claim="") & ~Q(facts="") & ~Q(opinion="") & ~Q(basis=""), name="opinion_is_whole"
            ),
            models.CheckConstraint(
                condition=Q(instance=Instance.REREVIEW, review_organ="")
                | Q(outcome=OpinionOutcome.REVOKED, review_organ="")
                | ~Q(instance=Instance.REREVIEW) & ~Q(review_organ=""),
                name="opinion_names_its_remedy",
            ),
            models.CheckConstraint(
                condition=Q(instance=Instance.HANDLING, review=None)
                | ~Q(instance=Instance.HANDLING) & Q(review__isnull=False),
                name="opinion_of_a_review_answers_one",
            ),
            models.CheckConstraint(
                condition=Q(executed_on=None, execution="", executed_by=None)
                | Q(executed_on__isnull=False, executed_by__isnull=False, execute_by__isnull=False) & ~Q(execution=""),
                name="opinion_executed_with_proof",
            ),
            models.CheckConstraint(
                condition=Q(signed_at=None, number="")
                | Q(signed_at__isnull=False, signed_by__isnull=False, sent_back_at=None) & ~Q(number=""),
                name="opinion_numbered_once_signed",
            ),
            models.UniqueConstraint(
                fields=["case"], condition=Q(signed_at=None, sent_back_at=None), name="opinion_one_draft_per_case"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.number or self.pk}"
