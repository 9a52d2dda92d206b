"""A witness in the database that notes what becomes of each step, and what its notes say about time."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Final

import psycopg

from faults.session import Session

WITNESS: Final = Path(__file__).with_name("witness.sql").read_text()

LONGEST_LAG: Final = """
    SELECT coalesce(extract(epoch FROM max(fired.at - greatest(step.at, planned.at, %s)))::float, 0)
    FROM faults_witness AS fired
    JOIN cases_clockstep AS step ON step.id = fired.step_id
    JOIN cases_clock AS clock ON clock.id = step.clock_id
    LEFT JOIN faults_witness AS planned ON planned.step_id = fired.step_id AND planned.what = 'planned'
    WHERE fired.what = 'fired' AND clock.case_id <> ALL(%s)
"""
LONGEST_OUTAGE: Final = """
    SELECT coalesce(extract(epoch FROM max(
        (SELECT min(at) FROM faults_witness WHERE what = 'fired' AND at > outage) - outage
    ))::float, 0)
    FROM unnest(%s::timestamptz[]) AS outage
"""


def install(owner: psycopg.Connection) -> None:
    """Let the witness look on from now; ``owner`` is the owner of the tables."""
    owner.execute(WITNESS.encode())


def times(
    session: Session, *, since: datetime, poisoned: Sequence[int], outages: Sequence[datetime]
) -> tuple[float, float]:
    """Return in seconds how late a step has fired at most, and how long after a kill of the database the next one did.

    A step that was due before ``since`` is late from then on; the wait of poisoned matters is no lateness.
    """
    ((lag,),) = session.rows(LONGEST_LAG, [since, list(poisoned)])
    ((recovered,),) = session.rows(LONGEST_OUTAGE, [list(outages)])
    return lag, recovered
