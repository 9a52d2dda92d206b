"""What a place may set and what it may not: by one day, one unit, one level."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from cases.enums import ClockKind
from cases.models import ClockRule
from cases.rules.kinds import CAPS, FIXED_KINDS, WINDOW_KINDS, longest
from cases.rules.lengths import length_text
from cases.rules.setting import ARTICLES, RULED_KINDS, SETTABLE_KINDS, Proposal, cap_of, family_of, refusals, units_of
from centers.enums import Level
from core.workdays import Limit, LimitUnit

TODAY = date(2026, 11, 18)
DAYS, WORKDAYS, HOURS, MONTHS = LimitUnit.DAYS, LimitUnit.WORKING_DAYS, LimitUnit.HOURS, LimitUnit.MONTHS
SOUND = Proposal(ClockKind.PET_HANDLE, Limit(45, DAYS), Level.COUNTY, None, "示例文件第1号", TODAY)


def wrong(**changes):
    return {part: str(refusal) for part, refusal in refusals(replace(SOUND, **changes), today=TODAY)}


def test_a_sound_proposal_has_nothing_wrong():
    assert wrong() == {}


BOUNDS = [(kind, unit, most) for kind in CAPS if kind not in WINDOW_KINDS for unit, most in longest(kind).items()]


@pytest.mark.parametrize(("kind", "unit", "most"), BOUNDS)
def test_the_law_is_the_bound_to_the_unit(kind, unit, most):
    assert wrong(kind=kind, limit=Limit(most, unit), place=None) == {}
    (told,) = wrong(kind=kind, limit=Limit(most + 1, unit), place=None).items()
    assert told[0] == "amount"
    assert ARTICLES[kind] in told[1]
    assert length_text(CAPS[kind]) in told[1]


@pytest.mark.parametrize(
    ("kind", "unit", "most"),
    [(kind, unit, most) for kind in CAPS for unit, most in longest(kind).items()],
)
def test_the_database_takes_the_longest_and_refuses_one_more(db, kind, unit, most):
    fields = {"kind": kind, "unit_of_time": unit.value, "article": "示例", "valid_from": TODAY}
    ClockRule.objects.create(amount=most, **fields)
    with pytest.raises(IntegrityError, match="clockrule_within_the_law"), transaction.atomic():
        ClockRule.objects.create(amount=most + 1, grade="major", **fields)


@pytest.mark.parametrize(
    ("kind", "unit"), [(kind, unit) for kind in CAPS for unit in LimitUnit if unit not in longest(kind)]
)
def test_the_database_refuses_a_unit_that_could_come_out_longer(db, kind, unit):
    fields = {"kind": kind, "unit_of_time": unit.value, "article": "示例", "valid_from": TODAY}
    with pytest.raises(IntegrityError, match="clockrule_within_the_law"), transaction.atomic():
        ClockRule.objects.create(amount=1, **fields)


def test_the_refusal_names_the_article_and_the_longest_limit():
    assert wrong(limit=Limit(61, DAYS)) == {"amount": "信访工作条例（2022）第34条：最长 60 日。请缩短时限。"}


def test_a_unit_that_could_come_out_longer_is_refused_with_those_that_cannot():
    told = wrong(limit=Limit(10, WORKDAYS))
    assert told == {
        "amount": "信访工作条例（2022）第34条：最长 60 日。按“工作日”计算可能超过该期限，请改用其他单位：日 / 小时。"
    }


@pytest.mark.parametrize(
    "limit", [Limit(29, DAYS), Limit(31, DAYS), Limit(720, HOURS), Limit(30, DAYS, roll_forward=False)]
)
@pytest.mark.parametrize("kind", FIXED_KINDS)
def test_the_applicants_own_time_is_neither_shortened_nor_lengthened_nor_told_otherwise(kind, limit):
    told = wrong(kind=kind, limit=limit)
    assert list(told) == ["amount"]
    assert f"{ARTICLES[kind]}：30 日，各地一致" in told["amount"]
    assert wrong(kind=kind, limit=Limit(30, DAYS)) == {}


def test_the_courts_limits_are_set_by_nobody_here():
    assert list(wrong(kind=ClockKind.COURT_JC_ACCEPT, limit=Limit(2, DAYS))) == ["amount"]
    assert set(FIXED_KINDS) <= set(WINDOW_KINDS)
    assert not set(SETTABLE_KINDS) & set(WINDOW_KINDS)


@pytest.mark.parametrize(("unit", "most"), [(HOURS, 2160), (WORKDAYS, 60), (DAYS, 90), (MONTHS, 3)])
@pytest.mark.parametrize("kind", [ClockKind.SIGN_FOR, ClockKind.NOTICE_REPLY, ClockKind.MED_EXTEND])
def test_what_no_law_binds_still_ends_within_the_loaded_calendar(kind, unit, most):
    assert wrong(kind=kind, limit=Limit(most, unit)) == {}
    assert list(wrong(kind=kind, limit=Limit(most + 1, unit))) == ["amount"]
    assert units_of(kind) == tuple(LimitUnit)


@pytest.mark.parametrize(("amount", "parts"), [(0, ["amount"]), (-1, ["amount"]), (1, [])])
def test_a_limit_is_at_least_one(amount, parts):
    assert list(wrong(limit=Limit(amount, DAYS))) == parts


REACHES = [
    (ClockKind.LVL_COUNTY, Level.COUNTY, None, []),
    (ClockKind.LVL_COUNTY, Level.TOWN, None, ["center"]),
    (ClockKind.LVL_TOWN, Level.TOWN, None, []),
    (ClockKind.LVL_TOWN, Level.VILLAGE, None, ["center"]),
    (ClockKind.LVL_VILLAGE, Level.VILLAGE, None, []),
    (ClockKind.LVL_VILLAGE, None, None, []),
    (ClockKind.LVL_VILLAGE, Level.COUNTY, Level.VILLAGE, []),
    (ClockKind.LVL_VILLAGE, Level.COUNTY, Level.TOWN, ["level"]),
    (ClockKind.SIGN_FOR, Level.TOWN, Level.TOWN, []),
    (ClockKind.SIGN_FOR, Level.TOWN, Level.COUNTY, ["center"]),
    (ClockKind.SIGN_FOR, Level.TOWN, None, []),
]


@pytest.mark.parametrize(("kind", "place", "level", "parts"), REACHES)
def test_a_place_binds_itself_and_what_lies_below_it(kind, place, level, parts):
    assert list(wrong(kind=kind, limit=Limit(1, WORKDAYS), place=place, level=level)) == parts


@pytest.mark.parametrize(("days", "parts"), [(-1, ["valid_from"]), (0, []), (1, [])])
def test_a_rule_holds_from_today_on_and_not_from_yesterday(days, parts):
    assert list(wrong(valid_from=TODAY + timedelta(days=days))) == parts


@pytest.mark.parametrize("article", ["", " ", "\n"])
def test_a_rule_names_its_basis(article):
    assert list(wrong(article=article)) == ["article"]


def test_everything_wrong_is_told_at_once():
    told = wrong(kind=ClockKind.LVL_COUNTY, limit=Limit(31, WORKDAYS), place=Level.TOWN, level=Level.TOWN, article="")
    assert set(told) == {"amount", "level", "center", "article"}


@pytest.mark.parametrize("kind", RULED_KINDS)
def test_every_limit_has_its_most_its_article_and_its_heading(kind):
    assert cap_of(kind).amount > 0
    assert ARTICLES[kind]
    assert family_of(kind)
