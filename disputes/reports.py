"""What the parties have said to mediation so far."""

from cases.models import Case, Party
from centers.models import Center
from disputes.models import Consent


def mediating_center(case: Case) -> Center:
    """Return the center whose committee mediates: the last one that signed for the matter.

    A matter that climbed stays with the committee below until somebody above has taken it over.
    """
    signed = case.transfers.exclude(signed_at=None).select_related("to_center").order_by("pk").last()
    return signed.to_center if signed else case.holder


def parties_to_ask(case: Case) -> list[Party]:
    """Return the parties that have not consented, in this round, to mediation by the committee that has the matter."""
    given = Consent.objects.given(round_number=case.round, center_id=mediating_center(case).pk)
    return list(case.parties.exclude(pk__in=given.filter(case=case).values("party")))
