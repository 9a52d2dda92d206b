"""What goes between a mediation and the police, a court or another organ of the state, and what comes back."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from cases.models import Case, Result
from cases.models.papers import WITHDRAWN_WITH_REASON
from disputes.enums import CourtStage, Direction, HandOffGround, Organ, OrganAnswer, Source, TellingWay
from disputes.querysets import HandOffQuerySet

IN, OUT = Q(direction=Direction.IN), Q(direction=Direction.OUT)


class HandOff(models.Model):
    """One matter that one organ handed to the mediation once, or that was handed to one organ from it.

    ``handed_on`` is the day of the letter, ``signed_for_on`` the day on which what came with it was signed for here.
    Of an entrusted one ``result`` is what the organ was told; one that is sent back afterwards has to be told anew, and
    ``source_before`` is how the matter was said to have come until the letter. One that was recorded by mistake is
    withdrawn with a reason: it stays on record and counts no more.
    """

    case = models.ForeignKey(Case, models.PROTECT, related_name="hand_offs")
    round = models.PositiveSmallIntegerField()
    direction = models.CharField(_("direction"), max_length=3, choices=Direction.choices)
    organ = models.CharField(_("kind of organ"), max_length=12, choices=Organ.choices)
    organ_name = models.CharField(_("organ"), max_length=60)
    letter_number = models.CharField(_("number of the letter"), max_length=60, blank=True)
    handed_on = models.DateField(_("day of the letter"))
    wish = models.TextField(_("what is asked for"), max_length=500)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("recorded by")
    )
    recorded_at = models.DateTimeField(_("recorded"))

    signed_for_on = models.DateField(_("signed for on"), null=True)
    court_stage = models.CharField(_("stage at the court"), max_length=16, choices=CourtStage.choices, blank=True)
    source_before = models.CharField(max_length=20, choices=Source.choices, blank=True)
    result = models.ForeignKey(Result, models.PROTECT, null=True, related_name="hand_offs", verbose_name=_("result"))
    told_on = models.DateField(_("organ told on"), null=True)
    told_how = models.CharField(_("how it was told"), max_length=12, choices=TellingWay.choices, blank=True)
    told_letter = models.CharField(_("number of the answer"), max_length=60, blank=True)
    told_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("told by")
    )

    ground = models.CharField(_("why it is handed out"), max_length=12, choices=HandOffGround.choices, blank=True)
    consented_on = models.DateField(_("parties consented on"), null=True)
    answer = models.CharField(_("answer of the organ"), max_length=12, choices=OrganAnswer.choices, blank=True)
    answered_on = models.DateField(_("answered on"), null=True)
    answer_note = models.TextField(_("what the organ said"), max_length=500, blank=True)

    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("taken back by")
    )
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True)
    withdrawal_reason = models.TextField(_("reason of the withdrawal"), max_length=500, blank=True)

    objects = HandOffQuerySet.as_manager()

    class Meta:
        verbose_name = _("hand-off")
        verbose_name_plural = _("hand-offs")
        ordering = ["handed_on", "pk"]
        default_permissions = ()
        constraints = [
            models.CheckConstraint(condition=~Q(organ_name="") & ~Q(wish=""), name="handoff_says_to_whom_and_what"),
            models.CheckConstraint(
                condition=IN
                & ~Q(letter_number="")
                & ~Q(source_before="")
                & Q(signed_for_on__isnull=False, signed_for_on__gte=F("handed_on"), ground="", answer="")
                | OUT & ~Q(ground="") & Q(signed_for_on=None, result=None, source_before=""),
                name="handoff_goes_one_way",
            ),
            models.CheckConstraint(
                condition=~IN & Q(court_stage="")
                | IN & (Q(organ=Organ.COURT) & ~Q(court_stage="") | ~Q(organ=Organ.COURT) & Q(court_stage="")),
                name="handoff_of_a_court_has_stage",
            ),
            models.CheckConstraint(
                condition=~Q(ground=HandOffGround.HANDLING)
                | Q(consented_on__isnull=False, consented_on__lte=F("handed_on")),
                name="handoff_handled_with_consent",
            ),
            models.CheckConstraint(
                condition=Q(result=None, told_on=None, told_how="", told_letter="", told_by=None)
                | Q(result__isnull=False, told_on__isnull=False, told_by__isnull=False) & ~Q(told_how=""),
                name="handoff_told_of_a_result",
            ),
            models.CheckConstraint(
                condition=Q(answer="", answered_on=None, answer_note="")
                | ~Q(answer="") & Q(answered_on__isnull=False, answered_on__gte=F("handed_on")) & ~Q(answer_note=""),
                name="handoff_answered_with_day",
            ),
            models.CheckConstraint(condition=WITHDRAWN_WITH_REASON, name="handoff_withdrawn_with_reason"),
            models.CheckConstraint(
                condition=Q(withdrawn_at=None) | Q(result=None, answer=""), name="handoff_withdrawn_before_an_answer"
            ),
            models.UniqueConstraint(
                fields=["case", "organ", "organ_name"],
                condition=IN & Q(result=None, withdrawn_at=None),
                name="handoff_entrusted_once",
            ),
            models.UniqueConstraint(
                fields=["case", "organ", "organ_name", "ground"],
                condition=OUT & Q(answer="", withdrawn_at=None),
                name="handoff_handed_out_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.direction} {self.organ_name}"
