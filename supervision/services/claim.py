"""The steps that are due: taken for this transaction alone, and read together with what their effects need."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Final

from django.db import connection

from cases.enums import Step
from cases.models import Case, ClockStep
from centers.enums import Level
from core.bulk import among

# The rows of ClockStep.objects.due(), in the order of the index "clockstep_waiting", with the clocks and the cases they
# belong to. What somebody else is writing is left to the next sweep.
CLAIM: Final = """
    SELECT step.id
    FROM cases_clockstep AS step
    JOIN cases_clock AS clock ON clock.id = step.clock_id
    JOIN cases_case AS matter ON matter.id = clock.case_id
    WHERE step.fired_at IS NULL AND step.cancelled_at IS NULL AND step.failed_at IS NULL AND step.at <= %(now)s
    ORDER BY step.at, step.id
    LIMIT %(size)s
    FOR UPDATE SKIP LOCKED
"""


@dataclass(slots=True)
class DueClock:
    """The limit that a due step belongs to, with the center and the unit that answer for it."""

    pk: int
    kind: str
    holder_id: int
    unit_id: int | None
    started_on: date
    due_on: date
    state: str
    ended_at: datetime | None


@dataclass(slots=True)
class DueStep:
    """One due step. The steps of one case share its ``case``."""

    pk: int
    step: str
    at: datetime
    is_newest: bool
    clock: DueClock
    case: Case


OF_STEP: Final = ("pk", "step", "at")
OF_CLOCK: Final = tuple(f"clock__{column.name}" for column in fields(DueClock))
OF_CASE: Final = (
    *("number", "round", "grade", "category", "sensitivity", "received_at", "closed_at", "holder", "handler"),
    *Level.values,
)


def claim(*, now: datetime, size: int) -> list[DueStep]:
    """Lock the oldest steps due at ``now`` that nobody else holds, with clock and case, and return up to ``size``.

    What follows a case's first climb or resumption is left to the next batch: it writes steps that may come first.
    """
    # Most minutes nothing is due. Asked for the oldest one, the server looks into the index "clockstep_waiting"; asked
    # whether there is any, it may read the table, as it expects to come across one soon.
    if ClockStep.objects.due(at=now).values_list("pk", flat=True).first() is None:
        return []
    with connection.cursor() as cursor:
        cursor.execute(CLAIM, {"now": now, "size": size})
        ids = [pk for (pk,) in cursor.fetchall()]
    return _up_to_what_writes_steps(_in_turn(read(ids, now=now), now=now)) if ids else []


def read(step_ids: Sequence[int], *, now: datetime) -> list[DueStep]:
    """Return these steps, the oldest first, as they stand in the database at this moment."""
    steps = ClockStep.objects.filter(among("pk", step_ids)).order_by("at", "pk")
    rows = list(steps.values_list(*OF_STEP, *OF_CLOCK, "clock__case"))
    of_the_clocks = ClockStep.objects.filter(among("clock", {row[len(OF_STEP)] for row in rows}))
    newest = set(of_the_clocks.newest_due(at=now).values_list("pk", flat=True))
    cases = {case.pk: case for case in Case.objects.only(*OF_CASE).filter(among("pk", {row[-1] for row in rows}))}
    return [
        DueStep(pk, step, at, pk in newest, DueClock(*clock), cases[case_id]) for pk, step, at, *clock, case_id in rows
    ]


def _in_turn(steps: list[DueStep], *, now: datetime) -> list[DueStep]:
    """Leave out what comes after an older step of its case that somebody else held when it was passed over.

    Whoever held it may have died since: it is due again, and comes first.
    """
    of_the_cases = ClockStep.objects.due(at=now).filter(among("clock__case", {step.case.pk for step in steps}))
    passed_over = of_the_cases.exclude(among("pk", [step.pk for step in steps]))
    first = passed_over.order_by("clock__case", "at", "pk").distinct("clock__case")
    oldest = {case_id: (at, pk) for case_id, at, pk in first.values_list("clock__case", "at", "pk")}
    return [step for step in steps if step.case.pk not in oldest or (step.at, step.pk) < oldest[step.case.pk]]


def _up_to_what_writes_steps(steps: list[DueStep]) -> list[DueStep]:
    over: set[int] = set()
    kept = []
    for step in steps:
        if step.case.pk in over:
            continue
        kept.append(step)
        if step.step in {Step.CLIMB, Step.RESUME}:
            over.add(step.case.pk)
    return kept
