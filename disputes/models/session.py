"""The sessions of a mediation: who meets when and where, and the record of what was said."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cases.models import Case, Party
from centers.models import Center
from disputes.enums import AttendanceRole, ReadBack, Route, SessionState
from disputes.models.group import DisputeGroup
from disputes.models.joint import JointUnit
from disputes.querysets import AttendanceQuerySet, DisputeQuerySet, SessionQuerySet


class Session(models.Model):
    """One session, joint or with one party alone, from its planning until it was held or cancelled.

    ``center`` is the one whose committee mediates; ``nobody_objects_on`` the day on which it was found that an open
    session touches no privacy and no trade secret, and that no party objects. Sessions of one ``group`` that start at
    one time are one meeting: each dispute keeps its own record of it.
    """

    case = models.ForeignKey(Case, models.PROTECT, related_name="sessions")
    round = models.PositiveSmallIntegerField()
    center = models.ForeignKey(Center, models.PROTECT, related_name="+", verbose_name=_("center"))
    group = models.ForeignKey(
        DisputeGroup, models.PROTECT, null=True, related_name="sessions", verbose_name=_("group of disputes")
    )
    starts_at = models.DateTimeField(_("time"))
    place = models.CharField(_("place"), max_length=200)
    is_joint = models.BooleanField(_("joint session"))
    is_open = models.BooleanField(_("open session"), default=False)
    nobody_objects_on = models.DateField(_("open by consent since"), null=True)
    state = models.CharField(_("state"), max_length=10, choices=SessionState.choices, default=SessionState.PLANNED)
    cancel_ground = models.TextField(_("why it was cancelled"), max_length=500, blank=True)
    planned_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("planned by")
    )
    planned_at = models.DateTimeField(_("planned"))

    objects = SessionQuerySet.as_manager()

    class Meta:
        verbose_name = _("mediation session")
        verbose_name_plural = _("mediation sessions")
        ordering = ["starts_at", "pk"]
        default_permissions = ()
        constraints = [
            models.CheckConstraint(condition=~Q(place=""), name="session_has_place"),
            models.CheckConstraint(
                condition=Q(is_open=False) | Q(nobody_objects_on__isnull=False), name="session_open_by_consent"
            ),
            models.CheckConstraint(
                condition=Q(state=SessionState.CANCELLED) ^ Q(cancel_ground=""), name="session_cancelled_with_ground"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.starts_at}"


class Attendance(models.Model):
    """Somebody at a session, and as what: a party, a mediator, the recorder, or a further participant by name.

    A further participant comes only with the parties' consent, given on ``consented_on`` (People's Mediation Law,
    art. 20). ``joint_unit`` lends a mediator of another unit. Of a session that was held, ``is_present`` says who came
    and ``has_signed`` who signed its record; of whoever had no part in it any more when it began it says nothing.
    """

    case = models.ForeignKey(Case, models.PROTECT, related_name="attendances")
    session = models.ForeignKey(Session, models.PROTECT, related_name="attendances")
    role = models.CharField(_("as what"), max_length=12, choices=AttendanceRole.choices)
    party = models.ForeignKey(Party, models.PROTECT, null=True, related_name="+", verbose_name=_("party"))
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("person")
    )
    joint_unit = models.ForeignKey(
        JointUnit, models.PROTECT, null=True, related_name="+", verbose_name=_("unit asked to take part")
    )
    name = models.CharField(_("name"), max_length=60, blank=True)
    capacity = models.CharField(_("capacity"), max_length=60, blank=True)
    consented_on = models.DateField(_("parties consented on"), null=True)
    is_present = models.BooleanField(_("present"), null=True)
    has_signed = models.BooleanField(_("signed"), null=True)

    objects = AttendanceQuerySet.as_manager()

    class Meta:
        verbose_name = _("attendance at a session")
        verbose_name_plural = _("attendance at sessions")
        ordering = ["pk"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["session", "party"], name="attendance_party_once"),
            models.UniqueConstraint(fields=["session", "person", "role"], name="attendance_person_once_per_role"),
            models.CheckConstraint(
                condition=(
                    Q(role=AttendanceRole.PARTY, party__isnull=False, person=None, name="")
                    | Q(
                        role__in=[AttendanceRole.MEDIATOR, AttendanceRole.RECORDER],
                        party=None,
                        person__isnull=False,
                        name="",
                    )
                    | (
                        Q(role=AttendanceRole.PARTICIPANT, party=None, person=None, consented_on__isnull=False)
                        & ~Q(name="")
                        & ~Q(capacity="")
                    )
                ),
                name="attendance_as_one_thing",
            ),
            models.CheckConstraint(
                condition=Q(joint_unit=None) | Q(role=AttendanceRole.MEDIATOR), name="attendance_lent_to_mediate"
            ),
            models.CheckConstraint(
                condition=Q(has_signed=None) | Q(has_signed=False) | Q(is_present=True),
                name="attendance_signed_by_who_was_there",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.session_id} {self.role}"


class SessionRecord(models.Model):
    """The record of a session that was held (Ministry of Justice form of 2010), as it was read back to the parties."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="session_records")
    session = models.OneToOneField(Session, models.PROTECT, related_name="record")
    started_at = models.DateTimeField(_("began"))
    ended_at = models.DateTimeField(_("ended"))
    rights_told = models.BooleanField(_("rights and duties were told"))
    statements = models.TextField(_("what the parties said"), max_length=4000)
    facts = models.TextField(_("facts that were checked"), max_length=2000, blank=True)
    risk_told = models.TextField(_("what the parties were told of law and risk"), max_length=1000, blank=True)
    is_agreed = models.BooleanField(_("the parties agreed"))
    outcome = models.TextField(_("terms, or why no agreement was reached"), max_length=2000)
    routes_told = ArrayField(
        models.CharField(max_length=20, choices=Route.choices), verbose_name=_("routes told"), default=list
    )
    read_back = models.CharField(_("read back"), max_length=8, choices=ReadBack.choices)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("recorded by")
    )
    recorded_at = models.DateTimeField(_("recorded"))

    objects = DisputeQuerySet.as_manager()

    class Meta:
        verbose_name = _("record of a session")
        verbose_name_plural = _("records of sessions")
        ordering = ["started_at", "pk"]
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                condition=Q(ended_at__gt=models.F("started_at")), name="sessionrecord_ends_after_it_begins"
            ),
            models.CheckConstraint(
                condition=~Q(statements="") & ~Q(outcome=""), name="sessionrecord_says_what_was_said"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.session_id} {self.started_at}"

    def route_labels(self) -> list[str]:
        """Return the routes that were told, in the reader's language."""
        return [str(Route(route).label) for route in self.routes_told]
