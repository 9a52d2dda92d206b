"""Whoever sees a case reads who changed what in it; nobody else does, and no text stands there."""

import pytest
from django.urls import reverse

from cases.models import Case, Party
from cases.pages.history import history
from core import clock
from core.history import recorded
from tests.factories import at, registered, triaged

THEN = at("2025-11-18")


def test_a_change_is_told_with_who_made_it_and_what_was_there(house):
    case = registered(house, now=THEN)
    with recorded(actor_id=house.town_supervisor.pk):
        Case.objects.filter(pk=case.pk).update(grade="major", handler=house.mediator)
    line = history(case)[0]
    told = {change.label: (change.before, change.after) for change in line.changes}
    assert (line.who, line.what) == (house.town_supervisor.full_name, "案件")
    assert told == {"等级": ("一般", "较大"), "承办人": ("—", house.mediator.full_name)}


def test_a_later_change_of_the_same_row_starts_from_the_one_before(house):
    case = registered(house, now=THEN)
    for grade in ("major", "critical"):
        Case.objects.filter(pk=case.pk).update(grade=grade)
    told = [(change.before, change.after) for line in history(case)[:2] for change in line.changes]
    assert told == [("较大", "重大"), ("一般", "较大")]


def test_moments_are_told_in_the_time_of_the_office_and_every_part_has_its_chinese_name(house):
    case = triaged(house, now=THEN)
    Case.objects.filter(pk=case.pk).update(due_at=at("2026-03-02", 7, 30))
    lines = history(case)
    assert lines[0].changes[0].after == "2026-03-02 07:30"
    assert all(not line.what.isascii() and not line.changes[0].label.isascii() for line in lines)


def test_texts_and_personal_data_are_named_but_not_shown(house):
    case = registered(house, now=THEN)
    started = clock.now()
    Party.objects.filter(case=case).update(name="金丝雀", mobile="13900000009")
    Case.objects.filter(pk=case.pk).update(summary="金丝雀")
    changes = [change for line in history(case) for change in line.changes if line.at >= started]
    assert {change.label for change in changes} >= {"个人信息", "纠纷简要情况"}
    assert {(change.before, change.after) for change in changes} == {("", "")}


@pytest.mark.parametrize(("name", "status"), [("clerk", 200), ("town_supervisor", 200), ("neighbour_clerk", 404)])
def test_the_page_is_for_those_who_see_the_case(house, client, name, status):
    case = triaged(house, now=THEN)
    client.force_login(house.people[name])
    answer = client.get(reverse("admin:cases_case_history", args=[case.pk]))
    assert answer.status_code == status
    assert ("分流" in answer.content.decode()) == (status == 200)
