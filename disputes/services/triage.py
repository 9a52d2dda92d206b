from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from cases.enums import Category, EventKind, Grade, Stage, TransferReason
from cases.models import Case, Transfer
from cases.reports.recusals import first_open_center
from cases.rules.matters import first_level
from cases.services.assign import give_to_handler, sign_for
from cases.services.events import record
from cases.services.level import start_level_clock
from centers.enums import Level
from core.errors import DomainError
from core.models import User
from disputes.enums import Action
from disputes.services.obtain import obtain_dispute


@transaction.atomic
def triage_dispute(
    case_id: int, *, grade: Grade, category: Category, handler: User | None, actor: User, now: datetime
) -> Case:
    """Grade a registered dispute, give it to a handler and start the limit of the level that takes it up.

    A critical matter skips the village: it goes to the town's center, which names the handler there. Raises
    Case.DoesNotExist outside the actor's rights, IllegalTransition from another state, DomainError without a
    handler where one is needed.
    """
    dispute, case, state = obtain_dispute(case_id, Action.TRIAGE, actor=actor)
    dispute.state = state
    dispute.save(update_fields=["state"])
    case.grade, case.category, case.stage = grade, category, Stage.TRIAGED
    case.save(update_fields=["grade", "category", "stage"])
    sign_for(case, actor=actor, now=now)
    record(case, EventKind.TRIAGED, actor=actor, now=now, grade=grade.value, category=category.value)
    level = first_level(grade, Level(case.holder.level))
    if level != case.holder.level:
        _send_up(case, level, now=now)
    elif handler is None:
        raise DomainError(_("Choose the mediator who takes the matter."))
    else:
        give_to_handler(case, handler=handler, now=now)
        record(case, EventKind.ASSIGNED, actor=actor, now=now, handler=handler.full_name, center=case.holder.name)
    start_level_clock(case, actor=actor, now=now)
    return case


def _send_up(case: Case, level: Level, *, now: datetime) -> None:
    upper = first_open_center(case, from_level=level)
    Transfer.objects.create(
        case=case, reason=TransferReason.TRIAGE, from_center=case.holder, to_center=upper, moved_at=now
    )
    case.holder, case.unit, case.handler = upper, None, None
    case.save(update_fields=["holder", "unit", "handler"])
