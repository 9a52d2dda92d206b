"""Who can mediate a matter, who suits it, and who cannot and why."""

from dataclasses import dataclass
from datetime import date

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from cases.models import Case
from cases.reports.recusals import Recusals, handlers_of
from core.models import User
from disputes.models import CommitteeMember, Dispute
from disputes.reports.committees import bench_of
from disputes.rules.committees import fit

HAS_NO_PART: str | Promise = _("has no part in the matter")
IS_A_PARTY: str | Promise = _("bears the name of a party")


def conflict_of(case: Case, person: User) -> str | Promise | None:
    """Return why ``person`` cannot mediate a matter, None where nothing is known against it.

    Whoever was recused, serves at a unit that was, or has declared an interest of their own has no part in it. Where
    somebody only bears the name of a party, another one mediates: nobody has to find out who is who.
    """
    if Recusals.of([case.pk]).exclude_person(case.pk, person.pk):
        return HAS_NO_PART
    names = set(case.parties.values_list("name", flat=True))
    return IS_A_PARTY if person.full_name in names else None


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who can mediate a matter, with the seat on the committee that says what they take and speak."""

    person: User
    seat: CommitteeMember | None


def mediators_in_office(case: Case, *, on: date) -> list[Candidate]:
    """Return who mediates at the center that holds a matter on ``on``, whoever suits the matter first.

    Members of its committees come before others who may handle the matter, and whose seats are all over do not come
    at all as long as a committee is in office.
    """
    bench = bench_of(case.holder_id, on=on)
    people = [person for person in handlers_of(case, on=on) if person.pk not in bench.former]
    needs = list(Dispute.objects.filter(case=case).values_list("languages", flat=True))
    spoken = needs[0] if needs else []
    return sorted(
        (Candidate(person, bench.seats.get(person.pk)) for person in people),
        key=lambda one: _fit_of(one.seat, case.category, spoken),
    )


def possible_mediators(case: Case, *, on: date) -> list[Candidate]:
    """Return who can mediate a matter on ``on``: who is in office for it, without a conflict."""
    names = set(case.parties.values_list("name", flat=True))
    return [one for one in mediators_in_office(case, on=on) if one.person.full_name not in names]


def _fit_of(seat: CommitteeMember | None, category: str, spoken: list[str]) -> tuple[bool, int]:
    """Return where a candidate stands in the order: members by how they suit the matter, then everybody else."""
    if seat is None:
        return True, 0
    return False, fit(category, spoken, takes=seat.categories, speaks=seat.languages)
