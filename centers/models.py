"""Who: the tree of centers, the units that sit in them, the offices people hold, and the days offices work."""

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import Case, F, Func, Q, Value, When
from django.utils.translation import gettext_lazy as _
from guardian.models import UserObjectPermissionBase

from centers.enums import CalendarSource, Level, ReorganisationKind, ResidentMode, Role, UnitKind
from centers.querysets import (
    CenterGrantQuerySet,
    CenterQuerySet,
    PostQuerySet,
    StandInQuerySet,
    UnitQuerySet,
    WorkCalendarDayQuerySet,
)
from centers.rules import ADMINISTRATORS
from core.scoping import PublicQuerySet


def _alone(role: Role) -> ExclusionConstraint:
    """Keep whoever holds ``role`` from holding any other office on the same day.

    The ranges of ``role`` and of any other lie side by side, so two of them touch when just one of them is ``role``.
    """
    is_it = Case(When(role=role, then=Value(1)), default=Value(2))
    return ExclusionConstraint(  # ranges of numbers, since these need no extension of the database
        name=f"post_{role}_holds_no_other",
        expressions=[
            (Func(F("user"), F("user"), Value("[]"), function="int8range"), RangeOperators.OVERLAPS),
            (Func(F("starts_on"), F("ends_on"), Value("[]"), function="daterange"), RangeOperators.OVERLAPS),
            (Func(is_it, is_it, Value("[]"), function="int4range"), RangeOperators.ADJACENT_TO),
        ],
        violation_error_message=_("An administrator holds no other office."),
    )


class Center(models.Model):  # type: ignore[django-manager-missing]  # guardian is untyped
    """The governance center of one division: province, city, county, town or village.

    One that was merged into another has ``closed_on``, and stands below the center that carries on for it.
    """

    code = models.CharField(_("division code"), max_length=12, db_collation="C")
    name = models.CharField(_("name"), max_length=60)
    level = models.CharField(_("level"), max_length=10, choices=Level.choices)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, verbose_name=_("belongs to"), related_name="children"
    )
    path = models.CharField(_("path"), max_length=64, db_collation="C", editable=False)
    is_current = models.BooleanField(_("in the newest file"), default=True)
    closed_on = models.DateField(_("closed on"), null=True, editable=False)

    objects = CenterQuerySet.as_manager()

    class Meta:
        verbose_name = _("center")
        verbose_name_plural = _("centers")
        ordering = ["code"]
        indexes = [models.Index(fields=["path"], name="center_by_path")]
        constraints = [
            models.UniqueConstraint(fields=["code"], name="center_code_once"),
            models.CheckConstraint(condition=Q(path__endswith="/"), name="center_path_ends_with_slash"),
        ]

    def __str__(self) -> str:
        return self.name


class Unit(models.Model):
    """An organ, committee or office that takes matters at a center."""

    center = models.ForeignKey(Center, models.PROTECT, verbose_name=_("center"), related_name="units")
    name = models.CharField(_("name"), max_length=60)
    kind = models.CharField(_("kind"), max_length=24, choices=UnitKind.choices)
    mode = models.CharField(_("residence"), max_length=12, choices=ResidentMode.choices, default=ResidentMode.PERMANENT)
    is_active = models.BooleanField(_("takes matters"), default=True)

    objects = UnitQuerySet.as_manager()

    class Meta:
        verbose_name = _("unit")
        verbose_name_plural = _("units")
        ordering = ["center__code", "pk"]
        constraints = [models.UniqueConstraint(fields=["center", "name"], name="unit_name_once_per_center")]

    def __str__(self) -> str:
        return self.name


class Post(models.Model):  # type: ignore[django-manager-missing]  # guardian is untyped
    """One office that one person holds at a center, or at a unit of it, from a day until a day."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, verbose_name=_("account"), related_name="posts")
    center = models.ForeignKey(Center, models.PROTECT, verbose_name=_("center"), related_name="posts")
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, verbose_name=_("unit"), related_name="posts")
    role = models.CharField(_("role"), max_length=20, choices=Role.choices)
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until"), null=True, blank=True)

    objects = PostQuerySet.as_manager()

    class Meta:
        verbose_name = _("post")
        verbose_name_plural = _("posts")
        ordering = ["center__code", "role", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")),
                name="post_ends_after_it_starts",
                violation_error_message=_("The post ends before it starts."),
            ),
            *map(_alone, sorted(ADMINISTRATORS)),
        ]
        indexes = [models.Index(fields=["center", "role"], name="post_by_center")]

    def __str__(self) -> str:
        return f"{self.center} {self.get_role_display()}"


class CenterGrant(UserObjectPermissionBase):
    """One permission of one person on one center and everything below it, as long as the post behind it is held."""

    content_object = models.ForeignKey(Center, models.CASCADE)
    post = models.ForeignKey(Post, models.CASCADE, related_name="grants")

    objects = CenterGrantQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["post", "permission"], name="centergrant_once_per_post")]
        indexes = [models.Index(fields=["user", "permission"], name="centergrant_by_user")]


class Reorganisation(models.Model):
    """One change of the tree: a center that was merged into another of its level, or went to another parent."""

    kind = models.CharField(_("kind"), max_length=6, choices=ReorganisationKind.choices)
    center = models.ForeignKey(Center, models.PROTECT, related_name="reorganisations", verbose_name=_("center"))
    target = models.ForeignKey(Center, models.PROTECT, related_name="+", verbose_name=_("goes to"))
    origin = models.ForeignKey(Center, models.PROTECT, related_name="+", verbose_name=_("belonged to"))
    effective_on = models.DateField(_("from"))
    ground = models.CharField(_("ground"), max_length=200)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("carried out by")
    )
    decided_at = models.DateTimeField(_("carried out"))

    objects = PublicQuerySet.as_manager()

    class Meta:
        verbose_name = _("reorganisation")
        verbose_name_plural = _("reorganisations")
        ordering = ["-decided_at", "-pk"]
        default_permissions = ("view", "add")
        constraints = [
            models.CheckConstraint(condition=~Q(ground=""), name="reorganisation_has_ground"),
            models.CheckConstraint(condition=~Q(center=F("target")), name="reorganisation_goes_elsewhere"),
        ]

    def __str__(self) -> str:
        return f"{self.center} → {self.target}"


class FormerPlace(models.Model):
    """One center that lay under another until a reorganisation: who served there had that one above them."""

    reorganisation = models.ForeignKey(Reorganisation, models.PROTECT, related_name="former_places")
    center = models.ForeignKey(Center, models.PROTECT, related_name="+")
    above = models.ForeignKey(Center, models.PROTECT, related_name="+")

    objects = PublicQuerySet.as_manager()

    class Meta:
        verbose_name = _("former place of a center")
        verbose_name_plural = _("former places of centers")
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["reorganisation", "center", "above"], name="formerplace_once")]

    def __str__(self) -> str:
        return f"{self.center_id} < {self.above_id}"


class StandIn(models.Model):
    """Who receives the messages of an absent person as well, from a day until a day. It gives no right."""

    absent = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name=_("absent person"), related_name="+"
    )
    stand_in = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, verbose_name=_("stand-in"), related_name="+")
    starts_on = models.DateField(_("first day away"))
    ends_on = models.DateField(_("last day away"))
    named_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, verbose_name=_("named by"), related_name="+")
    named_at = models.DateTimeField(_("named"))
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, verbose_name=_("withdrawn by"), related_name="+"
    )
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True)

    objects = StandInQuerySet.as_manager()

    class Meta:
        verbose_name = _("stand-in")
        verbose_name_plural = _("stand-ins")
        ordering = ["-starts_on", "-pk"]
        default_permissions = ("view", "add", "change")
        constraints = [
            models.CheckConstraint(condition=~Q(absent=F("stand_in")), name="standin_is_somebody_else"),
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="standin_ends_after_it_starts"),
            ExclusionConstraint(  # a range of one number, since ranges need no extension of the database
                name="standin_one_at_a_time",
                condition=Q(withdrawn_at=None),
                expressions=[
                    (Func(F("absent"), F("absent"), Value("[]"), function="int8range"), RangeOperators.OVERLAPS),
                    (Func(F("starts_on"), F("ends_on"), Value("[]"), function="daterange"), RangeOperators.OVERLAPS),
                ],
            ),
        ]
        indexes = [models.Index(fields=["stand_in", "ends_on"], name="standin_by_stand_in")]

    def __str__(self) -> str:
        return f"{self.absent} → {self.stand_in}"


class WorkCalendarDay(models.Model):
    """One day and whether offices work on it, everywhere or in one region; made-up weekends are working days."""

    date = models.DateField(_("day"))
    center = models.ForeignKey(
        Center, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("region")
    )
    is_workday = models.BooleanField(_("working day"))
    name = models.CharField(_("holiday"), max_length=40, blank=True)
    source = models.CharField(_("source"), max_length=10, choices=CalendarSource.choices)

    objects = WorkCalendarDayQuerySet.as_manager()

    class Meta:
        verbose_name = _("calendar day")
        verbose_name_plural = _("work calendar")
        ordering = ["date", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["date", "center"], nulls_distinct=False, name="workcalendarday_once_per_region"
            ),
            models.CheckConstraint(
                condition=Q(center=None) | Q(source=CalendarSource.STAFF), name="workcalendarday_of_a_region_is_staffs"
            ),
        ]

    def __str__(self) -> str:
        return self.date.isoformat()

    @property
    def is_provisional(self) -> bool:
        """Whether the State Council's notice for this day is still to come."""
        return self.source == CalendarSource.EXPECTED


class CalendarChange(models.Model):
    """One change of one day, on record: what the day was before, and who changed it when and why.

    ``applied_at`` is when the running limits that the day touches had been moved.
    """

    date = models.DateField(_("day"))
    center = models.ForeignKey(Center, models.PROTECT, null=True, related_name="+", verbose_name=_("region"))
    was_workday = models.BooleanField(_("was a working day"), null=True)
    was_name = models.CharField(max_length=40, blank=True)
    was_source = models.CharField(max_length=10, choices=CalendarSource.choices, blank=True)
    is_workday = models.BooleanField(_("working day"), null=True)
    name = models.CharField(_("holiday"), max_length=40, blank=True)
    source = models.CharField(_("source"), max_length=10, choices=CalendarSource.choices, blank=True)
    ground = models.CharField(_("ground"), max_length=200)
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    changed_at = models.DateTimeField(_("changed"))
    applied_at = models.DateTimeField(null=True)

    objects = PublicQuerySet.as_manager()

    class Meta:
        verbose_name = _("calendar change")
        verbose_name_plural = _("calendar changes")
        ordering = ["changed_at", "pk"]
        constraints = [models.CheckConstraint(condition=~Q(ground=""), name="calendarchange_has_ground")]
        indexes = [models.Index(fields=["id"], condition=Q(applied_at=None), name="calendarchange_to_apply")]

    def __str__(self) -> str:
        return self.date.isoformat()
