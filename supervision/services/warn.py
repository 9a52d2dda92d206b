"""The steps that only tell somebody something: hints, reminders, warnings, and limits that passed at the top."""

from django.utils.translation import gettext as _

from cases.enums import ClockKind, EventKind
from cases.models import Clock, ClockStep, Event
from supervision.services.batch import Batch


def nudge(batch: Batch, steps: list[ClockStep]) -> None:
    """Tell the handler that half the time is gone, where nobody has done anything since the clock started."""
    touched = set(
        Event.objects.filter(case__in=[step.clock.case_id for step in steps])
        .exclude(actor=batch.actor)
        .filter(kind__in=[EventKind.ACCEPTED, EventKind.MEDIATION_STARTED])
        .values_list("case_id", flat=True)
    )
    for step in steps:
        if step.clock.case_id not in touched:
            batch.note(step, EventKind.NUDGED, clock=step.clock.kind)
            _tell_handler(batch, step, reason=_("The matter lies on your desk."))


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
    return {"number": late.case.number, "limit": str(ClockKind(late.kind).label), "due": late.due_on.isoformat()}
