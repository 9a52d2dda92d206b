"""What a line of the queue says of a matter: what it is, who has it, where it climbed, what was sent about it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from django.db import connection

from cases.enums import EventKind, TransferReason
from cases.reports import count_workdays_left
from centers.enums import Level
from centers.rules import LEVELS

# A page of lines in one statement, with one look per matter through the indexes by case. It stands on every page of the
# queue and so is written out: rows of five tables would be made of it only to read a name each.
LINES: Final = """
    SELECT matter.id, matter.number, matter.title, matter.procedure, matter.category, matter.stage, matter.due_at,
           matter.closed_at, village.name, holder.name, unit.name, handler.full_name, holder.level,
           matter.province_id, matter.city_id, matter.county_id, matter.town_id, matter.village_id,
           told.times, origin.name, target.name, way.is_unsigned, pause.started_on, pause.until_on, notice.list
    FROM unnest(%(cases)s::bigint[]) WITH ORDINALITY AS wanted(id, place)
    JOIN cases_case AS matter ON matter.id = wanted.id
    JOIN centers_center AS holder ON holder.id = matter.holder_id
    LEFT JOIN centers_center AS village ON village.id = coalesce(matter.village_id, matter.town_id, matter.county_id)
    LEFT JOIN centers_unit AS unit ON unit.id = matter.unit_id
    LEFT JOIN core_user AS handler ON handler.id = matter.handler_id
    LEFT JOIN LATERAL (
        SELECT count(*) AS times FROM cases_event WHERE case_id = wanted.id AND kind = ANY(%(reminders)s)
    ) AS told ON true
    LEFT JOIN LATERAL (
        SELECT (array_agg(from_center_id ORDER BY id DESC) FILTER (WHERE reason = %(climb)s))[1] AS origin_id,
               (array_agg(to_center_id ORDER BY id DESC) FILTER (WHERE reason = %(climb)s))[1] AS target_id,
               count(*) FILTER (WHERE signed_at IS NULL AND superseded_at IS NULL) > 0 AS is_unsigned
        FROM cases_transfer WHERE case_id = wanted.id
    ) AS way ON true
    LEFT JOIN centers_center AS origin ON origin.id = way.origin_id
    LEFT JOIN centers_center AS target ON target.id = way.target_id
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
    ORDER BY wanted.place
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


@dataclass(frozen=True, slots=True)
class QueueRow:
    """One matter in the queue: what it is, who has it and where, how much time is left, and what was done about it.

    ``workdays_left`` counts up to the last day of its nearest limit, in the calendar of its place.
    """

    pk: int
    number: str
    title: str
    procedure: str
    category: str
    stage: str
    due_at: datetime | None
    closed_at: datetime | None
    village: str
    holder: str
    unit: str
    handler: str
    workdays_left: int
    sent: Sent


def lines_of(case_ids: Sequence[int], *, today: date) -> list[QueueRow]:
    """Return what lines say of matters that their reader may see, in the order of ``case_ids``, in one statement."""
    reminders = [EventKind.REMINDED.value, EventKind.PREWARNED.value]
    given: dict[str, Any] = {"cases": list(case_ids), "reminders": reminders, "climb": TransferReason.ESCALATION.value}
    with connection.cursor() as cursor:
        cursor.execute(LINES, given)
        found = cursor.fetchall()
    left = count_workdays_left([(row[6], _place(row[12], row[13:18])) for row in found], today=today)
    return [_row(columns, days) for columns, days in zip(found, left, strict=True)]


def _row(columns: Sequence[Any], workdays_left: int) -> QueueRow:
    pk, number, title, procedure, category, stage, due_at, closed_at = columns[:8]
    village, holder, unit, handler = (name or "" for name in columns[8:12])
    matter = (pk, number, title, procedure, category, stage, due_at, closed_at)
    return QueueRow(*matter, village, holder, unit, handler, workdays_left, _sent(*columns[18:]))


def _place(held_at: str, center_ids: Sequence[int | None]) -> tuple[int, ...]:
    """Return the centers over the place of a matter, from the top down to the level that holds it."""
    return tuple(pk for pk in center_ids[: LEVELS.index(Level(held_at)) + 1] if pk is not None)


def _sent(
    times: int,
    origin: str | None,
    target: str | None,
    is_unsigned: bool,  # noqa: FBT001 - a row's columns, in order
    started_on: date | None,
    until_on: date | None,
    notices: list[list[str]] | None,
) -> Sent:
    return Sent(
        times,
        (origin, target) if origin and target else None,
        is_unsigned,
        (started_on, until_on) if started_on and until_on else None,
        tuple(SentNotice(int(pk), *rest) for pk, *rest in notices or ()),
    )
