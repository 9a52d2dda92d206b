from datetime import datetime

from django.utils.translation import gettext_lazy as _

from cases.enums import EventKind, Stage
from cases.models import Case, Reopening
from cases.services.assign import give_to_handler, sign_for
from cases.services.events import record
from cases.services.level import start_level_clock
from core.errors import IllegalTransition
from core.models import User


def reopen_case(case: Case, *, handler: User, ground: str, actor: User, now: datetime) -> Reopening:
    """Take a locked closed case up again where it was held: a new round with limits of its own, as at triage.

    What was late in the rounds before stays as it is, and the query code stays good. Raises IllegalTransition for a
    case that is not closed, DomainError for a handler who is not in office there.
    """
    if case.stage != Stage.CLOSED:
        raise IllegalTransition(_("Only a closed matter can be reopened."))
    case.round += 1
    case.stage, case.closed_at = Stage.TRIAGED, None
    case.save(update_fields=["round", "stage", "closed_at"])
    reopening = Reopening.objects.create(case=case, round=case.round, ground=ground, reopened_by=actor, reopened_at=now)
    record(case, EventKind.REOPENED, actor=actor, now=now, round=case.round)
    sign_for(case, actor=actor, now=now)
    give_to_handler(case, handler=handler, now=now)
    record(case, EventKind.ASSIGNED, actor=actor, now=now, handler=handler.full_name, center=case.holder.name)
    start_level_clock(case, actor=actor, now=now)
    return reopening
