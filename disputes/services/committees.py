"""The terms of mediation committees: opened when a committee is formed, and ended before their time where need be."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from centers.enums import UnitKind
from centers.models import Unit
from core.errors import DomainError
from core.models import User
from disputes.enums import FormedBy
from disputes.models import Committee
from disputes.reports.committees import committees_to_keep
from disputes.rules.committees import TERM_YEARS, Statement, last_day_of_term


@dataclass(frozen=True, slots=True)
class NewTerm:
    """A term as the office writes it down: from a day until a day, how it came about, and what it says of itself."""

    starts_on: date
    ends_on: date
    formed_by: FormedBy
    statement: Statement


@transaction.atomic
def open_term(unit: Unit, *, new: NewTerm, actor: User, now: datetime) -> Committee:
    """Write down that a mediation committee was formed, elected or not; its members are added afterwards.

    The unit is locked, so that of two terms for the same days one is refused. Raises Unit.DoesNotExist for a unit
    whose committee is not the actor's to keep, and what ``check_term`` raises.
    """
    Unit.objects.select_for_update(no_key=True).get(pk=unit.pk)
    unit = committees_to_keep(actor).get(pk=unit.pk)
    check_term(unit, new=new)
    return Committee.objects.create(
        unit=unit,
        starts_on=new.starts_on,
        ends_on=new.ends_on,
        formed_by=new.formed_by,
        has_woman=new.statement.has_woman,
        minority=new.statement.minority,
        opened_by=actor,
        opened_at=now,
    )


def check_term(unit: Unit, *, new: NewTerm) -> None:
    """Raise DomainError for a unit that is no mediation committee, and for days that cannot be a term of it."""
    if unit.kind != UnitKind.MEDIATION_COMMITTEE:
        raise DomainError(_("%(unit)s is no mediation committee. Choose one."), unit=unit.name)
    if new.ends_on < new.starts_on:
        raise DomainError(_("The term ends before it begins. Enter a later last day."))
    last = last_day_of_term(new.starts_on)
    if new.ends_on > last:
        raise DomainError(
            _("A term lasts %(years)s years at most. Enter %(day)s or an earlier last day."),
            years=TERM_YEARS,
            day=last.isoformat(),
        )
    other = Committee.objects.filter(unit=unit, starts_on__lte=new.ends_on, ends_on__gte=new.starts_on).first()
    if other is not None:
        raise DomainError(
            _("The committee has a term from %(first)s to %(last)s already. Enter other days, or end that term first."),
            first=other.starts_on.isoformat(),
            last=other.ends_on.isoformat(),
        )


@transaction.atomic
def end_term(committee_id: int, *, ends_on: date, actor: User) -> Committee:
    """Let a term end before its time, with a new election or with the committee itself; every seat ends with it.

    The term is locked. Raises Committee.DoesNotExist for one that is not the actor's to keep, DomainError for a last
    day that lies before the term or does not shorten it.
    """
    committee = obtain_committee(committee_id, actor=actor)
    if not committee.starts_on <= ends_on < committee.ends_on:
        raise DomainError(
            _("The last day lies between %(first)s and the day before %(last)s."),
            first=committee.starts_on.isoformat(),
            last=committee.ends_on.isoformat(),
        )
    committee.ends_on = ends_on
    committee.save(update_fields=["ends_on"])
    return committee


@transaction.atomic
def state_composition(committee_id: int, *, statement: Statement, actor: User) -> Committee:
    """Write down what a committee says of itself as a whole, after its members have changed.

    The term is locked. Raises Committee.DoesNotExist for one that is not the actor's to keep.
    """
    committee = obtain_committee(committee_id, actor=actor)
    put_statement(committee, statement=statement)
    return committee


def put_statement(committee: Committee, *, statement: Statement) -> None:
    """Write a statement into the row of a term that is held already."""
    committee.has_woman, committee.minority = statement.has_woman, statement.minority
    committee.save(update_fields=["has_woman", "minority"])


def obtain_committee(committee_id: int, *, actor: User) -> Committee:
    """Return a term that ``actor`` keeps, locked; raise Committee.DoesNotExist for any other."""
    rows = Committee.objects.governed_by(actor).select_related("unit__center")
    return rows.select_for_update(of=("self",)).get(pk=committee_id)
