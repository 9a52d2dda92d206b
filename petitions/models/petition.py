"""Where the petition of a case stands, what it is for, and by which route it is handled."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cases.models import Case
from petitions.enums import Agency, ClaimRoute, Kind, State
from petitions.querysets import PetitionQuerySet


class Petition(models.Model):
    """The petition procedure of one case.

    ``participants`` is how many people bring it together; of them at most five are named, as representatives
    (Regulations on Petition Work, art. 20). ``is_anonymous``: name or address are unclear, so that no notice can be
    served (art. 23). ``is_oral``: it was told, and the window wrote it down and read it back (art. 19). Whoever speaks
    for a petitioner shows by what right, which ``authority`` says.
    """

    case = models.OneToOneField(Case, models.PROTECT, related_name="petition")
    state = models.CharField(_("state"), max_length=16, choices=State.choices, default=State.REGISTERED)
    kind = models.CharField(_("purpose"), max_length=10, choices=Kind.choices)
    route = models.CharField(_("route of a claim"), max_length=4, choices=ClaimRoute.choices, blank=True)
    participants = models.PositiveIntegerField(_("how many people"), default=1)
    is_anonymous = models.BooleanField(_("name or address unclear"), default=False)
    is_oral = models.BooleanField(_("told, written down and read back"), default=False)
    agency = models.CharField(_("who speaks for the petitioner"), max_length=10, choices=Agency.choices, blank=True)
    authority = models.CharField(_("by what right"), max_length=120, blank=True)
    accepted_on = models.DateField(_("accepted on"), null=True)
    triaged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("triaged by")
    )

    objects = PetitionQuerySet.as_manager()

    class Meta:
        verbose_name = _("petition")
        verbose_name_plural = _("petitions")
        default_permissions = ()
        permissions = [("sign_opinion", "Can sign for the unit what is decided about petitions")]
        constraints = [
            models.CheckConstraint(condition=Q(participants__gt=0), name="petition_brought_by_somebody"),
            models.CheckConstraint(
                condition=Q(agency="", authority="") | ~Q(agency="") & ~Q(authority=""),
                name="petition_agent_shows_right",
            ),
            models.CheckConstraint(condition=Q(route="") | Q(kind=Kind.CLAIM), name="petition_route_of_a_claim"),
        ]

    def __str__(self) -> str:
        return str(self.case)
