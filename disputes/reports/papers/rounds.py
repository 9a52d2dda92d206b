"""What one round of a mediation came to, as its papers tell it: agreement, end, result, and its archived file."""

from django.db.models import QuerySet

from cases.models import ArchivedFile, Case, Result
from core.once import once
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


def result(case: Case) -> Result | None:
    """Return the newest result of the present round."""
    return case.results.filter(round=case.round).order_by("-pk").first()


def archived(case: Case) -> ArchivedFile | None:
    """Return where the file of the present round is archived, None while it is not."""
    return once(("archived", case.pk, case.round), case.archived_files.filter(round=case.round).first)
