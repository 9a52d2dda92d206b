"""A city with people in office, and cases in any number, written by the database itself."""

import os
from collections.abc import Iterable, Sequence
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import psycopg
from django.db import connection
from django.db.models import Max

from cases.enums import Category, ClockKind, Grade
from cases.models import Case, ClockRule
from cases.reports import Matter, RuleBook, limit_of
from cases.rules.plan import ClockPlan, plan_clock
from cases.services.load_rules import load_default_rules
from centers.enums import Role
from centers.reports import work_calendar
from centers.rules import permissions_of
from centers.services.load_calendar import load_calendar
from core import clock
from core.workdays import Span


def build_city(*, years: Iterable[int]) -> None:
    """Fill an empty database with a city: calendar, limits, 667 centers, 1,933 people in office and their rights."""
    load_calendar(years, now=clock.now())
    load_default_rules()
    given = [(role.value, permission) for role in Role for permission in sorted(permissions_of(role))]
    with connection.cursor() as cursor:
        cursor.execute(
            statement("city"),
            {"roles": [role for role, _name in given], "permissions": [name for _role, name in given]},
        )


def add_cases(
    first: int, last: int, *, started_on: Sequence[date], has_warned: bool = False, open_every: int = 1
) -> None:
    """Add the cases number ``first`` to ``last``, one in ``open_every`` of them open.

    The limits of the open ones started on the days ``started_on``, in turn. Their steps wait; with ``has_warned``
    those that warn before the last day have fired.
    """
    planned = [
        plan(ClockKind.LVL_VILLAGE, day, at=datetime.combine(day, time(9), clock.SHANGHAI)) for day in started_on
    ]
    steps = [(number, step.value, at) for number, (_rule, ladder) in enumerate(planned, 1) for step, at in ladder.steps]
    values: dict[str, Any] = {
        "first": first,
        "last": last,
        "open_every": open_every,
        "rule": planned[0][0].pk,
        "started_on": list(started_on),
        "due_on": [ladder.due_on for _rule, ladder in planned],
        "due_at": [ladder.due_at for _rule, ladder in planned],
        "has_warned": has_warned,
        "step_plan": [number for number, _step, _at in steps],
        "step": [step for _number, step, _at in steps],
        "step_at": [at for _number, _step, at in steps],
    }
    with connection.cursor() as cursor:
        cursor.execute(statement("cases"), values)


def add_archive(first: int, last: int) -> None:
    """Add the cases number ``first`` to ``last``, which were closed in earlier years; one in 200 lies under seal."""
    rule, _ladder = plan(ClockKind.LVL_VILLAGE, clock.today(), at=clock.now())
    newest = Case.objects.aggregate(newest=Max("pk", default=0))["newest"]
    with connection.cursor() as cursor:
        cursor.execute(statement("archive"), {"first": first, "last": last, "rule": rule.pk, "after": newest})


def plan(kind: ClockKind, started_on: date, *, at: datetime) -> tuple[ClockRule, ClockPlan]:
    """Return the rule and the plan of a limit of a general dispute between neighbours that starts at this moment."""
    rule = RuleBook.load().get(kind, of=Matter(Grade.GENERAL, Category.NEIGHBOUR, level=""), on=started_on)
    return rule, plan_clock(kind, Span(started_on, limit_of(rule)), work_calendar(), started_at=at)


def vacuum() -> None:
    """Do at once what the server does by itself a minute after a bulk load."""
    with as_owner() as session:
        session.execute("VACUUM (ANALYZE)")


def as_owner() -> psycopg.Connection:
    """Return a session of the owner of the tables."""
    owner = os.environ.get("DATABASE_OWNER_URL", os.environ["DATABASE_URL"])
    return psycopg.connect(owner, autocommit=True)


def statement(name: str) -> str:
    """Return the SQL that stands beside this module under ``name``."""
    return Path(__file__).with_name(f"{name}.sql").read_text()
