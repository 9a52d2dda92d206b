"""The steps that only tell somebody something: hints, reminders, warnings, and limits that passed at the top."""

from typing import Final

from django.db.models import Max
from django.utils.translation import gettext as _

from cases.enums import ClockKind, EventKind
from cases.models import Clock, ClockStep, Event
from cases.rules.kinds import MEDIATION_KINDS
from centers.enums import Role
from core import clock
from supervision.services.batch import Batch

BEGINNINGS: Final = (EventKind.ACCEPTED, EventKind.MEDIATION_STARTED)


def nudge(batch: Batch, steps: list[ClockStep]) -> None:
    """Tell the handler that half the time is gone, where nobody has done anything since the clock started."""
    acts = Event.objects.filter(case__in=[step.clock.case_id for step in steps], kind__in=[*BEGINNINGS])
    last = {
        (case_id, kind): at for case_id, kind, at in acts.order_by().values_list("case", "kind").annotate(Max("at"))
    }
    for step in steps:
        late = step.clock
        moments = [last[late.case_id, kind] for kind in _acts_after(late) if (late.case_id, kind) in last]
        if not any(clock.local_day(moment) >= late.started_on for moment in moments):
            batch.note(step, EventKind.NUDGED, clock=late.kind)
            _tell_handler(batch, step, reason=_("The matter lies on your desk."))


def _acts_after(running: Clock) -> tuple[EventKind, ...]:
    """Return what counts as having begun: a mediation limit starts with acceptance, so that alone is no beginning."""
    return BEGINNINGS[1:] if running.kind in MEDIATION_KINDS else BEGINNINGS


def remind(batch: Batch, steps: list[ClockStep]) -> None:
    """Tell the handler and the unit's leaders that the limit ends soon."""
    for step in steps:
        batch.note(step, EventKind.REMINDED, clock=step.clock.kind, due_on=step.clock.due_on.isoformat())
        people = _handler(step) | batch.leaders(step.clock)
        _tell_due(batch, step, people, reason=_("You handle the matter or lead the unit that does."))


def prewarn(batch: Batch, steps: list[ClockStep]) -> None:
    """Tell the center's supervisors as well."""
    for step in steps:
        batch.note(step, EventKind.PREWARNED, clock=step.clock.kind, due_on=step.clock.due_on.isoformat())
        people = _handler(step) | batch.leaders(step.clock) | batch.watchers(step.clock)
        _tell_due(
            batch, step, people, reason=_("You handle the matter, lead the unit that does, or supervise its center.")
        )


def tell_lapsed(batch: Batch, steps: list[ClockStep]) -> None:
    """Tell all concerned that a limit has passed from which there is no way further up."""
    for step in steps:
        late = step.clock
        batch.note(step, EventKind.LIMIT_PASSED, clock=late.kind, due_on=late.due_on.isoformat())
        batch.tell(
            step,
            _handler(step) | batch.leaders(late) | batch.watchers(late),
            subject=_("%(number)s: %(limit)s has passed") % _names(late),
            body=_("%(limit)s of case %(number)s ended on %(due)s.") % _names(late),
            reason=_("You handle the matter, lead the unit that does, or supervise its center."),
        )


def propose_red(batch: Batch, steps: list[ClockStep]) -> None:
    """Tell the supervisors that a red notice is due: a person issues it, or says why not."""
    for step in steps:
        late = step.clock
        batch.note(step, EventKind.RED_PROPOSED, clock=late.kind, center=late.holder.name)
        batch.tell(
            step,
            batch.watchers(late),
            subject=_("%(number)s: a red notice is proposed") % _names(late),
            body=_("%(limit)s of case %(number)s ended on %(due)s; %(center)s has been late for five working days.")
            % _names(late),
            reason=_("You supervise the center concerned or the one above it; a red notice is issued by a person."),
        )


def propose_measures(batch: Batch, steps: list[ClockStep]) -> None:
    """Tell the directors above that talks, a bulletin or listed supervision may be due; a person decides."""
    for step in steps:
        late = step.clock
        batch.note(step, EventKind.MEASURES_PROPOSED, clock=late.kind, center=late.holder.name)
        batch.tell(
            step,
            batch.watchers(late) | batch.people([late.holder.parent_id], Role.CENTER_DIRECTOR),
            subject=_("%(number)s: further measures are proposed") % _names(late),
            body=_("%(limit)s of case %(number)s ended on %(due)s; %(center)s has been late for ten working days.")
            % _names(late),
            reason=_(
                "You direct or supervise the center above the one concerned; what follows is decided by a person."
            ),
        )


def _tell_handler(batch: Batch, step: ClockStep, *, reason: str) -> None:
    batch.tell(
        step,
        _handler(step),
        subject=_("%(number)s: half of the time has passed") % _names(step.clock),
        body=_("%(limit)s of case %(number)s ends on %(due)s and nothing has been recorded yet.") % _names(step.clock),
        reason=reason,
    )


def _tell_due(batch: Batch, step: ClockStep, people: set[int], *, reason: str) -> None:
    batch.tell(
        step,
        people,
        subject=_("%(number)s: %(limit)s ends on %(due)s") % _names(step.clock),
        body=_("%(limit)s of case %(number)s ends on %(due)s at 24:00.") % _names(step.clock),
        reason=reason,
    )


def _handler(step: ClockStep) -> set[int]:
    return {step.clock.case.handler_id} if step.clock.case.handler_id else set()


def _names(late: Clock) -> dict[str, str]:
    return {
        "number": late.case.number,
        "limit": str(ClockKind(late.kind).label),
        "due": late.due_on.isoformat(),
        "center": late.holder.name,
    }
