"""Who leads the unit that handles a petition, and so decides about it."""

from datetime import date

from cases.models import Case
from centers.enums import Role
from centers.models import Post
from core.models import User


def leads_unit_of(case: Case, user: User, *, on: date) -> bool:
    """Return whether ``user`` leads, on ``on``, the unit that handles a case."""
    posts = Post.objects.on_duty(on=on).filter(user=user.pk, role=Role.UNIT_LEADER)
    return case.unit_id is not None and posts.filter(unit=case.unit_id).exists()
