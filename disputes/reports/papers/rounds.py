"""What one round of a mediation came to, as its papers tell it: its agreement, or its end without one."""

from django.db.models import QuerySet

from cases.models import Case
from disputes.models import Agreement, Ending


def agreements(case: Case, number: int) -> QuerySet[Agreement]:
    """Return the agreements of one round, the newest first."""
    return case.agreements.filter(result__round=number).order_by("-pk")


def agreement(case: Case) -> Agreement | None:
    """Return the agreement of the present round that was not sent back, None where there is none."""
    return agreements(case, case.round).exclude(result__is_confirmed=False).select_related("recorded_by").first()


def endings(case: Case, number: int) -> QuerySet[Ending]:
    """Return how one round ended without agreement, the newest first."""
    return case.endings.filter(result__round=number).order_by("-pk").select_related("result")
