from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from cases.enums import Category, ClockKind, EventKind, Grade, Sensitivity, Stage
from cases.models import Case
from cases.services.assign import give_to_handler, sign_for
from cases.services.clocks import end_clocks
from cases.services.events import record
from core.errors import DomainError
from core.models import User
from petitions.enums import Action, ClaimRoute, Kind
from petitions.services.notices import follow_purpose
from petitions.services.obtain import check_organ, move_to, obtain_petition


@dataclass(frozen=True, slots=True)
class Triage:
    """What a petition is for, by which route a claim goes, how grave it is, and who handles it.

    Nobody does where it is to be referred to another unit.
    """

    kind: Kind
    route: ClaimRoute | None
    category: Category
    grade: Grade
    handler: User | None


@transaction.atomic
def triage_petition(case_id: int, *, triage: Triage, actor: User, now: datetime) -> Case:
    """Say what a petition is for and by which route it goes, and give it to a unit of the center (arts. 22 and 28–31).

    Done once more it corrects what was said. Raises IllegalTransition once it is being handled, DomainError for a claim
    without a route, a route of what is no claim, an accusation that is not under seal, a handler who has no part in the
    matter or serves at no unit, and a committee that would have to issue an opinion.
    """
    petition, case, state = obtain_petition(case_id, Action.TRIAGE, actor=actor)
    _check(case, triage)
    petition.kind, petition.route, petition.triaged_by = triage.kind, triage.route or "", actor
    move_to(petition, state, "kind", "route", "triaged_by")
    case.grade, case.category, case.stage = triage.grade, triage.category, Stage.TRIAGED
    case.save(update_fields=["grade", "category", "stage"])
    sign_for(case, actor=actor, now=now)
    end_clocks(case.clocks.running().filter(kind=ClockKind.PET_TRIAGE), ended_at=now, now=now)
    record(case, EventKind.TRIAGED, actor=actor, now=now, grade=triage.grade.value, category=triage.category.value)
    record(case, EventKind.SORTED, actor=actor, now=now, purpose=triage.kind.value, route=petition.route)
    follow_purpose(petition, is_accusation=triage.kind is Kind.ACCUSATION, now=now)
    if triage.handler is not None:
        _give(case, triage, triage.handler, actor=actor, now=now)
    return case


def _give(case: Case, triage: Triage, handler: User, *, actor: User, now: datetime) -> None:
    give_to_handler(case, handler=handler, now=now)
    if case.unit is None and triage.kind is not Kind.ACCUSATION:
        raise DomainError(_("%(handler)s serves at no unit. A petition is handled by a unit."), handler=handler)
    if triage.route is ClaimRoute.PETITION:
        check_organ(case)
    record(case, EventKind.ASSIGNED, actor=actor, now=now, handler=handler.full_name, center=case.holder.name)


def _check(case: Case, triage: Triage) -> None:
    if (triage.kind is Kind.CLAIM) != (triage.route is not None):
        raise DomainError(_("Say of a claim, and of a claim alone, by which number of article 31 it is handled."))
    if triage.handler is None and triage.kind is Kind.ACCUSATION:
        raise DomainError(
            _("Name who handles it: an accusation is not referred, it is handed on under seal (art. 30).")
        )
    if triage.kind is Kind.ACCUSATION and case.sensitivity != Sensitivity.SEALED:
        raise DomainError(
            _("Put the matter under seal first: an accusation is told to nobody it concerns (art. 30). Then triage it.")
        )
