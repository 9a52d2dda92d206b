"""Who brought a confidential matter, who was shown it by whose leave, and how closely a matter came to be kept."""

from collections.abc import Mapping
from datetime import timedelta
from typing import ClassVar, Final

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from cases.enums import DecisionState, Sensitivity
from cases.models.matter import Case, Party
from cases.querysets import AskedQuerySet, IdentityQuerySet, IdentityRevealQuerySet
from cases.rules.sensitivity import IDENTITY_REVEAL_MINUTES, LEVELS
from core.crypto import EncryptedTextField
from core.personal import Personal
from core.reveal import RevealReason
from core.separation import by_another

KEYRING: Final = "identity"
RAISED: Final = Q(before=Sensitivity.NORMAL, after__in=LEVELS[1:]) | Q(
    before=Sensitivity.CONFIDENTIAL, after=Sensitivity.SEALED
)
UNDECIDED: Final = Q(state=DecisionState.ASKED, decided_by=None, decided_at=None)
DECIDED: Final = ~Q(state=DecisionState.ASKED) & Q(decided_by__isnull=False, decided_at__isnull=False)


class Identity(models.Model):
    """Who one informant is, under a key of its own.

    The database shows it to one person at a time, while a reveal that somebody else approved runs; to no job at all.
    """

    party = models.OneToOneField(Party, models.PROTECT, primary_key=True, related_name="identity")
    name = EncryptedTextField(_("name"), keyring=KEYRING)
    mobile = EncryptedTextField(_("mobile"), blank=True, keyring=KEYRING)
    address = EncryptedTextField(_("address"), blank=True, keyring=KEYRING)

    objects = IdentityQuerySet.as_manager()
    PERSONAL: ClassVar[Mapping[str, Personal]] = {"name": Personal(), "mobile": Personal(), "address": Personal()}

    class Meta:
        verbose_name = _("identity")
        verbose_name_plural = _("identities")
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.party_id}"


class Asked(models.Model):
    """What one person asks for and a second one decides; without a decision it lapses after a day."""

    ground = models.TextField(_("ground"), max_length=500)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    state = models.CharField(max_length=8, choices=DecisionState.choices, default=DecisionState.ASKED)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    remark = models.TextField(_("remark"), max_length=500, blank=True)

    class Meta:
        abstract = True
        ordering = ["-asked_at", "-pk"]
        default_permissions = ()
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=UNDECIDED | DECIDED, name="%(class)s_decided_by_somebody"),
            models.CheckConstraint(condition=~Q(ground=""), name="%(class)s_has_ground"),
        ]


class IdentityReveal(Asked):
    """One request to be shown who brought a matter, and what a second person decided."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="reveals")
    reason = models.CharField(_("reason"), max_length=10, choices=RevealReason.choices)
    ends_at = models.DateTimeField(null=True)

    objects = IdentityRevealQuerySet.as_manager()

    class Meta(Asked.Meta):
        verbose_name = _("request to be shown an identity")
        verbose_name_plural = _("requests to be shown identities")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            *Asked.Meta.constraints,
            models.CheckConstraint(
                condition=by_another("decided_by", than="asked_by"), name="identityreveal_decided_by_another"
            ),
            models.CheckConstraint(
                condition=~Q(state=DecisionState.APPROVED) & Q(ends_at=None)
                | Q(
                    state=DecisionState.APPROVED,
                    ends_at=F("decided_at") + timedelta(minutes=IDENTITY_REVEAL_MINUTES),
                    ends_at__isnull=False,
                ),
                name="identityreveal_ends",
            ),
        ]
        indexes = [
            models.Index(
                fields=["case", "asked_by", "ends_at"],
                condition=Q(state=DecisionState.APPROVED),
                name="identityreveal_approved",
            ),
            models.Index(
                fields=["case", "asked_at"], condition=Q(state=DecisionState.ASKED), name="identityreveal_asked"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.pk}"


class SensitivityChange(Asked):
    """One change of how a matter is kept: raised by one person, or lowered by one who asks and one who decides."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="sensitivity_changes")
    before = models.CharField(_("sensitivity before"), max_length=12, choices=Sensitivity.choices)
    after = models.CharField(_("sensitivity after"), max_length=12, choices=Sensitivity.choices)

    objects = AskedQuerySet.as_manager()

    class Meta(Asked.Meta):
        verbose_name = _("change of sensitivity")
        verbose_name_plural = _("changes of sensitivity")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            *Asked.Meta.constraints,
            models.CheckConstraint(
                condition=RAISED | by_another("decided_by", than="asked_by"),
                name="sensitivitychange_lowered_by_two",
            ),
            models.CheckConstraint(condition=~Q(before=F("after")), name="sensitivitychange_changes"),
        ]
        indexes = [models.Index(fields=["case", "decided_at"], name="sensitivitychange_by_case")]

    def __str__(self) -> str:
        return f"{self.case_id} {self.after}"
