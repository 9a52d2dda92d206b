"""The page of the register as a city's supervisor gets it, for a month, a quarter and a year of a growing archive.

Both walls stand: one matter in 200 lies under seal, and the supervisor has no part in some others.
"""

from collections.abc import Callable, Iterator
from statistics import median

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from benchmarks.city import add_archive, build_city, statement, vacuum
from benchmarks.common import Figures, timed
from benchmarks.pages import signed_in
from cases.enums import RecusalSource
from cases.models import Case, Recusal
from centers.enums import Level, Role
from centers.models import Post
from core import clock
from core.jobs import system_account
from core.models import User
from disputes.models import Dispute
from disputes.reports.statistics import Register
from disputes.rules.register import Period, period_of

ARCHIVE = 180_000
KEPT_EVERY = 500
REQUESTS = 5
PAGE = "/admin/disputes/dispute/statistics/"


def run() -> Iterator[Figures]:
    yield from measure(ARCHIVE, settle=vacuum)


def measure(archive: int, *, settle: Callable[[], None] = lambda: None) -> Iterator[Figures]:
    """Return what the page takes for a month, a quarter and a year among ``archive`` mediations.

    ``ratio_vs_month`` is how long one accepted matter takes in the longer period, against in the month: 1 says that
    the page grows with them and no faster.
    """
    year = clock.today().year - 2  # the archive begins a year back and is ten years long
    build_city(years=range(year, year + 5))
    add_archive(1, archive)
    with connection.cursor() as cursor:
        cursor.execute(statement("mediations"), {"after": 0})
    supervisor = Post.objects.get(center__level=Level.CITY, role=Role.SUPERVISOR).user
    _keep_some_from(supervisor)
    settle()
    per_matter: list[float] = []
    with signed_in(supervisor) as client:
        for period in filter(None, map(period_of, (f"{year}-03", f"{year}Q2", f"{year}"))):
            yield _asked(client, period, supervisor, per_matter)


def _keep_some_from(supervisor: User) -> None:
    Recusal.objects.bulk_create(
        Recusal(
            case=case,
            person=supervisor,
            since=clock.today(),
            source=RecusalSource.DECISION,
            ground="示例",
            recorded_by=system_account(),
            recorded_at=clock.now(),
        )
        for case in Case.objects.order_by("pk")[::KEPT_EVERY]
    )


def _asked(client: Client, period: Period, supervisor: User, per_matter: list[float]) -> Figures:
    accepted = Register(supervisor.posts.get().center, period, user=supervisor).total().counts["accepted"]
    with CaptureQueriesContext(connection) as captured:
        _seconds(client, period)
        queries = len(captured)  # the next request forgets them
    seconds = median(_seconds(client, period) for _request in range(REQUESTS))
    per_matter.append(seconds / accepted)
    return {
        "mediations": Dispute.objects.count(),
        "period": period.kind,
        "accepted": accepted,
        "seconds": seconds,
        "queries": queries,
        "ratio_vs_month": per_matter[-1] / per_matter[0],
    }


def _seconds(client: Client, period: Period) -> float:
    with timed() as watch:
        response = client.get(PAGE, {"period": period.text})
    if response.status_code != 200 or b"data-figure" not in response.content:  # noqa: PLR2004 - HTTP's own number
        raise SystemExit(f"the register did not come: {response.status_code}")
    return watch.seconds
