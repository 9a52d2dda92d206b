import json
import socket
from datetime import date, timedelta
from io import StringIO
from threading import Event

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from centers.checks import calendar_state
from centers.enums import CalendarSource
from centers.models import WorkCalendarDay
from core import clock
from core.health import CHECKS, PATIENCE, Finding, look
from core.jobs import BEAT, JOBS, allowed_age, record_failure, record_heartbeat
from core.models import FenceAct, FenceEntry
from core.pulse import State
from tests.factories import at

NOW = at("2026-10-20")
SWEEP, DELIVERY = "supervision.sweep_clocks", "centers.deliver_messages"


def found(name, now=NOW):
    return CHECKS[name](now)


@pytest.fixture
def running(house):
    """Return the city with everything running."""
    for name in (*JOBS, BEAT):
        record_heartbeat(name, handled=0, now=NOW)
    return house


def test_there_is_a_check_of_everything_that_may_stop():
    assert list(CHECKS) == ["database", "broker", "worker", "beat", "jobs", "fence", "calendar"]


@pytest.mark.parametrize("name", ["database", "broker", "worker", "beat", "jobs", "fence", "calendar"])
def test_everything_is_fine_while_everything_runs(running, name):
    assert found(name).is_fine, found(name)


def test_a_worker_lives_as_long_as_one_of_its_jobs_does(running):
    later = NOW + min(map(allowed_age, JOBS))
    record_heartbeat(BEAT, handled=0, now=later)
    assert found("worker", later).state is State.OK
    assert found("worker", later + timedelta(seconds=1)).state is State.STALE
    record_heartbeat(SWEEP, handled=0, now=later)
    assert found("worker", later + timedelta(seconds=1)).state is State.OK


def test_a_worker_whose_jobs_only_fail_lives_but_its_jobs_are_told(running):
    later = NOW + allowed_age(SWEEP) + timedelta(seconds=1)
    for name in JOBS:
        record_failure(name, error="OperationalError", now=later)
    assert found("worker", later).state is State.OK
    assert found("jobs", later).state is State.FAILING
    assert "supervision.sweep_clocks failing with OperationalError" in found("jobs", later).text


def test_the_worker_is_no_sign_of_life_of_beat(running):
    later = NOW + timedelta(hours=1)
    record_heartbeat(SWEEP, handled=0, now=later)
    assert [found(name, later).state for name in ("worker", "beat")] == [State.OK, State.STALE]


def test_a_worker_is_not_to_blame_while_beat_does_not_knock(running):
    later = NOW + allowed_age(DELIVERY) + timedelta(seconds=1)
    assert [found(name, later).state for name in ("worker", "beat")] == [State.FAILING, State.STALE]
    record_heartbeat(BEAT, handled=0, now=later)
    assert [found(name, later).state for name in ("worker", "beat")] == [State.STALE, State.OK]


def test_what_never_ran_is_stale(house):
    record_heartbeat(BEAT, handled=0, now=NOW)
    assert [found(name).state for name in ("worker", "beat", "jobs")] == [State.STALE, State.OK, State.FAILING]
    assert found("worker").text == "last sign of life never"


def test_a_closed_fence_is_told(running):
    given = {"at": NOW, "actor": running.sysadmin, "cause": "back", "off_by": timedelta(minutes=1)}
    FenceEntry.objects.create(number=1, act=FenceAct.CLOSED, **given)
    assert found("fence").state is State.CLOSED
    FenceEntry.objects.create(number=2, act=FenceAct.RELEASED, at=NOW, actor=running.sysadmin, reason="校准")
    assert found("fence").state is State.OK


@pytest.mark.parametrize(
    ("last", "noticed", "today", "state"),
    [
        ("2026-12-31", False, "2026-09-02", State.OK),
        ("2026-12-31", False, "2026-09-03", State.FAILING),  # a limit of that day may end in the next year
        ("2027-12-31", False, "2026-10-31", State.OK),
        ("2027-12-31", False, "2026-11-01", State.WARNING),
        ("2027-12-31", True, "2026-11-01", State.OK),
        ("2026-12-31", False, "2026-11-01", State.FAILING),
        (None, False, "2026-01-01", State.FAILING),
    ],
)
def test_the_calendar_reaches_as_far_as_a_limit_may_and_is_known_from_november_on(last, noticed, today, state):
    last = last and date.fromisoformat(last)
    assert calendar_state(last, is_next_year_noticed=noticed, today=date.fromisoformat(today))[0] is state


def test_a_year_that_is_only_expected_is_a_warning_and_no_failure(house):
    november = at("2026-11-20")
    assert found("calendar", november).state is State.WARNING
    assert found("calendar", november).is_fine
    WorkCalendarDay.objects.filter(date__year=2027).update(source=CalendarSource.NOTICE)
    assert found("calendar", november).state is State.OK


def test_a_regions_own_days_make_the_calendar_no_longer(house):
    for year in (2027, 2028):
        WorkCalendarDay.objects.filter(date__year=year).delete()
    WorkCalendarDay.objects.create(
        date=date(2027, 12, 31), center=house.town, is_workday=False, source=CalendarSource.STAFF
    )
    assert found("calendar", at("2026-11-20")).state is State.FAILING


def test_a_look_takes_no_longer_than_its_patience_whatever_hangs(monkeypatch):
    with socket.create_server(("127.0.0.1", 0)) as hole:
        monkeypatch.setattr(settings, "REDIS_URL", f"redis://127.0.0.1:{hole.getsockname()[1]}/0")
        answered, began = Event(), clock.uptime()
        monkeypatch.setitem(CHECKS, "database", lambda _now: answered.wait(20))
        states = {one.state for one in look(("database", "broker"), now=NOW)}
        answered.set()
    assert states == {State.DOWN}
    assert clock.uptime() - began < PATIENCE + timedelta(seconds=1)


def test_without_a_database_nothing_is_known_of_what_is_read_from_rows(monkeypatch):
    answered = Event()
    monkeypatch.setitem(CHECKS, "database", lambda _now: answered.wait(20))
    states = {one.name: one.state for one in look(tuple(CHECKS), now=NOW, patience=timedelta(seconds=0.3))}
    answered.set()
    assert states == dict.fromkeys(CHECKS, State.UNKNOWN) | {"database": State.DOWN, "broker": State.OK}


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("broker", "state"), [(State.OK, State.STALE), (State.DOWN, State.FAILING)])
def test_a_worker_is_stale_only_while_a_broker_is_there_to_hear(monkeypatch, broker, state):
    monkeypatch.setitem(CHECKS, "broker", lambda _now: Finding("broker", broker, ""))
    record_heartbeat(BEAT, handled=0, now=NOW)
    (worker,) = look(["worker"], now=NOW)
    assert worker.state is state


@pytest.fixture
def findings(monkeypatch):
    """Return a list of findings that the command gets to see instead of looking."""
    given = []
    monkeypatch.setattr("core.management.commands.healthcheck.look", lambda _names, **_given: given)
    return given


@pytest.mark.parametrize(
    ("states", "code"),
    [
        ({"worker": State.OK, "calendar": State.WARNING}, 0),
        ({"worker": State.STALE}, 3),
        ({"beat": State.STALE, "jobs": State.FAILING}, 3),
        ({"worker": State.FAILING}, 1),
        ({"worker": State.UNKNOWN, "database": State.DOWN}, 1),
        ({"fence": State.CLOSED}, 1),
    ],
)
def test_the_exit_code_says_whether_a_restart_may_help(findings, states, code):
    findings += [Finding(name, state, "why") for name, state in states.items()]
    said = StringIO()
    with pytest.raises(SystemExit) as end:
        call_command("healthcheck", stdout=said)
    assert end.value.code == code
    assert [line.split() for line in said.getvalue().splitlines()] == [[*pair, "why"] for pair in states.items()]


def test_the_json_tells_how_long_a_process_may_be_silent(findings):
    findings += [Finding("worker", State.STALE, "long", timedelta(seconds=80)), Finding("fence", State.OK, "open")]
    said = StringIO()
    with pytest.raises(SystemExit):
        call_command("healthcheck", json=True, stdout=said)
    worker = {"state": "stale", "text": "long", "allowed_seconds": 80.0}
    assert json.loads(said.getvalue()) == {"worker": worker, "fence": {"state": "ok", "text": "open"}}


def test_an_unknown_check_is_refused_with_those_there_are():
    with pytest.raises(CommandError, match="no check is called heart; there are database, broker"):
        call_command("healthcheck", "--only=worker,heart")
