"""How a matter stands as a petition, and who decides about it for its unit."""

from datetime import date

from cases.enums import Procedure
from cases.models import Case
from cases.reports.recusals import unit_leaders
from core.models import User
from petitions.models import Petition


def petition_of(case: Case) -> Petition | None:
    """Return the petition of a case; None for a case of another procedure."""
    return getattr(case, "petition", None) if case.procedure == Procedure.PETITION else None


def leads_unit_of(case: Case, user: User, *, on: date) -> bool:
    """Return whether ``user`` leads, on ``on``, the unit that handles a case."""
    return user.pk in unit_leaders(case, on=on)
