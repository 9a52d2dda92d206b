"""Setting how long a limit is at a place: who may, from when, and what becomes of the rule before."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, ProgrammingError, transaction

from cases.enums import ClockKind
from cases.models import Clock, ClockRule
from cases.reports import Matter, RuleBook
from cases.services.set_rule import NewRule, RuleRefused, set_rule
from centers.enums import Role
from core.errors import NotPermitted
from core.workdays import Limit, LimitUnit
from tests.factories import at, make_person, race, triaged

NOW = at("2026-11-18")
TODAY = date(2026, 11, 18)
A_DAY = timedelta(days=1)
KIND = ClockKind.LVL_VILLAGE


@pytest.fixture
def house(house):
    for name, code in (("city", "3306"), ("county", "330681"), ("town", "330681109")):
        house.people[f"{name}_director"] = make_person(f"{name}_director", Role.CENTER_DIRECTOR, house.centers[code])
    return house


def new_rule(center, amount=2, **changes):
    limit = Limit(amount, LimitUnit.WORKING_DAYS)
    return NewRule(
        **{"kind": KIND, "center": center, "limit": limit, "article": "示例", "valid_from": TODAY, **changes}
    )


def amount_for(house, day, grade="general"):
    chain = tuple(house.centers[code].pk for code in ("3306", "330681", "330681109", "330681109201"))
    return RuleBook.load().get(KIND, of=Matter(grade, "D02", "village", chain), on=day).amount


def parts_refused(new, actor):
    with pytest.raises(RuleRefused) as refused:
        set_rule(new, actor=actor, now=NOW)
    return [part for part, _refusal in refused.value.refusals]


def test_a_rule_holds_from_its_first_day_on_under_its_place(house):
    rule = set_rule(new_rule(house.town, valid_from=TODAY + A_DAY), actor=house.town_director, now=NOW)
    assert [amount_for(house, day) for day in (TODAY, TODAY + A_DAY)] == [3, 2]
    assert (rule.set_by, rule.set_at, rule.valid_until) == (house.town_director, NOW, None)


def test_a_rule_leaves_other_places_as_they_were(house):
    set_rule(new_rule(house.centers["330681110"]), actor=house.county_director, now=NOW)
    assert amount_for(house, TODAY) == 3


def test_the_rule_before_ends_the_day_before(house):
    first = set_rule(new_rule(house.town), actor=house.town_director, now=NOW)
    later = NOW + 5 * A_DAY
    set_rule(new_rule(house.town, 1, valid_from=TODAY + 5 * A_DAY), actor=house.county_director, now=later)
    first.refresh_from_db()
    assert (first.valid_until, first.ended_by, first.ended_at) == (TODAY + 4 * A_DAY, house.county_director, later)
    assert [amount_for(house, TODAY + days * A_DAY) for days in (4, 5)] == [2, 1]


def test_a_rule_set_before_one_that_is_to_come_ends_where_that_begins(house):
    set_rule(new_rule(house.town, 4, valid_from=TODAY + 9 * A_DAY), actor=house.town_director, now=NOW)
    between = set_rule(new_rule(house.town), actor=house.town_director, now=NOW)
    assert between.valid_until == TODAY + 8 * A_DAY
    assert [amount_for(house, TODAY + days * A_DAY) for days in (8, 9)] == [2, 4]


def test_an_end_that_comes_first_stays(house):
    first = set_rule(new_rule(house.town), actor=house.town_director, now=NOW)
    ClockRule.objects.filter(pk=first.pk).update(valid_until=TODAY)
    set_rule(new_rule(house.town, 1, valid_from=TODAY + 5 * A_DAY), actor=house.town_director, now=NOW)
    assert ClockRule.objects.get(pk=first.pk).valid_until == TODAY
    assert [amount_for(house, TODAY + days * A_DAY) for days in (0, 1, 4, 5)] == [2, 3, 3, 1]


def test_rules_about_something_else_go_on(house):
    set_rule(new_rule(house.town), actor=house.town_director, now=NOW)
    set_rule(new_rule(house.town, 1, grade="major"), actor=house.town_director, now=NOW)
    assert [amount_for(house, TODAY, grade) for grade in ("general", "major")] == [2, 1]
    assert not ClockRule.objects.filter(center=house.town).exclude(valid_until=None).exists()


@pytest.mark.parametrize("amount", [1, 5])
def test_a_limit_that_runs_keeps_its_length(house, amount):
    triaged(house, now=NOW)
    before = list(Clock.objects.values())
    set_rule(new_rule(house.village, amount), actor=house.town_director, now=NOW)
    assert list(Clock.objects.values()) == before
    assert triaged(house, now=NOW + A_DAY).clocks.get(kind=KIND).amount == amount


@pytest.mark.parametrize(
    ("place", "directors"),
    [
        ("330681109201", {"town_director", "county_director", "city_director"}),
        ("330681109", {"town_director", "county_director", "city_director"}),
        ("330681", {"county_director", "city_director"}),
        ("3306", {"city_director"}),
        ("330602", {"city_director"}),
        (None, {"city_director"}),
    ],
)
def test_a_limit_is_set_by_who_directs_the_place_or_one_above_it(house, place, directors):
    center = place and house.centers[place]
    everybody = [name for name in house.people if not name.endswith("director")] + sorted(directors)
    may = {name for name in everybody if _sets(new_rule(center), house.people[name])}
    others = {"town_director", "county_director"} - directors
    assert may == directors
    assert not any(_sets(new_rule(center), house.people[name]) for name in others)


def _sets(new, actor):
    try:
        with transaction.atomic():
            set_rule(new, actor=actor, now=NOW)
            transaction.set_rollback(True)
    except RuleRefused as refused:
        ((part, refusal),) = refused.refusals
        assert (part, type(refusal)) == ("center", NotPermitted)
        return False
    return True


def test_where_the_tree_has_two_tops_nobody_sets_alone_what_holds_everywhere(house):
    house.centers["330602"].parent = None
    house.centers["330602"].path = "330602/"
    house.centers["330602"].save()
    assert parts_refused(new_rule(None), house.city_director) == ["center"]


def test_what_holds_everywhere_is_replaced_from_a_day_on(house):
    default = ClockRule.objects.get(kind=KIND, grade="general")
    set_rule(new_rule(None, 4, grade="general", valid_from=TODAY + A_DAY), actor=house.city_director, now=NOW)
    assert ClockRule.objects.get(pk=default.pk).valid_until == TODAY
    assert [amount_for(house, day) for day in (TODAY, TODAY + A_DAY)] == [3, 4]


def test_two_rules_about_the_same_do_not_begin_on_one_day(house):
    set_rule(new_rule(house.town), actor=house.town_director, now=NOW)
    assert parts_refused(new_rule(house.town, 1), house.town_director) == ["valid_from"]
    assert ClockRule.objects.filter(center=house.town).count() == 1


def test_nor_does_the_database_let_them(house):
    rule = set_rule(new_rule(house.town), actor=house.town_director, now=NOW)
    rule.pk = None
    with pytest.raises(IntegrityError, match="clockrule_one_per_day"), transaction.atomic():
        rule.save(force_insert=True)


def test_everything_that_is_wrong_is_told_and_nothing_is_written(house):
    before = list(ClockRule.objects.values())
    new = new_rule(house.centers["330602"], 6, article=" ", valid_from=TODAY - A_DAY, level="town")
    assert set(parts_refused(new, house.town_director)) == {"amount", "level", "article", "valid_from", "center"}
    assert list(ClockRule.objects.values()) == before


@pytest.mark.django_db(transaction=True)
def test_of_two_directors_at_the_same_moment_one_sets_the_rule(house):
    actors = [house.town_director, house.county_director]
    set_by = race(*[lambda actor=actor: set_rule(new_rule(house.town), actor=actor, now=NOW) for actor in actors])
    assert sorted(type(one).__name__ for one in set_by) == ["ClockRule", "RuleRefused"]
    assert ClockRule.objects.filter(center=house.town).count() == 1


@pytest.mark.parametrize("column", ["amount", "article", "valid_from", "kind", "center_id", "set_by_id"])
def test_the_application_cannot_rewrite_a_rule(house, column):
    rule = set_rule(new_rule(house.town), actor=house.town_director, now=NOW)
    value = getattr(rule, column)
    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        ClockRule.objects.filter(pk=rule.pk).update(**{column: value})


def test_the_application_can_give_a_rule_an_end_but_not_one_before_the_eve_of_its_first_day(house):
    rule = ClockRule.objects.filter(pk=set_rule(new_rule(house.town), actor=house.town_director, now=NOW).pk)
    assert rule.update(valid_until=TODAY - A_DAY) == 1
    with pytest.raises(IntegrityError, match="clockrule_ends_after_it_starts"), transaction.atomic():
        rule.update(valid_until=TODAY - 2 * A_DAY)
