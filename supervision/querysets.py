from datetime import date
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Final, Self

from django.db.models import Exists, OuterRef, Q

from cases.models import Case
from cases.querysets import OnCaseQuerySet
from centers.enums import Level
from centers.reports import centers_in_scope, scope_of
from core import clock
from core.scoping import rows_of
from supervision.rules import UNANSWERED

VERIFY: Final = "supervision.verify_supervisionnotice"

if TYPE_CHECKING:
    from core.models import User


class NoticeQuerySet(OnCaseQuerySet):
    def visible_to(self, user: "User") -> Self:
        """Return the notices about cases that arose where ``user`` may see notices."""
        return self.filter(
            case__in=Case.objects.visible_to(user).filter(scope_of(user, "supervision.view_supervisionnotice").covers())
        )

    def reachable_by(self, user: "User", permission: str) -> Self:
        """Return the notices with which ``user`` may do what ``permission`` names.

        The answer is for the leaders of the unit addressed, the verdict for the center that issued or one above it;
        after a reorganisation for the one of its level that stands over the matter now.
        """
        if permission == VERIFY:
            centers = centers_in_scope(user, permission).values("pk")
            return self.filter(
                reduce(or_, (Q(issuer__level=level, **{f"case__{level}__in": centers}) for level in Level.values))
            )
        leads = rows_of("centers.Post").on_duty(on=clock.today()).filter(user=user.pk, unit=OuterRef("unit"))
        return self.filter(Q(unit=None) | Exists(leads), center__in=centers_in_scope(user, permission))

    def unanswered(self, *, on: date) -> Self:
        """Return the notices whose answer was due before ``on`` and is not there."""
        return self.filter(state__in=UNANSWERED, reply_due_on__lt=on)
