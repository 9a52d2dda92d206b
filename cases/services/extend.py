"""Extensions: asked for before the limit ends, decided by somebody else one level up, told to the applicant on a paper.

At the top of the tree, where there is no level up, the director of the center decides.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from cases.enums import ClockKind, ClockState, EventKind, ExtensionState, Stage
from cases.models import Case, Clock, Extension
from cases.querysets import EXTEND, HANDLE
from cases.reports import LOOK_BACK, limit_of, room_on
from cases.rules.extensions import EXTENDABLE, extension_number, needs_agreement
from cases.rules.lengths import length_text
from cases.services.events import record
from cases.services.extension_messages import tell_deciders, tell_outcome
from cases.services.move import move_clock, plan_again
from cases.services.obtain import obtain_case
from centers.enums import Level
from centers.reports import Calendars
from centers.rules import short_name
from core import clock
from core.errors import DomainError, IllegalTransition
from core.models import User
from core.numbering import take_numbers
from core.separation import require_another

OWN_REQUEST: Final = _("Whoever asked for an extension or handles the matter cannot decide on it.")


@dataclass(frozen=True, slots=True)
class NewExtension:
    """What is asked for: which clock, how much more in the unit of its rule, why, and when the parties agreed to it."""

    clock_id: int
    amount: int
    ground: str
    agreed_on: date | None = None


@transaction.atomic
def ask_extension(case_id: int, *, new: NewExtension, actor: User, now: datetime) -> Extension:
    """Ask, for a limit that has not ended, that it be extended. Nothing moves until somebody one level up has decided.

    Raises DomainError after the limit has ended, for a limit that nobody may extend, beyond what may be granted in
    all, and for a mediation whose parties have not agreed in writing.
    """
    case = obtain_case(case_id, actor=actor, permission=HANDLE)
    if case.stage not in {Stage.TRIAGED, Stage.HANDLING}:
        raise IllegalTransition(_("Only the limits of a matter in handling can be extended."))
    row = case.clocks.select_related("holder").get(pk=new.clock_id)
    if row.extensions.filter(state=ExtensionState.ASKED).exists():
        raise DomainError(_("An extension of this limit has been asked for already and waits to be decided."))
    unit = _check(row, new.amount, now=now)
    asked = Extension.objects.create(
        clock=row,
        amount=new.amount,
        unit_of_time=unit,
        ground=new.ground,
        agreed_on=_checked_agreement(row, new.agreed_on, now=now),
        asked_by=actor,
        asked_at=now,
    )
    record(case, EventKind.EXTENSION_ASKED, actor=actor, now=now, clock=row.kind, length=_length(asked))
    tell_deciders(asked, case=case, now=now)
    return asked


@transaction.atomic
def grant_extension(
    extension_id: int, *, remark: str, actor: User, now: datetime, permission: str = EXTEND
) -> Extension:
    """Grant what was asked for: the limit ends later, and the notice to the applicant gets its number.

    ``permission`` is the right by which the actor decides: one level up, unless the law lets somebody else decide.

    Raises DomainError once the limit has ended or for more than may be granted now, SeparationOfDuties for whoever
    asked or handles the matter, and for a center that has no part in it.
    """
    asked, case = _obtain(extension_id, actor=actor, permission=permission)
    _check_decides(asked, case, actor=actor)
    row, today = asked.clock, clock.local_day(now)
    _check(row, asked.amount, now=now)
    calendar = Calendars.load(since=row.started_on - LOOK_BACK).of(case.center_ids(Level(row.holder.level)))
    plan = plan_again(row, calendar=calendar, today=today, granting=limit_of(asked))
    asked.was_due_on, asked.due_on, asked.center = row.due_on, plan.due_on, row.holder
    number = take_numbers(f"extension:{row.holder.code}", today.year)[0]
    asked.number = extension_number(short_name(row.holder.name), today.year, number)
    _decide(asked, ExtensionState.GRANTED, remark=remark, actor=actor, now=now)
    move_clock(row, plan=plan, now=now)
    due_on = plan.due_on.isoformat()
    record(case, EventKind.CLOCK_EXTENDED, actor=actor, now=now, clock=row.kind, length=_length(asked), due_on=due_on)
    tell_outcome(asked, case=case, now=now)
    return asked


@transaction.atomic
def refuse_extension(
    extension_id: int, *, remark: str, actor: User, now: datetime, permission: str = EXTEND
) -> Extension:
    """Refuse what was asked for, with the reason; the limit stays as it is. Open even after the limit has ended."""
    asked, case = _obtain(extension_id, actor=actor, permission=permission)
    _check_decides(asked, case, actor=actor)
    _decide(asked, ExtensionState.REFUSED, remark=remark, actor=actor, now=now)
    record(case, EventKind.EXTENSION_REFUSED, actor=actor, now=now, clock=asked.clock.kind)
    tell_outcome(asked, case=case, now=now)
    return asked


@transaction.atomic
def tell_extension(extension_id: int, *, told_on: date, actor: User, now: datetime) -> Extension:
    """Note the day on which the applicant was given the notice of a granted extension."""
    asked, case = _obtain(extension_id, actor=actor, permission=HANDLE)
    if asked.state != ExtensionState.GRANTED or asked.told_on is not None:
        raise IllegalTransition(_("There is no granted extension left to tell the applicant of."))
    if asked.decided_at is None or not clock.local_day(asked.decided_at) <= told_on <= clock.local_day(now):
        raise DomainError(_("The applicant is told between the day of the decision and today."))
    asked.told_on = told_on
    asked.save(update_fields=["told_on"])
    record(case, EventKind.EXTENSION_TOLD, actor=actor, now=now, number=asked.number, told_on=told_on.isoformat())
    return asked


def _obtain(extension_id: int, *, actor: User, permission: str) -> tuple[Extension, Case]:
    case_id = Extension.objects.visible_to(actor).values_list("clock__case", flat=True).get(pk=extension_id)
    case = obtain_case(case_id, actor=actor, permission=permission)
    asked = Extension.objects.select_for_update(of=("self",)).select_related("clock__holder").get(pk=extension_id)
    asked.clock.case = case
    return asked, case


def _check(row: Clock, amount: int, *, now: datetime) -> str:
    """Return the unit in which a limit is extended; raise DomainError where ``amount`` cannot be had at ``now``."""
    limit = ClockKind(row.kind).label
    if row.state == ClockState.PAUSED:
        raise DomainError(_("The limit is paused. End the pause first: %(limit)s."), limit=limit)
    if row.state != ClockState.RUNNING or now > row.due_at:
        raise DomainError(
            _("%(limit)s ended on %(due)s. An extension is asked for and decided before the limit ends, not after."),
            limit=limit,
            due=row.due_on.isoformat(),
        )
    room = room_on(row, on=clock.local_day(now))
    if room is None and row.kind not in EXTENDABLE:
        raise DomainError(_("Nobody may extend this limit: %(limit)s."), limit=limit)
    if room is None:
        raise DomainError(_("This limit has been extended as far as it may be: %(limit)s."), limit=limit)
    if not 0 < amount <= room.amount:
        raise DomainError(_("At most %(most)s more may be granted for this limit."), most=length_text(room))
    return room.unit.value


def _checked_agreement(row: Clock, agreed_on: date | None, *, now: datetime) -> date | None:
    """Return the day on which the parties agreed to go on, None for a limit that does not depend on them."""
    if refusal := agreement_lacks(row, agreed_on=agreed_on, today=clock.local_day(now)):
        raise DomainError(refusal)
    return agreed_on if needs_agreement(ClockKind(row.kind)) else None


def agreement_lacks(row: Clock, *, agreed_on: date | None, today: date) -> str | Promise:
    """Return what is wrong with the day on which the parties agreed to go on, nothing where the limit needs none."""
    if not needs_agreement(ClockKind(row.kind)):
        return ""
    if agreed_on is None:
        return _("A mediation goes on past its limit only if both parties have agreed to it in writing. Give the day.")
    if not row.started_on <= agreed_on <= today:
        return _("The parties agreed between the day the limit started and today.")
    return ""


def _check_decides(asked: Extension, case: Case, *, actor: User) -> None:
    if asked.state != ExtensionState.ASKED:
        raise IllegalTransition(_("The extension has been decided already."))
    require_another(actor, than={asked.asked_by_id, case.handler_id}, refusal=OWN_REQUEST)


def _decide(asked: Extension, state: ExtensionState, *, remark: str, actor: User, now: datetime) -> None:
    asked.state, asked.remark = state, remark
    asked.decided_by, asked.decided_at = actor, now
    asked.save()


def _length(asked: Extension) -> str:
    return f"{asked.amount} {asked.unit_of_time}"
