"""Reads over the tree: who holds which rights where, who is in office or stands in, which days are worked."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Final, NamedTuple

from django.db import connection
from django.db.models import Q

from centers.enums import CalendarSource, Level, Role
from centers.models import Center, Post, StandIn, WorkCalendarDay
from centers.querysets import CenterQuerySet, PostQuerySet, WorkCalendarDayQuerySet
from centers.rules import Office, uncovered_office
from centers.rules.calendar import DayChange, DayValue
from core import clock, locks
from core.once import once
from core.scoping import is_staff_account
from core.workdays import Day, WorkCalendar

if TYPE_CHECKING:
    from core.models import User


# Shared by whoever counts a limit, held alone by whoever changes a day: see centers.services.change_days.
CALENDAR_LOCK: Final = "work calendar"

# Shared by whoever writes down what lies under what, held alone by whoever changes it: see centers.services.reorganise.
TREE_LOCK: Final = "tree of centers"

# Asked on every page, so it is written out: the same rows as CenterGrant.objects.live(), at a tenth of the cost of
# having the query composed each time. A test holds the two together.
LIVE_GRANTS: Final = """
    SELECT DISTINCT kind.app_label || '.' || permission.codename, center.level, center.id
    FROM centers_centergrant AS held
    JOIN centers_post AS post ON post.id = held.post_id
    JOIN core_user AS person ON person.id = held.user_id
    JOIN centers_center AS center ON center.id = held.content_object_id
    JOIN auth_permission AS permission ON permission.id = held.permission_id
    JOIN django_content_type AS kind ON kind.id = permission.content_type_id
    WHERE held.user_id = %(user)s AND person.is_active
      AND post.starts_on <= %(today)s AND (post.ends_on IS NULL OR post.ends_on >= %(today)s)
    ORDER BY center.id
"""


class Right(NamedTuple):
    """One permission, ``app.codename``, held on one center."""

    permission: str
    level: str
    center_id: int


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
    found: dict[str, dict[str, list[int]]] = {permission: {} for permission in permissions}
    for permission, level, center_id in rights_of(user):
        if permission in found:
            found[permission].setdefault(level, []).append(center_id)
    return {permission: Scope(by_level) for permission, by_level in found.items()}


def permissions_of(user: "User") -> set[str]:
    """Return every permission, ``app.codename`` each, that ``user`` holds on some center today."""
    return {right.permission for right in rights_of(user)}


def rights_of(user: "User") -> Sequence[Right]:
    """Return what ``user`` holds where through the posts held today; a page asks once, however often it wants it."""
    if not is_staff_account(user):
        return ()
    return once(("rights", user.pk), lambda: _read_rights(user.pk, on=clock.today()))


def _read_rights(user_id: int, *, on: date) -> Sequence[Right]:
    with connection.cursor() as cursor:
        cursor.execute(LIVE_GRANTS, {"user": user_id, "today": on})
        return [Right(*row) for row in cursor.fetchall()]


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
        """Read the calendar from ``since`` on. Inside a transaction no day changes until the transaction ends."""
        locks.hold_with_others(CALENDAR_LOCK)
        return cls.read(since=since, until=date.max)

    @classmethod
    def read(cls, *, since: date, until: date) -> "Calendars":
        """Read the calendar from ``since`` to ``until`` as it is at this moment, for a page."""
        rows = WorkCalendarDay.objects.filter(date__range=(since, until)).order_by("date", "pk")
        by_region: dict[int | None, list[Day]] = defaultdict(list)
        for center_id, *day in rows.values_list("center_id", *DAY_FIELDS):
            by_region[center_id].append(_day(*day))
        everywhere = by_region.pop(None, [])
        return cls(WorkCalendar(everywhere), {pk: days for pk, days in by_region.items() if pk is not None})

    def changed(self, changes: Iterable[DayChange]) -> "Calendars":
        """Return the calendars as they would be with ``changes``; days that are not loaded stay so."""
        regional = {center_id: {day.on: day for day in days} for center_id, days in self._regional.items()}
        everywhere = []
        for change in changes:
            if change.center_id is None and change.becomes is not None:
                everywhere.append(_changed_day(change.on, change.becomes))
            elif change.center_id is not None:
                own = regional.setdefault(change.center_id, {})
                own.pop(change.on, None)
                own |= {change.on: _changed_day(change.on, change.becomes)} if change.becomes else {}
        return Calendars(
            self.everywhere.overlaid(everywhere), {pk: list(days.values()) for pk, days in regional.items()}
        )

    def regions(self, center_ids: Iterable[int]) -> tuple[int, ...]:
        """Return those of ``center_ids`` that have days of their own: places where they are the same count alike."""
        return tuple(pk for pk in center_ids if pk in self._regional)

    def of(self, center_ids: Iterable[int]) -> WorkCalendar:
        """Return the calendar of the place under ``center_ids``, given from the top down: the nearest region wins."""
        regions = self.regions(center_ids)
        if regions not in self._known:
            days = [day for pk in regions for day in self._regional[pk]]
            self._known[regions] = self.everywhere.overlaid(days)
        return self._known[regions]


DAY_FIELDS: Final = ("date", "is_workday", "name", "source")


def _days(rows: WorkCalendarDayQuerySet) -> Iterator[Day]:
    return (_day(*values) for values in rows.values_list(*DAY_FIELDS))


def _day(on: date, is_workday: bool, name: str, source: str) -> Day:  # noqa: FBT001 - a row's columns, in order
    return Day(on, is_workday, name, source == CalendarSource.EXPECTED)


def _changed_day(on: date, value: DayValue) -> Day:
    return _day(on, value.is_workday, value.name, value.source)


def level_label(level: str) -> str:
    """Return the level's name in the reader's language."""
    return str(Level(level).label)


def offices_of(posts: PostQuerySet) -> dict[int, list[Office]]:
    """Return the offices behind ``posts``, by the account that holds them."""
    offices: dict[int, list[Office]] = defaultdict(list)
    for user_id, role, path, starts_on, ends_on in posts.values_list(
        "user_id", "role", "center__path", "starts_on", "ends_on"
    ):
        offices[user_id].append(Office(Role(role), path, starts_on, ends_on))
    return offices


def stand_ins_of(recipient_ids: set[int], *, on: date) -> dict[int, "User"]:
    """Return who receives on ``on`` for those of the accounts that are absent.

    A stand-in who no longer holds the offices that it takes, or has left, receives nothing.
    """
    named = list(
        StandIn.objects.in_force(on=on)
        .filter(absent__in=recipient_ids, stand_in__is_active=True)
        .select_related("stand_in")
        .defer("stand_in__email")
    )
    people = {row.absent_id for row in named} | {row.stand_in_id for row in named}
    offices = offices_of(Post.objects.on_duty(on=on).filter(user__in=people)) if named else {}
    return {
        row.absent_id: row.stand_in
        for row in named
        if offices.get(row.absent_id)
        and uncovered_office(offices[row.absent_id], offices.get(row.stand_in_id, []), first=on, last=on) is None
    }


def possible_stand_ins(absent: "User", *, on: date) -> list[int]:
    """Return the accounts that could stand in for ``absent`` on ``on``."""
    held = Post.objects.on_duty(on=on).filter(user=absent)
    codes = {code for path in held.values_list("center__path", flat=True) for code in path.strip("/").split("/")}
    roles = held.values_list("role", flat=True)
    others = Post.objects.on_duty(on=on).filter(center__code__in=codes, role__in=roles).exclude(user=absent)
    own = offices_of(held).get(absent.pk, [])
    return [
        user_id
        for user_id, offices in offices_of(others).items()
        if uncovered_office(own, offices, first=on, last=on) is None
    ]
