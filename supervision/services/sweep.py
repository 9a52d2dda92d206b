"""The sweep: every due step of every clock fires once, oldest first, in batches that are one transaction each.

Postgres alone knows what is due. A worker that is killed leaves its batch as it was; two workers never hold the
same step; a day without any worker is caught up, each step with its own date and only the newest one told.
"""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Final

from django.db import DatabaseError, transaction

from cases.enums import ClockState, Step
from cases.models import Case, ClockStep, Event
from core.errors import DomainError
from core.outbox import queue_messages
from supervision.services.batch import Batch
from supervision.services.climb import climb
from supervision.services.issue import issue_yellow_notices
from supervision.services.warn import nudge, prewarn, propose_measures, propose_red, remind, tell_lapsed

BATCH: Final = 1000
PATIENCE: Final = timedelta(hours=1)

# A case's climb is the last of its steps in a batch, so it is done last.
EFFECTS: Final[Mapping[Step, Callable[[Batch, list[ClockStep]], None]]] = {
    Step.NUDGE: nudge,
    Step.REMIND: remind,
    Step.PREWARN: prewarn,
    Step.LAPSE: tell_lapsed,
    Step.YELLOW: issue_yellow_notices,
    Step.RED: propose_red,
    Step.MEASURES: propose_measures,
    Step.CLIMB: climb,
}


def sweep(*, now: datetime) -> int:
    """Fire every step that is due at ``now`` and return how many. Safe to run twice, side by side or late."""
    try_again(now=now)
    fired = 0
    while count := sweep_batch(now=now):
        fired += count
    return fired


def try_again(*, now: datetime) -> int:
    """Let the steps that were set aside an hour ago or longer be due once more, and return how many.

    What refused them may have gone: a lock, a calendar that was not loaded. A limit is never lost for good.
    """
    return ClockStep.objects.filter(failed_at__lte=now - PATIENCE).update(failed_at=None)


@transaction.atomic
def sweep_batch(*, now: datetime, size: int = BATCH) -> int:
    """Fire the oldest due steps that nobody else holds, at most ``size``, and return how many were dealt with.

    Should the effects of one step be refused, the steps are taken one by one and that step is set aside with its
    error; the others go on.
    """
    steps = _claim(now=now, size=size)
    if not steps:
        return 0
    try:
        with transaction.atomic():
            _fire(steps, now=now)
    except (DomainError, DatabaseError):
        for step in steps:
            _fire_alone(step, now=now)
    return len(steps)


def _claim(*, now: datetime, size: int) -> list[ClockStep]:
    if not ClockStep.objects.due(at=now).exists():
        return []  # most minutes nothing is due: one look at the partial index says so
    due = ClockStep.objects.with_is_newest(at=now).due(at=now).defer("clock__case__summary")
    steps = list(
        due.select_related("clock__case__holder", "clock__holder", "clock__unit", "clock__rule").select_for_update(
            skip_locked=True, of=("self", "clock", "clock__case")
        )[:size]
    )
    _share_cases(steps)
    return _up_to_the_first_climb(steps)


def _up_to_the_first_climb(steps: list[ClockStep]) -> list[ClockStep]:
    """Leave what follows a case's first climb to the next batch: it starts a clock whose steps may come first."""
    climbed: set[int] = set()
    kept = []
    for step in steps:
        case_id = step.clock.case_id
        if case_id in climbed:
            continue
        kept.append(step)
        if step.step == Step.CLIMB:
            climbed.add(case_id)
    return kept


def _share_cases(steps: list[ClockStep]) -> None:
    """Let the steps of one case hold the same object, so that what one of them changes the next one sees."""
    cases: dict[int, Case] = {}
    for step in steps:
        step.clock.case = cases.setdefault(step.clock.case_id, step.clock.case)


def _fire(steps: list[ClockStep], *, now: datetime) -> None:
    live = [step for step in steps if _is_live(step)]
    batch = Batch(live, now)
    for kind, effect in EFFECTS.items():
        if chosen := [step for step in live if step.step == kind]:
            effect(batch, chosen)
    Event.objects.bulk_create(batch.events)
    queue_messages(batch.messages, now=now)
    live_ids = {step.pk for step in live}
    ClockStep.objects.filter(pk__in=live_ids - batch.postponed).update(fired_at=now)
    ClockStep.objects.filter(pk__in={step.pk for step in steps} - live_ids).update(cancelled_at=now)


def _is_live(step: ClockStep) -> bool:
    """Return whether the step still has a meaning: the matter is open, and its clock runs or owes an explanation."""
    if step.clock.case.closed_at is not None:
        return False
    return step.clock.state == ClockState.RUNNING or (
        step.clock.state == ClockState.LAPSED and step.step == Step.YELLOW
    )


def _fire_alone(step: ClockStep, *, now: datetime) -> None:
    try:
        with transaction.atomic():
            step.refresh_from_db(fields=["clock"])
            _fire([step], now=now)
    except (DomainError, DatabaseError) as error:
        ClockStep.objects.filter(pk=step.pk).update(failed_at=now, error=f"{type(error).__name__}: {error}"[:300])
