from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from cases.models import Case
from cases.querysets import HANDLE
from cases.services.obtain import obtain_case
from core.errors import DomainError, IllegalTransition
from core.models import User
from disputes.enums import Action, State
from disputes.models import Dispute, DisputeGroup, GroupMember
from disputes.rules.groups import makes_a_group
from disputes.rules.procedure import PERMISSIONS, next_state


def obtain_dispute(case_id: int, action: Action, *, actor: User) -> tuple[Dispute, Case, State]:
    """Return the mediation and its case, both locked, and the state that ``action`` leads to.

    Of two simultaneous calls one waits here and then finds the other's state. Raises Case.DoesNotExist outside the
    actor's rights, IllegalTransition when the act is not open.
    """
    case = obtain_case(case_id, actor=actor, permission=PERMISSIONS[action])
    dispute = Dispute.objects.select_for_update().get(case=case)
    return dispute, case, next_state(State(dispute.state), action)


@dataclass(frozen=True, slots=True)
class OpenGroup:
    """A group with those of its disputes that the actor sees, each with its case, which is locked."""

    group: DisputeGroup
    members: list[GroupMember]


def obtain_group(case_id: int, *, actor: User) -> OpenGroup:
    """Return the group in which a dispute stands; the cases of its disputes are locked in the order of their keys.

    Of two acts on one group, from whichever of its disputes, one waits here and then finds what the other has done.
    Raises Case.DoesNotExist for a matter that is not on the actor's desk, IllegalTransition where the actor sees no
    other dispute of its group, DomainError with the number of one that is seen and lies on another desk.
    """
    mine = Case.objects.obtainable_by(actor, HANDLE)
    if not mine.filter(pk=case_id).exists():
        raise Case.DoesNotExist
    seen = GroupMember.objects.visible_to(actor).standing().select_related("case__dispute")
    group = DisputeGroup.objects.filter(pk__in=seen.filter(case=case_id).values("group")).first()
    locked = mine.filter(pk__in=seen.filter(group=group).values("case")).select_for_update(of=("self",))
    reached = {case.pk for case in locked.order_by("pk")}
    members = list(seen.filter(group=group).order_by("case_id"))
    if group is None or not makes_a_group(len(members)):
        raise IllegalTransition(_("This dispute is heard together with no other. Reload the page to see what is open."))
    for member in members:
        if member.case_id not in reached:
            raise DomainError(
                _("%(number)s is on another desk. Have it assigned to you, or taken out of the group there."),
                number=member.case.number,
            )
    return OpenGroup(group, members)
