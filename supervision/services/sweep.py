"""The sweep: every due step of every clock fires once, oldest first, in batches that are one transaction each.

Postgres alone knows what is due. A worker that is killed leaves its batch as it was; two workers never hold the
same step; a day without any worker is caught up, each step with its own date and only the newest one told.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Final

from django.db import DatabaseError, OperationalError, transaction

from cases.enums import ClockState, Step
from cases.models import ClockStep
from core.bulk import among, without_collector
from core.errors import DomainError
from supervision.services.batch import Batch
from supervision.services.claim import DueStep, claim, read
from supervision.services.climb import climb
from supervision.services.issue import issue_yellow_notices
from supervision.services.known import Known
from supervision.services.resume import resume
from supervision.services.warn import nudge, prewarn, propose_measures, propose_red, remind, tell_lapsed

BATCH: Final = 1000
PATIENCE: Final = timedelta(hours=1)

# What writes further steps is the last of its case in a batch, so it is done last.
EFFECTS: Final[Mapping[Step, Callable[[Batch, list[DueStep]], None]]] = {
    Step.NUDGE: nudge,
    Step.REMIND: remind,
    Step.PREWARN: prewarn,
    Step.LAPSE: tell_lapsed,
    Step.YELLOW: issue_yellow_notices,
    Step.RED: propose_red,
    Step.MEASURES: propose_measures,
    Step.RESUME: resume,
    Step.CLIMB: climb,
}


def sweep(*, now: datetime) -> int:
    """Fire every step that is due at ``now`` and return how many. Safe to run twice, side by side or late."""
    return sum(sweep_batches(now=now))


def sweep_batches(*, now: datetime) -> Iterator[int]:
    """Fire what is due at ``now`` batch by batch and yield how many steps each dealt with, until none is left."""
    try_again(now=now)
    known = Known(now)
    while count := sweep_batch(now=now, known=known):
        yield count


def try_again(*, now: datetime) -> int:
    """Let the steps that were set aside an hour ago or longer be due once more, and return how many.

    What refused them may have gone: a lock, a calendar that was not loaded. A limit is never lost for good.
    """
    return ClockStep.objects.filter(failed_at__lte=now - PATIENCE).update(failed_at=None)


@without_collector()
@transaction.atomic
def sweep_batch(*, now: datetime, size: int = BATCH, known: Known | None = None) -> int:
    """Fire the oldest due steps that nobody else holds, at most ``size``, and return how many were dealt with.

    Should the effects of one step be refused, the batch is halved until that step stands alone and is set aside with
    its error; the others go on.
    """
    steps = claim(now=now, size=size)
    if steps:
        _fire_what_can_be_fired(steps, known or Known(now))
    return len(steps)


def _fire_what_can_be_fired(steps: list[DueStep], known: Known) -> None:
    try:
        with transaction.atomic():
            _fire(steps, known)
    except OperationalError:
        raise  # a lost connection, a deadlock, a lock held too long: the moment's fault, and the next sweep's work
    except (DomainError, DatabaseError) as error:
        if len(steps) == 1:
            text = f"{type(error).__name__}: {error}"[:300]
            ClockStep.objects.filter(pk=steps[0].pk).update(failed_at=known.now, error=text)
            return
        half = len(steps) // 2
        for part in (steps[:half], steps[half:]):
            _fire_what_can_be_fired(read([step.pk for step in part], now=known.now), known)


def _fire(steps: list[DueStep], known: Known) -> None:
    live = [step for step in steps if _is_live(step)]
    batch = Batch(live, known)
    for kind, effect in EFFECTS.items():
        if chosen := [step for step in live if step.step == kind]:
            effect(batch, chosen)
    batch.write()
    live_ids = {step.pk for step in live}
    ClockStep.objects.filter(among("pk", live_ids - batch.postponed)).update(fired_at=known.now)
    ClockStep.objects.filter(among("pk", {step.pk for step in steps} - live_ids)).update(cancelled_at=known.now)


def _is_live(step: DueStep) -> bool:
    """Return whether the step still has a meaning: the matter is open, and its clock runs or owes an explanation."""
    if step.case.closed_at is not None:
        return False
    return step.clock.state == ClockState.RUNNING or (
        step.clock.state == ClockState.LAPSED and step.step == Step.YELLOW
    )
