"""The mediator: chosen by the parties or designated by the committee, and replaced when a party objects.

People's Mediation Law, arts. 19, 20 and 23.
"""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from cases.enums import EventKind
from cases.models import Case
from cases.querysets import ASSIGN, HANDLE
from cases.services.assign import assign_case
from cases.services.events import record
from cases.services.obtain import obtain_case
from cases.services.recuse import recuse_person
from core import clock
from core.errors import DomainError, IllegalTransition
from core.models import User
from disputes.enums import ChosenBy, Language, State
from disputes.models import Dispute, Mediator
from disputes.querysets import MediatorQuerySet
from disputes.reports.mediators import conflict_of, mediators_in_office
from disputes.rules.procedure import NAMES_MEDIATORS


class Conflict(DomainError):
    """Somebody cannot mediate this matter."""

    code = "conflict_of_interest"


@transaction.atomic
def name_mediator(case_id: int, *, person: User, chosen_by: ChosenBy, actor: User, now: datetime) -> Mediator:
    """Note who mediates a matter, and who chose them: one of the mediators of the center that holds it.

    Several may mediate; whoever has the matter on the desk answers for it. Raises Conflict for somebody who cannot
    mediate it, DomainError for somebody who is no mediator there or named already, IllegalTransition where the
    mediation has not come to it, or is over.
    """
    case = _obtain(case_id, HANDLE, actor=actor)
    _check_in_office(case, person, now=now)
    named = _current(case).filter(person=person).first()
    if named is not None and named.chosen_by == chosen_by:
        raise DomainError(_("%(person)s is named already."), person=person.full_name)
    if named is None:
        named = Mediator(case=case, round=case.round, person=person, named_by=actor, named_at=now)
    named.chosen_by = chosen_by
    named.save()
    record(case, EventKind.MEDIATOR_NAMED, actor=actor, now=now, person=person.full_name)
    return named


@transaction.atomic
def object_to_mediator(
    case_id: int, *, mediator_id: int, party_id: int, objection: str, successor: User, actor: User, now: datetime
) -> Mediator:
    """Replace a mediator to whom a party objects, at once and whatever the mediator thinks of it.

    The one replaced has no part in the matter from then on; where they had it on the desk, ``successor`` handles it.
    Raises Mediator.DoesNotExist for one who does not mediate it now, Party.DoesNotExist for somebody who is no party,
    Conflict for a successor who cannot mediate it, DomainError for one who is no mediator there.
    """
    case = _obtain(case_id, ASSIGN, actor=actor)
    row = _current(case).get(pk=mediator_id)
    row.objector, row.objection = case.parties.get(pk=party_id), objection
    if successor == row.person:
        raise DomainError(_("Name somebody else instead of %(person)s."), person=successor.full_name)
    _check_in_office(case, successor, now=now)
    row.replaced_by, row.replaced_at = actor, now
    row.save(update_fields=["objector", "objection", "replaced_by", "replaced_at"])
    is_handler = case.handler_id == row.person_id
    recuse_person(case.pk, person=row.person, ground=objection, actor=actor, now=now)
    if is_handler:
        assign_case(case.pk, handler=successor, actor=actor, now=now)
    record(case, EventKind.MEDIATOR_REPLACED, actor=actor, now=now, person=successor.full_name)
    designated = {"chosen_by": ChosenBy.COMMITTEE, "named_by": actor, "named_at": now}
    return _current(case).get_or_create(case=case, round=case.round, person=successor, defaults=designated)[0]


@transaction.atomic
def note_languages(case_id: int, *, languages: Collection[Language], actor: User, now: datetime) -> Dispute:
    """Note which languages and dialects the parties need at the table, so that who speaks them is offered first.

    Raises IllegalTransition where the mediation has not come to naming mediators, or is over.
    """
    case = _obtain(case_id, HANDLE, actor=actor)
    dispute = Dispute.objects.get(case=case)
    dispute.languages = [one.value for one in Language if one in languages]
    dispute.save(update_fields=["languages"])
    record(case, EventKind.LANGUAGES_NOTED, actor=actor, now=now)
    return dispute


def settle_mediators(case: Case, *, actor: User, now: datetime) -> None:
    """Check that nobody who mediates a locked matter has a conflict; its handler is designated if nobody chose them.

    Raises Conflict otherwise.
    """
    handler = case.handler or actor
    designated = {"chosen_by": ChosenBy.COMMITTEE, "named_by": actor, "named_at": now}
    _current(case).get_or_create(case=case, round=case.round, person=handler, defaults=designated)
    for row in _current(case).select_related("person"):
        _check_conflict(case, row.person)


def _check_in_office(case: Case, person: User, *, now: datetime) -> None:
    _check_conflict(case, person)
    if person not in [one.person for one in mediators_in_office(case, on=clock.local_day(now))]:
        raise DomainError(
            _("%(person)s is no mediator in office at %(center)s. Choose one of its mediators."),
            person=person.full_name,
            center=case.holder.name,
        )


def _check_conflict(case: Case, person: User) -> None:
    reason = conflict_of(case, person)
    if reason is not None:
        raise Conflict(
            _("%(person)s cannot mediate: %(reason)s. Name somebody else."), person=person.full_name, reason=str(reason)
        )


def _current(case: Case) -> MediatorQuerySet:
    return Mediator.objects.filter(case=case).of_round(case.round)


def _obtain(case_id: int, permission: str, *, actor: User) -> Case:
    case = obtain_case(case_id, actor=actor, permission=permission)
    dispute = Dispute.objects.select_for_update().get(case=case)
    if State(dispute.state) not in NAMES_MEDIATORS:
        raise IllegalTransition(_("Mediators are named from triage until the mediation is over."))
    return case
