from datetime import UTC, date, datetime, timedelta

import pytest

from core import clock


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        (datetime(2026, 11, 17, 15, 59, 59, tzinfo=UTC), date(2026, 11, 17)),
        (datetime(2026, 11, 17, 16, 0, 0, tzinfo=UTC), date(2026, 11, 18)),  # midnight in China
        (datetime(2026, 12, 31, 16, 0, 0, tzinfo=UTC), date(2027, 1, 1)),
    ],
)
def test_a_day_begins_at_midnight_in_china(moment, day):
    assert clock.local_day(moment) == day


def test_a_limit_is_over_at_24_hours_of_its_last_day():
    end = clock.end_of(date(2026, 11, 23))
    assert end == datetime(2026, 11, 23, 16, 0, tzinfo=UTC) == clock.start_of(date(2026, 11, 24))
    assert clock.local_day(end - timedelta(microseconds=1)) == date(2026, 11, 23)


def test_office_hours_begin_at_half_past_eight_in_china():
    assert clock.duty_start_of(date(2026, 11, 23)) == datetime(2026, 11, 23, 0, 30, tzinfo=UTC)


def test_now_knows_its_time_zone_and_today_is_its_day():
    assert clock.now().tzinfo is not None
    assert abs(clock.today() - clock.local_day(clock.now())) <= timedelta(days=1)
