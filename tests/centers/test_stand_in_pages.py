from datetime import timedelta

import pytest
from django.urls import reverse

from centers.enums import Role
from centers.models import StandIn
from centers.services.stand_in import name_stand_in
from core import clock
from tests.factories import make_person

ADD = "admin:centers_standin_add"


@pytest.fixture
def deputy(house):
    return make_person("deputy", Role.SUPERVISOR, house.town)


def _days(first=1, last=3):
    today = clock.today()
    return {
        "starts_on": (today + timedelta(days=first)).isoformat(),
        "ends_on": (today + timedelta(days=last)).isoformat(),
    }


def test_everybody_names_a_stand_in_for_themselves_among_those_who_could(client, house, deputy):
    client.force_login(house.town_supervisor)
    page = client.get(reverse(ADD)).content.decode()
    assert all(person.full_name in page for person in (deputy, house.county_supervisor))
    assert house.neighbour_town_supervisor.full_name not in page
    assert client.post(reverse(ADD), {"stand_in": deputy.pk, **_days()}).status_code == 302
    row = StandIn.objects.get()
    assert (row.absent, row.stand_in, row.named_by) == (house.town_supervisor, deputy, house.town_supervisor)


@pytest.mark.parametrize("name", ["neighbour_town_supervisor", "clerk", "town_supervisor"])
def test_whoever_is_not_offered_cannot_be_sent(client, house, deputy, name):
    client.force_login(house.town_supervisor)
    assert client.post(reverse(ADD), {"stand_in": getattr(house, name).pk, **_days()}).status_code == 200
    assert not StandIn.objects.exists()


def test_nobody_names_a_stand_in_for_another_by_sending_a_field_that_is_not_there(client, house, deputy):
    client.force_login(house.town_supervisor)
    client.post(reverse(ADD), {"absent": house.county_supervisor.pk, "stand_in": deputy.pk, **_days()})
    assert StandIn.objects.get().absent == house.town_supervisor


def test_the_security_administrator_names_one_for_others_and_is_told_who_cannot(client, house, deputy):
    client.force_login(house.secadmin)
    given = {"absent": house.town_supervisor.pk, **_days()}
    refused = client.post(reverse(ADD), {"stand_in": house.clerk.pk, **given})
    assert "督办员" in refused.content.decode()
    assert client.post(reverse(ADD), {"stand_in": deputy.pk, **given}).status_code == 302
    assert StandIn.objects.get().named_by == house.secadmin


def test_days_are_asked_for_once_and_refused_once(client, house, deputy):
    client.force_login(house.town_supervisor)
    page = client.post(reverse(ADD), {"stand_in": deputy.pk, **_days(3, 1)}).content.decode()
    assert page.count("结束日期早于开始日期") == 1


def _named(house, deputy, first=0, last=2):
    today = clock.today()
    days = {"starts_on": today + timedelta(days=first), "ends_on": today + timedelta(days=last)}
    return name_stand_in(house.town_supervisor, stand_in=deputy, **days, actor=house.town_supervisor, now=clock.now())


@pytest.mark.parametrize("name", ["town_supervisor", "secadmin"])
def test_the_absent_person_and_the_security_administrator_withdraw_it(client, house, deputy, name):
    row = _named(house, deputy)
    client.force_login(getattr(house, name))
    act = reverse("admin:centers_standin_act", args=[row.pk, "withdraw"])
    assert act in client.get(reverse("admin:centers_standin_change", args=[row.pk])).content.decode()
    assert client.post(act).status_code == 302
    assert StandIn.objects.get().withdrawn_by == getattr(house, name)
    assert "已撤销" in client.get(reverse("admin:centers_standin_changelist")).content.decode()


def test_the_stand_in_sees_it_and_cannot_withdraw_it(client, house, deputy):
    row = _named(house, deputy)
    client.force_login(deputy)
    page = client.get(reverse("admin:centers_standin_change", args=[row.pk])).content.decode()
    act = reverse("admin:centers_standin_act", args=[row.pk, "withdraw"])
    assert ("town_supervisor（示例）" in page, act in page) == (True, False)
    assert client.post(act).status_code == 404


@pytest.mark.parametrize(("shift", "words"), [(0, "代收中"), (3, "已结束"), (-1, "未开始")])
def test_the_list_says_how_each_stands(client, house, deputy, shift, words):
    row = _named(house, deputy, first=0, last=2)
    StandIn.objects.filter(pk=row.pk).update(
        starts_on=row.starts_on - timedelta(days=shift), ends_on=row.ends_on - timedelta(days=shift)
    )
    client.force_login(house.town_supervisor)
    assert words in client.get(reverse("admin:centers_standin_changelist")).content.decode()
