"""Matters that belong together are related, and unrelated with the reason; nobody learns of a matter out of sight.

A timeline is read by people who do not see the other matter, so it says nothing: the row and the audit trail do.
"""

from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cases.models import Case
from cases.querysets import CaseQuerySet
from core import audit
from core.audit import AuditAct
from core.errors import DomainError
from core.models import User
from disputes.enums import RelationGround
from disputes.models import Relation
from disputes.querysets import RELATE


@transaction.atomic
def relate_cases(case_id: int, *, number: str, ground: RelationGround, actor: User, now: datetime) -> Relation:
    """Note that two disputes, both in the actor's sight, belong together; ``number`` is that of the other one.

    Both are locked in the order of their keys. Raises Case.DoesNotExist for a matter the actor may not relate, and
    DomainError for another one that is out of sight or was never there, for the same one, and for a pair on record.
    """
    mine = Case.objects.obtainable_by(actor, RELATE).filter(dispute__isnull=False)
    found = {case.pk: case for case in _locked(mine, number=number, case_id=case_id)}
    case = found.pop(case_id, None)
    if case is None:
        raise Case.DoesNotExist
    if len(found) != 1:
        raise DomainError(_("No other dispute that you see has this number. Check the number."))
    other = next(iter(found.values()))
    first, second = sorted((case, other), key=lambda one: one.pk)
    if Relation.objects.standing().filter(case=first, other=second).exists():
        raise DomainError(_("These two matters are related already."))
    row = Relation.objects.create(case=first, other=second, ground=ground, related_by=actor, related_at=now)
    for one in (first, second):
        audit.record(AuditAct.TRANSITION, actor=actor, subject=one, data={"related": row.pk}, now=now)
    return row


@transaction.atomic
def unrelate_cases(case_id: int, *, relation_id: int, reason: str, actor: User, now: datetime) -> Relation:
    """End a relation with the reason; it stays on record.

    Raises Relation.DoesNotExist for one that is ended, of another matter, or to a matter out of sight.
    """
    seen = Relation.objects.visible_to(actor).standing().of(case_id)
    row = seen.select_for_update(of=("self",)).select_related("case", "other").get(pk=relation_id)
    reachable = Case.objects.obtainable_by(actor, RELATE).filter(pk=case_id)
    if not reachable.exists():
        raise Relation.DoesNotExist
    row.ended_by, row.ended_at, row.end_reason = actor, now, reason
    row.save(update_fields=["ended_by", "ended_at", "end_reason"])
    for one in (row.case, row.other):
        audit.record(AuditAct.TRANSITION, actor=actor, subject=one, data={"unrelated": row.pk}, now=now)
    return row


def _locked(mine: CaseQuerySet, *, number: str, case_id: int) -> CaseQuerySet:
    either = mine.filter(Q(pk=case_id) | Q(number=number.strip()) | Q(code=number.strip()))
    return either.select_for_update(of=("self",)).order_by("pk")
