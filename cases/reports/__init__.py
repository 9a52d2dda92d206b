"""Reads over cases that several services and pages share."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from cases.enums import ClockKind, ExtensionState
from cases.models import Case, Clock, ClockRule, Extension, Pause
from cases.querysets import (
    DECIDE_IDENTITY,
    EXTEND,
    EXTEND_AT_TOP,
    HANDLE,
    HOLDERS_ACTS,
    CaseQuerySet,
    ExtensionQuerySet,
)
from cases.rules.extensions import EXTENDED_BY, room_to_extend
from cases.rules.plan import plan_clock
from centers.enums import Level
from centers.models import Center
from centers.reports import Calendars, rights_of
from centers.rules import LEVELS, levels_above
from core import clock
from core.bulk import among
from core.errors import DomainError
from core.models import User
from core.workdays import Excluded, Limit, LimitUnit, Span

CHANGE_RULES: Final = "cases.change_clockrule"
LOOK_BACK: Final = timedelta(days=31)  # warnings may count back past the start, over the longest holiday
FATES_AT_MOST: Final = 20_000


class RuleMissing(DomainError):
    """No rule says how long a limit is."""

    code = "rule_missing"


class RuleBook:
    """The clock rules in force, read once and asked often."""

    def __init__(self, rules: Sequence[ClockRule]) -> None:
        self._rules: dict[str, list[ClockRule]] = defaultdict(list)
        for rule in sorted(rules, key=_precision, reverse=True):
            self._rules[rule.kind].append(rule)

    @classmethod
    def load(cls) -> "RuleBook":
        """Read all rules."""
        return cls(list(ClockRule.objects.select_related("center")))

    def find(self, kind: ClockKind, *, of: "Matter", on: date) -> ClockRule | None:
        """Return the most specific rule for ``kind`` that holds on ``on``, None where there is no such limit.

        A rule of a nearer place goes before one of a place above it, then category before grade before level.
        """
        return next((rule for rule in self._rules[kind] if of.is_under(rule) and _holds(rule, on)), None)

    def get(self, kind: ClockKind, *, of: "Matter", on: date) -> ClockRule:
        """Return the rule for ``kind``; raise RuleMissing when none is loaded."""
        rule = self.find(kind, of=of, on=on)
        if rule is None:
            raise RuleMissing(
                _("No rule says how long this limit is: %(kind)s. Ask the system administrator to load the rules."),
                kind=kind.label,
            )
        return rule

    def with_instead(self, proposed: ClockRule) -> "RuleBook":
        """Return the book as it would be had ``proposed`` always stood in it, in place of those about the same."""
        others = [rule for rules in self._rules.values() for rule in rules if rule.scope != proposed.scope]
        return RuleBook([*others, proposed])


@dataclass(frozen=True, slots=True)
class Matter:
    """What a rule asks about a matter: its grade and category, who holds it, and the centers from the top to there."""

    grade: str
    category: str
    level: str
    center_ids: tuple[int, ...] = ()

    @classmethod
    def held_by(cls, holder: Center, case: Case) -> "Matter":
        level = Level(holder.level)
        return cls(case.grade, case.category, level.value, case.center_ids(level))

    def is_under(self, rule: ClockRule) -> bool:
        """Return whether ``rule`` is about such matters."""
        return (
            rule.grade in ("", self.grade)
            and rule.category in ("", self.category)
            and rule.level in ("", self.level)
            and (rule.center_id is None or rule.center_id in self.center_ids)
        )


def _precision(rule: ClockRule) -> tuple[int, bool, bool, bool, date]:
    depth = len(rule.center.path) if rule.center else 0
    return depth, bool(rule.category), bool(rule.grade), bool(rule.level), rule.valid_from


def _holds(rule: ClockRule, on: date) -> bool:
    return rule.valid_from <= on and (rule.valid_until is None or rule.valid_until >= on)


def limit_of(row: ClockRule | Clock | Extension) -> Limit:
    """Return the length that a row gives, as a plain value."""
    return Limit(row.amount, LimitUnit(row.unit_of_time), getattr(row, "roll_forward", True))


def span_of(row: Clock, *, today: date) -> Span:
    """Return how a clock lies on the calendar: its length, what was granted, and what did not count up to ``today``."""
    added = tuple(limit_of(one) for one in row.extensions.all() if one.state == ExtensionState.GRANTED)
    excluded = tuple(Excluded(one.started_on, one.ended_on or today) for one in row.pauses.all())
    return Span(row.started_on, limit_of(row), added, excluded)


def count_time_left(cases: Sequence[Case], *, today: date) -> None:
    """Give each case ``workdays_left``, as ``count_workdays_left`` counts them."""
    places = [(case.due_at, case.center_ids(Level(case.holder.level))) for case in cases]
    for case, days in zip(cases, count_workdays_left(places, today=today), strict=True):
        case.workdays_left = days


def count_workdays_left(places: Sequence[tuple[datetime | None, tuple[int, ...]]], *, today: date) -> list[int]:
    """Return of matters, each given by the end of its nearest limit and its place, the working days up to that end.

    A place is given by the centers over it, from the top down to the level that holds the matter; the calendar is read
    once for all, and not at all where nothing is left. The days are those after ``today``; none where no limit runs or
    it has passed.
    """
    last_days = [clock.last_day(due_at) if due_at else today for due_at, _place in places]
    if max(last_days, default=today) <= today:
        return [0] * len(places)
    calendars = Calendars.read(since=today, until=max(last_days))
    return [
        max(0, calendars.of(place).workdays_between(today, last_day))
        for (_due_at, place), last_day in zip(places, last_days, strict=True)
    ]


@dataclass(frozen=True, slots=True)
class Fate:
    """One running limit: its last day, and the one that it would have under another rule."""

    clock_id: int
    case_id: int
    was_due_on: date
    due_on: date

    @property
    def days(self) -> int:
        """How many calendar days later it would end; negative for earlier."""
        return (self.due_on - self.was_due_on).days


def fates_under(proposed: ClockRule, *, today: date) -> tuple[list[Fate], bool]:
    """Return how the limits that run now would stand had ``proposed`` held when they started, and whether that is all.

    Only those that ``proposed`` would have given their length, with what they were extended and paused by; of more
    than FATES_AT_MOST that it could be about those that end first are looked at. Raises CalendarMissing when one would
    end beyond the loaded calendar.
    """
    always = ClockRule(valid_from=date.min, **{name: getattr(proposed, name) for name in PROPOSED})
    running = list(_running_under(always)[: FATES_AT_MOST + 1])
    is_all = len(running) <= FATES_AT_MOST
    del running[FATES_AT_MOST:]
    if not running:
        return [], is_all
    kind, book = ClockKind(proposed.kind), RuleBook.load().with_instead(always)
    calendars = Calendars.load(since=min(row.started_on for row in running) - LOOK_BACK)
    is_under = cache(lambda matter, on: book.find(kind, of=matter, on=on) is always)
    plan = cache(lambda span, at, places: plan_clock(kind, span, calendars.of(places), started_at=at).due_on)
    added, excluded = _granted(running), _excluded(running, today=today)
    fates = []
    for row in running:
        matter = _matter(row)
        if is_under(matter, row.started_on):
            span = Span(row.started_on, limit_of(always), added.get(row.pk, ()), excluded.get(row.pk, ()))
            due_on = plan(span, _started_at(row), calendars.regions(matter.center_ids))
            fates.append(Fate(row.pk, row.case_id, row.due_on, due_on))
    return fates, is_all


PROPOSED: Final = ("kind", "center", "level", "grade", "category", "amount", "unit_of_time", "roll_forward")
ABOUT: Final = ("pk", "case_id", "started_on", "due_on", "original_due_at", "amount", "unit_of_time")
PLACE: Final = ("holder__level", "case__grade", "case__category", *(f"case__{level}_id" for level in LEVELS))


def _running_under(rule: ClockRule) -> Any:
    """Return the running limits that ``rule`` could be about, those that end first before the others, as tuples."""
    about = {f"case__{name}": getattr(rule, name) for name in ("grade", "category") if getattr(rule, name)}
    if rule.level:
        about["holder__level"] = rule.level
    if rule.center:
        about[f"case__{rule.center.level}"] = rule.center_id
        about["holder__level__in"] = LEVELS[LEVELS.index(Level(rule.center.level)) :]
    rows = Clock.objects.running().filter(kind=rule.kind, **about).order_by("due_at", "pk")
    return rows.values_list(*ABOUT, *PLACE, named=True)


def _matter(row: Any) -> Matter:
    level, grade, category, *place = row[len(ABOUT) :]
    down_to = LEVELS.index(Level(level)) + 1
    return Matter(grade, category, level, tuple(pk for pk in place[:down_to] if pk is not None))


def _granted(rows: Sequence[Any]) -> dict[int, tuple[Limit, ...]]:
    """Return what the clocks were extended by."""
    found: dict[int, tuple[Limit, ...]] = defaultdict(tuple)
    for one in Extension.objects.granted().filter(among("clock", [row.pk for row in rows])):
        found[one.clock_id] += (limit_of(one),)
    return found


def _excluded(rows: Sequence[Any], *, today: date) -> dict[int, tuple[Excluded, ...]]:
    """Return the times that do not count for the clocks, up to ``today``."""
    found: dict[int, tuple[Excluded, ...]] = defaultdict(tuple)
    for one in Pause.objects.filter(among("clock", [row.pk for row in rows])):
        found[one.clock_id] += (Excluded(one.started_on, one.ended_on or today),)
    return found


def _started_at(row: Any) -> datetime:
    """Return the moment a limit runs from; where only its first day is known, the start of office hours."""
    if row.unit_of_time == LimitUnit.HOURS:
        return row.original_due_at - timedelta(hours=row.amount)
    return clock.duty_start_of(row.started_on)


def room_on(row: Clock, *, on: date) -> Limit | None:
    """Return by how much a clock may still be extended by the rules of ``on``, None where it may not."""
    kind = ClockKind(row.kind)
    granted = [limit_of(one) for one in row.extensions.all() if one.state == ExtensionState.GRANTED]
    ceiling = None
    if kind in EXTENDED_BY:
        rule = RuleBook.load().find(EXTENDED_BY[kind], of=Matter.held_by(row.holder, row.case), on=on)
        ceiling = limit_of(rule) if rule else None
    return room_to_extend(kind, limit_of(row), granted=granted, ceiling=ceiling)


def permissions_on(user: User, case: Case) -> frozenset[str]:
    """Return what ``user`` may do with ``case``: the rights held on the place where it arose, or on a center above.

    The right to handle counts only for the one on whose desk the case lies, the rights to a holder's acts only
    where it is held or above, the right to extend only above, or for the director where there is nothing above.
    """
    place = {getattr(case, f"{level}_id") for level in Level.values}
    held = {(right.permission, Level(right.level)) for right in rights_of(user) if right.center_id in place}
    holder = LEVELS.index(Level(case.holder.level))
    is_at_top = case.holder.parent_id is None and (EXTEND_AT_TOP, Level(case.holder.level)) in held
    return frozenset({EXTEND} if is_at_top else ()) | frozenset(
        permission
        for permission, level in held
        if not (permission in HOLDERS_ACTS and level in LEVELS[holder + 1 :])
        and not (permission == EXTEND and level in LEVELS[holder:])
        and not (permission == HANDLE and case.handler_id != user.pk)
    )


def deciding_centers(case: Case) -> list[int]:
    """Return the centers, the nearest first, that may decide on extensions of a limit of ``case``'s holder.

    Those above the holder; at the top of the tree, where there is none, the holder itself.
    """
    if case.holder.parent_id is None:
        return [case.holder_id]
    return [pk for level in levels_above(Level(case.holder.level)) if (pk := getattr(case, f"{level}_id")) is not None]


@dataclass(frozen=True, slots=True)
class Desk:
    """One list of work: its name in a URL, its title, the right it takes and the rows it holds."""

    name: str
    label: str | Promise
    permission: str
    select: Callable[[CaseQuerySet, User, datetime], CaseQuerySet]

    def rows(self, user: User, *, now: datetime) -> CaseQuerySet:
        """Return the cases of this list for ``user``."""
        return self.select(Case.objects.visible_to(user), user, now)


def desk_within_reach(
    name: str, label: str | Promise, permission: str, select: Callable[[CaseQuerySet, User, datetime], CaseQuerySet]
) -> Desk:
    """Return a desk of the cases within reach of the right that it takes."""

    def within_reach(cases: CaseQuerySet, user: User, now: datetime) -> CaseQuerySet:
        return select(cases.reachable_by(user, permission), user, now)

    return Desk(name, label, permission, within_reach)


DESKS: Final[dict[str, Desk]] = {
    desk.name: desk
    for desk in (
        desk_within_reach(
            "to_triage", _("To triage"), "cases.triage_case", lambda cases, _user, _now: cases.to_triage()
        ),
        desk_within_reach(
            "to_sign_for", _("To sign for"), "cases.assign_case", lambda cases, _user, _now: cases.to_sign_for()
        ),
        desk_within_reach("to_extend", _("Extensions to decide"), EXTEND, lambda cases, _user, _now: cases.to_extend()),
        desk_within_reach(
            "to_reveal",
            _("Requests to show an informant"),
            DECIDE_IDENTITY,
            lambda cases, user, now: cases.to_reveal(user, at=now),
        ),
        desk_within_reach(
            "to_lower",
            _("Lower sensitivity to confirm"),
            DECIDE_IDENTITY,
            lambda cases, user, now: cases.to_lower(user, at=now),
        ),
        desk_within_reach(
            "to_verify", _("To verify"), "cases.verify_case", lambda cases, _user, _now: cases.to_verify()
        ),
        desk_within_reach(
            "mine_late", _("Mine, late"), HANDLE, lambda cases, user, now: cases.on_desk_of(user).late(at=now)
        ),
        desk_within_reach(
            "mine_today",
            _("Mine, due today"),
            HANDLE,
            lambda cases, user, now: cases.on_desk_of(user).due_between(now, clock.end_of(clock.local_day(now))),
        ),
        desk_within_reach("mine", _("On my desk"), HANDLE, lambda cases, user, _now: cases.on_desk_of(user)),
    )
}


def register_desks(desks: Iterable[Desk]) -> None:
    """Take up the desks of one procedure, after those of all."""
    DESKS.update({desk.name: desk for desk in desks})


def granted_extensions(case: Case) -> ExtensionQuerySet:
    """Return the extensions that were granted on a case, each with what its notice tells."""
    return Extension.objects.granted().filter(clock__case=case).select_related("clock", "center", "decided_by")
