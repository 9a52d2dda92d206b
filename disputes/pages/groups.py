from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from cases.models import Case
from cases.reports.holdings import rows_of
from core.models import User
from disputes.models import GroupMember
from disputes.reports.groups import group_of


@dataclass(frozen=True, slots=True)
class RepresentativeLine:
    """One representative: whom the page calls how, of which dispute, chosen on which day."""

    name: str
    number: str
    chosen_on: Any


def group_panel(case: Case, *, user: User) -> dict[str, Any] | None:
    """Return the group of a dispute and those it was in, as far as the reader sees others of them; None for none."""
    if not rows_of(case, case.group_members.all()).exists():  # as most disputes are; what comes next asks for far more
        return None
    grouped, past = group_of(case, user=user), list(_past(case, user=user))
    if grouped is None:
        return {"past": past} if past else None
    rows = grouped.representatives().select_related("case", "party")
    return {
        "case_id": case.pk,
        "group": grouped.group,
        "disputes": [one.case for one in grouped.members],
        "representatives": [RepresentativeLine(row.party.shown_name, row.case.number, row.chosen_on) for row in rows],
        "next": case.sessions.planned().filter(group=grouped.group).order_by("starts_at").first(),
        "past": past,
    }


def _past(case: Case, *, user: User) -> QuerySet[GroupMember]:
    """Return the times in groups that are over, where the reader sees another dispute of the group as well."""
    rows = GroupMember.objects.visible_to(user).together().filter(case=case)
    over = rows.exclude(left_at=None) | rows.exclude(group__ended_at=None)
    return over.select_related("group")
