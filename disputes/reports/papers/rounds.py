"""What one round of a mediation came to, as its papers tell it: its agreement, or its end without one."""

from cases.models import Case
from cases.reports.holdings import rows_of
from core.once import once
from disputes.models import Agreement, Ending


def agreements(case: Case, number: int) -> list[Agreement]:
    """Return the agreements of one round, the newest first."""
    of_round = rows_of(case, case.agreements.filter(result__round=number)).order_by("-pk")
    rows = of_round.select_related("recorded_by", "result")
    return once(("agreements of the round", case.pk, number), lambda: list(rows))


def agreement(case: Case) -> Agreement | None:
    """Return the agreement of the present round that was not sent back, None where there is none."""
    return next((row for row in agreements(case, case.round) if row.result.is_confirmed is not False), None)


def endings(case: Case, number: int) -> list[Ending]:
    """Return how one round ended without agreement, the newest first."""
    rows = rows_of(case, case.endings.filter(result__round=number)).order_by("-pk").select_related("result")
    return once(("endings of the round", case.pk, number), lambda: list(rows))
