"""The first page of the escalation queue as a county's supervisor gets it, while the archive of closed cases grows.

What a city has open at once does not grow with its archive, and is the same throughout. Both walls stand: the
supervisor has no part in some of the late cases, and some lie under seal.
"""

import contextlib
import json
import os
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import pairwise
from statistics import median
from typing import Any

from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from benchmarks.city import add_archive, add_cases, build_city, vacuum
from benchmarks.common import Figures, timed
from benchmarks.filling import make_ready_to_be_filled, without_indexes
from benchmarks.pages import p95_ms, seconds_of_empty_page, signed_in
from cases.enums import RecusalSource, Sensitivity
from cases.models import Case, Recusal
from centers.enums import Level, Role
from centers.models import Center, Post
from centers.reports import work_calendar
from core import acting, clock
from core.bulk import among
from core.jobs import system_account
from core.models import User
from supervision.reports import PAGE_SIZE
from supervision.services.sweep import sweep

SIZES = (100_000, 1_000_000, 5_000_000)
OPEN = 5_000
STARTS = 12  # the limits of the open cases started on as many working days, so two thirds of them have passed
KEPT_EVERY = 40  # of the late cases of the county
REQUESTS = 41
PAGE = "/admin/supervision/supervisionnotice/queue/?tab=late"
TABLES = ["cases_case", "cases_transfer", "cases_event", "cases_clock"]


def run() -> Iterator[Figures]:
    make_ready_to_be_filled(TABLES)
    lines = []
    for line in measure(SIZES, open_cases=OPEN, quickly=partial(without_indexes, TABLES), settle=vacuum):
        lines.append(line)
        yield line
    first, middle, last = lines
    yield {
        **{key: middle[key] for key in ("cases", "user", "p95_ms", "empty_page_p95_ms")},
        "ratio_5m_vs_100k": float(last["p50_ms"]) / float(first["p50_ms"]),
    }


def measure(
    sizes: Sequence[int],
    *,
    open_cases: int,
    quickly: Callable[[], contextlib.AbstractContextManager] = contextlib.nullcontext,
    settle: Callable[[], None] = lambda: None,
) -> Iterator[Figures]:
    """Fill the database up to each of ``sizes``, inside ``quickly``, and ask for the page there after ``settle``."""
    today = clock.today()
    build_city(years=range(today.year - 1, today.year + 3))
    supervisor = _county_supervisor()
    _open_some(open_cases, supervisor)
    for before, size in pairwise([open_cases, *sizes]):
        with quickly():
            add_archive(before + 1, size)
        settle()
        asked = _measured(supervisor)
        yield {
            "cases": Case.objects.count(),
            "user": "county",
            "late_in_county": Case.objects.late(at=clock.now()).filter(county=supervisor.posts.get().center).count(),
            "p50_ms": median(asked.seconds) * 1000,
            "p95_ms": p95_ms(asked.seconds),
            "fastest_ms": min(asked.seconds) * 1000,
            "empty_page_p95_ms": p95_ms(asked.empty_seconds),
            "web_cpu_ms": median(asked.cpu_seconds) * 1000,
            "database_ms": median(asked.database_seconds) * 1000,
            "queries": asked.queries,
            "list_buffers": asked.buffers,
            "load": os.getloadavg()[0],
        }


def _open_some(count: int, supervisor: User) -> None:
    """Add the open cases, let the sweep send what is due about them, and keep some from the supervisor."""
    today, calendar = clock.today(), work_calendar()
    add_cases(1, count, started_on=[calendar.add_workdays(today, -days) for days in range(1, STARTS + 1)])
    sealed = list(Case.objects.order_by("pk").values_list("pk", flat=True)[::KEPT_EVERY])
    Case.objects.filter(among("pk", sealed)).update(sensitivity=Sensitivity.SEALED)
    sweep(now=clock.now())
    mine = Case.objects.late(at=clock.now()).filter(county=supervisor.posts.get().center).order_by("pk")[::KEPT_EVERY]
    Recusal.objects.bulk_create(
        Recusal(
            case=case,
            person=supervisor,
            since=today,
            source=RecusalSource.DECISION,
            ground="示例",
            recorded_by=system_account(),
            recorded_at=clock.now(),
        )
        for case in mine
    )


def _county_supervisor() -> User:
    county = Center.objects.filter(level=Level.COUNTY).order_by("code")[0]
    return Post.objects.get(center=county, role=Role.SUPERVISOR).user


@dataclass(slots=True)
class Asked:
    """What the requests took: by the clock, of the web process' own time, and in waiting for the database."""

    queries: int
    buffers: int
    seconds: list[float] = field(default_factory=list)
    cpu_seconds: list[float] = field(default_factory=list)
    database_seconds: list[float] = field(default_factory=list)
    empty_seconds: list[float] = field(default_factory=list)


def _measured(supervisor: User) -> Asked:
    with signed_in(supervisor) as client:
        _ask(client)
        with CaptureQueriesContext(connection) as captured:
            _ask(client)
        queries = [query["sql"] for query in captured.captured_queries]  # the next request forgets them
        asked = Asked(len(queries), _buffers(queries, supervisor))
        for _request in range(REQUESTS):
            _time_one(client, asked)
            asked.empty_seconds.append(seconds_of_empty_page(client))
    return asked


def _time_one(client: Client, asked: Asked) -> None:
    waited = 0.0

    def wait(execute: Callable[..., Any], *statement: Any) -> Any:
        nonlocal waited
        with timed() as watch:
            result = execute(*statement)
        waited += watch.seconds
        return result

    cpu = time.process_time()
    with connection.execute_wrapper(wait), timed() as watch:
        _ask(client)
    asked.cpu_seconds.append(time.process_time() - cpu)
    asked.seconds.append(watch.seconds)
    asked.database_seconds.append(waited)


def _ask(client: Client) -> None:
    response = client.get(PAGE)
    if response.status_code != 200 or b"/admin/cases/case/" not in response.content.split(b"<table")[-1]:  # noqa: PLR2004 - HTTP's own number
        raise SystemExit(f"the queue did not come: {response.status_code}")


def _buffers(queries: list[str], supervisor: User) -> int:
    """Return how many pages of the database the query for the list touched with the supervisor's sight, by EXPLAIN."""
    (listed,) = (query for query in queries if f"LIMIT {PAGE_SIZE + 1}" in query)
    with acting.as_person(supervisor.pk), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {listed}")
        found = cursor.fetchone()[0]
    plan = (json.loads(found) if isinstance(found, str) else found)[0]["Plan"]
    return plan["Shared Hit Blocks"] + plan["Shared Read Blocks"]
