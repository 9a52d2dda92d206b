"""Reads over cases that several services and pages share."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from cases.enums import ClockKind
from cases.models import Case, Clock, ClockRule
from cases.querysets import HANDLE, HOLDERS_ACTS, CaseQuerySet
from cases.rules import Limit
from centers.enums import Level
from centers.models import CenterGrant
from centers.rules import LEVELS
from core import clock
from core.errors import DomainError
from core.models import User
from core.scoping import is_staff_account
from core.workdays import LimitUnit, StripDay, WorkCalendar, day_strip


class RuleBook:
    """The clock rules in force, read once and asked often."""

    def __init__(self, rules: Sequence[ClockRule]) -> None:
        self._rules = sorted(rules, key=lambda rule: (rule.category, rule.grade, rule.valid_from), reverse=True)

    @classmethod
    def load(cls) -> "RuleBook":
        """Read all rules."""
        return cls(list(ClockRule.objects.all()))

    def find(self, kind: ClockKind, *, grade: str, category: str, on: date) -> ClockRule | None:
        """Return the most specific rule for ``kind`` that holds on ``on``, None where there is no such limit."""
        return next(
            (
                rule
                for rule in self._rules
                if rule.kind == kind
                and rule.grade in ("", grade)
                and rule.category in ("", category)
                and rule.valid_from <= on
                and (rule.valid_until is None or rule.valid_until >= on)
            ),
            None,
        )

    def get(self, kind: ClockKind, *, grade: str, category: str, on: date) -> ClockRule:
        """Return the rule for ``kind``; raise DomainError when none is loaded."""
        rule = self.find(kind, grade=grade, category=category, on=on)
        if rule is None:
            raise DomainError(
                _("No rule says how long this limit is: %(kind)s. Ask the system administrator to load the rules."),
                kind=kind.label,
            )
        return rule


def limit_of(rule: ClockRule) -> Limit:
    """Return a rule's length as a plain value."""
    return Limit(rule.amount, LimitUnit(rule.unit_of_time), rule.roll_forward)


def explain(running: Clock, calendar: WorkCalendar) -> list[StripDay]:
    """Return the days between a clock's start and its last day, each with what it counted for."""
    limit = limit_of(running.rule)
    return day_strip(running.started_on, limit.amount, limit.unit, calendar, roll_forward=limit.roll_forward)


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


def deadlines(case: Case, calendar: WorkCalendar, *, today: date) -> list[DeadlineRow]:
    """Return the clocks of a case, the level ones first, each with its explanation.

    A clock that is over shows the days it was late as they were frozen; a running one counts up to ``today``.
    """
    rows = case.clocks.select_related("rule", "holder", "unit").filter(~Q(state="cancelled"))
    return [
        DeadlineRow(
            clock=row,
            remaining_workdays=calendar.workdays_between(today, row.due_on),
            late_days=row.late_days or max(0, (today - row.due_on).days) * (row.ended_at is None),
            strip=explain(row, calendar),
        )
        for row in rows
    ]
