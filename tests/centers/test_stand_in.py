from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from centers.enums import Role
from centers.models import StandIn
from centers.reports import possible_stand_ins, stand_ins_of
from centers.rules import Office, uncovered_office
from centers.services.stand_in import name_stand_in, withdraw_stand_in
from core.errors import DomainError, IllegalTransition, NotPermitted
from core.models import OutboxMessage, User
from tests.factories import LONG_AGO, appoint, at, end_post, make_person, race

NOW = at("2026-11-18")
FIRST, LAST = date(2026, 11, 19), date(2026, 11, 25)


@pytest.fixture
def deputy(house):
    """Return a second supervisor of the town."""
    return make_person("deputy", Role.SUPERVISOR, house.town)


def _name(house, stand_in, *, absent=None, actor=None, first=FIRST, last=LAST):
    absent = absent or house.town_supervisor
    return name_stand_in(absent, stand_in=stand_in, starts_on=first, ends_on=last, actor=actor or absent, now=NOW)


def _receives(person, on):
    return stand_ins_of({person.pk}, on=on).get(person.pk)


def test_the_stand_in_receives_from_the_first_day_to_the_last(house, deputy):
    _name(house, deputy)
    days = [FIRST - timedelta(days=1), FIRST, LAST, LAST + timedelta(days=1)]
    assert [_receives(house.town_supervisor, day) for day in days] == [None, deputy, deputy, None]
    assert _receives(deputy, FIRST) is None


def test_the_stand_in_is_told_and_so_is_the_absent_person_when_another_has_named(house, deputy):
    _name(house, deputy)
    assert list(OutboxMessage.objects.values_list("recipient__username", flat=True)) == ["deputy"]
    assert OutboxMessage.objects.get().subject == "2026-11-19至2026-11-25由您为town_supervisor（示例）代收消息"
    _name(house, deputy, first=date(2026, 12, 1), last=date(2026, 12, 2), actor=house.secadmin)
    told = OutboxMessage.objects.order_by("pk").values_list("recipient__username", flat=True)
    assert sorted(told[1:]) == ["deputy", "town_supervisor"]


def test_the_same_office_above_will_do(house):
    assert _name(house, house.county_supervisor).stand_in == house.county_supervisor


@pytest.mark.parametrize(
    "name", ["town_triage", "neighbour_town_supervisor", "other_county_supervisor", "nobody", "clerk"]
)
def test_another_office_or_another_place_will_not_do(house, name):
    with pytest.raises(DomainError, match="督办员"):
        _name(house, getattr(house, name))
    assert not StandIn.objects.exists()


def test_somebody_below_does_not_stand_in_for_somebody_above(house, deputy):
    with pytest.raises(DomainError, match="督办员"):
        _name(house, deputy, absent=house.county_supervisor)


def test_nobody_stands_in_for_themselves(house):
    with pytest.raises(DomainError, match="本人"):
        _name(house, house.town_supervisor)


def test_all_offices_have_to_be_covered_on_all_days_on_which_they_are_held(house, deputy):
    post = appoint(house.town_supervisor, role=Role.TRIAGE_OFFICER, center=house.town, starts_on=LONG_AGO)
    with pytest.raises(DomainError, match="分流员"):
        _name(house, deputy)
    end_post(post, ends_on=FIRST - timedelta(days=1))
    assert _name(house, deputy).pk


def test_an_office_that_ends_during_the_absence_does_not_cover_it(house, deputy):
    end_post(deputy.posts.get(), ends_on=LAST - timedelta(days=1))
    with pytest.raises(DomainError, match="督办员"):
        _name(house, deputy)
    assert _name(house, deputy, last=LAST - timedelta(days=1)).pk


def test_somebody_without_an_office_has_nothing_to_stand_in_for(house, deputy):
    with pytest.raises(DomainError, match="nobody（示例）在此期间没有任职"):
        _name(house, deputy, absent=house.nobody)


@pytest.mark.parametrize(
    ("first", "last", "words"),
    [(date(2026, 11, 17), LAST, "过去"), (LAST, FIRST, "早于"), (date(2026, 11, 16), date(2026, 11, 17), "过去")],
)
def test_days_that_are_over_or_reversed_are_refused(house, deputy, first, last, words):
    with pytest.raises(DomainError, match=words):
        _name(house, deputy, first=first, last=last)


def test_an_account_that_is_switched_off_neither_is_named_nor_receives(house, deputy):
    _name(house, deputy)
    User.objects.filter(pk=deputy.pk).update(is_active=False)
    assert _receives(house.town_supervisor, FIRST) is None
    deputy.refresh_from_db()
    with pytest.raises(DomainError, match="停用"):
        _name(house, deputy, first=date(2026, 12, 1), last=date(2026, 12, 2))


def test_a_stand_in_whose_office_has_ended_receives_nothing_from_then_on(house, deputy):
    _name(house, deputy)
    end_post(deputy.posts.get(), ends_on=FIRST)
    assert [_receives(house.town_supervisor, day) for day in (FIRST, FIRST + timedelta(days=1))] == [deputy, None]


def test_nobody_receives_for_somebody_whose_offices_have_ended(house, deputy):
    _name(house, deputy)
    end_post(house.town_supervisor.posts.get(), ends_on=FIRST)
    assert _receives(house.town_supervisor, FIRST + timedelta(days=1)) is None


def test_one_person_has_one_stand_in_at_a_time(house, deputy):
    _name(house, deputy)
    with pytest.raises(DomainError, match="已有代收人"):
        _name(house, house.county_supervisor, first=LAST, last=LAST)
    assert _name(house, house.county_supervisor, first=LAST + timedelta(days=1), last=date(2026, 12, 1)).pk


def test_the_database_refuses_two_at_a_time_and_oneself(house, deputy):
    row = _name(house, deputy)
    fields = {"absent": row.absent, "stand_in": house.county_supervisor, "named_by": row.absent, "named_at": NOW}
    with pytest.raises(IntegrityError, match="standin_one_at_a_time"), transaction.atomic():
        StandIn.objects.create(**fields, starts_on=LAST, ends_on=LAST)
    with pytest.raises(IntegrityError, match="standin_is_somebody_else"), transaction.atomic():
        StandIn.objects.create(**fields | {"stand_in": row.absent}, starts_on=FIRST, ends_on=LAST)


def test_there_are_no_chains_in_either_direction(house, deputy):
    _name(house, deputy)
    with pytest.raises(DomainError, match="也不在岗"):
        _name(house, house.town_supervisor, absent=make_person("third", Role.SUPERVISOR, house.town))
    with pytest.raises(DomainError, match="正为他人代收"):
        _name(house, house.county_supervisor, absent=deputy)
    assert _name(house, house.county_supervisor, absent=deputy, first=date(2026, 12, 1), last=date(2026, 12, 2)).pk


@pytest.mark.parametrize("name", ["county_supervisor", "sysadmin", "deputy", "far_secadmin"])
def test_only_the_person_and_the_security_administrator_name_a_stand_in(house, deputy, name):
    house.people |= {"deputy": deputy, "far_secadmin": make_person("far", Role.SECADMIN, house.centers["330602"])}
    with pytest.raises(NotPermitted):
        _name(house, deputy, actor=getattr(house, name))
    assert _name(house, deputy, actor=house.secadmin).named_by == house.secadmin


def test_a_withdrawn_stand_in_receives_nothing_and_makes_room(house, deputy):
    row = _name(house, deputy)
    withdraw_stand_in(row.pk, actor=house.town_supervisor, now=at("2026-11-20"))
    assert _receives(house.town_supervisor, date(2026, 11, 20)) is None
    assert OutboxMessage.objects.latest("pk").recipient == deputy
    assert _name(house, house.county_supervisor).pk


def test_what_is_withdrawn_or_over_is_not_withdrawn_again(house, deputy):
    row = _name(house, deputy)
    with pytest.raises(IllegalTransition):
        withdraw_stand_in(row.pk, actor=house.town_supervisor, now=at("2026-11-26"))
    withdraw_stand_in(row.pk, actor=house.secadmin, now=at("2026-11-25"))
    with pytest.raises(IllegalTransition):
        withdraw_stand_in(row.pk, actor=house.secadmin, now=at("2026-11-25"))
    assert OutboxMessage.objects.filter(key__contains="withdrawn").count() == 2


@pytest.mark.parametrize("name", ["deputy", "county_supervisor", "neighbour_clerk"])
def test_to_withdraw_is_for_the_absent_person_and_the_security_administrator(house, deputy, name):
    house.people["deputy"] = deputy
    row = _name(house, deputy)
    with pytest.raises(StandIn.DoesNotExist):
        withdraw_stand_in(row.pk, actor=getattr(house, name), now=NOW)


def test_those_are_offered_who_could_stand_in(house, deputy):
    assert set(possible_stand_ins(house.town_supervisor, on=FIRST)) == {deputy.pk, house.county_supervisor.pk}
    assert possible_stand_ins(house.county_supervisor, on=FIRST) == []
    assert possible_stand_ins(house.nobody, on=FIRST) == []


@pytest.mark.django_db(transaction=True)
def test_of_two_namings_that_would_make_a_chain_one_is_refused(house):
    deputy = make_person("deputy", Role.SUPERVISOR, house.town)
    third = make_person("third", Role.SUPERVISOR, house.town)
    results = race(
        lambda: _name(house, deputy),
        lambda: _name(house, house.town_supervisor, absent=third),
    )
    assert sorted(isinstance(result, StandIn) for result in results) == [False, True]


def _office(role=Role.SUPERVISOR, path="33/3306/", first=LONG_AGO, last=None):
    return Office(role, path, first, last)


@pytest.mark.parametrize(
    ("by", "is_covered"),
    [
        ([_office()], True),
        ([_office(path="33/")], True),
        ([_office(path="33/3306/330681/")], False),
        ([_office(role=Role.MEDIATOR)], False),
        ([_office(first=FIRST, last=LAST)], True),
        ([_office(first=FIRST + timedelta(days=1))], False),
        ([_office(last=LAST - timedelta(days=1))], False),
        ([], False),
    ],
)
def test_an_office_is_covered_by_the_same_one_there_or_above_on_all_days(by, is_covered):
    assert (uncovered_office([_office()], by, first=FIRST, last=LAST) is None) is is_covered


def test_an_office_not_held_in_these_days_needs_nobody():
    before, after = _office(last=FIRST - timedelta(days=1)), _office(first=LAST + timedelta(days=1))
    assert uncovered_office([before, after], [], first=FIRST, last=LAST) is None
