"""Who has no part in a matter: whoever it complains of, whoever has an interest in it, whom a decision leaves out.

A recusal takes the matter from their sight at once and wins over every right (Regulations on Petition Work, arts. 28
and 30). The case goes on elsewhere: to another handler, or to the next center above.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from cases.enums import ClockKind, EventKind, RecusalSource, Stage, TransferReason
from cases.models import Accused, Case, Recusal, Transfer
from cases.querysets import ASSIGN, DECLARE
from cases.reports.recusals import Recusals, assigners_at, next_center
from cases.rules.kinds import LEVEL_CLOCKS, NOTICE_KINDS
from cases.services.clocks import hold_steps, open_clocks, start_clock
from cases.services.events import record
from cases.services.level import start_level_clock
from cases.services.obtain import obtain_case
from cases.services.pause import finish_clocks
from centers.enums import Level
from centers.models import Center, Unit
from core import acting, clock
from core.channels import MessageKind
from core.errors import DomainError, IllegalTransition
from core.links import page_of
from core.models import User
from core.outbox import Message, queue_messages

COMPLAINED_OF: Final = "被反映"


@dataclass(frozen=True, slots=True)
class Target:
    """One of a person, a unit or a center; for somebody complained of, else a name that is no account here."""

    person: User | None = None
    unit: Unit | None = None
    center: Center | None = None
    name: str = ""


def recuse_center(case_id: int, *, center: Center, ground: str, actor: User, now: datetime) -> Recusal:
    """Decide that ``center`` has no part in a matter; see ``_recuse``.

    Raises DomainError for a center that stands not over the place where the matter arose.
    """
    with transaction.atomic():
        case = obtain_case(case_id, actor=actor, permission=ASSIGN)
        if center.pk not in case.center_ids(Level.VILLAGE):
            raise DomainError(
                gettext_lazy("%(center)s has nothing to do with the place where the matter arose."), center=center.name
            )
        return _recuse(case, Target(center=center), RecusalSource.DECISION, ground=ground, actor=actor, now=now)


def recuse_person(case_id: int, *, person: User, ground: str, actor: User, now: datetime) -> Recusal:
    """Decide that ``person`` has no part in a matter; see ``_recuse``."""
    with transaction.atomic():
        case = obtain_case(case_id, actor=actor, permission=ASSIGN)
        return _recuse(case, Target(person=person), RecusalSource.DECISION, ground=ground, actor=actor, now=now)


def declare_interest(case_id: int, *, ground: str, actor: User, now: datetime) -> Recusal:
    """Withdraw from a matter that concerns ``actor`` or people close to them; see ``_recuse``."""
    with transaction.atomic():
        case = obtain_case(case_id, actor=actor, permission=DECLARE)
        return _recuse(case, Target(person=actor), RecusalSource.INTEREST, ground=ground, actor=actor, now=now)


def name_accused(case_id: int, *, accused: Target, actor: User, now: datetime) -> Accused:
    """Note whom a matter complains of. Whoever serves here of them, or below them, has no part in it from then on.

    Raises IllegalTransition for a closed case, DomainError for somebody named already.
    """
    with transaction.atomic():
        case = obtain_case(case_id, actor=actor, permission=ASSIGN)
        target = {"person": accused.person, "unit": accused.unit, "center": accused.center}
        if case.accused.filter(**target, name=accused.name).exists():
            raise DomainError(gettext_lazy("Named already."))
        named = Accused.objects.create(case=case, **target, name=accused.name, named_by=actor, named_at=now)
        record(case, EventKind.ACCUSED_NAMED, actor=actor, now=now)
        if not accused.name:
            _recuse(case, accused, RecusalSource.ACCUSED, ground=COMPLAINED_OF, actor=actor, now=now)
        return named


def _recuse(case: Case, target: Target, source: RecusalSource, *, ground: str, actor: User, now: datetime) -> Recusal:
    """Keep a locked matter from ``target`` from now on, and let it go on without them; see ``go_on_without``.

    From here on the actor may no longer see what is written, so the house writes it. Raises IllegalTransition for
    a closed case, DomainError for somebody who has no part in it already.
    """
    if case.stage == Stage.CLOSED:
        raise IllegalTransition(gettext_lazy("The matter is closed; there is nothing left to take away from anybody."))
    with acting.as_house():
        recusal = _write(case, target, source, ground=ground, actor=actor, now=now)
        record(case, _kind(target, source), actor=actor, now=now, **_named(target))
        go_on_without(case, is_handler_out=is_handler_recused(case), actor=actor, now=now)
    return recusal


def _write(case: Case, target: Target, source: RecusalSource, *, ground: str, actor: User, now: datetime) -> Recusal:
    with_below = source == RecusalSource.ACCUSED and target.center is not None
    who: dict[str, Any] = {"person": target.person, "unit": target.unit, "center": target.center}
    if case.recusals.filter(**who, with_below=with_below).exists():
        raise DomainError(
            gettext_lazy("%(target)s has no part in the matter already."),
            target=str(target.person or target.unit or target.center),
        )
    since = clock.local_day(case.received_at)
    return Recusal.objects.create(
        case=case, **who, with_below=with_below, since=since, source=source, ground=ground,
        recorded_by=actor, recorded_at=now,
    )  # fmt: skip


def _kind(target: Target, source: RecusalSource) -> EventKind:
    if source == RecusalSource.INTEREST:
        return EventKind.INTEREST_DECLARED
    return EventKind.CENTER_RECUSED if target.center else EventKind.PERSON_RECUSED


def _named(target: Target) -> dict[str, Any]:
    """Return what the timeline says of it: the name of an office, never of a person."""
    return {"center": target.center.name} if target.center else {}


def is_handler_recused(case: Case) -> bool:
    """Return whether whoever handles the case has no part in it by now."""
    return bool(case.handler_id and Recusals.of([case.pk]).exclude_person(case.pk, case.handler_id))


def go_on_without(case: Case, *, is_handler_out: bool, actor: User, now: datetime) -> None:
    """Let a locked matter go on that some people lost sight of.

    If nobody is left where it lies who may give it to a handler, it goes at once to the next center above that has
    somebody; with nobody there it stays and climbs like any other. If its handler is concerned it waits for another
    one.
    """
    today = clock.local_day(now)
    left = assigners_at(case, [case.holder], on=today)
    target = None if left else next_center(case, on=today)
    if target is not None:
        _hand_up(case, target, actor=actor, now=now)
    elif case.handler_id and is_handler_out:
        _take_from_handler(case, left.get(case.holder_id, set()), actor=actor, now=now)


def _take_from_handler(case: Case, assigners: set[int], *, actor: User, now: datetime) -> None:
    """Let the case wait at its center for another handler; the limits run on, for the center answers for them."""
    case.transfers.waiting().update(superseded_at=now)
    Transfer.objects.create(
        case=case, reason=TransferReason.RECUSAL, from_center=case.holder, to_center=case.holder, moved_at=now
    )
    case.handler = None
    case.save(update_fields=["handler"])
    record(case, EventKind.HANDLER_WITHDRAWN, actor=actor, now=now, center=case.holder.name)
    key, link = f"{MessageKind.RECUSAL}:{case.pk}:{now.isoformat()}", page_of("admin:cases_case_change", case.pk)
    with override(settings.LANGUAGE_CODE):
        subject = _("%(number)s needs another handler") % {"number": case.number}
        body = _("Its handler has no part in it any more. Its limits run on; give it to somebody else.")
        reason = _("You give matters to handlers at the center that holds it.")
        queue_messages(
            [Message(key, pk, subject, body, reason, link, matter_id=case.pk) for pk in sorted(assigners)], now=now
        )


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
