from datetime import date
from typing import TYPE_CHECKING, Self

from cases.models import Case
from cases.querysets import OnCaseQuerySet
from centers.reports import centers_in_scope, scope_of

if TYPE_CHECKING:
    from core.models import User


class NoticeQuerySet(OnCaseQuerySet):
    def visible_to(self, user: "User") -> Self:
        """Return the notices about cases that arose where ``user`` may see notices."""
        return self.filter(
            case__in=Case.objects.visible_to(user).filter(scope_of(user, "supervision.view_supervisionnotice").covers())
        )

    def reachable_by(self, user: "User", permission: str) -> Self:
        """Return the notices addressed to a center on which, or above which, ``user`` holds ``permission``."""
        return self.filter(center__in=centers_in_scope(user, permission))

    def unanswered(self, *, on: date) -> Self:
        """Return the notices whose answer was due before ``on`` and is not there."""
        return self.filter(state__in=["issued", "signed_for", "returned"], reply_due_on__lt=on)
