"""The first page of the escalation queue as a county's supervisor gets it, among many cases that are closed."""

import json
from collections.abc import Callable
from statistics import median, quantiles

from django.conf import settings
from django.db import connection
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext

from benchmarks.city import add_cases, build_city, vacuum
from benchmarks.common import Figures, timed
from cases.models import Case
from centers.enums import Level, Role
from centers.models import Center, Post
from centers.reports import work_calendar
from core import clock
from core.models import User
from supervision.services.sweep import sweep

FEW, MANY = 20_000, 100_000
OPEN_EVERY = 20
STARTS = 12  # the limits of the open cases started on as many working days, so two thirds of them have passed
REQUESTS = 15
PAGE = "/admin/supervision/supervisionnotice/queue/?tab=late"
PLAIN_FILES = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}  # the manifest is a release's


def run() -> Figures:
    return measure(FEW, MANY, settle=vacuum)


def measure(few: int, many: int, *, open_every: int = OPEN_EVERY, settle: Callable[[], None] = lambda: None) -> Figures:
    """Ask for the page among ``few`` cases and again when there are ``many``; ``settle`` follows each bulk load."""
    today = clock.today()
    build_city(years=range(today.year - 1, today.year + 3))
    supervisor = _county_supervisor()
    among_few, _queries, _buffers = _grown(1, few, open_every, supervisor, settle)
    times, queries, buffers = _grown(few + 1, many, open_every, supervisor, settle)
    return {
        "cases": Case.objects.count(),
        "late_in_county": Case.objects.late(at=clock.now()).filter(county=supervisor.posts.get().center).count(),
        "p50_ms": median(times) * 1000,
        "p95_ms": quantiles(times, n=20, method="inclusive")[-1] * 1000,
        "queries": queries,
        "list_buffers": buffers,
        "ratio_100k_vs_20k": median(times) / median(among_few),
    }


def _grown(
    first: int, last: int, open_every: int, supervisor: User, settle: Callable[[], None]
) -> tuple[list[float], int, int]:
    """Add cases, let the sweep send what is due about them, and measure the page."""
    today, calendar = clock.today(), work_calendar()
    started_on = [calendar.add_workdays(today, -days) for days in range(1, STARTS + 1)]
    add_cases(first, last, started_on=started_on, open_every=open_every)
    settle()
    sweep(now=clock.now())
    settle()
    return _measured(supervisor)


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
