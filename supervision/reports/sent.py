"""What was done about matters on their way: who was reminded, where they climbed, which notices went out."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.db import connection

from cases.enums import EventKind, TransferReason

# One look per matter through the indexes by case, and one statement for a page of them.
SENT: Final = """
    SELECT wanted.id, told.times, way.origin, way.target, coming.is_unsigned, pause.started_on, pause.until_on,
           notice.list
    FROM unnest(%(cases)s::bigint[]) AS wanted(id)
    LEFT JOIN LATERAL (
        SELECT count(*) AS times FROM cases_event WHERE case_id = wanted.id AND kind = ANY(%(reminders)s)
    ) AS told ON true
    LEFT JOIN LATERAL (
        SELECT origin.name AS origin, target.name AS target
        FROM cases_transfer AS move
        JOIN centers_center AS origin ON origin.id = move.from_center_id
        JOIN centers_center AS target ON target.id = move.to_center_id
        WHERE move.case_id = wanted.id AND move.reason = %(climb)s
        ORDER BY move.id DESC LIMIT 1
    ) AS way ON true
    LEFT JOIN LATERAL (
        SELECT EXISTS (
            SELECT FROM cases_transfer WHERE case_id = wanted.id AND signed_at IS NULL AND superseded_at IS NULL
        ) AS is_unsigned
    ) AS coming ON true
    LEFT JOIN LATERAL (
        SELECT pause.started_on, pause.until_on
        FROM cases_clock AS clock JOIN cases_pause AS pause ON pause.clock_id = clock.id
        WHERE clock.case_id = wanted.id AND pause.ended_at IS NULL
        ORDER BY pause.id DESC LIMIT 1
    ) AS pause ON true
    LEFT JOIN LATERAL (
        SELECT array_agg(ARRAY[id::text, number, level, state] ORDER BY issued_at) AS list
        FROM supervision_supervisionnotice WHERE case_id = wanted.id
    ) AS notice ON true
"""


@dataclass(frozen=True, slots=True)
class SentNotice:
    """A supervision notice as a line of the queue names it."""

    pk: int
    number: str
    level: str
    state: str


@dataclass(frozen=True, slots=True)
class Sent:
    """What was done about one matter: ``way`` is its last climb, ``paused`` the open pause, from and at most until.

    ``is_to_sign_for``: it came to its holder, where nobody has taken it over yet.
    """

    reminders: int = 0
    way: tuple[str, str] | None = None
    is_to_sign_for: bool = False
    paused: tuple[date, date] | None = None
    notices: tuple[SentNotice, ...] = ()


def what_was_sent(case_ids: Sequence[int]) -> dict[int, Sent]:
    """Return what was done about each of the cases, in one statement."""
    reminders = [EventKind.REMINDED.value, EventKind.PREWARNED.value]
    given: dict[str, Any] = {"cases": list(case_ids), "reminders": reminders, "climb": TransferReason.ESCALATION.value}
    with connection.cursor() as cursor:
        cursor.execute(SENT, given)
        return {
            pk: Sent(
                times,
                (origin, target) if origin else None,
                is_unsigned,
                (started_on, until_on) if started_on else None,
                tuple(SentNotice(int(number), *rest) for number, *rest in notices or ()),
            )
            for pk, times, origin, target, is_unsigned, started_on, until_on, notices in cursor.fetchall()
        }
