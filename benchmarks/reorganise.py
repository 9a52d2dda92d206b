"""A town with many matters that is merged into another, against a loop that saves matter by matter."""

from collections.abc import Callable
from datetime import date, datetime

from django.db import connection, transaction

from benchmarks.city import add_cases, build_city, vacuum
from benchmarks.common import Figures, timed
from cases.enums import EventKind
from cases.models import Case, CasePlace, Event
from centers.enums import Level, ReorganisationKind, Role
from centers.models import Center, Reorganisation
from centers.reports.reorganisation import TreeChange, ends_by_default, posts_concerned
from centers.services.appoint import appoint
from centers.services.reorganise import Decision, reorganise
from core import acting, clock
from core.history import recorded
from core.jobs import system_account
from core.models import User

CASES = 100_000
SAMPLE = 300
OPEN_EVERY = 20
STARTED_ON = [date(2026, 10, day) for day in (20, 21, 22)]
NOW = datetime(2026, 10, 27, 9, 0, tzinfo=clock.SHANGHAI)
# All matters of the city into one town: what counts is how many there are, not where they arose.
INTO_ONE_TOWN = """
UPDATE cases_case SET county_id = %(county)s, town_id = %(town)s, village_id = %(village)s, holder_id = %(village)s,
    handler_id = (SELECT user_id FROM centers_post WHERE center_id = %(village)s AND role = 'mediator' LIMIT 1)
"""


def run() -> Figures:
    return measure(CASES, sample=SAMPLE, settle=vacuum)


def measure(cases: int, *, sample: int, settle: Callable[[], None] = lambda: None) -> Figures:
    """Merge the town, after the loop has moved a ``sample`` of its matters in vain."""
    build_city(years=range(2026, 2028))
    add_cases(1, cases, started_on=STARTED_ON, open_every=OPEN_EVERY)
    town, other = Center.objects.filter(level=Level.TOWN).order_by("pk")[:2]
    village = Center.objects.filter(parent=town).order_by("pk")[0]
    with acting.as_house(), connection.cursor() as cursor:
        cursor.execute(INTO_ONE_TOWN, {"county": town.parent_id, "town": town.pk, "village": village.pk})
    settle()
    actor = _administrator()
    change = TreeChange(ReorganisationKind.MERGE, town, other)
    posts = posts_concerned(change, on=clock.local_day(NOW))
    ended = frozenset(ends_by_default(posts, other))
    looped = _loop_seconds(change, sample)
    with timed() as watch:
        row = reorganise(Decision(change, "示例", frozenset(post.pk for post in posts), ended), actor=actor, now=NOW)
    _check(row, cases)
    return {
        "cases": cases,
        "seconds": watch.seconds,
        "rows_per_s": cases / watch.seconds,
        "ratio_vs_loop": (cases / watch.seconds) / (sample / looped),
    }


def _administrator() -> User:
    user = User.objects.create_user("secadmin-example", "Sample-pass-1", full_name="示例安全管理员")
    top = Center.objects.get(parent=None)
    appoint(
        user, role=Role.SECADMIN, center=top, starts_on=STARTED_ON[0], actor=system_account(), now=NOW
    )  # fmt: skip
    return user


def _loop_seconds(change: TreeChange, sample: int) -> float:
    """Return how long the loop takes for a sample of matters, in one transaction that is rolled back."""
    place = {f"{level}_id": pk for level, pk in change.place.items()}
    actor = system_account()
    with acting.as_house(), recorded(actor_id=actor.pk), timed() as watch:
        row = Reorganisation.objects.create(
            kind=change.kind, center=change.center, target=change.target, origin_id=change.center.parent_id or 0,
            effective_on=clock.local_day(NOW), ground="示例", decided_by=actor, decided_at=NOW,
        )  # fmt: skip
        for case in Case.objects.filter(town=change.center).order_by("pk")[:sample]:
            _move(case, place, row, actor)
        transaction.set_rollback(True)
    return watch.seconds


def _move(case: Case, place: dict[str, int | None], row: Reorganisation, actor: User) -> None:
    """Do the service's work on one matter."""
    was = {f"{level}_id": getattr(case, f"{level}_id") for level in Level.values}
    CasePlace.objects.create(
        case=case, reorganisation=row, until_on=clock.local_day(NOW), holder_id=case.holder_id, **was
    )  # fmt: skip
    for column, pk in place.items():
        setattr(case, column, pk)
    case.save()
    if case.closed_at is None:
        data = {"center": row.center.name, "target": row.target.name}
        Event.objects.create(
            case=case, kind=EventKind.CENTER_MERGED, actor=actor, at=NOW, recorded_at=NOW, data=data
        )  # fmt: skip


def _check(row: Reorganisation, cases: int) -> None:
    moved, kept = Case.objects.filter(town=row.target).count(), CasePlace.objects.filter(reorganisation=row).count()
    told = Event.objects.filter(kind=EventKind.CENTER_MERGED).count()
    if (moved, kept, told) != (cases, cases, Case.objects.open().count()):
        raise SystemExit(f"of {cases} matters {moved} moved, {kept} are kept and {told} timelines tell of it")
