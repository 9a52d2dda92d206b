"""The first page of the escalation queue as a county's supervisor gets it, while the archive of closed cases grows.

What a city has open at once does not grow with its archive, and is the same throughout. Both walls stand: the
supervisor has no part in some of the late cases, and some lie under seal.
"""

import contextlib
import json
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import pairwise
from statistics import median, quantiles

from django.conf import settings
from django.db import connection
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext

from benchmarks.city import add_archive, add_cases, build_city, vacuum
from benchmarks.common import Figures, timed
from benchmarks.filling import make_ready_to_be_filled, without_indexes
from cases.enums import RecusalSource, Sensitivity
from cases.models import Case, Recusal
from centers.enums import Level, Role
from centers.models import Center, Post
from centers.reports import work_calendar
from core import clock
from core.bulk import among
from core.jobs import system_account
from core.models import User
from supervision.services.sweep import sweep

SIZES = (100_000, 1_000_000, 5_000_000)
OPEN = 5_000
STARTS = 12  # the limits of the open cases started on as many working days, so two thirds of them have passed
KEPT_EVERY = 40  # of the late cases of the county
REQUESTS = 41
PAGE = "/admin/supervision/supervisionnotice/queue/?tab=late"
PLAIN_FILES = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}  # the manifest is a release's
TABLES = ["cases_case", "cases_transfer", "cases_event", "cases_clock"]


def run() -> Iterator[Figures]:
    make_ready_to_be_filled(TABLES)
    return measure(SIZES, open_cases=OPEN, quickly=partial(without_indexes, TABLES), settle=vacuum)


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
    first_median = 0.0
    for before, size in pairwise([open_cases, *sizes]):
        with quickly():
            add_archive(before + 1, size)
        settle()
        times, queries, buffers = _measured(supervisor)
        first_median = first_median or median(times)
        yield {
            "cases": Case.objects.count(),
            "user": "county",
            "late_in_county": Case.objects.late(at=clock.now()).filter(county=supervisor.posts.get().center).count(),
            "p50_ms": median(times) * 1000,
            "p95_ms": quantiles(times, n=20, method="inclusive")[-1] * 1000,
            "queries": queries,
            "list_buffers": buffers,
            f"ratio_vs_{sizes[0]}": median(times) / first_median,
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


def _measured(supervisor: User) -> tuple[list[float], int, int]:
    """Return the seconds of each request, the number of queries of one, and the pages its list touched."""
    files = {**settings.STORAGES, "staticfiles": PLAIN_FILES}
    with override_settings(STORAGES=files, ALLOWED_HOSTS=["testserver"], SECOND_FACTOR=False):
        client = Client()
        client.force_login(supervisor)
        _ask(client)
        with CaptureQueriesContext(connection) as asked:
            _ask(client)
        queries = [query["sql"] for query in asked.captured_queries]  # the next request forgets them
        seconds = []
        for _request in range(REQUESTS):
            with timed() as watch:
                _ask(client)
            seconds.append(watch.seconds)
    return seconds, len(queries), _buffers(queries)


def _ask(client: Client) -> None:
    response = client.get(PAGE)
    if response.status_code != 200 or b"/admin/cases/case/" not in response.content.split(b"<table")[-1]:  # noqa: PLR2004 - HTTP's own number
        raise SystemExit(f"the queue did not come: {response.status_code}")


def _buffers(queries: list[str]) -> int:
    """Return how many pages of the database the query for the list of cases touched, by EXPLAIN."""
    (listed,) = (query for query in queries if 'ORDER BY "cases_case"."due_at"' in query)
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {listed}")
        found = cursor.fetchone()[0]
    plan = (json.loads(found) if isinstance(found, str) else found)[0]["Plan"]
    return plan["Shared Hit Blocks"] + plan["Shared Read Blocks"]
