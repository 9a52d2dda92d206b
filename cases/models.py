"""What: the case (one matter, one code), the people in it, the clocks that run on it and what happened."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from cases.enums import (
    Category,
    Channel,
    ClockKind,
    ClockState,
    EventKind,
    Grade,
    Outcome,
    PartyRole,
    Procedure,
    Stage,
    Step,
    TransferReason,
)
from cases.querysets import (
    CaseQuerySet,
    ClockQuerySet,
    ClockRuleQuerySet,
    ClockStepQuerySet,
    OnCaseQuerySet,
    TransferQuerySet,
)
from centers.enums import Level
from centers.models import Center, Unit
from core.crypto import EncryptedTextField
from core.events import AppendOnlyModel
from core.workdays import LimitUnit
from grids.models import Grid

UNITS_OF_TIME = [
    (LimitUnit.HOURS.value, _("hours")),
    (LimitUnit.WORKING_DAYS.value, _("working days")),
    (LimitUnit.DAYS.value, _("days")),
    (LimitUnit.MONTHS.value, _("months")),
]


def place(verbose_name: Any, level: Level) -> models.ForeignKey:
    """Return an ancestor column: the division of ``level`` in which a case arose, fixed at its birth."""
    return models.ForeignKey(
        Center,
        models.PROTECT,
        null=True,
        blank=True,
        related_name=f"{level.value}_cases",
        verbose_name=verbose_name,
        db_index=False,
    )


class Case(models.Model):
    """One matter that somebody brought, from its registration to its end."""

    code = models.CharField(_("case code"), max_length=24, db_collation="C")
    number = models.CharField(_("case number"), max_length=80)
    procedure = models.CharField(_("procedure"), max_length=10, choices=Procedure.choices)
    category = models.CharField(_("category"), max_length=4, choices=Category.choices)
    grade = models.CharField(_("grade"), max_length=8, choices=Grade.choices, default=Grade.GENERAL)
    channel = models.CharField(_("channel"), max_length=16, choices=Channel.choices)
    title = models.CharField(_("matter"), max_length=60)
    summary = models.TextField(_("what happened"), max_length=2000)
    stage = models.CharField(_("stage"), max_length=10, choices=Stage.choices, default=Stage.REGISTERED)
    round = models.PositiveSmallIntegerField(_("round"), default=1)

    province = place(_("province"), Level.PROVINCE)
    city = place(_("city"), Level.CITY)
    county = place(_("county"), Level.COUNTY)
    town = place(_("town"), Level.TOWN)
    village = place(_("village"), Level.VILLAGE)
    grid = models.ForeignKey(Grid, models.PROTECT, null=True, blank=True, verbose_name=_("grid"))

    holder = models.ForeignKey(Center, models.PROTECT, related_name="held_cases", verbose_name=_("held by"))
    unit = models.ForeignKey(
        Unit, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("responsible unit")
    )
    handler = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="handled_cases",
        verbose_name=_("handler"),
    )

    received_at = models.DateTimeField(_("received"))
    registered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("registered by")
    )
    due_at = models.DateTimeField(_("due"), null=True, blank=True)
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True)
    query_code_hash = models.CharField(max_length=32, editable=False)

    objects = CaseQuerySet.as_manager()

    class Meta:
        verbose_name = _("case")
        verbose_name_plural = _("cases")
        ordering = ["-received_at", "-pk"]
        default_permissions = ("add", "view")
        permissions = [
            ("triage_case", "Can triage cases"),
            ("assign_case", "Can assign cases to handlers"),
            ("handle_case", "Can handle the cases on their desk"),
            ("verify_case", "Can verify results"),
            ("supervise_case", "Can watch the escalation queue"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["code"], name="case_code_once"),
            models.CheckConstraint(
                condition=Q(closed_at=None) | Q(stage=Stage.CLOSED), name="case_closed_has_closed_stage"
            ),
            models.CheckConstraint(
                condition=~Q(stage=Stage.CLOSED) | Q(closed_at__isnull=False), name="case_closed_stage_has_date"
            ),
        ]
        indexes = [
            *(
                models.Index(
                    fields=[level, "due_at", "id"],
                    include=["procedure", "category", "grade", "stage", "holder"],
                    condition=Q(closed_at=None),
                    name=f"case_open_by_{level}",
                )
                for level in Level.values
            ),
            models.Index(fields=["handler", "due_at", "id"], condition=Q(closed_at=None), name="case_open_by_handler"),
            models.Index(fields=["-received_at", "-id"], name="case_newest_first"),
        ]

    def __str__(self) -> str:
        return self.number


class Party(models.Model):
    """One person or organisation in a case. Nothing about it leaves the case."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="parties")
    role = models.CharField(_("role"), max_length=10, choices=PartyRole.choices)
    name = models.CharField(_("name"), max_length=60)
    mobile = EncryptedTextField(_("mobile"), blank=True)
    address = EncryptedTextField(_("address"), blank=True)
    consented_on = models.DateField(_("consented to mediation on"), null=True, blank=True)

    objects = OnCaseQuerySet.as_manager()

    class Meta:
        verbose_name = _("party")
        verbose_name_plural = _("parties")
        ordering = ["role", "pk"]

    def __str__(self) -> str:
        return f"{self.get_role_display()} {self.pk}"


class Transfer(models.Model):
    """One move of a case from a center to another, and who there signed for it, unless it moved on before."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="transfers")
    reason = models.CharField(max_length=12, choices=TransferReason.choices)
    from_center = models.ForeignKey(Center, models.PROTECT, null=True, related_name="+")
    to_center = models.ForeignKey(Center, models.PROTECT, related_name="+")
    clock = models.OneToOneField("Clock", models.PROTECT, null=True, related_name="escalation")
    moved_at = models.DateTimeField()
    signed_at = models.DateTimeField(null=True)
    signed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    superseded_at = models.DateTimeField(null=True)

    objects = TransferQuerySet.as_manager()

    class Meta:
        ordering = ["moved_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(signed_at=None, signed_by=None) | Q(signed_at__isnull=False, signed_by__isnull=False),
                name="transfer_signed_by_somebody",
            ),
            models.CheckConstraint(
                condition=~Q(reason=TransferReason.ESCALATION) | Q(clock__isnull=False),
                name="transfer_escalation_names_its_clock",
            ),
            models.UniqueConstraint(
                fields=["case"], condition=Q(signed_at=None, superseded_at=None), name="transfer_one_waiting_per_case"
            ),
        ]
        indexes = [
            models.Index(
                fields=["case"], condition=Q(reason=TransferReason.ESCALATION), name="transfer_escalated_by_case"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case_id}: {self.from_center_id} → {self.to_center_id}"


class ClockRule(models.Model):
    """How long one kind of limit is, for which level and grade, from a day until a day, and by which article."""

    kind = models.CharField(_("limit"), max_length=16, choices=ClockKind.choices)
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
        ordering = ["kind", "grade", "category", "valid_from"]
        default_permissions = ("view",)
        constraints = [
            models.UniqueConstraint(fields=["kind", "grade", "category", "valid_from"], name="clockrule_one_per_day"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="clockrule_has_length"),
            models.CheckConstraint(
                condition=Q(valid_until=None) | Q(valid_until__gte=F("valid_from")),
                name="clockrule_ends_after_it_starts",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.amount} {self.get_unit_of_time_display()}"


class Clock(models.Model):
    """One running limit on one case. Once it is over, the days it was late stay as they are."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="clocks")
    kind = models.CharField(_("limit"), max_length=16, choices=ClockKind.choices)
    key = models.CharField(max_length=60)
    round = models.PositiveSmallIntegerField(default=1)
    rule = models.ForeignKey(ClockRule, models.PROTECT, related_name="+")
    holder = models.ForeignKey(Center, models.PROTECT, related_name="+", verbose_name=_("center"))
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+", verbose_name=_("responsible unit"))
    started_on = models.DateField(_("starts"))
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
                condition=Q(state=ClockState.RUNNING, ended_at=None)
                | (~Q(state=ClockState.RUNNING) & Q(ended_at__isnull=False)),
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
        ordering = ["reported_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(verified_by=None) | ~Q(verified_by=F("reported_by")), name="result_verified_by_another"
            ),
            models.UniqueConstraint(
                fields=["case"], condition=Q(verified_at=None), name="result_one_unverified_per_case"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.outcome}"


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
        indexes = [models.Index(fields=["case", "at"], name="event_by_case")]

    def __str__(self) -> str:
        return f"{self.case_id} {self.kind}"
