"""Reads over cases that several services and pages share."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from cases.enums import ClockKind, ClockState, ExtensionState
from cases.models import Case, Clock, ClockRule, Extension
from cases.querysets import HANDLE, HOLDERS_ACTS, CaseQuerySet
from centers.enums import Level
from centers.models import Center, CenterGrant
from centers.reports import Calendars
from centers.rules import LEVELS
from core import clock
from core.errors import DomainError
from core.models import User
from core.scoping import is_staff_account
from core.workdays import Excluded, Limit, LimitUnit, Span, StripDay, WorkCalendar, day_strip


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
        """Return the rule for ``kind``; raise DomainError when none is loaded."""
        rule = self.find(kind, of=of, on=on)
        if rule is None:
            raise DomainError(
                _("No rule says how long this limit is: %(kind)s. Ask the system administrator to load the rules."),
                kind=kind.label,
            )
        return rule


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


def permissions_on(user: User, case: Case) -> frozenset[str]:
    """Return what ``user`` may do with ``case``: the rights held on the place where it arose, or on a center above.

    The right to handle counts only for the one on whose desk the case lies, the rights to a holder's acts only
    where it is held or above.
    """
    if not is_staff_account(user):
        return frozenset()
    place = [getattr(case, f"{level}_id") for level in Level.values]
    rows = CenterGrant.objects.live(on=clock.today()).filter(user=user, content_object__in=[pk for pk in place if pk])
    fields = ("permission__content_type__app_label", "permission__codename", "content_object__level")
    held = {(f"{app_label}.{codename}", Level(level)) for app_label, codename, level in rows.values_list(*fields)}
    below = LEVELS[LEVELS.index(Level(case.holder.level)) + 1 :]
    return frozenset(
        permission
        for permission, level in held
        if not (permission in HOLDERS_ACTS and level in below)
        and not (permission == HANDLE and case.handler_id != user.pk)
    )


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


def _desk(
    name: str, label: str | Promise, permission: str, select: Callable[[CaseQuerySet, User, datetime], CaseQuerySet]
) -> Desk:
    def within_reach(cases: CaseQuerySet, user: User, now: datetime) -> CaseQuerySet:
        return select(cases.reachable_by(user, permission), user, now)

    return Desk(name, label, permission, within_reach)


DESKS: Final = {
    desk.name: desk
    for desk in (
        _desk("to_triage", _("To triage"), "cases.triage_case", lambda cases, _user, _now: cases.to_triage()),
        _desk("to_sign_for", _("To sign for"), "cases.assign_case", lambda cases, _user, _now: cases.to_sign_for()),
        _desk("to_verify", _("To verify"), "cases.verify_case", lambda cases, _user, _now: cases.to_verify()),
        _desk("mine_late", _("Mine, late"), HANDLE, lambda cases, user, now: cases.on_desk_of(user).late(at=now)),
        _desk(
            "mine_today",
            _("Mine, due today"),
            HANDLE,
            lambda cases, user, now: cases.on_desk_of(user).due_between(now, clock.end_of(clock.local_day(now))),
        ),
        _desk("mine", _("On my desk"), HANDLE, lambda cases, user, _now: cases.on_desk_of(user)),
    )
}


def handlers_at(center_id: int, *, on: date) -> list[User]:
    """Return the people who may be given a case at this center on ``on``."""
    grants = CenterGrant.objects.live(on=on).filter(content_object=center_id, permission__codename="handle_case")
    people = set(grants.values_list("user", flat=True))
    return list(User.objects.filter(pk__in=people).order_by("full_name", "pk"))


@dataclass(frozen=True, slots=True)
class DeadlineRow:
    """One clock as the case page shows it: how it stands on a day, in the units people count in."""

    clock: Clock
    remaining_workdays: int
    late_days: int
    strip: list[StripDay]

    @property
    def is_late(self) -> bool:
        return self.late_days > 0


def deadlines(case: Case, calendars: Calendars, *, today: date) -> list[DeadlineRow]:
    """Return the clocks of a case, each with its explanation.

    A clock that is over shows the days it was late as they were frozen; a running one counts up to ``today``.
    """
    rows = case.clocks.select_related("rule", "holder", "unit").prefetch_related("pauses", "extensions")
    return [_deadline(row, case, calendars, today=today) for row in rows.filter(~Q(state=ClockState.CANCELLED))]


def _deadline(row: Clock, case: Case, calendars: Calendars, *, today: date) -> DeadlineRow:
    calendar = calendars.of(case.center_ids(Level(row.holder.level)))
    late_days = max(0, (today - row.due_on).days) if row.state == ClockState.RUNNING else 0
    return DeadlineRow(
        clock=row,
        remaining_workdays=calendar.workdays_between(today, row.due_on),
        late_days=row.late_days or late_days,
        strip=explain(row, calendar, today=today),
    )


def explain(row: Clock, calendar: WorkCalendar, *, today: date) -> list[StripDay]:
    """Return the days between a clock's start and its last day, each with what it counted for; none for hours."""
    span = span_of(row, today=today)
    return [] if span.limit.unit is LimitUnit.HOURS else day_strip(span, calendar)
