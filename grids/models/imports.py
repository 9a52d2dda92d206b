"""A roster file on its way: uploaded, read, compared, written, perhaps undone; and its rows while they wait."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.crypto import EncryptedBinaryField, EncryptedTextField
from core.personal import Personal
from grids.enums import GridKind, GridPost, ImportPhase, ImportState, RosterKind, RowAction, RowOutcome, Sex
from grids.models.rosters import Grid, GridMember
from grids.querysets import RosterImportQuerySet, StagedRowQuerySet

# A worker acts on these; a file that has been read is taken up once more for the copy with its errors.
TO_WORK_ON = Q(state__in=ImportState.at_work()) | Q(phase=ImportPhase.MARKING)


class RosterImport(models.Model):
    """One roster file from its upload to its end: whose, in which state, how far, and how many rows of what.

    ``attempt`` counts how often a worker took it up; a worker writes only while the attempt it began is the newest one
    and its lease has not run out for another to take it.
    """

    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("uploaded by")
    )
    uploaded_at = models.DateTimeField(_("uploaded"))
    kind = models.CharField(_("what it lists"), max_length=7, choices=RosterKind.choices)
    file_name = models.CharField(_("file"), max_length=200)
    file_size = models.PositiveIntegerField(_("size in bytes"))
    file_hash = models.CharField(_("SHA-256 of the file"), max_length=64)
    language = models.CharField(max_length=10, default=settings.LANGUAGE_CODE)
    state = models.CharField(_("state"), max_length=9, choices=ImportState.choices, default=ImportState.WAITING)
    phase = models.CharField(_("phase"), max_length=9, choices=ImportPhase.choices, blank=True)
    rows_done = models.PositiveIntegerField(default=0)
    rows_total = models.PositiveIntegerField(default=0)
    attempt = models.PositiveSmallIntegerField(default=0)
    lease_until = models.DateTimeField(null=True)
    failure = models.JSONField(_("why it ended"), null=True)
    sheet = models.JSONField(_("the sheet that was read"), default=dict)
    ok_rows = models.PositiveIntegerField(_("in order"), default=0)
    warning_rows = models.PositiveIntegerField(_("with a warning"), default=0)
    error_rows = models.PositiveIntegerField(_("with an error"), default=0)
    blank_rows = models.PositiveIntegerField(_("blank"), default=0)
    new_rows = models.PositiveIntegerField(_("new"), default=0)
    changed_rows = models.PositiveIntegerField(_("changed"), default=0)
    same_rows = models.PositiveIntegerField(_("unchanged"), default=0)
    absent_rows = models.PositiveIntegerField(_("in the system, not in the file"), default=0)
    plan_digest = models.CharField(max_length=32, blank=True)
    ground_digest = models.CharField(max_length=64, blank=True)
    only_good_rows = models.BooleanField(_("only the rows in order"), default=False)
    confirmed_at = models.DateTimeField(_("confirmed"), null=True)
    written_at = models.DateTimeField(_("written"), null=True)
    undone_at = models.DateTimeField(_("undone"), null=True)
    not_undone = models.JSONField(_("what could not be undone"), default=list)

    objects = RosterImportQuerySet.as_manager()

    class Meta:
        verbose_name = _("roster import")
        verbose_name_plural = _("roster imports")
        ordering = ["-uploaded_at", "-pk"]
        default_permissions = ()
        permissions = [
            ("import_roster", "Can import rosters"),
            ("export_roster", "Can export rosters"),
            ("export_unmasked", "Can export rosters with the numbers of people"),
        ]
        indexes = [models.Index(fields=["id"], name="rosterimport_to_work_on", condition=TO_WORK_ON)]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state=ImportState.WRITTEN) | Q(written_at__isnull=False),
                name="rosterimport_written_on_a_day",
            ),
            models.CheckConstraint(
                condition=~Q(state=ImportState.UNDONE) | Q(undone_at__isnull=False), name="rosterimport_undone_on_a_day"
            ),
        ]

    def __str__(self) -> str:
        return self.file_name

    @property
    def occasion(self) -> str:
        """What the history of rows calls the writing of this file."""
        return f"roster_import:{self.pk}"

    @property
    def rows(self) -> int:
        """All rows below the header: each is in order, has a warning or an error, or is blank."""
        return self.ok_rows + self.warning_rows + self.error_rows + self.blank_rows


class RosterFile(models.Model):
    """The file itself, encrypted, and its copy with the errors written into it. Gone after seven days."""

    roster_import = models.OneToOneField(RosterImport, models.CASCADE, related_name="file", primary_key=True)
    content = EncryptedBinaryField()
    annotated = EncryptedBinaryField(null=True)

    objects = StagedRowQuerySet.as_manager()
    PERSONAL: ClassVar[Mapping[str, Personal]] = {"content": Personal(), "annotated": Personal()}

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.roster_import_id}"


class StagedRow(models.Model):
    """One row of a file that is not blank: what is wrong with it, what it says, and what it would do.

    ``problems`` are lists of column, code and text, in the language of whoever uploaded the file.
    """

    roster_import = models.ForeignKey(RosterImport, models.CASCADE, related_name="+", db_index=False)
    number = models.PositiveIntegerField()
    outcome = models.CharField(max_length=7, choices=RowOutcome.choices)
    action = models.CharField(max_length=7, choices=RowAction.choices, blank=True)
    problems = models.JSONField(default=list)

    objects = StagedRowQuerySet.as_manager()

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.roster_import_id}/{self.number}"


class StagedMember(StagedRow):
    """One row of a roster. An empty text or None is an empty cell: it leaves as it is what the system says.

    ``struck`` are ids of services that were a mistake, ``redated`` lists of id, first and last day, ``begins`` whether
    the row's own service is new.
    """

    name = models.CharField(max_length=40, blank=True)
    id_number = EncryptedTextField(blank=True, sealed_for="grids_gridmember.id_number")
    id_hash = models.CharField(max_length=32, blank=True)
    sex = models.CharField(max_length=1, choices=Sex.choices, blank=True)
    mobile = EncryptedTextField(blank=True, sealed_for="grids_gridmember.mobile")
    mobile_hash = models.CharField(max_length=32, blank=True)
    badge_no = models.CharField(max_length=30, blank=True)
    note = models.CharField(max_length=200, blank=True)
    grid = models.ForeignKey(Grid, models.CASCADE, null=True, related_name="+", db_index=False, db_constraint=False)
    post = models.CharField(max_length=12, choices=GridPost.choices, blank=True)
    starts_on = models.DateField(null=True)
    ends_on = models.DateField(null=True)
    member = models.ForeignKey(
        GridMember, models.CASCADE, null=True, related_name="+", db_index=False, db_constraint=False
    )
    struck = ArrayField(models.BigIntegerField(), default=list, db_default=[])
    redated = models.JSONField(default=list, db_default=[])
    begins = models.BooleanField(default=False)

    PERSONAL: ClassVar[Mapping[str, Personal]] = GridMember.PERSONAL

    class Meta:
        default_permissions = ()
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["roster_import", "number"], name="stagedmember_row_once")
        ]


class StagedGrid(StagedRow):
    """One row of a list of grids. None and an empty text are empty cells."""

    code = models.CharField(max_length=15, blank=True)
    name = models.CharField(max_length=60, blank=True)
    kind = models.CharField(max_length=14, choices=GridKind.choices, blank=True)
    households = models.PositiveIntegerField(null=True)
    village = models.ForeignKey(
        "centers.Center", models.CASCADE, null=True, related_name="+", db_index=False, db_constraint=False
    )
    grid = models.ForeignKey(Grid, models.CASCADE, null=True, related_name="+", db_index=False, db_constraint=False)

    class Meta:
        default_permissions = ()
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["roster_import", "number"], name="stagedgrid_row_once")
        ]
