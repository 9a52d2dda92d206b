import logging
from datetime import date, timedelta

import pytest

from centers.models import WorkCalendarDay
from centers.reports.duty import in_duty_hours
from centers.services.deliver import deliver_messages
from centers.services.stand_in import name_stand_in
from core.models import InboxMessage
from core.outbox import Message, queue_messages
from tests.factories import at, make_person

FRIDAY_EVENING = at("2026-11-20", 18)


def _queue(person, key, *, now, urgent=False):
    queue_messages([Message(key, person.pk, key, "正文", "缘由", urgent=urgent)], now=now)


def _told():
    return list(InboxMessage.objects.order_by("pk").values_list("subject", flat=True))


@pytest.mark.parametrize(
    ("day", "hour", "minute", "is_duty"),
    [
        ("2026-11-20", 8, 29, False),
        ("2026-11-20", 8, 30, True),
        ("2026-11-20", 17, 29, True),
        ("2026-11-20", 17, 30, False),
        ("2026-11-21", 10, 0, False),  # a Saturday
        ("2026-10-10", 10, 0, True),  # a Saturday that is made up
        ("2026-10-05", 10, 0, False),  # a Monday of the National Day holiday
    ],
)
def test_duty_hours_are_from_half_past_eight_to_half_past_five_on_working_days(house, day, hour, minute, is_duty):
    assert in_duty_hours(now=at(day, hour, minute)) is is_duty


def test_what_comes_up_on_a_friday_evening_goes_out_on_monday_at_half_past_eight_in_order(house):
    for index, key in enumerate(("一", "二", "三")):
        _queue(house.clerk, key, now=FRIDAY_EVENING + timedelta(minutes=index))
    for waiting in (at("2026-11-20", 19), at("2026-11-21", 10), at("2026-11-22", 10), at("2026-11-23", 8, 29)):
        assert deliver_messages(now=waiting) == 0
    assert deliver_messages(now=at("2026-11-23", 8, 30)) == 3
    assert _told() == ["一", "二", "三"]
    assert InboxMessage.objects.latest("pk").delivered_at == at("2026-11-23", 8, 30)


def test_an_urgent_message_goes_out_at_once_and_leaves_the_others_waiting(house):
    _queue(house.clerk, "一", now=FRIDAY_EVENING)
    _queue(house.clerk, "急", now=FRIDAY_EVENING, urgent=True)
    assert deliver_messages(now=FRIDAY_EVENING) == 1
    assert _told() == ["急"]


def test_a_day_that_is_not_in_the_calendar_goes_by_the_days_of_the_week_and_says_so(house, caplog):
    friday = date(2026, 11, 20)
    WorkCalendarDay.objects.filter(date__gte=friday).delete()
    _queue(house.clerk, "一", now=at("2026-11-20", 7))
    with caplog.at_level(logging.WARNING, logger="centers.reports"):
        counts = [deliver_messages(now=at(day, 10)) for day in ("2026-11-21", "2026-11-22", "2026-11-20")]
    assert counts == [0, 0, 1]
    assert any("2026-11-21" in line and "Monday to Friday" in line for line in caplog.messages)


def _away(house, *, stand_in=None, first="2026-11-18", last="2026-11-20"):
    stand_in = stand_in or house.town_supervisor
    absent = make_person("absent_supervisor", "supervisor", house.town)
    days = {"starts_on": date.fromisoformat(first), "ends_on": date.fromisoformat(last)}
    name_stand_in(absent, stand_in=stand_in, **days, actor=absent, now=at(first, 8))
    return absent


@pytest.mark.parametrize(
    ("day", "readers"),
    [("2026-11-18", 2), ("2026-11-20", 2), ("2026-11-23", 1)],
)
def test_on_a_day_of_absence_the_message_reaches_both_once(house, day, readers):
    absent = _away(house)
    _queue(absent, "一", now=at(day))
    deliver_messages(now=at(day))
    deliver_messages(now=at(day, 10))
    letters = InboxMessage.objects.filter(outbox__key__startswith="一")
    assert sorted(letter.recipient.username for letter in letters) == ["absent_supervisor", "town_supervisor"][:readers]


def test_what_is_told_to_both_reaches_the_stand_in_as_ones_own_and_as_a_copy(house):
    absent = _away(house)
    for person in (absent, house.town_supervisor):
        _queue(person, "一", now=at("2026-11-18"))
    deliver_messages(now=at("2026-11-18"))
    letters = InboxMessage.objects.filter(recipient=house.town_supervisor, outbox__key__startswith="一")
    assert sorted(letters.values_list("subject", flat=True)) == ["〔代absent_supervisor（示例）收〕一", "一"]
