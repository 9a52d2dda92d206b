"""Where: the grids below a village and the people who serve in them."""

from collections.abc import Mapping
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from centers.models import Center
from core.crypto import EncryptedTextField
from core.masking import mask_id_number, mask_mobile
from core.personal import Personal
from grids.enums import GridKind, GridPost, Sex
from grids.querysets import AssignmentQuerySet, GridMemberQuerySet, GridQuerySet


class Grid(models.Model):
    """One grid: a part of a village with its own members. Its code is the village's twelve digits and three more."""

    code = models.CharField(_("grid code"), max_length=15, db_collation="C")
    name = models.CharField(_("grid name"), max_length=60)
    kind = models.CharField(_("kind"), max_length=14, choices=GridKind.choices, default=GridKind.COMPREHENSIVE)
    households = models.PositiveIntegerField(_("households"), null=True, blank=True)
    is_active = models.BooleanField(_("in use"), default=True)
    province = models.ForeignKey(
        Center, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("province")
    )
    city = models.ForeignKey(Center, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("city"))
    county = models.ForeignKey(
        Center, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("county")
    )
    town = models.ForeignKey(Center, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("town"))
    village = models.ForeignKey(Center, models.PROTECT, related_name="grids", verbose_name=_("village"))

    objects = GridQuerySet.as_manager()

    class Meta:
        verbose_name = _("grid")
        verbose_name_plural = _("grids")
        ordering = ["code"]
        constraints = [
            models.UniqueConstraint(fields=["code"], name="grid_code_once"),
            models.CheckConstraint(
                condition=Q(code__regex=r"^\d{15}$"),
                name="grid_code_has_fifteen_digits",
                violation_error_message=_("A grid code has 15 digits: the village's 12 and 3 more."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name}"


class GridMember(models.Model):
    """One person who serves in grids. The ID number is kept encrypted; its keyed hash tells two people apart.

    The keyed hash of the mobile tells whether a file says another number.
    """

    name = models.CharField(_("name"), max_length=40)
    id_number = EncryptedTextField(_("ID number"))
    id_hash = models.CharField(max_length=32, editable=False)
    sex = models.CharField(_("sex"), max_length=1, choices=Sex.choices, default=Sex.UNKNOWN)
    mobile = EncryptedTextField(_("mobile"))
    mobile_hash = models.CharField(max_length=32, editable=False)
    badge_no = models.CharField(_("badge number"), max_length=30, null=True, blank=True)
    note = models.CharField(_("remark"), max_length=200, blank=True)

    objects = GridMemberQuerySet.as_manager()
    PERSONAL: ClassVar[Mapping[str, Personal]] = {
        "id_number": Personal(mask_id_number, shown_with=frozenset({"grids.export_unmasked"})),
        "mobile": Personal(mask_mobile, shown_with=frozenset({"grids.view_gridmember"})),
    }

    class Meta:
        verbose_name = _("grid member")
        verbose_name_plural = _("grid members")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["id_hash"], name="gridmember_id_once"),
            # Looked at when all is written: one file may give two people each other's number.
            models.UniqueConstraint(
                fields=["badge_no"], name="gridmember_badge_once", deferrable=models.Deferrable.DEFERRED
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Assignment(models.Model):
    """One person's service in one grid, from a day until a day."""

    # The index of "assignment_once" begins with the grid.
    grid = models.ForeignKey(Grid, models.PROTECT, related_name="assignments", db_index=False, verbose_name=_("grid"))
    member = models.ForeignKey(GridMember, models.PROTECT, related_name="assignments", verbose_name=_("grid member"))
    post = models.CharField(_("grid post"), max_length=12, choices=GridPost.choices)
    starts_on = models.DateField(_("on duty since"))
    ends_on = models.DateField(_("on duty until"), null=True, blank=True)

    objects = AssignmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("grid assignment")
        verbose_name_plural = _("grid assignments")
        ordering = ["grid__code", "post", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")), name="assignment_ends_after_it_starts"
            ),
            models.UniqueConstraint(fields=["grid", "member", "post", "starts_on"], name="assignment_once"),
            models.UniqueConstraint(
                fields=["grid"],
                condition=Q(ends_on=None, post=GridPost.GRID_LEADER),
                name="assignment_one_leader_per_grid",
                violation_error_message=_("This grid has a leader already."),
            ),
            models.UniqueConstraint(
                fields=["member"],
                condition=Q(ends_on=None, post=GridPost.FULL_TIME),
                name="assignment_full_time_in_one_grid",
                violation_error_message=_("A full-time member serves in one grid only."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.member} · {self.grid}"
