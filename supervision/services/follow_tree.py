"""The supervision notices when the tree of centers changes: whoever carries on for an office answers for it."""

from datetime import date

from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from centers.models import Center
from centers.reports.reorganisation import TreeChange
from centers.services.reorganise import Reorganised
from supervision.enums import NoticeState
from supervision.models import SupervisionNotice
from supervision.querysets import NoticeQuerySet


def count_notices(change: TreeChange, *, on: date) -> list[tuple[str | Promise, int]]:  # noqa: ARG001 - a follower's shape
    """Return how many notices that are not closed out get another addressee."""
    return [(_("Supervision notices that another center answers"), _open(change).filter(_under(change.center)).count())]


def follow_tree(done: Reorganised) -> None:
    """Address the notices that are not closed out to the successor; their number, issuer, facts and day stay."""
    notices = _open(done.change).filter(case__former_places__reorganisation=done.row)
    for old, new in done.change.successors.items():
        for unit in {*notices.filter(center=old).values_list("unit", flat=True)}:
            notices.filter(center=old, unit=unit).update(center=new, unit=done.units.get(unit or 0))


def _open(change: TreeChange) -> NoticeQuerySet:
    return SupervisionNotice.objects.filter(center__in=[*change.successors]).exclude(state=NoticeState.CLOSED)


def _under(center: Center) -> Q:
    return Q(**{f"case__{center.level}": center.pk})
