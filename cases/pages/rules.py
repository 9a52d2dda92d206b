"""How the rules read: what each limit may be at most, which rule holds where, and what held there before."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import product
from typing import Any, Final

from django.db.models import Count, Q
from django.http import QueryDict
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from cases.enums import ClockKind, Grade
from cases.models import ClockRule
from cases.querysets import ClockRuleQuerySet
from cases.reports import CHANGE_RULES, Matter, RuleBook, limit_of
from cases.rules.kinds import CAPS
from cases.rules.lengths import length_text
from cases.rules.setting import ARTICLES, RULED_KINDS, SETTABLE_KINDS, cap_of, family_of, level_bound
from centers.enums import Level
from centers.models import Center
from centers.querysets import CenterQuerySet
from centers.reports import centers_in_scope, scope_of
from centers.rules import LEVELS
from core.models import User

VIEW_RULES: Final = "cases.view_clockrule"
LINES_AT_MOST: Final = 200
NEWEST_FIRST: Final = ("center__path", "level", "grade", "category", "-valid_from", "-pk")


@dataclass(frozen=True, slots=True)
class RuleLine:
    """One rule in the table: how long, about what, where, and how it stands on the day."""

    rule: ClockRule
    length: str
    about: str
    place: str
    standing: str
    holds: bool


@dataclass(frozen=True, slots=True)
class KindBlock:
    """One kind of limit in the table, with its rules and how many there are at places below."""

    kind: ClockKind
    family: str
    most: str
    article: str
    lines: list[RuleLine]
    below: int
    url: str
    set_url: str


@dataclass(frozen=True, slots=True)
class View:
    """What the table is looked at from: a place with the centers above it, a day, one kind of limit or all."""

    place: Center | None
    chain: Sequence[Center]
    today: date
    kind: str = ""

    @property
    def center_ids(self) -> list[int]:
        return [center.pk for center in self.chain]


def rules_context(user: User, query: QueryDict, *, today: date) -> dict[str, Any]:
    """Return everything the page of the rules shows."""
    places = list(_places_to_choose(user))
    view = _view(query, places, today=today)
    may_set = user.has_perm(CHANGE_RULES)
    return {
        "title": _("Clock rules"),
        "blocks": _blocks(view, may_set=may_set),
        "view": view,
        "kinds": [(kind.value, kind.label) for kind in RULED_KINDS],
        "places": [(place.pk, place_name(place)) for place in places],
        "may_set": may_set,
        "lines_at_most": LINES_AT_MOST,
    }


def rule_context(rule: ClockRule, *, today: date) -> dict[str, Any]:
    """Return what the page of one rule shows: the rule, and all there ever were of this limit at this place."""
    chain = centers_above(rule.center)
    view = View(rule.center, chain, today, rule.kind)
    rules = list(_table().seen_from(view.center_ids).filter(kind=rule.kind))
    holding = {row.pk for row in in_force(rules, ClockKind(rule.kind), view)}
    lines = [_line(row, view, holding) for row in rules if row.center_id == rule.center_id]
    return {
        "title": rule.get_kind_display(),
        "rule": rule,
        "line": next(line for line in lines if line.rule.pk == rule.pk),
        "most": most_text(ClockKind(rule.kind)),
        "history": lines,
        "list_url": list_url(rule.kind, rule.center_id),
    }


def in_force(rules: Sequence[ClockRule], kind: ClockKind, view: View, **about: str) -> list[ClockRule]:
    """Return those of ``rules`` that give matters of the view's place their length on its day.

    ``about`` may narrow the matters to one level, grade or category.
    """
    book = RuleBook(rules)
    found: dict[int | None, ClockRule] = {}
    for level, grade, category in product(*_matters(rules, kind, view, **about)):
        ids = tuple(center.pk for center in view.chain if LEVELS.index(Level(center.level)) <= LEVELS.index(level))
        rule = book.find(kind, of=Matter(grade, category, level.value, ids), on=view.today)
        if rule is not None:
            found[rule.pk] = rule
    return list(found.values())


def _matters(
    rules: Sequence[ClockRule], kind: ClockKind, view: View, *, level: str = "", grade: str = "", category: str = ""
) -> tuple[Iterable[Level], Iterable[str], Iterable[str]]:
    """Return the levels, grades and categories that the rules could tell apart."""
    bound = level_bound(kind, Level(level) if level else None)
    levels = [bound] if bound else LEVELS[LEVELS.index(Level(view.place.level)) if view.place else 0 :]
    categories = {""} | {rule.category for rule in rules if rule.kind == kind}
    return levels, [grade] if grade else Grade.values, [category] if category else sorted(categories)


def most_text(kind: ClockKind) -> str:
    """Return the most a limit may be, in words."""
    return length_text(cap_of(kind))


def about_text(rule: ClockRule) -> str:
    """Return which matters a rule is about, in words."""
    parts = (rule.get_level_display(), rule.get_grade_display(), rule.get_category_display())
    return " · ".join(str(part) for part in parts if part) or _("all matters")


def place_text(rule: ClockRule) -> str:
    return place_name(rule.center) if rule.center else _("everywhere")


def place_name(center: Center) -> str:
    """Return a center's name with that of the one above it."""
    return f"{center.parent.name} / {center.name}" if center.parent else center.name


def list_url(kind: str, place_id: int | None) -> str:
    """Return the address of the table for one kind of limit at a place."""
    query = {"kind": kind} | ({"place": str(place_id)} if place_id else {})
    return f"{reverse('admin:cases_clockrule_changelist')}?{urlencode(query)}"


def centers_above(center: Center | None) -> list[Center]:
    """Return a center and those above it, from the top down."""
    return list(Center.objects.above(center).order_by("path")) if center else []


def _places_to_choose(user: User) -> CenterQuerySet:
    """Return the user's centers down to the towns, with the villages that have rules of their own."""
    mine = [pk for ids in scope_of(user, VIEW_RULES).center_ids.values() for pk in ids]
    own_rules = ClockRule.objects.exclude(center=None).values("center")
    wanted = ~Q(level=Level.VILLAGE) | Q(pk__in=own_rules) | Q(pk__in=mine)
    reach = centers_in_scope(user, VIEW_RULES).current()
    return reach.filter(wanted).select_related("parent").order_by("path")


def _view(query: QueryDict, places: Sequence[Center], *, today: date) -> View:
    wanted, kind = query.get("place", ""), query.get("kind", "")
    place = next((center for center in places if str(center.pk) == wanted), places[0] if places else None)
    return View(place, centers_above(place), today, kind if kind in ClockKind.values else "")


def _table() -> ClockRuleQuerySet:
    return ClockRule.objects.select_related("center__parent", "set_by", "ended_by").order_by(*NEWEST_FIRST)


def _blocks(view: View, *, may_set: bool) -> list[KindBlock]:
    """Return the kinds with their rules: those not over, or for one kind all there ever were, places below included."""
    own, below = _table().seen_from(view.center_ids), _below(view)
    if view.kind:
        rules = [*own.filter(kind=view.kind), *below.filter(kind=view.kind)[:LINES_AT_MOST]]
        return [_block(ClockKind(view.kind), rules, view, may_set=may_set)]
    by_kind: dict[str, list[ClockRule]] = defaultdict(list)
    for rule in own.not_over(on=view.today):
        by_kind[rule.kind].append(rule)
    counted = below.not_over(on=view.today).order_by().values_list("kind").annotate(rules=Count("pk"))
    counts = dict(counted)
    return [_block(kind, by_kind[kind], view, may_set=may_set, below=counts.get(kind.value, 0)) for kind in RULED_KINDS]


def _below(view: View) -> ClockRuleQuerySet:
    """Return the rules that places below have set for themselves."""
    if view.place is None:
        return _table().none()
    return _table().filter(center__path__startswith=view.place.path).exclude(center=view.place)


def _block(kind: ClockKind, rules: Sequence[ClockRule], view: View, *, may_set: bool, below: int = 0) -> KindBlock:
    holding = {rule.pk for rule in in_force(rules, kind, view)}
    query = {"kind": kind.value} | ({"center": str(view.place.pk)} if view.place else {})
    return KindBlock(
        kind=kind,
        family=family_of(kind),
        most=most_text(kind) if kind in CAPS or kind not in SETTABLE_KINDS else "",
        article=ARTICLES[kind],
        lines=[_line(rule, view, holding) for rule in rules],
        below=below,
        url=list_url(kind.value, view.place.pk if view.place else None),
        set_url=f"{reverse('admin:cases_clockrule_add')}?{urlencode(query)}"
        if may_set and kind in SETTABLE_KINDS
        else "",
    )


def _line(rule: ClockRule, view: View, holding: set[int]) -> RuleLine:
    holds = rule.pk in holding
    return RuleLine(
        rule, length_text(limit_of(rule)), about_text(rule), place_text(rule), _standing(rule, view, holds=holds), holds
    )


def _standing(rule: ClockRule, view: View, *, holds: bool) -> str:
    """Return how a rule stands on the day, seen from the view's place."""
    if rule.is_withdrawn:
        return _("withdrawn before it began")
    if rule.valid_until is not None and rule.valid_until < view.today:
        return _("over")
    if rule.valid_from > view.today:
        return _("to come")
    if holds:
        return _("in force")
    if rule.center_id is not None and rule.center_id not in view.center_ids:
        return _("in force there")
    return _("a nearer rule holds")
