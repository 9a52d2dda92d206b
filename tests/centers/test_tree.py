from datetime import date

import pytest

from centers.enums import Level, Role
from centers.models import Center, Unit
from centers.reports import ancestors_by_level, people_on_duty, work_calendar
from centers.services.load_calendar import load_calendar
from core import clock
from core.errors import CalendarMissing

TODAY = date(2026, 11, 23)


def codes(centers):
    return [center.code for center in centers.order_by("code")]


def test_below_a_center_stand_itself_and_its_subtree_and_no_namesake(tree):
    Center.objects.create(code="33068", name="形近", level="county", path="33068/")
    assert codes(Center.objects.below(tree["330681109"])) == ["330681109", "330681109200"]
    assert "33068" not in codes(Center.objects.below(tree["330681"]))


def test_above_a_center_stand_itself_and_its_ancestors(tree):
    assert codes(Center.objects.above(tree["330681109"])) == ["3306", "330681", "330681109"]


def test_the_ancestors_are_known_by_level(tree):
    found = ancestors_by_level(tree["330681109"])
    assert found == {Level.CITY: tree["3306"], Level.COUNTY: tree["330681"], Level.TOWN: tree["330681109"]}


def test_current_centers_are_those_of_the_newest_file(tree, load):
    load("330681110,改名镇,town,330681")
    Center.objects.filter(code="330602").update(is_current=False)
    assert "330602" not in codes(Center.objects.current())
    assert Center.objects.current().count() == 5


def test_active_units_are_those_that_take_matters(tree):
    for name, is_active in (("甲", True), ("乙", False)):
        Unit.objects.create(center=tree["3306"], name=name, kind="court", is_active=is_active)
    assert [unit.name for unit in Unit.objects.active()] == ["甲"]


def test_people_on_duty_hold_one_of_the_roles_at_exactly_these_centers(tree, person):
    person("here", (Role.SUPERVISOR, tree["330681"]), (Role.MEDIATOR, tree["330681"]))
    person("below", (Role.SUPERVISOR, tree["330681109"]))
    (post,) = people_on_duty([tree["330681"].pk], [Role.SUPERVISOR], on=TODAY)
    assert (post.user.username, post.role) == ("here", Role.SUPERVISOR)
    assert people_on_duty([tree["330681"].pk], [Role.SUPERVISOR], on=date(2025, 12, 31)) == []


def test_the_calendar_is_read_from_a_day_on(db):
    load_calendar([2026], now=clock.start_of(TODAY))
    assert work_calendar(since=TODAY).add_workdays(TODAY, 1) == date(2026, 11, 24)
    with pytest.raises(CalendarMissing):
        work_calendar(since=TODAY).day(date(2026, 11, 22))
