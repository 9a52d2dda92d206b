"""What a queue holds, in figures: how many matters each of its tabs has, and which limits are late where."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.core.exceptions import EmptyResultSet
from django.db import connection

from cases.enums import ClockKind, ClockState, Stage
from cases.querysets import CaseQuerySet
from cases.rules.kinds import KINDS_THAT_MAKE_A_CASE_LATE
from core import clock
from supervision.rules import UNANSWERED

COUNT_CAP: Final = 1000
MATRIX_COLUMNS: Final = 8

# Asked on every page of the queue, so it is written out: the open matters are found once and their running limits once,
# from an index alone, for the tabs and the matrix together. Neither is joined again afterwards: how many they are is
# beyond what the planner can guess. The lists behind the figures are composed; a test holds the two together.
TALLIES: Final = """
    WITH matter AS MATERIALIZED ({open}),
    lim AS MATERIALIZED (
        SELECT lim.case_id, lim.kind, lim.holder_id,
               lim.due_at <= %s AND matter.due_at <= %s AS is_late,
               lim.due_on + (lim.due_on - lim.started_on) * 2 < %s AS is_threefold
        FROM cases_clock AS lim JOIN matter ON matter.pk = lim.case_id
        WHERE lim.state = %s AND lim.kind = ANY(%s)
    ),
    late AS (
        SELECT kind, holder_id, count(DISTINCT case_id) AS cases FROM lim WHERE is_late GROUP BY kind, holder_id
    )
    SELECT
        count(*) FILTER (WHERE due_at <= %s) AS late,
        count(*) FILTER (WHERE due_at > %s AND due_at <= %s) AS soon,
        count(*) FILTER (WHERE due_at <= %s AND pk IN (SELECT case_id FROM lim WHERE is_threefold)) AS threefold,
        count(*) FILTER (WHERE climbed_at IS NOT NULL) AS climbed,
        (SELECT count(*) FROM (
            SELECT DISTINCT case_id FROM supervision_supervisionnotice
            WHERE reply_due_on < %s AND state = ANY(%s) AND case_id IN ({all}) LIMIT %s
        ) AS overdue) AS unanswered,
        count(*) FILTER (WHERE stage = %s) AS verify,
        count(*) FILTER (
            WHERE EXISTS (SELECT 1 FROM cases_clock AS lim WHERE lim.case_id = pk AND lim.state = %s)
        ) AS paused,
        count(*) AS all,
        (SELECT array_agg(ARRAY[late.kind, late.holder_id::text, center.name, late.cases::text])
         FROM late JOIN centers_center AS center ON center.id = late.holder_id) AS cells
    FROM matter
"""
TABS_IN_TALLIES: Final = ("late", "soon", "threefold", "climbed", "unanswered", "verify", "paused", "all")


@dataclass(frozen=True, slots=True)
class Matrix:
    """Late limits by kind (rows) and center (columns, the fullest first): counts of cases, 0 where there is none."""

    centers: list[tuple[int, str]]
    rows: list[tuple[str, str, list[int]]]


@dataclass(frozen=True, slots=True)
class Tallies:
    """The figures of a queue: matters by tab, each counted up to one over a thousand, and the matrix of lateness."""

    tabs: dict[str, int]
    matrix: Matrix


def tallies_of(scope: CaseQuerySet, *, now: datetime) -> Tallies:
    """Return the figures of the queue of ``scope`` at ``now``, in one statement; noughts for a scope of no place."""
    try:
        matters = scope.open().order_by().values("pk", "due_at", "stage", "climbed_at")
        open_sql, open_params = matters.query.sql_with_params()
        all_sql, all_params = scope.order_by().values("pk").query.sql_with_params()
    except EmptyResultSet:
        return Tallies(dict.fromkeys(TABS_IN_TALLIES, 0), _matrix([]))
    today, late_kinds = clock.local_day(now), sorted(KINDS_THAT_MAKE_A_CASE_LATE)
    given = [
        *open_params,
        *(now, now, today),
        *(ClockState.RUNNING.value, late_kinds),
        *(now, now, clock.end_of(today + timedelta(days=1)), now),
        *(today, sorted(UNANSWERED), *all_params, COUNT_CAP + 1),
        *(Stage.REPORTED.value, ClockState.PAUSED.value),
    ]
    with connection.cursor() as cursor:
        cursor.execute(TALLIES.format(open=open_sql, all=all_sql), given)  # the scope is composed by the house itself
        *counts, cells = cursor.fetchone()
    tabs = {name: min(count, COUNT_CAP + 1) for name, count in zip(TABS_IN_TALLIES, counts, strict=True)}
    return Tallies(tabs, _matrix([(kind, int(pk), name, int(count)) for kind, pk, name, count in cells or ()]))


def _matrix(counted: Iterable[tuple[str, int, str, int]]) -> Matrix:
    totals: dict[tuple[int, str], int] = {}
    cells: dict[tuple[str, int], int] = {}
    for kind, center_id, name, count in counted:
        totals[center_id, name] = totals.get((center_id, name), 0) + count
        cells[kind, center_id] = count
    centers = sorted(totals, key=lambda center: (-totals[center], center[1]))[:MATRIX_COLUMNS]
    kinds = [kind for kind in ClockKind if any((kind.value, pk) in cells for pk, _name in centers)]
    return Matrix(
        centers,
        [(kind.value, str(kind.label), [cells.get((kind.value, pk), 0) for pk, _name in centers]) for kind in kinds],
    )
