"""The case (one matter, one code), the people in it, and where it lies."""

from collections.abc import Mapping
from typing import Any, ClassVar, Final

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Length
from django.db.models.lookups import Exact
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from cases.enums import Category, Channel, Grade, PartyRole, Procedure, Sensitivity, Stage, TransferReason
from cases.querysets import CaseQuerySet, OnCaseQuerySet, TransferQuerySet
from cases.rules.sensitivity import informant_letters
from centers.enums import Level
from centers.models import Center, Reorganisation, Unit
from centers.rules import LEVELS
from core.crypto import EncryptedTextField
from core.masking import hide, mask_mobile, mask_name
from core.personal import Personal, masked
from grids.models import Grid


def place(verbose_name: Any, level: Level) -> models.ForeignKey:
    """Return an ancestor column: the division of ``level`` in which a case arose; only a reorganisation changes it."""
    return models.ForeignKey(
        Center,
        models.PROTECT,
        null=True,
        blank=True,
        related_name=f"{level.value}_cases",
        verbose_name=verbose_name,
        db_index=False,
    )


def former_place() -> models.ForeignKey:
    """Return an ancestor column as it was."""
    return models.ForeignKey(Center, models.PROTECT, null=True, related_name="+", db_index=False)


class Case(models.Model):
    """One matter that somebody brought, from its registration to its end."""

    code = models.CharField(_("case code"), max_length=24, db_collation="C")
    number = models.CharField(_("case number"), max_length=80)
    procedure = models.CharField(_("procedure"), max_length=10, choices=Procedure.choices)
    category = models.CharField(_("category"), max_length=4, choices=Category.choices)
    grade = models.CharField(_("grade"), max_length=8, choices=Grade.choices, default=Grade.GENERAL)
    channel = models.CharField(_("channel"), max_length=16, choices=Channel.choices)
    sensitivity = models.CharField(
        _("sensitivity"),
        max_length=12,
        choices=Sensitivity.choices,
        default=Sensitivity.NORMAL,
        db_default=Sensitivity.NORMAL,
    )
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
    climbed_at = models.DateTimeField(_("last escalated"), null=True, blank=True, editable=False)
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True)
    query_code_hash = models.CharField(max_length=32, editable=False)

    workdays_left: int  # as cases.reports.count_time_left has counted

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
            ("extend_case", "Can decide on extensions of centers below"),
            ("extend_top_case", "Can decide on extensions of the own center where none is above it"),
            ("view_sealed_case", "Can see sealed cases"),
            ("attach_file", "Can add files to cases and withdraw them"),
            ("declare_interest", "Can declare an interest of their own in a case"),
            ("raise_sensitivity", "Can raise the sensitivity of cases"),
            ("ask_identity", "Can ask to be shown who brought a confidential case"),
            ("decide_identity", "Can decide who is shown an identity, and on lowering the sensitivity of cases"),
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
            models.Index(fields=["closed_at"], condition=Q(closed_at__isnull=False), name="case_by_closing"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def is_sealed(self) -> bool:
        """Whether the matter is kept under seal."""
        return self.sensitivity == Sensitivity.SEALED

    @property
    def hides_identity(self) -> bool:
        """Whether whoever brought the matter is called an informant and no name."""
        return self.sensitivity != Sensitivity.NORMAL

    def center_ids(self, down_to: Level) -> tuple[int, ...]:
        """Return the centers over the place where the case arose, from the top down to the level ``down_to``."""
        levels = LEVELS[: LEVELS.index(down_to) + 1]
        return tuple(pk for level in levels if (pk := getattr(self, f"{level}_id")) is not None)


class CasePlace(models.Model):
    """Where one matter belonged up to a day, because a reorganisation has changed its place since.

    Written by a reorganisation alone, in the same columns as those of the matter, so that the figures of a day that is
    over stay what they were. The first row that ends on a day or later says where the matter belonged on that day.
    """

    case = models.ForeignKey(Case, models.PROTECT, related_name="former_places", db_index=False)
    reorganisation = models.ForeignKey(Reorganisation, models.PROTECT, related_name="+")
    until_on = models.DateField()
    province = former_place()
    city = former_place()
    county = former_place()
    town = former_place()
    village = former_place()
    holder = models.ForeignKey(Center, models.PROTECT, related_name="+", db_index=False)

    objects = OnCaseQuerySet.as_manager()

    class Meta:
        verbose_name = _("former place of a case")
        verbose_name_plural = _("former places of cases")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["case", "reorganisation"], name="caseplace_once_per_reorganisation")
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.until_on}"


SEES_A_CASE: Final = frozenset({"cases.view_case", "cases.handle_case"})


class Party(models.Model):
    """One person or organisation in a case. Nothing about it leaves the case.

    Whoever brought a confidential or sealed matter is an informant with a number and without a name: the rest is in
    ``Identity``.
    """

    case = models.ForeignKey(Case, models.PROTECT, related_name="parties")
    role = models.CharField(_("role"), max_length=10, choices=PartyRole.choices)
    informant = models.PositiveSmallIntegerField(_("informant"), null=True)
    name = models.CharField(_("name"), max_length=60, blank=True)
    mobile = EncryptedTextField(_("mobile"), blank=True)
    address = EncryptedTextField(_("address"), blank=True)

    objects = OnCaseQuerySet.as_manager()
    PERSONAL: ClassVar[Mapping[str, Personal]] = {
        "name": Personal(mask_name, shown_with=SEES_A_CASE),
        "mobile": Personal(mask_mobile, shown_with=SEES_A_CASE),
        "address": Personal(hide, shown_with=SEES_A_CASE),
    }

    class Meta:
        verbose_name = _("party")
        verbose_name_plural = _("parties")
        ordering = ["role", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(informant=None) & ~Q(name="")
                | Q(Exact(Length("mobile"), 0), Exact(Length("address"), 0), informant__isnull=False, name=""),
                name="party_has_name_or_number",
            ),
            models.UniqueConstraint(fields=["case", "informant"], name="party_informant_once"),
        ]

    def __str__(self) -> str:
        return f"{self.get_role_display()} {self.pk}"

    @property
    def shown_name(self) -> str:
        """What the party is called on a page that masks: an informant by the letter."""
        return self.pseudonym or masked(self, "name")

    @property
    def pseudonym(self) -> str:
        """What an informant is called, nothing for whoever has a name here."""
        if self.informant is None:
            return ""
        return gettext("Informant %(letter)s") % {"letter": informant_letters(self.informant)}


class Transfer(models.Model):
    """One move of a case from a center to another, and who there signed for it, unless it moved on before."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="transfers")
    reason = models.CharField(max_length=12, choices=TransferReason.choices)
    from_center = models.ForeignKey(Center, models.PROTECT, null=True, related_name="+")
    to_center = models.ForeignKey(Center, models.PROTECT, related_name="+")
    clock = models.OneToOneField("Clock", models.PROTECT, null=True, related_name="escalation")
    moved_at = models.DateTimeField()
    signed_at = models.DateTimeField(_("signed for at"), null=True)
    signed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("signed for by")
    )
    superseded_at = models.DateTimeField(_("moved on at"), null=True)

    objects = TransferQuerySet.as_manager()

    class Meta:
        verbose_name = _("transfer")
        verbose_name_plural = _("transfers")
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

    def __str__(self) -> str:
        return f"{self.case_id}: {self.from_center_id} → {self.to_center_id}"
