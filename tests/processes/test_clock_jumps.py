"""A worker and a beat whose wall clock is set while they run; the machine's uptime and the database go on as before."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.urls import reverse

from core import clock
from core.fence import release
from core.jumps import JumpCause
from core.models import ClockMark, FenceEntry
from tests.processes.conftest import WORKER
from tests.processes.matters import NOTHING, ONCE, effects, falls_due_soon, has_beaten_since, is_told

LIBRARY = next(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"), None)
HOURS = 3
JUMPS = [(HOURS, JumpCause.FORWARD), (-HOURS, JumpCause.BACK)]

pytestmark = [
    pytest.mark.processes,
    pytest.mark.skipif(LIBRARY is None, reason="libfaketime is not here (Debian's package: faketime)"),
]


class WallClock:
    """The wall clock of those processes that have its ``variables`` in their environment."""

    def __init__(self, file):
        self._file = file
        self.hours = 0
        self.variables = {
            "LD_PRELOAD": str(LIBRARY),
            "FAKETIME_TIMESTAMP_FILE": str(file),
            "FAKETIME_NO_CACHE": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        }
        self.set_off_by(0)

    def set_off_by(self, hours):
        written = self._file.with_suffix(".new")
        written.write_text(f"{hours:+d}h\n")
        written.replace(self._file)
        self.hours = hours

    def shows(self, *, seconds):
        """Return what it will show in ``seconds``."""
        return clock.now() + timedelta(hours=self.hours, seconds=seconds)


@pytest.fixture
def wall_clock(tmp_path):
    return WallClock(tmp_path / "faketime")


@pytest.fixture
def running(served_house, wall_clock, started, eventually):
    """Return the sample city, served by a worker and a beat that have found their clock to be right."""
    for arguments in (WORKER, ["beat", "--pidfile=", "--loglevel=warning", "--max-interval=1"]):
        started("-m", "tests.processes.wrong_clock", "-A", "config", *arguments, **wall_clock.variables)
    assert eventually(ClockMark.objects.exists)
    return served_house


@pytest.fixture
def has_swept(wall_clock, eventually):
    """Return a waiter until the sweep has been asked for some times more, by a clock as it now stands."""

    def wait():
        since = wall_clock.shows(seconds=5)
        return eventually(lambda: has_beaten_since(since) and not has_beaten_since(since + timedelta(hours=1)))

    return wait


@pytest.mark.parametrize(("hours", "cause"), JUMPS)
def test_a_jump_stops_what_happens_by_itself_until_a_person_releases_it_and_nothing_is_lost_or_done_twice(
    running, wall_clock, eventually, has_swept, hours, cause
):
    in_two_hours = falls_due_soon(running, after=timedelta(hours=2))
    wall_clock.set_off_by(hours)
    assert eventually(FenceEntry.objects.exists)
    due = falls_due_soon(running)
    assert has_swept()
    assert (FenceEntry.objects.get().cause, effects(due), effects(in_two_hours)) == (cause, NOTHING, NOTHING)
    wall_clock.set_off_by(0)
    assert has_swept()
    assert effects(due) == NOTHING
    release(1, actor=running.sysadmin, reason="时间服务器故障，已校准（示例）", now=clock.now())
    assert eventually(is_told)
    assert has_swept()
    assert (effects(due), effects(in_two_hours), FenceEntry.objects.count()) == (ONCE, NOTHING, 2)


@pytest.mark.parametrize(("hours", "cause"), JUMPS)
def test_a_jump_is_told_to_people_and_to_the_operator(
    running, wall_clock, eventually, has_swept, healthcheck, client, hours, cause
):
    wall_clock.set_off_by(hours)
    assert eventually(FenceEntry.objects.exists)
    assert has_swept()
    looks = []

    def is_answered():
        """Look again where a busy machine did not answer within the check's patience."""
        looks.append(healthcheck("--only=worker,beat,fence", **wall_clock.variables))
        return "unknown" not in looks[-1].stdout

    assert eventually(is_answered)
    found = looks[-1]
    assert (found.returncode, [line.split()[1] for line in found.stdout.splitlines()]) == (1, ["ok", "ok", "closed"])
    client.force_login(running.sysadmin)
    assert str(cause.label) in client.get(reverse("admin:index")).text
