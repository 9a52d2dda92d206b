"""Which disputes have one cause and are heard together, and who of the parties speaks for all."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cases.models import Case, Party
from centers.models import Center
from disputes.querysets import DisputeGroupQuerySet, GroupMemberQuerySet, RepresentativeQuerySet


class DisputeGroup(models.Model):
    """Several disputes of one cause that one committee hears together, until somebody ends it. ``cause`` names nobody.

    Each dispute keeps its own file: consents, records and agreements stay with it.
    """

    cause = models.CharField(_("common cause"), max_length=120)
    center = models.ForeignKey(Center, models.PROTECT, related_name="+", verbose_name=_("center"))
    formed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("grouped by")
    )
    formed_at = models.DateTimeField(_("grouped"))
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("group ended by")
    )
    ended_at = models.DateTimeField(_("group ended"), null=True)
    end_reason = models.TextField(_("why the group ended"), max_length=500, blank=True)

    objects = DisputeGroupQuerySet.as_manager()

    class Meta:
        verbose_name = _("group of disputes")
        verbose_name_plural = _("groups of disputes")
        ordering = ["formed_at", "pk"]
        default_permissions = ()
        constraints = [
            models.CheckConstraint(condition=~Q(cause=""), name="disputegroup_says_its_cause"),
            models.CheckConstraint(
                condition=Q(ended_at=None, ended_by=None, end_reason="")
                | Q(ended_at__isnull=False, ended_by__isnull=False) & ~Q(end_reason=""),
                name="disputegroup_ended_with_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pk}"


class GroupMember(models.Model):
    """One dispute in a group, in one round, until it is taken out. While its mediation rests it does not count.

    Whether it counts is not written down but asked anew each time (``GroupMemberQuerySet.standing``): what ends a
    mediation, puts it under seal or flags it need not know of groups, and nothing can be forgotten.
    """

    case = models.ForeignKey(Case, models.PROTECT, related_name="group_members", verbose_name=_("case"))
    round = models.PositiveSmallIntegerField()
    group = models.ForeignKey(DisputeGroup, models.PROTECT, related_name="members", verbose_name=_("group of disputes"))
    joined_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("put into a group by")
    )
    joined_at = models.DateTimeField(_("put into a group"))
    left_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("taken out of a group by")
    )
    left_at = models.DateTimeField(_("taken out of a group"), null=True)
    leave_reason = models.TextField(_("why it was taken out of the group"), max_length=500, blank=True)

    objects = GroupMemberQuerySet.as_manager()

    class Meta:
        verbose_name = _("dispute in a group")
        verbose_name_plural = _("disputes in groups")
        ordering = ["joined_at", "pk"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["case"], condition=Q(left_at=None), name="groupmember_one_group_per_matter"
            ),
            models.CheckConstraint(
                condition=Q(left_at=None, left_by=None, leave_reason="")
                | Q(left_at__isnull=False, left_by__isnull=False) & ~Q(leave_reason=""),
                name="groupmember_left_with_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.group_id}"


class Representative(models.Model):
    """One party of one dispute in a group, whom the parties chose on a day to speak for them all.

    It binds those whose disputes were in the group when it was written down (Regulations of Ningbo on People's
    Mediation (2015), art. 20: five at most).
    """

    case = models.ForeignKey(Case, models.PROTECT, related_name="representatives", verbose_name=_("case"))
    member = models.ForeignKey(
        GroupMember, models.PROTECT, related_name="representatives", verbose_name=_("dispute in a group")
    )
    party = models.ForeignKey(Party, models.PROTECT, related_name="+", verbose_name=_("party"))
    chosen_on = models.DateField(_("chosen by the parties on"))
    named_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("recorded by")
    )
    named_at = models.DateTimeField(_("recorded"))
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("ended by")
    )
    ended_at = models.DateTimeField(_("represents no more since"), null=True)
    end_reason = models.TextField(_("why somebody represents no more"), max_length=500, blank=True)

    objects = RepresentativeQuerySet.as_manager()

    class Meta:
        verbose_name = _("representative of parties")
        verbose_name_plural = _("representatives of parties")
        ordering = ["named_at", "pk"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["member", "party"], condition=Q(ended_at=None), name="representative_named_once"
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None, ended_by=None, end_reason="")
                | Q(ended_at__isnull=False, ended_by__isnull=False) & ~Q(end_reason=""),
                name="representative_ended_with_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.party_id}"
