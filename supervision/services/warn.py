"""The steps that only tell somebody something: hints, reminders, warnings, and limits that passed at the top."""

from typing import Final

from django.db.models import Max
from django.utils.translation import gettext as _

from cases.enums import ClockKind, EventKind
from cases.models import Event
from cases.rules.kinds import AGREED_KINDS, MEDIATION_KINDS
from core import clock
from core.bulk import among
from supervision.services.batch import Batch, Words
from supervision.services.claim import DueStep

BEGINNINGS: Final = (
    EventKind.ACCEPTED,
    EventKind.MEDIATION_STARTED,
    EventKind.PETITION_ACCEPTED,
    EventKind.OPINION_DRAFTED,
)
# A limit that starts with an acceptance is not begun with that alone.
_BEGUN_BY: Final = {
    **dict.fromkeys(MEDIATION_KINDS, (EventKind.MEDIATION_STARTED,)),
    ClockKind.PET_HANDLE: (EventKind.OPINION_DRAFTED,),
}


def nudge(batch: Batch, steps: list[DueStep]) -> None:
    """Tell the handler that half the time is gone, where nobody has done anything since the clock started."""
    acts = Event.objects.filter(among("case", [step.case.pk for step in steps]), kind__in=[*BEGINNINGS])
    last = {
        (case_id, kind): at for case_id, kind, at in acts.order_by().values_list("case", "kind").annotate(Max("at"))
    }
    words = Words(
        "nudge",
        subject=_("%(number)s: half of the time has passed"),
        body=_("%(limit)s of case %(number)s ends on %(due)s and nothing has been recorded yet."),
        reason=_("The matter lies on your desk."),
    )
    for step in steps:
        moments = [last[step.case.pk, kind] for kind in _acts_after(step) if (step.case.pk, kind) in last]
        if not any(clock.local_day(moment) >= step.clock.started_on for moment in moments):
            batch.note(step, EventKind.NUDGED, clock=step.clock.kind)
            batch.tell(step, batch.handler(step), words, names=_names(batch, step))


def _acts_after(step: DueStep) -> tuple[EventKind, ...]:
    """Return what counts as having begun with what a limit is for."""
    return _BEGUN_BY.get(ClockKind(step.clock.kind), BEGINNINGS)


def remind(batch: Batch, steps: list[DueStep]) -> None:
    """Tell the handler and the unit's leaders that the limit ends soon."""
    words = _due("remind", reason=_("You handle the matter or lead the unit that does."))
    for step in steps:
        batch.note(step, EventKind.REMINDED, clock=step.clock.kind, due_on=step.clock.due_on.isoformat())
        batch.tell(step, batch.handler(step) | batch.leaders(step), words, names=_names(batch, step))


def prewarn(batch: Batch, steps: list[DueStep]) -> None:
    """Tell the center's supervisors as well."""
    words = _due("prewarn", reason=_("You handle the matter, lead the unit that does, or supervise its center."))
    for step in steps:
        batch.note(step, EventKind.PREWARNED, clock=step.clock.kind, due_on=step.clock.due_on.isoformat())
        batch.tell(step, _answering(batch, step), words, names=_names(batch, step))


def tell_lapsed(batch: Batch, steps: list[DueStep]) -> None:
    """Tell all concerned that a limit has passed from which there is no way further up."""
    words = Words(
        "lapse",
        subject=_("%(number)s: %(limit)s has passed"),
        body=_("%(limit)s of case %(number)s ended on %(due)s."),
        reason=_("You handle the matter, lead the unit that does, or supervise its center."),
    )
    urge = Words(
        "lapse",
        subject=_("%(number)s: not performed in time, please urge"),
        body=_("What was to be performed by %(due)s in case %(number)s has not been performed. Urge whoever owes it."),
        reason=_("You handle the matter or lead the unit that does."),
    )
    for step in steps:
        batch.note(step, EventKind.LIMIT_PASSED, clock=step.clock.kind, due_on=step.clock.due_on.isoformat())
        told = urge if step.clock.kind in AGREED_KINDS else words
        batch.tell(step, _answering(batch, step), told, names=_names(batch, step))


def _answering(batch: Batch, step: DueStep) -> set[int]:
    """Return whom a limit concerns; an agreed day only those who urge, as nobody in the house is late by it."""
    if step.clock.kind in AGREED_KINDS:
        return batch.handler(step) | batch.leaders(step)
    return batch.concerned(step)


def propose_red(batch: Batch, steps: list[DueStep]) -> None:
    """Tell the supervisors that a red notice is due: a person issues it, or says why not."""
    words = Words(
        "red",
        subject=_("%(number)s: a red notice is proposed"),
        body=_("%(limit)s of case %(number)s ended on %(due)s; %(center)s has been late for five working days."),
        reason=_("You supervise the center concerned or the one above it; a red notice is issued by a person."),
    )
    for step in steps:
        batch.note(step, EventKind.RED_PROPOSED, clock=step.clock.kind, center=batch.center(step).name)
        batch.tell(step, batch.watchers(step), words, names=_names(batch, step))


def propose_measures(batch: Batch, steps: list[DueStep]) -> None:
    """Tell the directors above that talks, a bulletin or listed supervision may be due; a person decides."""
    words = Words(
        "measures",
        subject=_("%(number)s: further measures are proposed"),
        body=_("%(limit)s of case %(number)s ended on %(due)s; %(center)s has been late for ten working days."),
        reason=_("You direct or supervise the center above the one concerned; what follows is decided by a person."),
    )
    for step in steps:
        center = batch.center(step)
        batch.note(step, EventKind.MEASURES_PROPOSED, clock=step.clock.kind, center=center.name)
        people = batch.watchers(step) | batch.directors_above(step)
        batch.tell(step, people, words, names=_names(batch, step))


def _due(effect: str, *, reason: str) -> Words:
    return Words(
        effect,
        subject=_("%(number)s: %(limit)s ends on %(due)s"),
        body=_("%(limit)s of case %(number)s ends on %(due)s at 24:00."),
        reason=reason,
    )


def _names(batch: Batch, step: DueStep) -> dict[str, str]:
    return {
        "number": step.case.number,
        "limit": str(ClockKind(step.clock.kind).label),
        "due": step.clock.due_on.isoformat(),
        "center": batch.center(step).name,
    }
