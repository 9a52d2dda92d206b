"""Disputes of one cause are grouped, to be heard together; each of them keeps its own file and its own agreement.

A timeline is read by people who do not see the other disputes, so it says nothing: the rows and the audit trail do.
"""

from collections.abc import Collection
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext, override
from django.utils.translation import gettext_lazy as _

from cases.enums import Sensitivity
from cases.models import Case
from cases.querysets import HANDLE
from cases.services.obtain import obtain_case
from core import audit
from core.audit import AuditAct
from core.errors import DomainError, IllegalTransition
from core.models import User
from disputes.enums import State
from disputes.models import DisputeGroup, GroupMember
from disputes.reports import mediating_center
from disputes.reports.groups import group_of
from disputes.rules.groups import bar_to_grouping, makes_a_group
from disputes.services.gather import cancel_meetings
from disputes.services.obtain import obtain_group
from disputes.services.safety import flagged_kinds


@transaction.atomic
def form_group(case_id: int, *, others: Collection[int], cause: str, actor: User, now: datetime) -> DisputeGroup:
    """Put a dispute and others on the actor's desk into a new group, to be heard together.

    All are locked in the order of their keys. Raises Case.DoesNotExist for one that is not on the actor's desk, and
    DomainError with the number of the one that cannot be heard with others, is in a group, or is another committee's.
    """
    cases = _obtain({case_id, *others}, actor=actor)
    if not makes_a_group(len(cases)):
        raise DomainError(_("Choose one other dispute at least."))
    center = mediating_center(cases[case_id])
    group = DisputeGroup.objects.create(cause=cause, center=center, formed_by=actor, formed_at=now)
    for case in cases.values():
        _put_into(group, case, actor=actor, now=now)
    return group


@transaction.atomic
def join_group(case_id: int, *, others: Collection[int], actor: User, now: datetime) -> list[GroupMember]:
    """Put more disputes on the actor's desk into the group of one. Representatives named before do not bind them.

    Raises what ``form_group`` and ``obtain_group`` raise.
    """
    opened = obtain_group(case_id, actor=actor)
    cases = _obtain(set(others), actor=actor)
    return [_put_into(opened.group, case, actor=actor, now=now) for case in cases.values()]


@transaction.atomic
def leave_group(case_id: int, *, reason: str, actor: User, now: datetime) -> GroupMember:
    """Take a dispute out of its group with the reason, which also cancels its sessions with the others.

    Raises Case.DoesNotExist for a matter that is not on the actor's desk, IllegalTransition where it is in no group
    that the actor sees.
    """
    case = obtain_case(case_id, actor=actor, permission=HANDLE)
    if group_of(case, user=actor) is None:
        raise IllegalTransition(_("This dispute is heard together with no other. Reload the page to see what is open."))
    member = GroupMember.objects.standing().select_related("group").get(case=case)
    cancel_meetings(member.group.sessions.filter(case=case), ground=reason, actor=actor, now=now)
    _take_out(member, reason=reason, actor=actor, now=now)
    audit.record(AuditAct.TRANSITION, actor=actor, subject=case, data={"left_group": member.group_id}, now=now)
    return member


@transaction.atomic
def end_group(case_id: int, *, reason: str, actor: User, now: datetime) -> DisputeGroup:
    """End a group with the reason: its disputes go on alone, and what was planned for all of them is cancelled.

    Raises what ``obtain_group`` raises.
    """
    opened = obtain_group(case_id, actor=actor)
    cancel_meetings(opened.group.sessions.all(), ground=reason, actor=actor, now=now)
    group = opened.group
    group.ended_by, group.ended_at, group.end_reason = actor, now, reason
    group.save(update_fields=["ended_by", "ended_at", "end_reason"])
    for member in opened.members:
        audit.record(AuditAct.TRANSITION, actor=actor, subject=member.case, data={"group_ended": group.pk}, now=now)
    return group


def _obtain(case_ids: Collection[int], *, actor: User) -> dict[int, Case]:
    mine = Case.objects.obtainable_by(actor, HANDLE).filter(pk__in=case_ids, dispute__isnull=False)
    locked = mine.select_for_update(of=("self",)).select_related("dispute", "holder").order_by("pk")
    cases = {case.pk: case for case in locked}
    if set(cases) != set(case_ids):
        raise Case.DoesNotExist
    return cases


def _put_into(group: DisputeGroup, case: Case, *, actor: User, now: datetime) -> GroupMember:
    state, sensitivity = State(case.dispute.state), Sensitivity(case.sensitivity)
    bar = bar_to_grouping(state, sensitivity, is_flagged=bool(flagged_kinds(case)))
    if bar is None and mediating_center(case) != group.center:
        bar = _("another committee mediates it.")
    if bar is None and group_of(case, user=actor) is not None:
        bar = _("it is in a group already. Take it out of that one first.")
    if bar is not None:
        raise DomainError(_("%(number)s: %(why)s"), number=case.number, why=bar)
    _leave_what_rests(case, actor=actor, now=now)
    told = {"round": case.round, "joined_by": actor, "joined_at": now}
    member = GroupMember.objects.create(case=case, group=group, **told)
    audit.record(AuditAct.TRANSITION, actor=actor, subject=case, data={"grouped": group.pk}, now=now)
    return member


def _leave_what_rests(case: Case, *, actor: User, now: datetime) -> None:
    """Take a dispute out of a group of which nothing is left to be seen: ended, of a round before, or it alone."""
    with override(settings.LANGUAGE_CODE):
        reason = gettext("Put into another group")
    for member in GroupMember.objects.filter(case=case, left_at=None):
        _take_out(member, reason=reason, actor=actor, now=now)


def _take_out(member: GroupMember, *, reason: str, actor: User, now: datetime) -> None:
    member.left_by, member.left_at, member.leave_reason = actor, now, reason
    member.save(update_fields=["left_by", "left_at", "leave_reason"])
