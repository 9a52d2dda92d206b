"""The limits: how long each kind is, those that run on a case, their steps, pauses and extensions."""

from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from cases.enums import Category, ClockKind, ClockState, ExtensionState, Grade, PauseReason, Step
from cases.models.matter import Case
from cases.querysets import (
    ClockQuerySet,
    ClockRuleQuerySet,
    ClockStepQuerySet,
    ExtensionQuerySet,
    OfClockQuerySet,
)
from cases.rules.kinds import CAPS, DATED_KINDS, longest
from cases.rules.lengths import UNIT_NAMES
from centers.enums import Level
from centers.models import Center, Unit
from core.separation import by_another

UNITS_OF_TIME = [(unit.value, name) for unit, name in UNIT_NAMES.items()]


def within_the_law() -> Q:
    """Return the condition "no longer than its kind may be", for every kind that has such a bound.

    Of a day that parties agree on there is no rule at all.
    """
    condition = ~Q(kind__in=[kind.value for kind in DATED_KINDS])
    for kind in CAPS:
        allowed = ~Q(kind=kind.value)
        for unit, most in longest(kind).items():
            allowed |= Q(unit_of_time=unit.value, amount__lte=most)
        condition &= allowed
    return condition


class ClockRule(models.Model):
    """How long one kind of limit is, for which place, level, grade and category, since when, and by which article.

    A rule in force is never changed: another one takes its place from a day on, or it is given an end. One that was
    withdrawn before its first day ends on the day before it. ``planned_until`` is the end it was given, which holds
    again should what took its place before that day be withdrawn.
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
    planned_until = models.DateField(null=True, editable=False)
    set_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+", verbose_name=_("set by")
    )
    set_at = models.DateTimeField(_("set at"), null=True, editable=False)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("ended by"),
    )
    ended_at = models.DateTimeField(_("ended at"), null=True, editable=False)
    end_ground = models.CharField(_("ground of its end"), max_length=200, blank=True, editable=False)

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
                condition=Q(valid_until=None) | Q(valid_until__gte=F("valid_from")),
                name="clockrule_one_per_day",
            ),
            models.CheckConstraint(condition=Q(amount__gt=0), name="clockrule_has_length"),
            models.CheckConstraint(condition=~Q(article=""), name="clockrule_has_article"),
            models.CheckConstraint(condition=within_the_law(), name="clockrule_within_the_law"),
            models.CheckConstraint(
                condition=Q(valid_until=None) | Q(valid_until__gte=F("valid_from") - timedelta(days=1)),
                name="clockrule_ends_after_it_starts",
            ),
            models.CheckConstraint(
                condition=Q(planned_until=None) | Q(valid_until__isnull=False, valid_until__lte=F("planned_until")),
                name="clockrule_ends_as_planned_or_before",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.amount} {self.get_unit_of_time_display()}"

    @property
    def scope(self) -> tuple[str, int | None, str, str, str]:
        """What the rule is about; of two rules about the same, the later one holds."""
        return self.kind, self.center_id, self.level, self.grade, self.category

    @property
    def is_withdrawn(self) -> bool:
        """Whether it ended before its first day."""
        return self.valid_until is not None and self.valid_until < self.valid_from


class Clock(models.Model):
    """One limit on one case, with the length it was given. Once it is over, the days it was late stay as they are.

    A rule gave the length, except where the parties of an agreement named the last day themselves.
    """

    case = models.ForeignKey(Case, models.PROTECT, related_name="clocks")
    kind = models.CharField(_("limit"), max_length=20, choices=ClockKind.choices)
    key = models.CharField(max_length=60)
    round = models.PositiveSmallIntegerField(default=1)
    rule = models.ForeignKey(ClockRule, models.PROTECT, null=True, related_name="+")
    holder = models.ForeignKey(Center, models.PROTECT, related_name="+", verbose_name=_("center"))
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+", verbose_name=_("responsible unit"))
    started_on = models.DateField(_("starts"))
    amount = models.PositiveSmallIntegerField(_("length"))
    unit_of_time = models.CharField(_("unit of time"), max_length=12, choices=UNITS_OF_TIME)
    roll_forward = models.BooleanField(default=True)
    due_on = models.DateField(_("last day"))
    due_at = models.DateTimeField(_("due"))
    original_due_at = models.DateTimeField()
    is_provisional = models.BooleanField(default=False)
    state = models.CharField(_("state"), max_length=10, choices=ClockState.choices, default=ClockState.RUNNING)
    ended_at = models.DateTimeField(_("over since"), null=True)
    late_days = models.PositiveSmallIntegerField(_("days late"), null=True)

    objects = ClockQuerySet.as_manager()

    class Meta:
        verbose_name = _("clock")
        verbose_name_plural = _("clocks")
        ordering = ["started_on", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["case", "key"], name="clock_once_per_key"),
            models.CheckConstraint(
                condition=Q(kind__in=DATED_KINDS, rule=None) | ~Q(kind__in=DATED_KINDS) & Q(rule__isnull=False),
                name="clock_has_rule_or_agreed_day",
            ),
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
            models.Index(fields=["case"], condition=Q(state=ClockState.PAUSED), name="clock_paused_by_case"),
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
        verbose_name = _("step of a limit")
        verbose_name_plural = _("steps of limits")
        ordering = ["at", "pk"]
        default_permissions = ()
        permissions = [("retry_clockstep", "Can let a step that was set aside be tried again")]
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
    """One request to extend a clock, the decision of somebody one level up, and the notice of it to the applicant.

    ``number``, ``center`` and the two last days are those of the notice (延期告知书), which only a granted one has.
    """

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
    number = models.CharField(_("notice number"), max_length=80, blank=True)
    center = models.ForeignKey(Center, models.PROTECT, null=True, related_name="+", verbose_name=_("center"))
    was_due_on = models.DateField(_("last day before"), null=True)
    due_on = models.DateField(_("last day"), null=True)
    told_on = models.DateField(_("applicant told on"), null=True)

    objects = ExtensionQuerySet.as_manager()

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
                condition=by_another("decided_by", than="asked_by"), name="extension_decided_by_another"
            ),
            models.CheckConstraint(
                condition=Q(state=ExtensionState.ASKED, decided_by=None, decided_at=None)
                | (~Q(state=ExtensionState.ASKED) & Q(decided_by__isnull=False, decided_at__isnull=False)),
                name="extension_decided_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(
                    state=ExtensionState.GRANTED, center__isnull=False, was_due_on__isnull=False, due_on__isnull=False
                )
                & ~Q(number="")
                | ~Q(state=ExtensionState.GRANTED) & Q(number="", center=None, was_due_on=None, due_on=None),
                name="extension_granted_has_its_notice",
            ),
            models.CheckConstraint(
                condition=Q(told_on=None) | Q(state=ExtensionState.GRANTED), name="extension_told_was_granted"
            ),
            models.UniqueConstraint(fields=["center", "number"], condition=~Q(number=""), name="extension_number_once"),
        ]

    def __str__(self) -> str:
        return f"{self.clock_id} +{self.amount}"
