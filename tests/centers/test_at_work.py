"""Who is at work where a region has days of its own: messages wait for the start of work where the recipient serves."""

import pytest

from centers.enums import Role
from centers.models import Post
from centers.reports.duty import at_work
from centers.services.deliver import deliver_messages
from core.models import InboxMessage
from core.outbox import EVERYBODY, NOBODY, Message, queue_messages
from tests.factories import LONG_AGO, appoint, at, change_day

FRIDAY, SATURDAY = at("2026-11-20", 10), at("2026-11-21", 10)


@pytest.fixture
def queued(house):
    """Return a function that queues a message to each of these people, and delivers; it returns who got theirs."""

    def deliver(*names, now, urgent=False):
        people = [getattr(house, name) for name in names]
        queue_messages([Message("1", one.pk, "标题", "正文", "缘由", urgent=urgent) for one in people], now=now)
        deliver_messages(now=now)
        return {row.recipient.username for row in InboxMessage.objects.select_related("recipient")}

    return deliver


def test_where_no_region_has_days_of_its_own_all_are_at_work_or_none(house):
    assert at_work(now=FRIDAY) == EVERYBODY
    assert at_work(now=SATURDAY) == at_work(now=at("2026-11-20", 18)) == NOBODY


def test_a_day_off_in_one_county_holds_up_what_goes_there_and_nothing_else(house, queued):
    change_day("2026-11-20", center=house.centers["330681"], now=FRIDAY)
    assert queued("mediator", "town_triage", "other_county_supervisor", "sysadmin", now=FRIDAY) == {
        "other_county_supervisor",
        "sysadmin",
    }


def test_a_day_made_up_in_one_county_lets_out_what_goes_there_alone(house, queued):
    change_day("2026-11-21", is_workday=True, center=house.centers["330681"], now=FRIDAY)
    assert queued("mediator", "other_county_supervisor", "nobody", now=SATURDAY) == {"mediator"}


def test_the_nearest_region_decides(house, queued):
    change_day("2026-11-20", center=house.centers["3306"], now=FRIDAY)
    change_day("2026-11-20", is_workday=True, center=house.town, now=FRIDAY)
    assert queued("mediator", "county_supervisor", "nobody", now=FRIDAY) == {"mediator", "nobody"}


def test_urgent_messages_do_not_ask(house, queued):
    change_day("2026-11-20", center=house.centers["330681"], now=FRIDAY)
    assert queued("mediator", now=FRIDAY, urgent=True) == {"mediator"}


def test_office_hours_are_the_same_in_every_region(house, queued):
    change_day("2026-11-21", is_workday=True, center=house.centers["330681"], now=FRIDAY)
    assert queued("mediator", now=at("2026-11-21", 18)) == set()


def test_whoever_serves_in_two_regions_is_at_work_where_one_of_them_is(house, queued):
    change_day("2026-11-20", center=house.centers["330681"], now=FRIDAY)
    appoint(house.mediator, role=Role.MEDIATOR, center=house.centers["330602"], starts_on=LONG_AGO)
    assert queued("mediator", "clerk", now=FRIDAY) == {"mediator"}


def test_a_post_that_is_over_counts_for_nothing(house, queued):
    change_day("2026-11-20", center=house.centers["330681"], now=FRIDAY)
    Post.objects.filter(user=house.mediator).update(ends_on=LONG_AGO)
    assert queued("mediator", "clerk", now=FRIDAY) == {"mediator"}


def test_what_waited_goes_out_on_the_regions_next_day_of_work(house, queued):
    change_day("2026-11-20", center=house.centers["330681"], now=FRIDAY)
    assert queued("mediator", now=FRIDAY) == set()
    assert deliver_messages(now=at("2026-11-23", 8, 30)) == 1
