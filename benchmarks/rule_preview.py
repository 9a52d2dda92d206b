"""The preview of a rule, as its author gets the page, among as many running limits as it looks at."""

from collections.abc import Callable
from datetime import date
from statistics import median

from django.conf import settings
from django.test import Client, override_settings

from benchmarks.city import add_cases, build_city, vacuum
from benchmarks.common import Figures, timed
from cases.enums import ClockKind
from cases.models import Clock
from cases.reports import FATES_AT_MOST
from centers.enums import Level, Role
from centers.models import Center
from centers.reports import work_calendar
from centers.services.appoint import appoint
from core import clock
from core.models import User
from core.workdays import LimitUnit

PAGE = "/admin/cases/clockrule/add/"
PLAIN_FILES = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}  # the manifest is a release's
STARTS = 12  # the limits started on as many working days
REQUESTS = 5


def run() -> Figures:
    return measure(FATES_AT_MOST // 10, FATES_AT_MOST, settle=vacuum)


def measure(few: int, many: int, *, settle: Callable[[], None] = lambda: None) -> Figures:
    """Ask for the page among ``few`` running limits and again among ``many``; ``settle`` follows each bulk load.

    ``ratio_vs_few`` is how long a limit takes among many, against among few: 1 says that the page grows with them
    and no faster.
    """
    today = clock.today()
    build_city(years=range(today.year - 1, today.year + 3))
    director = _director(today)
    among_few = _grown(1, few, director, settle)
    seconds = _grown(few + 1, many, director, settle)
    return {
        "limits": Clock.objects.running().count(),
        "seconds": seconds,
        "limits_per_s": many / seconds,
        "ratio_vs_few": (seconds / many) / (among_few / few),
    }


def _director(today: date) -> User:
    """Appoint somebody who sets limits for the whole city."""
    person = User(username="director", full_name="示例市主任（示例）")
    person.set_unusable_password()
    person.save()
    city = Center.objects.get(level=Level.CITY)
    appoint(person, role=Role.CENTER_DIRECTOR, center=city, starts_on=today, actor=person, now=clock.now())
    return person


def _grown(first: int, last: int, director: User, settle: Callable[[], None]) -> float:
    """Add limits and return the seconds of the page."""
    today, calendar = clock.today(), work_calendar()
    add_cases(first, last, started_on=[calendar.add_workdays(today, -days) for days in range(1, STARTS + 1)])
    settle()
    files = {**settings.STORAGES, "staticfiles": PLAIN_FILES}
    with override_settings(STORAGES=files, ALLOWED_HOSTS=["testserver"], SECOND_FACTOR=False):
        client = Client()
        client.force_login(director)
        return median(_seconds(client) for _request in range(REQUESTS))


def _seconds(client: Client) -> float:
    with timed() as watch:
        response = client.post(PAGE, _rule())
    if response.status_code != 200 or b'name="_confirm"' not in response.content:  # noqa: PLR2004 - HTTP's own number
        raise SystemExit(f"the preview did not come: {response.status_code}")
    return watch.seconds


def _rule() -> dict[str, str]:
    """Return the form as the director fills it in: villages have two working days."""
    return {
        "kind": ClockKind.LVL_VILLAGE.value,
        "center": str(Center.objects.get(level=Level.CITY).pk),
        "level": "",
        "grade": "",
        "category": "",
        "amount": "2",
        "unit_of_time": LimitUnit.WORKING_DAYS.value,
        "roll_forward": "on",
        "valid_from": clock.today().isoformat(),
        "article": "示例市〔2026〕3号",
    }
