"""Whether an agreement holds and the parties are content: what is asked afterwards, by somebody from outside."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cases.models import Case, Party
from disputes.enums import ContactWay, FollowUpOccasion, FollowUpState, FollowUpVerdict, Satisfaction
from disputes.models.agreement import Agreement
from disputes.querysets import DisputeQuerySet, FollowUpQuerySet


class FollowUp(models.Model):
    """One follow-up of an agreement: planned when the agreement was checked, done by somebody who had no part in it.

    ``measures`` is what is to be done for the matter where it may flare up again; nothing is kept about a person.
    """

    case = models.ForeignKey(Case, models.PROTECT, related_name="follow_ups")
    agreement = models.ForeignKey(Agreement, models.PROTECT, related_name="follow_ups")
    occasion = models.CharField(_("occasion"), max_length=10, choices=FollowUpOccasion.choices)
    due_on = models.DateField(_("to be done from"))
    state = models.CharField(_("state"), max_length=8, choices=FollowUpState.choices, default=FollowUpState.DUE)
    party = models.ForeignKey(Party, models.PROTECT, null=True, related_name="+", verbose_name=_("party"))
    result = models.CharField(_("result"), max_length=12, choices=Satisfaction.choices, blank=True)
    reason = models.TextField(_("reason of dissatisfaction"), max_length=1000, blank=True)
    performance = models.TextField(_("performance"), max_length=1000, blank=True)
    litigation = models.TextField(_("lawsuit"), max_length=500, blank=True)
    measures = models.TextField(_("measures for the matter"), max_length=1000, blank=True)
    done_on = models.DateField(_("followed up on"), null=True)
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("done by")
    )
    recorded_at = models.DateTimeField(_("recorded"), null=True)
    verdict = models.CharField(_("decision"), max_length=8, choices=FollowUpVerdict.choices, blank=True)
    verdict_ground = models.TextField(_("ground of the decision"), max_length=500, blank=True)
    judged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("decided by")
    )
    judged_at = models.DateTimeField(_("decided"), null=True)

    objects = FollowUpQuerySet.as_manager()

    class Meta:
        verbose_name = _("follow-up")
        verbose_name_plural = _("follow-ups")
        ordering = ["due_on", "pk"]
        default_permissions = ()
        indexes = [models.Index(fields=["due_on"], condition=Q(state=FollowUpState.DUE), name="followup_due")]
        constraints = [
            models.UniqueConstraint(fields=["agreement", "occasion", "due_on"], name="followup_once_per_occasion"),
            models.CheckConstraint(
                condition=Q(state=FollowUpState.DONE, done_by__isnull=False, party__isnull=False) & ~Q(result="")
                | ~Q(state=FollowUpState.DONE) & Q(result=""),
                name="followup_done_with_result",
            ),
            models.CheckConstraint(
                condition=~Q(result=Satisfaction.DISSATISFIED) | ~Q(reason=""), name="followup_dissatisfied_with_reason"
            ),
            models.CheckConstraint(
                condition=Q(verdict="", judged_by=None)
                | (
                    Q(result=Satisfaction.DISSATISFIED, judged_by__isnull=False)
                    & ~Q(verdict="")
                    & ~Q(verdict_ground="")
                ),
                name="followup_judged_with_ground",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.due_on}"


class ContactAttempt(models.Model):
    """One time that a party was sought out for a follow-up: when, how, and whether they were reached."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="contact_attempts")
    follow_up = models.ForeignKey(FollowUp, models.PROTECT, related_name="attempts")
    party = models.ForeignKey(Party, models.PROTECT, related_name="+", verbose_name=_("party"))
    way = models.CharField(_("how"), max_length=8, choices=ContactWay.choices)
    tried_at = models.DateTimeField(_("tried"))
    is_reached = models.BooleanField(_("reached"))
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("made by"))
    recorded_at = models.DateTimeField(_("recorded"))

    objects = DisputeQuerySet.as_manager()

    class Meta:
        verbose_name = _("contact attempt")
        verbose_name_plural = _("contact attempts")
        ordering = ["tried_at", "pk"]
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.follow_up_id} {self.tried_at}"
