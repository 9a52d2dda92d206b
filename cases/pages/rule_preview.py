"""What a rule would have meant for the limits that run today, had it held when they started."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from statistics import median_low
from typing import Any, Final

from django.utils.translation import gettext as _

from cases.enums import ClockKind
from cases.models import Clock, ClockRule
from cases.pages.rules import View, about_text, centers_above, in_force, most_text, place_text
from cases.reports import FATES_AT_MOST, Fate, fates_under, limit_of
from cases.rules.lengths import length_text
from core.links import page_of
from core.models import User

CASES_AT_MOST: Final = 50


@dataclass(frozen=True, slots=True)
class MovedCase:
    """One case in the list behind a count; no address for who may not see the case."""

    number: str
    url: str
    center: str
    due_on: date
    would_be_due_on: date
    days: int


@dataclass(frozen=True, slots=True)
class FateGroup:
    """The limits that would end earlier, later or on the same day: how many, by how many days, how many late."""

    name: str
    label: str
    count: int
    days: str
    late: int
    would_be_late: int
    cases: list[MovedCase]


def preview_context(rule: ClockRule, user: User, *, today: date) -> dict[str, Any]:
    """Return what the page before the confirmation shows; ``rule`` has not been written."""
    fates, is_all = fates_under(rule, today=today)
    kind = ClockKind(rule.kind)
    return {
        "rule": rule,
        "length": length_text(limit_of(rule)),
        "most": most_text(kind),
        "about": about_text(rule),
        "place": place_text(rule),
        "instead_of": [(about_text(row), length_text(limit_of(row)), row) for row in _held_until_now(rule, today)],
        "groups": _groups(fates, user, today=today),
        "total": len(fates),
        "late": _late(fates, today),
        "would_be_late": sum(fate.due_on < today for fate in fates),
        "is_capped": not is_all,
        "cap": FATES_AT_MOST,
        "cases_at_most": CASES_AT_MOST,
    }


def _held_until_now(rule: ClockRule, today: date) -> list[ClockRule]:
    """Return the rules whose place the new one takes, for all or some of its matters."""
    view = View(rule.center, centers_above(rule.center), today, rule.kind)
    rules = ClockRule.objects.seen_from(view.center_ids).filter(kind=rule.kind).select_related("center__parent")
    about = {name: getattr(rule, name) for name in ("level", "grade", "category")}
    return in_force(list(rules), ClockKind(rule.kind), view, **about)


def _groups(fates: Sequence[Fate], user: User, *, today: date) -> list[FateGroup]:
    earlier = sorted((fate for fate in fates if fate.days < 0), key=lambda fate: fate.days)
    later = sorted((fate for fate in fates if fate.days > 0), key=lambda fate: -fate.days)
    same = [fate for fate in fates if not fate.days]
    named = (("earlier", _("would end earlier"), earlier), ("later", _("would end later"), later))
    groups = [_group(name, label, rows, user, today=today) for name, label, rows in named if rows]
    return [*groups, *([_group("same", _("would end on the same day"), same, user, today=today)] if same else [])]


def _group(name: str, label: str, fates: Sequence[Fate], user: User, *, today: date) -> FateGroup:
    shown = [] if name == "same" else fates[:CASES_AT_MOST]
    return FateGroup(
        name=name,
        label=label,
        count=len(fates),
        days=_days([abs(fate.days) for fate in fates]),
        late=_late(fates, today),
        would_be_late=sum(fate.due_on < today for fate in fates),
        cases=_cases(shown, user),
    )


def _late(fates: Sequence[Fate], today: date) -> int:
    return sum(fate.was_due_on < today for fate in fates)


def _days(days: Sequence[int]) -> str:
    """Return by how many days a group moves: the least, the most and the median."""
    least, most = min(days), max(days)
    if least == most:
        return str(most) if most else "—"
    return _("%(least)s to %(most)s, median %(median)s") % {
        "least": least,
        "most": most,
        "median": median_low(days),
    }


def _cases(fates: Sequence[Fate], user: User) -> list[MovedCase]:
    shown = Clock.objects.visible_to(user).select_related("case", "holder") if fates else Clock.objects.none()
    clocks = shown.in_bulk([fate.clock_id for fate in fates])
    return [
        MovedCase(
            clocks[fate.clock_id].case.number,
            page_of("admin:cases_case_change", fate.case_id),
            clocks[fate.clock_id].holder.name,
            fate.was_due_on,
            fate.due_on,
            fate.days,
        )
        for fate in fates
        if fate.clock_id in clocks
    ]
