from datetime import date

import pytest
from django.core.management import call_command
from django.db import IntegrityError, transaction

from cases.enums import ClockKind
from cases.models import ClockRule
from cases.reports import Matter, RuleBook, limit_of
from cases.rules.defaults import DEFAULT_RULES
from cases.services.load_rules import load_default_rules
from centers.models import Center
from core.errors import DomainError
from core.workdays import LimitUnit

KIND = ClockKind.LVL_VILLAGE
DAY = date(2026, 11, 18)


CITY, COUNTY, TOWN = (
    Center(pk=number, path=path) for number, path in enumerate(("3306/", "3306/330681/", "3306/330681/330681109/"), 1)
)
CHAIN = (1, 2, 3, 4)
GENERAL = Matter("general", "D02", "village", CHAIN)


def _rule(amount, *, kind=KIND, since="2022-01-01", until=None, **about):
    until = until and date.fromisoformat(until)
    fields = {"valid_from": date.fromisoformat(since), "valid_until": until, **about}
    return ClockRule(kind=kind, amount=amount, unit_of_time="days", article="示例", **fields)


def _found(rules, *, grade="general", category="D02", on=DAY):
    rule = RuleBook(rules).find(KIND, of=Matter(grade, category, "village", CHAIN), on=on)
    return rule and rule.amount


@pytest.mark.parametrize("turn", [1, -1])
def test_the_most_specific_rule_wins_whatever_the_order(turn):
    rules = [_rule(1), _rule(2, grade="general"), _rule(3, category="D02"), _rule(4, grade="general", category="D02")]
    assert [_found(rules[:size][::turn]) for size in (1, 2, 3, 4)] == [1, 2, 3, 4]


def test_a_rule_for_another_grade_category_or_limit_does_not_count():
    others = [_rule(1, grade="major"), _rule(2, category="D13"), _rule(3, kind=ClockKind.LVL_TOWN)]
    assert _found(others) is None
    assert _found([*others, _rule(9)]) == 9


@pytest.mark.parametrize("turn", [1, -1])
def test_a_nearer_place_goes_before_one_above_it_and_both_before_everywhere(turn):
    rules = [_rule(1, grade="general", category="D02"), _rule(2, center=CITY), _rule(3, center=TOWN)]
    assert [_found(rules[:size][::turn]) for size in (1, 2, 3)] == [1, 2, 3]


def test_a_rule_of_a_place_the_matter_does_not_lie_under_does_not_count():
    elsewhere = Center(pk=9, path="3306/330602/")
    assert _found([_rule(1), _rule(2, center=elsewhere), _rule(3, level="town")]) == 1


def test_a_town_cannot_bind_the_county_above_it():
    held_by_the_county = Matter("general", "D02", "county", CHAIN[:2])
    rules = RuleBook([_rule(1, center=TOWN), _rule(2, center=COUNTY)])
    assert rules.find(KIND, of=held_by_the_county, on=DAY).amount == 2


@pytest.mark.parametrize(
    ("on", "amount"),
    [
        ("2022-12-31", None),
        ("2023-01-01", 1),
        ("2025-12-31", 1),
        ("2026-01-01", 2),
        ("2026-06-30", 2),
        ("2026-07-01", 1),
    ],
)
def test_the_newest_rule_holds_from_its_first_to_its_last_day(on, amount):
    rules = [_rule(1, since="2023-01-01"), _rule(2, since="2026-01-01", until="2026-06-30")]
    assert _found(rules, on=date.fromisoformat(on)) == amount


def test_a_limit_without_a_rule_is_refused_with_its_name():
    with pytest.raises(DomainError, match=str(KIND.label)):
        RuleBook([]).get(KIND, of=GENERAL, on=DAY)


def test_a_rule_reads_as_a_plain_limit():
    limit = limit_of(_rule(5))
    assert (limit.amount, limit.unit, limit.roll_forward) == (5, LimitUnit.DAYS, True)


def test_the_default_rules_are_loaded_once_and_those_of_the_place_stay(db):
    first = load_default_rules()
    _rule(2, grade="general", since="2026-11-01").save()
    assert (first, load_default_rules()) == (len(DEFAULT_RULES), 0)
    assert RuleBook.load().get(KIND, of=GENERAL, on=DAY).amount == 2


def test_the_command_loads_the_default_rules_and_says_how_many_were_new(db, capsys):
    for _ in range(2):
        call_command("load_rules")
    assert capsys.readouterr().out.splitlines() == [f"clock rules: {len(DEFAULT_RULES)} new", "clock rules: 0 new"]


@pytest.mark.parametrize(("amount", "unit"), [(61, "days"), (3, "months"), (1, "working_days")])
def test_the_database_refuses_a_rule_longer_than_the_law(db, amount, unit):
    fields = {"kind": ClockKind.PET_HANDLE, "article": "示例", "valid_from": DAY}
    ClockRule.objects.create(amount=60, unit_of_time="days", **fields)
    with pytest.raises(IntegrityError, match="clockrule_within_the_law"), transaction.atomic():
        ClockRule.objects.create(amount=amount, unit_of_time=unit, grade="major", **fields)


def test_a_rule_reads_in_words(db):
    assert str(_rule(5)).startswith(str(KIND.label))
