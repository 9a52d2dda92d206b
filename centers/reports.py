"""Reads over the tree: which rights a person holds where, which centers are staffed, which days are worked."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Final

from django.db import connection
from django.db.models import Q

from centers.enums import CalendarSource, Level, Role
from centers.models import Center, CenterGrant, Post, WorkCalendarDay
from centers.querysets import CenterQuerySet, WorkCalendarDayQuerySet
from core import clock
from core.scoping import is_staff_account
from core.workdays import Day, WorkCalendar

if TYPE_CHECKING:
    from core.models import User


# Asked several times on every page, so it is written out: the same rows as CenterGrant.objects.live(), at a tenth of
# the cost of having the query composed each time. A test holds the two together.
LIVE_GRANTS: Final = """
    SELECT DISTINCT kind.app_label || '.' || permission.codename, center.level, center.id
    FROM centers_centergrant AS held
    JOIN centers_post AS post ON post.id = held.post_id
    JOIN core_user AS person ON person.id = held.user_id
    JOIN centers_center AS center ON center.id = held.content_object_id
    JOIN auth_permission AS permission ON permission.id = held.permission_id
    JOIN django_content_type AS kind ON kind.id = permission.content_type_id
    WHERE held.user_id = %(user)s AND permission.codename = ANY(%(codenames)s) AND person.is_active
      AND post.starts_on <= %(today)s AND (post.ends_on IS NULL OR post.ends_on >= %(today)s)
    ORDER BY center.id
"""


@dataclass(frozen=True, slots=True)
class Scope:
    """The centers on which one person holds one permission, by level. An empty scope sees nothing."""

    center_ids: Mapping[str, list[int]] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.center_ids)

    def covers(self, prefix: str = "") -> Q:
        """Return the condition "lies under one of my centers" for a row with one ancestor column per level."""
        condition = Q(pk__in=[])
        for level, ids in self.center_ids.items():
            condition |= Q(**{f"{prefix}{level}__in": ids})
        return condition


def scope_of(user: "User", permission: str) -> Scope:
    """Return where ``user`` holds ``permission`` (``app.codename``) through a post held today."""
    return scopes_of(user, permission)[permission]


def scopes_of(user: "User", *permissions: str) -> dict[str, Scope]:
    """Return where ``user`` holds each of ``permissions`` through a post held today, in one query."""
    if not is_staff_account(user):
        return dict.fromkeys(permissions, Scope())
    found: dict[str, dict[str, list[int]]] = {permission: {} for permission in permissions}
    codenames = [permission.partition(".")[2] for permission in permissions]
    with connection.cursor() as cursor:
        cursor.execute(LIVE_GRANTS, {"user": user.pk, "codenames": codenames, "today": clock.today()})
        for permission, level, center_id in cursor.fetchall():
            if permission in found:
                found[permission].setdefault(level, []).append(center_id)
    return {permission: Scope(by_level) for permission, by_level in found.items()}


def permissions_of(user: "User") -> set[str]:
    """Return every permission, ``app.codename`` each, that ``user`` holds on some center today."""
    if not is_staff_account(user):
        return set()
    rows = CenterGrant.objects.live(on=clock.today()).filter(user=user)
    return {
        f"{app_label}.{codename}"
        for app_label, codename in rows.values_list(
            "permission__content_type__app_label", "permission__codename"
        ).distinct()
    }


def centers_in_scope(user: "User", permission: str) -> CenterQuerySet:
    """Return the centers on which, or above which, ``user`` holds ``permission``."""
    ids = [pk for pks in scope_of(user, permission).center_ids.values() for pk in pks]
    condition = Q(pk__in=[])
    for path in Center.objects.filter(pk__in=ids).values_list("path", flat=True):
        condition |= Q(path__startswith=path)
    return Center.objects.filter(condition)


def ancestors_by_level(center: Center) -> dict[str, Center]:
    """Return ``center`` and its ancestors, keyed by level."""
    return {ancestor.level: ancestor for ancestor in Center.objects.above(center)}


def people_on_duty(center_ids: Iterable[int], roles: Iterable[Role], *, on: date) -> list[Post]:
    """Return the posts with one of ``roles`` held at exactly these centers on ``on``."""
    return list(Post.objects.on_duty(on=on).filter(center_id__in=set(center_ids), role__in=list(roles)))


def staffed_centers(center_ids: Iterable[int], *, on: date) -> set[int]:
    """Return those of the centers where somebody is in office who can give a matter to a handler."""
    posts = Post.objects.on_duty(on=on).filter(
        center_id__in=set(center_ids), role__in=[Role.TRIAGE_OFFICER, Role.SUPERVISOR, Role.CENTER_DIRECTOR]
    )
    return set(posts.values_list("center_id", flat=True))


def work_calendar(*, since: date | None = None) -> WorkCalendar:
    """Return the loaded calendar, read now, from ``since`` on, as it is where no region has days of its own."""
    rows = WorkCalendarDay.objects.everywhere()
    return WorkCalendar(_days(rows if since is None else rows.filter(date__gte=since)))


class Calendars:
    """The loaded calendar and what single regions have instead, read once and asked often."""

    def __init__(self, everywhere: WorkCalendar, regional: Mapping[int, Sequence[Day]]) -> None:
        self.everywhere = everywhere
        self._regional = regional
        self._known: dict[tuple[int, ...], WorkCalendar] = {(): everywhere}

    @classmethod
    def load(cls, *, since: date) -> "Calendars":
        """Read the calendar from ``since`` on."""
        regional: dict[int, list[Day]] = defaultdict(list)
        rows = WorkCalendarDay.objects.regional().filter(date__gte=since)
        for center_id, *day in rows.values_list("center_id", *DAY_FIELDS):
            regional[center_id].append(_day(*day))
        return cls(work_calendar(since=since), regional)

    def of(self, center_ids: Iterable[int]) -> WorkCalendar:
        """Return the calendar of the place under ``center_ids``, given from the top down: the nearest region wins."""
        regions = tuple(pk for pk in center_ids if pk in self._regional)
        if regions not in self._known:
            days = [day for pk in regions for day in self._regional[pk]]
            self._known[regions] = self.everywhere.overlaid(days)
        return self._known[regions]


DAY_FIELDS: Final = ("date", "is_workday", "name", "source")


def _days(rows: WorkCalendarDayQuerySet) -> Iterator[Day]:
    return (_day(*values) for values in rows.values_list(*DAY_FIELDS))


def _day(on: date, is_workday: bool, name: str, source: str) -> Day:  # noqa: FBT001 - a row's columns, in order
    return Day(on, is_workday, name, source == CalendarSource.EXPECTED)


def level_label(level: str) -> str:
    """Return the level's name in the reader's language."""
    return str(Level(level).label)
