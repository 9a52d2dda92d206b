"""What was reported as the end of a matter, and everything that happened to it."""

from typing import Final

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cases.enums import EventKind, Outcome
from cases.models.matter import Case
from cases.querysets import OnCaseQuerySet
from core.events import AppendOnlyModel
from core.separation import by_another


class Result(models.Model):
    """What a handler reports as the end of a round, and the verdict of the second person who checked it."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="results")
    round = models.PositiveSmallIntegerField()
    outcome = models.CharField(_("outcome"), max_length=12, choices=Outcome.choices)
    summary = models.TextField(_("result"), max_length=2000)
    reported_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("reported by")
    )
    reported_at = models.DateTimeField(_("reported"))
    verified_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("verified by")
    )
    verified_at = models.DateTimeField(_("verified"), null=True)
    is_confirmed = models.BooleanField(_("confirmed"), null=True)
    remark = models.TextField(_("remark"), max_length=500, blank=True)

    objects = OnCaseQuerySet.as_manager()

    class Meta:
        verbose_name = _("result of a round")
        verbose_name_plural = _("results of rounds")
        ordering = ["reported_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=by_another("verified_by", than="reported_by"), name="result_verified_by_another"
            ),
            models.UniqueConstraint(
                fields=["case"], condition=Q(verified_at=None), name="result_one_unverified_per_case"
            ),
        ]
        indexes = [models.Index(fields=["outcome", "reported_at"], name="result_by_outcome")]

    def __str__(self) -> str:
        return f"{self.case_id} {self.outcome}"


class Reopening(models.Model):
    """One time a closed case was taken up again: the round that it began, who did it and why."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="reopenings")
    round = models.PositiveSmallIntegerField(_("round"))
    ground = models.TextField(_("ground"), max_length=500)
    reopened_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    reopened_at = models.DateTimeField(_("reopened"))

    objects = OnCaseQuerySet.as_manager()

    class Meta:
        verbose_name = _("reopening")
        verbose_name_plural = _("reopenings")
        ordering = ["round"]
        constraints = [
            models.UniqueConstraint(fields=["case", "round"], name="reopening_once_per_round"),
            models.CheckConstraint(condition=Q(round__gt=1), name="reopening_begins_a_later_round"),
            models.CheckConstraint(condition=~Q(ground=""), name="reopening_has_ground"),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.round}"


COUNTED: Final = (EventKind.ACCEPTED, EventKind.MEDIATION_STARTED)  # by the period in which they happened


class Event(AppendOnlyModel):
    """One thing that happened to a case. ``at`` is when it was true, ``recorded_at`` when it was written."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="events")
    kind = models.CharField(max_length=24, choices=EventKind.choices)
    at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    data = models.JSONField(default=dict)

    objects = OnCaseQuerySet.as_manager()

    class Meta:
        ordering = ["at", "pk"]
        indexes = [
            models.Index(fields=["case", "at"], name="event_by_case"),
            models.Index(fields=["kind", "at"], include=["case"], condition=Q(kind__in=COUNTED), name="event_counted"),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.kind}"
