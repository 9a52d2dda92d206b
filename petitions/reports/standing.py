"""How a matter stands as a petition, and who decides about it for its unit."""

from datetime import date

from cases.enums import Procedure
from cases.models import Case
from centers.enums import Role
from centers.models import Post
from core.models import User
from petitions.models import Petition


def petition_of(case: Case) -> Petition | None:
    """Return the petition of a case; None for a case of another procedure."""
    return getattr(case, "petition", None) if case.procedure == Procedure.PETITION else None


def leads_unit_of(case: Case, user: User, *, on: date) -> bool:
    """Return whether ``user`` leads, on ``on``, the unit that handles a case."""
    posts = Post.objects.on_duty(on=on).filter(user=user.pk, role=Role.UNIT_LEADER)
    return case.unit_id is not None and posts.filter(unit=case.unit_id).exists()
