from datetime import timedelta

import pytest
from django.db import IntegrityError, ProgrammingError, connection, transaction

from centers.enums import Role
from core import clock
from core.errors import DomainError
from core.fence import FenceOpen, lets_pass, release
from core.jobs import SYSTEM_USERNAME
from core.models import ClockMark, FenceEntry
from tests.factories import make_house, make_person, race

MINUTE = timedelta(minutes=1)


def later(reading, *, wall, uptime=None, boot=None):
    """Return a reading so much later by the wall clock, and by the uptime where that is another time."""
    passed = wall if uptime is None else uptime
    return clock.Reading(reading.wall_at + wall, reading.uptime + passed, boot or reading.boot_id, reading.host)


def released(house):
    last = FenceEntry.objects.first()
    return release(last.pk, actor=house.sysadmin, reason="时间已校准", now=clock.now())


@pytest.fixture
def first(db):
    """Return a reading that the fence has let pass."""
    reading = clock.read()
    assert lets_pass(reading)
    return reading


def test_an_open_fence_keeps_the_last_reading_of_each_boot(first):
    assert lets_pass(later(first, wall=MINUTE))
    assert lets_pass(later(first, wall=MINUTE, boot="another machine's"))
    assert ClockMark.objects.count() == 2
    assert ClockMark.objects.get(pk=first.boot_id).wall_at == first.wall_at + MINUTE


def test_a_reading_that_is_written_late_takes_nothing_back(first):
    assert lets_pass(later(first, wall=MINUTE))
    assert lets_pass(first)
    assert ClockMark.objects.get().wall_at == first.wall_at + MINUTE


@pytest.mark.parametrize("wall", [-10, -3600, 600, 86400])
def test_a_jump_closes_the_fence_and_the_system_signs_for_it(first, wall):
    assert not lets_pass(later(first, wall=timedelta(seconds=wall), uptime=timedelta()))
    entry = FenceEntry.objects.get()
    assert (entry.number, entry.act, entry.actor.username) == (1, "closed", SYSTEM_USERNAME)
    assert (entry.cause, entry.off_by) == ("back" if wall < 0 else "forward", timedelta(seconds=abs(wall)))
    now = first.wall_at + timedelta(seconds=wall)
    assert (entry.at, entry.wall_at) == (min(first.wall_at, now), now)


def test_a_boot_before_the_newest_reading_closes_the_fence(first):
    assert not lets_pass(later(first, wall=-MINUTE, boot="after a restart"))
    assert FenceEntry.objects.get().cause == "behind"


def test_a_clock_that_differs_from_the_databases_closes_the_fence(db):
    assert not lets_pass(later(clock.read(), wall=6 * MINUTE))
    assert FenceEntry.objects.get().cause == "apart"


def test_a_closed_fence_stays_closed_when_the_clock_is_right_again(first):
    assert not lets_pass(later(first, wall=timedelta(days=1), uptime=MINUTE))
    assert not lets_pass(later(first, wall=2 * MINUTE))
    assert FenceEntry.objects.count() == 1


def test_a_release_opens_it_from_the_clock_as_it_stands_and_keeps_the_reason(house, first):
    jumped = later(first, wall=4 * MINUTE, uptime=-2 * MINUTE)
    assert not lets_pass(jumped)
    entry = released(house)
    assert (entry.number, entry.act, entry.actor, entry.reason) == (2, "released", house.sysadmin, "时间已校准")
    assert lets_pass(jumped)
    assert not lets_pass(first)


def test_the_fence_closes_again_after_a_release(house, first):
    assert not lets_pass(later(first, wall=-MINUTE, uptime=MINUTE))
    released(house)
    assert lets_pass(first)
    assert not lets_pass(later(first, wall=-MINUTE, uptime=MINUTE))
    assert list(FenceEntry.objects.values_list("number", "act")) == [(3, "closed"), (2, "released"), (1, "closed")]


@pytest.mark.parametrize("number", [1, 2])
def test_what_is_released_is_not_released_again(house, first, number):
    assert not lets_pass(later(first, wall=-MINUTE, uptime=MINUTE))
    released(house)
    with pytest.raises(FenceOpen):
        release(number, actor=house.sysadmin, reason="再次", now=clock.now())
    assert FenceEntry.objects.count() == 2


@pytest.mark.parametrize("reason", ["", " \n"])
def test_a_release_takes_a_reason(house, first, reason):
    assert not lets_pass(later(first, wall=-MINUTE, uptime=MINUTE))
    with pytest.raises(DomainError, match="什么问题"):
        release(1, actor=house.sysadmin, reason=reason, now=clock.now())
    assert ClockMark.objects.exists()


@pytest.mark.parametrize("name", ["secadmin", "town_supervisor", "nobody", "county_sysadmin"])
def test_nobody_but_a_system_administrator_of_the_whole_finds_what_to_release(house, first, name):
    house.people["county_sysadmin"] = make_person("county_sysadmin", Role.SYSADMIN, house.centers["330681"])
    assert not lets_pass(later(first, wall=-MINUTE, uptime=MINUTE))
    assert FenceEntry.objects.releasable_by(house.sysadmin).exists()
    with pytest.raises(FenceEntry.DoesNotExist):
        release(1, actor=getattr(house, name), reason="试", now=clock.now())


@pytest.mark.parametrize(
    "wrong",
    [
        {"number": 2, "act": "closed", "cause": "back", "off_by": MINUTE},
        {"number": 1, "act": "released", "reason": "校准"},
        {"number": 1, "act": "closed", "off_by": MINUTE},
        {"number": 2, "act": "released", "reason": ""},
    ],
)
def test_the_database_refuses_an_entry_out_of_turn_or_without_a_cause(house, wrong):
    with pytest.raises(IntegrityError), transaction.atomic():
        FenceEntry.objects.create(actor=house.sysadmin, at=clock.now(), **wrong)


@pytest.mark.parametrize("change", ["UPDATE core_fenceentry SET reason = 'x'", "DELETE FROM core_fenceentry"])
def test_the_application_may_not_rewrite_what_closed_the_fence(first, change):
    with pytest.raises(ProgrammingError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(change)


@pytest.mark.django_db(transaction=True)
def test_of_several_workers_that_see_one_jump_one_closes_the_fence():
    reading = clock.read()
    assert lets_pass(reading)
    jumped = later(reading, wall=timedelta(hours=1), uptime=MINUTE)
    assert race(*[lambda: lets_pass(jumped)] * 4) == [False] * 4
    assert FenceEntry.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_two_releases_at_once_one_wins():
    house, reading = make_house(), clock.read()
    assert lets_pass(reading)
    assert not lets_pass(later(reading, wall=timedelta(hours=1), uptime=MINUTE))
    given = {"actor": house.sysadmin, "reason": "校准", "now": clock.now()}
    outcomes = race(*[lambda: release(1, **given)] * 2)
    assert sorted(isinstance(outcome, DomainError) for outcome in outcomes) == [False, True]
