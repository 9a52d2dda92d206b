"""Who sits on the mediation committees of a center, who can take a seat, and what a committee lacks."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from centers.enums import UnitKind
from centers.models import CenterGrant, Unit
from centers.querysets import UnitQuerySet
from centers.reports import centers_in_scope
from core.models import User, UserQuerySet
from disputes.enums import Seat, Shortcoming
from disputes.models import Committee, CommitteeMember
from disputes.querysets import CHANGE_COMMITTEES
from disputes.rules.committees import shortcomings


def committees_to_keep(user: User) -> UnitQuerySet:
    """Return the mediation committees that take matters and whose terms ``user`` keeps on record."""
    centers = centers_in_scope(user, CHANGE_COMMITTEES).open()
    units = Unit.objects.active().filter(kind=UnitKind.MEDIATION_COMMITTEE, center__in=centers)
    return units.select_related("center").order_by("center__code", "name")


def people_for(unit: Unit, *, on: date) -> UserQuerySet:
    """Return the accounts that can mediate at the center of a committee on ``on``."""
    grants = CenterGrant.objects.live(on=on).filter(content_object=unit.center_id, permission__codename="handle_case")
    return User.objects.get_queryset().filter(pk__in=grants.values("user")).order_by("full_name", "pk")


@dataclass(frozen=True, slots=True)
class MemberLine:
    """One seat as the page of a committee shows it."""

    row: CommitteeMember
    is_held: bool

    @property
    def has_account(self) -> bool:
        return self.row.person_id is not None


def member_lines(rows: Iterable[CommitteeMember], committee: Committee, *, on: date) -> list[MemberLine]:
    """Return the seats of a committee, those held on ``on`` first, the chair before the others."""
    order = list(Seat)
    lines = [MemberLine(row, _is_held(row, committee, on)) for row in rows]
    return sorted(lines, key=lambda line: (not line.is_held, order.index(Seat(line.row.seat)), line.row.pk))


def what_it_lacks(lines: Iterable[MemberLine], committee: Committee) -> list[Shortcoming]:
    """Return what a committee lacks by law, seen from who sits on it."""
    return shortcomings([Seat(line.row.seat) for line in lines if line.is_held], committee.statement)


def _is_held(row: CommitteeMember, committee: Committee, on: date) -> bool:
    until = min(row.ends_on or committee.ends_on, committee.ends_on)
    return row.starts_on <= on <= until


@dataclass(frozen=True, slots=True)
class Bench:
    """Who sits on the committees of one center on one day, by account, and whose seats there are all over."""

    seats: dict[int, CommitteeMember]
    former: frozenset[int]


def bench_of(center_id: int, *, on: date) -> Bench:
    """Return the bench of a center. Where no committee is in office nobody is called a former member."""
    rows = CommitteeMember.objects.filter(committee__unit__center=center_id, person__isnull=False)
    seats = {row.person_id or 0: row for row in rows.in_office(on=on)}
    if not Committee.objects.filter(unit__center=center_id).in_office(on=on).exists():
        return Bench(seats, frozenset())
    past: Iterator[int] = (pk for pk in rows.filter(starts_on__lte=on).values_list("person", flat=True) if pk)
    return Bench(seats, frozenset(past) - seats.keys())
