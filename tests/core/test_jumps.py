from datetime import UTC, datetime, timedelta

import pytest

from core.clock import Reading
from core.jumps import JumpCause, find_jump

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


def reading(*, wall=timedelta(), uptime=timedelta(), boot="a", host="web-1"):
    """Return a reading that lies so much later than noon, an hour after the boot, by either clock."""
    return Reading(NOON + wall, HOUR + uptime, boot, host)


def seconds(number):
    return timedelta(seconds=number)


@pytest.mark.parametrize(
    ("wall", "uptime", "cause"),
    [
        (60, 60, None),
        (0, 0, None),
        (55, 60, None),  # five seconds back
        (54.9, 60, JumpCause.BACK),
        (-3600, 60, JumpCause.BACK),
        (60 + 300, 60, None),  # five minutes forward
        (60 + 300.1, 60, JumpCause.FORWARD),
        (86400, 86400, None),  # nobody looked for a day, or the machine was suspended
        (86400 * 30, 86400, JumpCause.FORWARD),
        (-2, -2, None),  # of two processes that look at once the later one may have written first
    ],
)
def test_a_wall_clock_is_held_against_the_uptime_of_the_same_boot(wall, uptime, cause):
    now = reading(wall=seconds(wall), uptime=seconds(uptime))
    jump = find_jump(now, earlier=reading(), newest_at=NOON, database_at=now.wall_at)
    assert (jump and jump.cause) == cause


@pytest.mark.parametrize(
    ("behind", "cause"), [(-60, None), (0, None), (5, None), (5.1, JumpCause.BEHIND), (86400, JumpCause.BEHIND)]
)
def test_a_new_boot_does_not_begin_before_the_newest_reading_of_any_machine(behind, cause):
    now = reading(wall=-seconds(behind), boot="b")
    jump = find_jump(now, earlier=None, newest_at=NOON, database_at=now.wall_at)
    assert (jump and jump.cause) == cause


@pytest.mark.parametrize(
    ("ahead", "cause"), [(300, None), (-300, None), (300.1, JumpCause.APART), (-300.1, JumpCause.APART)]
)
def test_application_and_database_may_differ_by_five_minutes(ahead, cause):
    jump = find_jump(reading(), earlier=None, newest_at=None, database_at=NOON - seconds(ahead))
    assert (jump and jump.cause) == cause


def test_a_jump_tells_how_far_it_went_and_when_it_was_found_by_the_clock_that_is_behind():
    now = reading(wall=timedelta(days=1, seconds=60), uptime=seconds(60))
    jump = find_jump(now, earlier=reading(), newest_at=NOON, database_at=now.wall_at)
    assert (jump.cause, jump.by, jump.at) == (JumpCause.FORWARD, timedelta(days=1), NOON + seconds(60))


def test_a_clock_that_was_set_back_has_stood_still_since_a_moment_that_has_been():
    now = reading(wall=-seconds(3600), uptime=seconds(60))
    assert find_jump(now, earlier=reading(), newest_at=NOON, database_at=now.wall_at).at == now.wall_at


def test_the_first_reading_of_all_has_nothing_to_contradict():
    assert find_jump(reading(), earlier=None, newest_at=None, database_at=NOON) is None
