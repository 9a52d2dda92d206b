"""The seats of a mediation committee: taken, given up, and changed when another one becomes the chair."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from cases.enums import Category
from core import clock
from core.errors import DomainError
from core.models import User
from disputes.enums import Language, Seat
from disputes.models import Committee, CommitteeMember
from disputes.querysets import CommitteeMemberQuerySet
from disputes.reports.committees import people_for
from disputes.rules.committees import Statement
from disputes.services.committees import obtain_committee, put_statement

A_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Offer:
    """What somebody brings to the table; no category at all is every category."""

    categories: Sequence[Category] = ()
    languages: Sequence[Language] = ()
    dialects: str = ""

    def as_columns(self) -> dict[str, object]:
        """Return the columns of a seat that hold it."""
        categories = [Category(one).value for one in self.categories]
        languages = [Language(one).value for one in self.languages]
        return {"categories": categories, "languages": languages, "dialects": self.dialects.strip()}


@dataclass(frozen=True, slots=True)
class NewMember:
    """Somebody who takes a seat from a day on: an account, or the name of somebody who has none."""

    person: User | None
    name: str
    seat: Seat
    starts_on: date
    offer: Offer = Offer()


@transaction.atomic
def add_member(
    committee_id: int, *, new: NewMember, statement: Statement, actor: User, now: datetime
) -> CommitteeMember:
    """Give somebody a seat on a committee, which states anew who is among its members.

    The term is locked. Raises Committee.DoesNotExist for one that is not the actor's to keep, DomainError for a day
    outside the term, a second chair, somebody who sits there already or an account that cannot mediate there.
    """
    committee = obtain_committee(committee_id, actor=actor)
    name = new.person.full_name if new.person else new.name.strip()
    if not name:
        raise DomainError(_("Choose an account, or enter the name of somebody without one."))
    _check_day(committee, new.starts_on)
    if new.person is not None:
        _check_person(committee, new.person, new.starts_on, today=clock.local_day(now))
    if new.seat is Seat.CHAIR and (chair := _later(committee, new.starts_on).filter(seat=Seat.CHAIR).first()):
        raise DomainError(_("%(name)s is the chair. Change the chair instead."), name=chair.name)
    put_statement(committee, statement=statement)
    told = {"seat": new.seat, "starts_on": new.starts_on, "added_by": actor, "added_at": now}
    return committee.members.create(person=new.person, name=name, **told, **new.offer.as_columns())


@transaction.atomic
def remove_member(
    committee_id: int, *, member_id: int, last_day: date, statement: Statement, actor: User
) -> CommitteeMember:
    """Let somebody's seat end with a day before the term does; the committee states anew who is among its members.

    A chair may leave before there is another one: the committee is shown to have none. Raises Committee.DoesNotExist
    or CommitteeMember.DoesNotExist for a seat that is not the actor's to end, DomainError for a day that cannot be.
    """
    committee = obtain_committee(committee_id, actor=actor)
    seat = _open_seats(committee).get(pk=member_id)
    if not seat.starts_on <= last_day <= committee.ends_on:
        raise DomainError(
            _("The last day lies between %(first)s and %(last)s."),
            first=seat.starts_on.isoformat(),
            last=committee.ends_on.isoformat(),
        )
    seat.ends_on = last_day
    seat.save(update_fields=["ends_on"])
    put_statement(committee, statement=statement)
    return seat


@transaction.atomic
def change_chair(committee_id: int, *, member_id: int, since: date, actor: User, now: datetime) -> CommitteeMember:
    """Let a member be the chair from a day on; who was it until then stays as a member.

    Each of them begins a new seat on that day, so that the record says who was the chair when. Raises
    Committee.DoesNotExist or CommitteeMember.DoesNotExist for a seat that is not the actor's to change, DomainError
    for a day to come, and for one before the seat of either of them.
    """
    committee = obtain_committee(committee_id, actor=actor)
    member = _open_seats(committee).exclude(seat__in=[Seat.CHAIR, Seat.ENGAGED]).get(pk=member_id)
    if since > clock.local_day(now):
        raise DomainError(_("The chair is changed on the day itself or afterwards. Enter today or an earlier day."))
    if leaving := _later(committee, since).filter(seat=Seat.CHAIR).exclude(ends_on=None).first():
        raise DomainError(
            _("%(name)s is the chair until %(day)s. Enter a later day."),
            name=leaving.name,
            day=leaving.ends_on.isoformat(),
        )
    if chair := _open_seats(committee).filter(seat=Seat.CHAIR).first():
        _reseat(chair, Seat.MEMBER, since=since, actor=actor, now=now)
    _check_day(committee, since)
    return _reseat(member, Seat.CHAIR, since=since, actor=actor, now=now)


@transaction.atomic
def describe_members(committee_id: int, *, offers: Mapping[int, Offer], actor: User) -> int:
    """Write down which categories the holders of some seats take and what they speak; return how many changed.

    Raises Committee.DoesNotExist or CommitteeMember.DoesNotExist for a seat that is not the actor's to change.
    """
    committee = obtain_committee(committee_id, actor=actor)
    changed = 0
    for member_id, offer in offers.items():
        seat, columns = committee.members.get(pk=member_id), offer.as_columns()
        if any(getattr(seat, column) != value for column, value in columns.items()):
            for column, value in columns.items():
                setattr(seat, column, value)
            seat.save(update_fields=list(columns))
            changed += 1
    return changed


def _reseat(row: CommitteeMember, seat: Seat, *, since: date, actor: User, now: datetime) -> CommitteeMember:
    """Let a person hold another seat from ``since`` on; a seat that begins on that very day is changed itself."""
    if since < row.starts_on:
        raise DomainError(
            _("%(name)s has this seat since %(day)s. Enter that day or a later one."),
            name=row.name,
            day=row.starts_on.isoformat(),
        )
    if since == row.starts_on:
        row.seat = seat
        row.save(update_fields=["seat"])
        return row
    row.ends_on = since - A_DAY
    row.save(update_fields=["ends_on"])
    kept = {name: getattr(row, name) for name in ("committee", "person", "name", "categories", "languages", "dialects")}
    return CommitteeMember.objects.create(**kept, seat=seat, starts_on=since, added_by=actor, added_at=now)


def _check_day(committee: Committee, day: date) -> None:
    if not committee.starts_on <= day <= committee.ends_on:
        raise DomainError(
            _("The day lies within the term, from %(first)s to %(last)s."),
            first=committee.starts_on.isoformat(),
            last=committee.ends_on.isoformat(),
        )


def _check_person(committee: Committee, person: User, since: date, *, today: date) -> None:
    if _later(committee, since).filter(person=person).exists():
        raise DomainError(_("%(name)s sits on this committee already."), name=person.full_name)
    if not people_for(committee.unit, on=today).filter(pk=person.pk).exists():
        raise DomainError(
            _("%(name)s holds no post at %(center)s that lets them mediate. Have them appointed first."),
            name=person.full_name,
            center=committee.unit.center.name,
        )


def _later(committee: Committee, since: date) -> CommitteeMemberQuerySet:
    """Return the seats that are held on ``since`` or any later day of the term."""
    return CommitteeMember.objects.filter(committee=committee).not_over(on=since)


def _open_seats(committee: Committee) -> CommitteeMemberQuerySet:
    """Return the seats that last until the term ends."""
    return CommitteeMember.objects.filter(committee=committee).until_the_end()
