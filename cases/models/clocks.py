"""The limits: how long each kind is, those that run on a case, their steps, pauses and extensions."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from cases.enums import Category, ClockKind, ClockState, ExtensionState, Grade, PauseReason, Step
from cases.models.matter import Case
from cases.querysets import ClockQuerySet, ClockRuleQuerySet, ClockStepQuerySet, OfClockQuerySet
from cases.rules.kinds import CAPS, longest
from centers.enums import Level
from centers.models import Center, Unit
from core.workdays import LimitUnit

UNITS_OF_TIME = [
    (LimitUnit.HOURS.value, _("hours")),
    (LimitUnit.WORKING_DAYS.value, _("working days")),
    (LimitUnit.DAYS.value, _("days")),
    (LimitUnit.MONTHS.value, _("months")),
]


def within_the_law() -> Q:
    """Return the condition "no longer than its kind may be", for every kind that has such a bound."""
    condition = Q()
    for kind in CAPS:
        allowed = ~Q(kind=kind.value)
        for unit, most in longest(kind).items():
            allowed |= Q(unit_of_time=unit.value, amount__lte=most)
        condition &= allowed
    return condition


class ClockRule(models.Model):
    """How long one kind of limit is, for which place, level, grade and category, since when, and by which article.

    A rule that clocks have been started by is never changed: another one takes its place from a day on.
    """

    kind = models.CharField(_("limit"), max_length=20, choices=ClockKind.choices)
    center = models.ForeignKey(
        Center,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("place"),
        help_text=_("The center for which it holds, with everything below it; empty: everywhere."),
    )
    level = models.CharField(_("level"), max_length=10, choices=Level.choices, blank=True)
    grade = models.CharField(_("grade"), max_length=8, choices=Grade.choices, blank=True)
    category = models.CharField(_("category"), max_length=4, choices=Category.choices, blank=True)
    amount = models.PositiveSmallIntegerField(_("length"))
    unit_of_time = models.CharField(_("unit of time"), max_length=12, choices=UNITS_OF_TIME)
    roll_forward = models.BooleanField(_("a last day on a rest day gives way"), default=True)
    article = models.CharField(_("basis"), max_length=120)
    valid_from = models.DateField(_("valid from"))
    valid_until = models.DateField(_("valid until"), null=True, blank=True)

    objects = ClockRuleQuerySet.as_manager()

    class Meta:
        verbose_name = _("clock rule")
        verbose_name_plural = _("clock rules")
        ordering = ["kind", "center", "level", "grade", "category", "valid_from"]
        default_permissions = ("view", "change")
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "center", "level", "grade", "category", "valid_from"],
                nulls_distinct=False,
                name="clockrule_one_per_day",
            ),
            models.CheckConstraint(condition=Q(amount__gt=0), name="clockrule_has_length"),
            models.CheckConstraint(condition=within_the_law(), name="clockrule_within_the_law"),
            models.CheckConstraint(
                condition=Q(valid_until=None) | Q(valid_until__gte=F("valid_from")),
                name="clockrule_ends_after_it_starts",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.amount} {self.get_unit_of_time_display()}"


class Clock(models.Model):
    """One limit on one case, with the length it was given. Once it is over, the days it was late stay as they are."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="clocks")
    kind = models.CharField(_("limit"), max_length=20, choices=ClockKind.choices)
    key = models.CharField(max_length=60)
    round = models.PositiveSmallIntegerField(default=1)
    rule = models.ForeignKey(ClockRule, models.PROTECT, related_name="+")
    holder = models.ForeignKey(Center, models.PROTECT, related_name="+", verbose_name=_("center"))
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+", verbose_name=_("responsible unit"))
    started_on = models.DateField(_("starts"))
    amount = models.PositiveSmallIntegerField(_("length"))
    unit_of_time = models.CharField(_("unit of time"), max_length=12, choices=UNITS_OF_TIME)
    roll_forward = models.BooleanField(default=True)
    due_on = models.DateField(_("last day"))
    due_at = models.DateTimeField()
    original_due_at = models.DateTimeField()
    is_provisional = models.BooleanField(default=False)
    state = models.CharField(_("state"), max_length=10, choices=ClockState.choices, default=ClockState.RUNNING)
    ended_at = models.DateTimeField(null=True)
    late_days = models.PositiveSmallIntegerField(_("days late"), null=True)

    objects = ClockQuerySet.as_manager()

    class Meta:
        verbose_name = _("clock")
        verbose_name_plural = _("clocks")
        ordering = ["started_on", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["case", "key"], name="clock_once_per_key"),
            models.CheckConstraint(
                condition=Q(state__in=[ClockState.RUNNING, ClockState.PAUSED], ended_at=None)
                | (~Q(state__in=[ClockState.RUNNING, ClockState.PAUSED]) & Q(ended_at__isnull=False)),
                name="clock_over_has_end",
            ),
            models.CheckConstraint(
                condition=Q(state=ClockState.LAPSED, late_days__isnull=False, late_days__gt=0)
                | (~Q(state=ClockState.LAPSED) & Q(late_days=None)),
                name="clock_lapsed_has_late_days",
            ),
        ]
        indexes = [
            models.Index(
                fields=["case"],
                include=["kind", "holder", "due_at", "started_on", "due_on"],
                condition=Q(state=ClockState.RUNNING),
                name="clock_running_by_case",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.due_on}"


class ClockStep(models.Model):
    """One moment at which a clock makes something happen, written when the clock starts."""

    clock = models.ForeignKey(Clock, models.PROTECT, related_name="steps")
    step = models.CharField(max_length=10, choices=Step.choices)
    at = models.DateTimeField()
    fired_at = models.DateTimeField(null=True)
    cancelled_at = models.DateTimeField(null=True)
    failed_at = models.DateTimeField(null=True)
    error = models.CharField(max_length=300, blank=True)

    objects = ClockStepQuerySet.as_manager()

    class Meta:
        ordering = ["at", "pk"]
        constraints = [models.UniqueConstraint(fields=["clock", "step"], name="clockstep_once_per_clock")]
        indexes = [
            models.Index(
                fields=["at", "id"],
                condition=Q(fired_at=None, cancelled_at=None, failed_at=None),
                name="clockstep_waiting",
            ),
            models.Index(fields=["failed_at"], condition=Q(failed_at__isnull=False), name="clockstep_set_aside"),
        ]

    def __str__(self) -> str:
        return f"{self.clock_id} {self.step}"


class Pause(models.Model):
    """One time that does not count for one clock, for a reason that the law lists, with a last day of its own."""

    clock = models.ForeignKey(Clock, models.PROTECT, related_name="pauses")
    reason = models.CharField(_("reason"), max_length=20, choices=PauseReason.choices)
    ground = models.TextField(_("ground"), max_length=500)
    started_on = models.DateField(_("from"))
    until_on = models.DateField(_("at the latest until"))
    ended_on = models.DateField(_("until"), null=True)
    started_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    started_at = models.DateTimeField()
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True)

    objects = OfClockQuerySet.as_manager()

    class Meta:
        verbose_name = _("pause")
        verbose_name_plural = _("pauses")
        ordering = ["started_on", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["clock"], condition=Q(ended_at=None), name="pause_one_open_per_clock"),
            models.CheckConstraint(
                condition=Q(ended_on=None, ended_at=None, ended_by=None)
                | Q(ended_on__gte=F("started_on"), ended_at__isnull=False, ended_by__isnull=False),
                name="pause_ends_after_it_starts",
            ),
            models.CheckConstraint(condition=~Q(ground=""), name="pause_has_ground"),
            models.CheckConstraint(condition=Q(reason__in=PauseReason.values), name="pause_for_a_listed_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.clock_id} {self.reason}"


class Extension(models.Model):
    """One request to extend a clock, and the decision of somebody one level up."""

    clock = models.ForeignKey(Clock, models.PROTECT, related_name="extensions")
    amount = models.PositiveSmallIntegerField(_("length"))
    unit_of_time = models.CharField(_("unit of time"), max_length=12, choices=UNITS_OF_TIME)
    ground = models.TextField(_("ground"), max_length=500)
    agreed_on = models.DateField(_("parties agreed on"), null=True)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(_("asked for"))
    state = models.CharField(_("state"), max_length=8, choices=ExtensionState.choices, default=ExtensionState.ASKED)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(_("decided"), null=True)
    remark = models.TextField(_("remark"), max_length=500, blank=True)
    told_on = models.DateField(_("applicant told on"), null=True)

    objects = OfClockQuerySet.as_manager()

    class Meta:
        verbose_name = _("extension")
        verbose_name_plural = _("extensions")
        ordering = ["asked_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["clock"], condition=Q(state=ExtensionState.ASKED), name="extension_one_asked_per_clock"
            ),
            models.CheckConstraint(condition=Q(amount__gt=0), name="extension_has_length"),
            models.CheckConstraint(condition=~Q(ground=""), name="extension_has_ground"),
            models.CheckConstraint(
                condition=Q(decided_by=None) | ~Q(decided_by=F("asked_by")), name="extension_decided_by_another"
            ),
            models.CheckConstraint(
                condition=Q(state=ExtensionState.ASKED, decided_by=None, decided_at=None)
                | (~Q(state=ExtensionState.ASKED) & Q(decided_by__isnull=False, decided_at__isnull=False)),
                name="extension_decided_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.clock_id} +{self.amount}"
