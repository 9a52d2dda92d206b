"""The page of a case as a supervisor of its town gets it, with little and with much in its timeline."""

from collections.abc import Sequence
from datetime import timedelta
from itertools import islice

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from benchmarks.city import add_cases, build_city, vacuum
from benchmarks.common import Figures, timed
from benchmarks.pages import p95_ms, seconds_of_empty_page, signed_in
from cases.enums import EventKind
from cases.models import Case, Event
from centers.enums import Role
from centers.models import Post
from core import clock
from core.jobs import system_account
from disputes.enums import State
from disputes.models import Dispute

EVENTS = (20, 200)
REQUESTS = 41
KINDS = (EventKind.FILES_ATTACHED, EventKind.SIGNED_FOR, EventKind.VERIFIED, EventKind.RETURNED)


def run() -> Figures:
    return measure(EVENTS, requests=REQUESTS)


def measure(events: Sequence[int], *, requests: int) -> Figures:
    """Return what the pages of two cases take, with ``events`` in their timelines, asked for in turn."""
    today = clock.today()
    build_city(years=range(today.year - 1, today.year + 3))
    add_cases(1, 200, started_on=[today])
    town = Case.objects.order_by("pk")[0].town_id
    cases = list(Case.objects.filter(town=town).order_by("pk")[:2])
    for case, count in zip(cases, events, strict=True):
        _fill(case, count)
    vacuum()
    supervisor = Post.objects.get(center=town, role=Role.SUPERVISOR).user
    with signed_in(supervisor) as client:
        few, many = (_queries(client, case) for case in cases)
        seconds: list[list[float]] = [[], []]
        empty = []
        for _request in range(requests):
            for case, taken in zip(cases, seconds, strict=True):
                with timed() as watch:
                    _ask(client, case)
                taken.append(watch.seconds)
            empty.append(seconds_of_empty_page(client))
    return {
        "events": events[1],
        "ms_p95": p95_ms(seconds[1]),
        "queries": many,
        f"queries_at_{events[0]}_events": few,
        f"ms_p95_at_{events[0]}_events": p95_ms(seconds[0]),
        "empty_page_ms_p95": p95_ms(empty),
    }


def _fill(case: Case, count: int) -> None:
    """Make a mediation of a case, and add what it takes to have ``count`` events."""
    Dispute.objects.create(case=case, state=State.TRIAGED)
    missing = count - case.events.count()
    words = {"center": "示例中心", "count": 1}
    now = clock.now()
    Event.objects.bulk_create(
        Event(
            case=case,
            kind=KINDS[number % len(KINDS)],
            actor=system_account(),
            at=now - timedelta(minutes=number),
            recorded_at=now,
            data=words,
        )
        for number in islice(range(count), missing)
    )


def _queries(client: Client, case: Case) -> int:
    _ask(client, case)
    with CaptureQueriesContext(connection) as captured:
        _ask(client, case)
    return len(captured)


def _ask(client: Client, case: Case) -> None:
    response = client.get(f"/admin/cases/case/{case.pk}/change/")
    if response.status_code != 200 or case.number not in response.content.decode():  # noqa: PLR2004 - HTTP's own number
        raise SystemExit(f"the case did not come: {response.status_code}")
