"""Which disputes are heard together with one, as far as somebody sees them, and which others could be."""

from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q

from cases.enums import Sensitivity
from cases.models import Case
from cases.querysets import HANDLE, CaseQuerySet
from core.models import User
from disputes.models import DisputeGroup, GroupMember, Representative, SafetyFlag
from disputes.querysets import RepresentativeQuerySet
from disputes.rules.groups import MEETS


@dataclass(frozen=True, slots=True)
class Grouped:
    """A group of disputes with those of them that somebody sees: two at least, or there is no group to be seen."""

    group: DisputeGroup
    members: list[GroupMember]

    def representatives(self) -> RepresentativeQuerySet:
        """Return who represents parties of the group now, as far as their disputes are seen."""
        return Representative.objects.standing().filter(member__in=[one.pk for one in self.members])


def group_of(case: Case, *, user: User) -> Grouped | None:
    """Return the group in which a dispute stands; None where ``user`` sees no other dispute of it.

    Whoever sees this one alone learns neither that there is another nor how many.
    """
    seen = GroupMember.objects.visible_to(user).standing().together()
    mine = seen.filter(case=case).select_related("group").first()
    if mine is None:
        return None
    return Grouped(mine.group, list(seen.filter(group=mine.group_id).select_related("case")))


def disputes_to_group(case: Case, *, user: User) -> CaseQuerySet:
    """Return the disputes on ``user``'s desk that can be heard together with one, those of its category first."""
    flagged = SafetyFlag.objects.standing().filter(case=OuterRef("pk"))
    grouped = GroupMember.objects.visible_to(user).standing().together().filter(case=OuterRef("pk"))
    mine = Case.objects.obtainable_by(user, HANDLE).filter(
        ~Exists(flagged), ~Exists(grouped), dispute__state__in=MEETS, sensitivity=Sensitivity.NORMAL
    )
    alike = mine.exclude(pk=case.pk).annotate(is_alike=Q(category=case.category))
    return alike.order_by("-is_alike", "-received_at", "-pk")
