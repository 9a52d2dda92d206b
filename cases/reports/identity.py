"""Who decides on being shown an identity."""

from collections import defaultdict
from collections.abc import Collection
from datetime import date

from cases.models import Case
from cases.querysets import DECIDE_IDENTITY, SEALED
from cases.reports.recusals import Recusals
from centers.enums import Level
from centers.models import CenterGrant


def custodians(case: Case, *, on: date, but: Collection[int]) -> set[int]:
    """Return who decides, on ``on``, who is shown the identities of ``case``: at the nearest center that has somebody.

    Under seal those alone who may look under it. Whoever has no part in the matter is left out, and so are the
    accounts in ``but``.
    """
    wanted = {DECIDE_IDENTITY, SEALED} if case.is_sealed else {DECIDE_IDENTITY}
    codes = {right.partition(".")[2] for right in wanted}
    places, recusals = tuple(reversed(case.center_ids(Level.VILLAGE))), Recusals.of([case.pk])
    held: dict[tuple[int, int], set[str]] = defaultdict(set)
    grants = CenterGrant.objects.live(on=on).filter(content_object__in=places, permission__codename__in=codes)
    for center_id, user_id, code in grants.exclude(user__in=but).values_list(
        "content_object", "user", "permission__codename"
    ):
        if not recusals.exclude_person(case.pk, user_id):
            held[center_id, user_id].add(code)
    found: dict[int, set[int]] = defaultdict(set)
    for (center_id, user_id), theirs in held.items():
        if theirs == codes:
            found[center_id].add(user_id)
    return next((found[pk] for pk in places if pk in found), set())
