from datetime import timedelta

import pytest

from core.jobs import BEAT, JOBS, allowed_age, record_failure, record_heartbeat
from core.models import FenceAct, FenceEntry
from core.pulse import Pulse, State, alarm, judge
from tests.factories import at

NOW = at("2026-11-18")
MINUTE = timedelta(minutes=1)


def ago(minutes):
    return None if minutes is None else NOW - minutes * MINUTE


@pytest.mark.parametrize(
    ("done", "failed", "state"),
    [
        (0, None, State.OK),
        (2, None, State.OK),
        (2.01, None, State.STALE),
        (None, None, State.STALE),
        (1, 0, State.OK),  # a single failure heals by itself
        (2.01, 0, State.FAILING),
        (None, 2, State.FAILING),
        (None, 2.01, State.STALE),
        (-2, None, State.OK),  # the clock was set back a little
        (-2.01, None, State.STALE),
        (60, 60, State.STALE),
    ],
)
def test_a_job_runs_fails_or_does_not_run(done, failed, state):
    assert judge(Pulse("job", ago(done), ago(failed)), allowed=2 * MINUTE, now=NOW) is state


def everything_runs(*, but=()):
    for name in {*JOBS, BEAT} - set(but):
        record_heartbeat(name, handled=0, now=NOW)


def close_the_fence(house):
    given = {"at": ago(30), "actor": house.sysadmin, "cause": "back", "off_by": MINUTE}
    return FenceEntry.objects.create(number=1, act=FenceAct.CLOSED, **given)


def test_there_is_no_alarm_while_everything_runs(db):
    everything_runs()
    assert not alarm(now=NOW)


def test_before_anything_has_run_everything_is_silent(db):
    found = alarm(now=NOW)
    assert (set(found.silent), found.silent_since) == ({*JOBS, BEAT}, None)


def test_what_is_silent_is_named_since_its_last_sign(db):
    everything_runs(but=["supervision.sweep_clocks", BEAT])
    record_heartbeat("supervision.sweep_clocks", handled=0, now=ago(40))
    record_heartbeat(BEAT, handled=0, now=ago(30))
    found = alarm(now=NOW)
    assert (found.silent, found.silent_since, found.failing) == (("supervision.sweep_clocks", BEAT), ago(40), ())


def test_what_only_fails_is_named_since_it_last_got_something_done(db):
    everything_runs(but=["supervision.sweep_clocks"])
    record_heartbeat("supervision.sweep_clocks", handled=0, now=ago(40))
    record_failure("supervision.sweep_clocks", error="OperationalError", now=NOW)
    found = alarm(now=NOW)
    assert (found.silent, found.failing, found.failing_since) == ((), ("supervision.sweep_clocks",), ago(40))


def test_a_closed_fence_is_told_with_its_cause_until_it_is_released(house):
    everything_runs()
    close_the_fence(house)
    assert (alarm(now=NOW).closed_since, alarm(now=NOW).closed_by) == (ago(30), "back")
    FenceEntry.objects.create(number=2, act=FenceAct.RELEASED, at=NOW, actor=house.sysadmin, reason="校准")
    assert not alarm(now=NOW)


def test_the_alarm_costs_one_query(house, django_assert_num_queries):
    everything_runs(but=[BEAT])
    close_the_fence(house)
    with django_assert_num_queries(1):
        assert alarm(now=NOW).closed_since


@pytest.mark.parametrize("name", [*JOBS, BEAT])
def test_every_job_is_missed_when_its_time_is_over(db, name):
    everything_runs(but=[name])
    record_heartbeat(name, handled=0, now=NOW - allowed_age(name))
    assert not alarm(now=NOW)
    assert alarm(now=NOW + timedelta(seconds=1)).silent == (name,)
