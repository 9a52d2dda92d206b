"""A term of a mediation committee as others need it."""

from datetime import date

from centers.models import Unit
from core import clock
from core.models import User
from disputes.enums import FormedBy, MinorityMember, Seat
from disputes.models import Committee
from disputes.rules.committees import last_day_of_term


def committee(unit: Unit, *, by: User, first: date, chair: str = "示例甲") -> Committee:
    """Write a term of three years with a chair and nobody else."""
    told = {"formed_by": FormedBy.RESIDENTS, "has_woman": False, "minority": MinorityMember.MISSING}
    days = {"starts_on": first, "ends_on": last_day_of_term(first)}
    term = Committee.objects.create(unit=unit, **days, **told, opened_by=by, opened_at=clock.now())
    seat = {"seat": Seat.CHAIR, "starts_on": first, "added_by": by, "added_at": clock.now()}
    term.members.create(name=chair, categories=["D02"], languages=["wu"], dialects="诸暨话", **seat)
    return term
