"""A center that has no part in a matter because the matter is about it."""

from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cases.enums import ClockKind, EventKind, Stage, TransferReason
from cases.models import Case, Recusal, Transfer
from cases.rules.kinds import LEVEL_CLOCKS, NOTICE_KINDS
from cases.rules.matters import levels_to_climb
from cases.services.clocks import hold_steps, open_clocks, start_clock
from cases.services.events import record
from cases.services.level import start_level_clock
from cases.services.obtain import obtain_case
from cases.services.pause import finish_clocks
from centers.enums import Level
from centers.models import Center
from centers.reports import staffed_centers
from core import clock
from core.errors import DomainError, IllegalTransition
from core.models import User


@transaction.atomic
def recuse_center(case_id: int, *, center: Center, ground: str, actor: User, now: datetime) -> Recusal:
    """Note that a matter is about ``center`` (Regulations on Petition Work, arts. 28 and 30).

    It is passed by on the way up and told nothing of the matter. If it holds the matter, the matter goes at once to
    the next center above that has somebody in office; with nobody there it stays and climbs like any other. Raises
    IllegalTransition for a closed case, DomainError for a center that stands not over the place where it arose.
    """
    case = obtain_case(case_id, actor=actor, permission="cases.assign_case")
    if case.stage == Stage.CLOSED:
        raise IllegalTransition(_("The matter is closed; there is nothing left to take away from a center."))
    if center.pk not in case.center_ids(Level.VILLAGE):
        raise DomainError(_("%(center)s has nothing to do with the place where the matter arose."), center=center.name)
    if case.recusals.filter(center=center).exists():
        raise DomainError(_("%(center)s has no part in the matter already."), center=center.name)
    recusal = Recusal.objects.create(case=case, center=center, ground=ground, recorded_by=actor, recorded_at=now)
    record(case, EventKind.CENTER_RECUSED, actor=actor, now=now, center=center.name)
    target = _next_center(case, now=now) if case.holder_id == center.pk else None
    if target is not None:
        _hand_up(case, target, actor=actor, now=now)
    return recusal


def _next_center(case: Case, *, now: datetime) -> Center | None:
    above = [getattr(case, f"{level}_id") for level in levels_to_climb(Level(case.holder.level))]
    recused = set(case.recusals.values_list("center", flat=True))
    staffed = staffed_centers([pk for pk in above if pk and pk not in recused], on=clock.local_day(now))
    nearest = next((pk for pk in above if pk in staffed), None)
    return Center.objects.get(pk=nearest) if nearest else None


def _hand_up(case: Case, target: Center, *, actor: User, now: datetime) -> None:
    """Move the case to ``target``: the limits of the center that had it end, the law's own limits run on."""
    origin = case.holder
    case.transfers.waiting().update(superseded_at=now)
    Transfer.objects.create(
        case=case, reason=TransferReason.RECUSAL, from_center=origin, to_center=target, moved_at=now
    )
    theirs = Q(holder=origin, kind__in=[ClockKind.SIGN_FOR, *LEVEL_CLOCKS.values()])
    over = open_clocks(case, theirs)
    finish_clocks(over, ended_at=now, actor=actor, now=now)
    case.clocks.open().filter(holder=origin).exclude(kind__in=NOTICE_KINDS).update(holder=target, unit=None)
    case.holder, case.unit, case.handler = target, None, None
    case.save(update_fields=["holder", "unit", "handler"])
    record(case, EventKind.HANDED_UP, actor=actor, now=now, origin=origin.name, target=target.name)
    if any(row.kind == ClockKind.SIGN_FOR for row in over):
        start_clock(case, ClockKind.SIGN_FOR, now=now, subject=f"from{origin.pk}")
    else:
        start_level_clock(case, actor=actor, now=now)
    waiting = case.results.filter(verified_at=None).first()
    if waiting is not None:
        hold_steps(case, now=waiting.reported_at)
