from datetime import timedelta

from core import clock
from core.templatetags.moments import moment, moment_in_full
from tests.factories import at


def test_a_moment_of_today_reads_as_its_time():
    noon = clock.start_of(clock.today()) + timedelta(hours=12, minutes=5)
    assert moment(noon) == "12:05"


def test_a_moment_of_another_day_reads_as_its_day_in_china():
    assert moment(at("2020-11-18", 0, 30).astimezone(tz=None)) == "2020-11-18"


def test_a_moment_in_full_has_both():
    assert moment_in_full(at("2020-11-18", 0, 30)) == "2020-11-18 00:30"


def test_no_moment_reads_as_nothing():
    assert (moment(None), moment_in_full(None)) == ("", "")
