from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cases.enums import ClockKind, EventKind, Stage
from cases.models import Case
from cases.reports.recusals import handlers_of
from cases.rules.kinds import FOLLOWING_KINDS, LEVEL_CLOCKS, NOTICE_KINDS
from cases.services.clocks import open_clocks
from cases.services.events import record
from cases.services.obtain import obtain_case
from cases.services.pause import finish_clocks
from centers.enums import Level
from centers.models import Post
from core import clock
from core.errors import DomainError, IllegalTransition
from core.models import User


@transaction.atomic
def assign_case(case_id: int, *, handler: User, actor: User, now: datetime) -> Case:
    """Sign for a case at the center that holds it now, and give it to one of its handlers.

    From this moment the center below no longer answers for the matter: its limit ends, and the days it was late
    stay as they are. Raises Case.DoesNotExist outside the actor's rights, IllegalTransition for a case that is
    not in handling, DomainError for a handler who is not in office at the holding center.
    """
    case = obtain_case(case_id, actor=actor, permission="cases.assign_case")
    if case.stage not in {Stage.TRIAGED, Stage.HANDLING, Stage.VERIFIED}:
        raise IllegalTransition(_("Only a triaged matter that is not finished can be given to a handler."))
    give_to_handler(case, handler=handler, now=now)
    sign_for(case, actor=actor, now=now)
    record(case, EventKind.ASSIGNED, actor=actor, now=now, handler=handler.full_name, center=case.holder.name)
    return case


def give_to_handler(case: Case, *, handler: User, now: datetime) -> None:
    """Put a locked case on a handler's desk, and make the handler's unit the responsible one."""
    today = clock.local_day(now)
    if handler not in handlers_of(case, on=today):
        raise DomainError(
            _("%(handler)s is not in office as a handler at %(center)s. Choose one of its handlers."),
            handler=handler.full_name,
            center=case.holder.name,
        )
    post = (
        Post.objects.on_duty(on=today)
        .filter(user=handler, center=case.holder)
        .exclude(unit=None)
        .select_related("unit")
        .first()
    )
    case.handler = handler
    case.unit = post.unit if post else None
    case.save(update_fields=["handler", "unit"])
    running = case.clocks.open().exclude(kind__in=NOTICE_KINDS)
    running.filter(kind__in=FOLLOWING_KINDS).update(holder=case.holder)
    running.filter(holder=case.holder).update(unit=case.unit)


def sign_for(case: Case, *, actor: User, now: datetime) -> None:
    """Take a locked case over for the center that holds it, and end the limits of those who had it before."""
    taken = case.transfers.waiting().update(signed_at=now, signed_by=actor)
    if taken:
        record(case, EventKind.SIGNED_FOR, actor=actor, now=now, center=case.holder.name)
    own_kind = LEVEL_CLOCKS.get(Level(case.holder.level))
    level_kinds = [kind for kind in LEVEL_CLOCKS.values() if kind != own_kind]
    over = open_clocks(case, Q(kind__in=[ClockKind.SIGN_FOR, *level_kinds]))
    finish_clocks(over, ended_at=now, actor=actor, now=now)
