"""Where the mediation of a case stands, who consented to it, and how it ended without an agreement."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cases.models import Case, Party, Result
from centers.models import Center
from disputes.enums import ConsentForm, EndReason, Language, Route, Source, State
from disputes.querysets import ConsentQuerySet, DisputeQuerySet


class Dispute(models.Model):
    """The mediation of one case."""

    case = models.OneToOneField(Case, models.PROTECT, related_name="dispute")
    state = models.CharField(_("state"), max_length=16, choices=State.choices, default=State.REGISTERED)
    source = models.CharField(_("source"), max_length=20, choices=Source.choices, default=Source.PARTY)
    accepted_on = models.DateField(_("accepted on"), null=True)
    rights_told_on = models.DateField(_("parties were told their rights on"), null=True)
    languages = ArrayField(
        models.CharField(max_length=10, choices=Language.choices),
        default=list,
        verbose_name=_("languages the parties need"),
    )

    objects = DisputeQuerySet.as_manager()

    class Meta:
        verbose_name = _("dispute")
        verbose_name_plural = _("disputes")
        default_permissions = ()
        permissions = [
            ("view_register", "Can see the register and its statistics"),
            ("export_ledger", "Can take the ledger out"),
            ("flag_safety", "Can mark a matter in which somebody's safety is at stake"),
            ("record_hand_off", "Can record what goes between a mediation and the police, a court or another organ"),
            ("relate_case", "Can relate matters that belong together"),
        ]

    def __str__(self) -> str:
        return str(self.case)


class Consent(models.Model):
    """What one party said, in one round, to mediation by the committee of one center: yes or no, when and how."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="consents")
    party = models.ForeignKey(Party, models.PROTECT, related_name="consents", verbose_name=_("party"))
    round = models.PositiveSmallIntegerField()
    center = models.ForeignKey(Center, models.PROTECT, related_name="+", verbose_name=_("center"))
    is_given = models.BooleanField(_("consents"))
    said_on = models.DateField(_("said on"))
    form = models.CharField(_("form"), max_length=8, choices=ConsentForm.choices)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("recorded by")
    )
    recorded_at = models.DateTimeField(_("recorded"))

    objects = ConsentQuerySet.as_manager()

    class Meta:
        verbose_name = _("consent to mediation")
        verbose_name_plural = _("consents to mediation")
        ordering = ["recorded_at", "pk"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["party", "round", "center"], condition=Q(is_given=True), name="consent_given_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.party_id}"


class Ending(models.Model):
    """How a round ended without agreement: the reason, and the routes the parties were told of on which day.

    ``is_after_start``: mediation had begun by then, so that it counts as one that did not succeed.
    """

    case = models.ForeignKey(Case, models.PROTECT, related_name="endings")
    result = models.OneToOneField(Result, models.PROTECT, related_name="ending")
    reason = models.CharField(_("reason"), max_length=20, choices=EndReason.choices)
    routes = ArrayField(models.CharField(max_length=20, choices=Route.choices), verbose_name=_("routes told"))
    told_on = models.DateField(_("told on"))
    is_after_start = models.BooleanField(_("after mediation had begun"), default=False)

    objects = DisputeQuerySet.as_manager()

    class Meta:
        verbose_name = _("end without agreement")
        verbose_name_plural = _("ends without agreement")
        ordering = ["pk"]
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.case_id} {self.reason}"

    def route_labels(self) -> list[str]:
        """Return the routes that were told, in the reader's language."""
        return [str(Route(route).label) for route in self.routes]
