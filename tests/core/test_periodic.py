from datetime import timedelta

import pytest
from celery import current_app
from django.conf import settings
from django.db import DatabaseError

from centers.tasks import deliver_messages
from core import clock
from core.fence import lets_pass
from core.jobs import BEAT, JOBS, allowed_age
from core.models import ClockMark, FenceEntry, Heartbeat
from core.periodic import job
from supervision.tasks import sweep_clocks


@pytest.fixture
def work(monkeypatch):
    """Return a maker of jobs that are forgotten afterwards; ``done`` lists what their pieces have done."""
    monkeypatch.setattr("core.periodic.JOBS", {})
    done = []

    def make(pieces, *, automatic=True):
        def body(_now):
            for piece in pieces:
                if isinstance(piece, Exception):
                    raise piece
                done.append(piece)
                yield piece

        return job("a job", automatic=automatic)(body)

    make.done = done
    return make


def close_the_fence():
    reading = clock.read()
    assert lets_pass(reading)
    ahead = clock.Reading(reading.wall_at + timedelta(hours=1), reading.uptime, reading.boot_id, reading.host)
    assert not lets_pass(ahead)


def heartbeat():
    return Heartbeat.objects.get(job="tests.body")


def test_a_job_returns_and_notes_what_it_has_handled_and_leaves_a_mark_of_the_clock(db, work):
    before = clock.now()
    assert work([2, 3])() == 5
    assert (heartbeat().handled, heartbeat().failed_at) == (5, None)
    assert before <= heartbeat().beat_at <= clock.now()
    assert ClockMark.objects.get().boot_id == clock.boot_id()


def test_a_job_with_nothing_to_do_is_seen_too(db, work):
    assert work([])() == 0
    assert heartbeat().handled == 0


def test_a_long_run_is_seen_after_each_piece(db, work):
    seen = []
    run = work((seen.append(Heartbeat.objects.filter(job="tests.body").count()) or 1) for _piece in range(3))
    assert run() == 3
    assert seen == [0, 1, 1]


def test_an_automatic_job_does_nothing_while_the_fence_is_closed_and_is_seen_to_live(db, work):
    close_the_fence()
    assert work([1, 2])() == 0
    assert (work.done, heartbeat().handled) == ([], 0)


def test_a_harmless_job_does_not_care_about_the_fence(db, work):
    close_the_fence()
    assert work([1, 2], automatic=False)() == 3


def test_a_clock_that_jumps_in_the_middle_of_a_run_stops_it_after_the_piece(db, work, monkeypatch):
    def pieces():
        yield 1
        right = clock.now
        monkeypatch.setattr("core.clock.now", lambda: right() + timedelta(hours=1))
        yield 2
        yield 3

    assert work(pieces())() == 3
    assert (work.done, FenceEntry.objects.get().cause) == ([1, 2], "forward")


def test_a_clock_that_is_set_right_after_the_fence_has_looked_fools_no_piece(db, monkeypatch):
    right, seen = clock.now, []

    def passes(reading):
        monkeypatch.setattr("core.clock.now", lambda: right() + timedelta(hours=len(seen) + 1))
        return lets_pass(reading)

    def body(now):
        for _piece in range(2):
            seen.append(now())
            yield 1

    monkeypatch.setattr("core.periodic.JOBS", {})
    monkeypatch.setattr("core.fence.lets_pass", passes)
    assert job("a job", automatic=True)(body)() == 1
    assert seen == [ClockMark.objects.get().wall_at]


def test_a_failure_is_noted_by_its_class_and_goes_on_to_whoever_called(db, work):
    with pytest.raises(ValueError, match="Zhang San"):
        work([4, ValueError("Zhang San")])()
    row = heartbeat()
    assert (row.error, row.handled, row.failed_at >= row.beat_at) == ("ValueError", 4, True)


def test_a_job_that_succeeds_again_keeps_the_failure_in_sight(db, work):
    with pytest.raises(ValueError, match="no"):
        work([ValueError("no")])()
    assert heartbeat().beat_at is None
    work([])()
    assert (heartbeat().error, heartbeat().beat_at > heartbeat().failed_at) == ("ValueError", True)


def test_a_failure_that_cannot_be_noted_does_not_hide_the_error(db, work, monkeypatch):
    def away(*_args, **_given):
        raise DatabaseError

    monkeypatch.setattr("core.periodic.record_failure", away)
    with pytest.raises(ValueError, match="the real one"):
        work([ValueError("the real one")])()


@pytest.mark.parametrize("task", [sweep_clocks, deliver_messages])
def test_sweep_and_delivery_stand_still_behind_a_closed_fence(db, task):
    close_the_fence()
    assert task() == 0


def test_every_knock_is_a_job_and_every_task_too():
    tasks = {name for name in current_app.tasks if not name.startswith("celery.")}
    knocks = [entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()]
    assert sorted(JOBS) == sorted(knocks)
    assert tasks == set(JOBS)


def test_what_acts_on_peoples_matters_by_the_clock_respects_the_fence():
    harmless = {name for name, this in JOBS.items() if not this.is_automatic}
    rosters = {"grids.work_on_rosters", "grids.make_exports", "grids.forget_files"}
    assert harmless == {"centers.extend_calendar", "centers.verify_audit", "cases.apply_calendar_changes"} | rosters


@pytest.mark.parametrize("name", [*JOBS, BEAT])
def test_a_job_may_miss_two_rounds_and_the_grace(name):
    rounds = {entry["task"]: entry["schedule"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}
    seconds = rounds.get(name, min(10, *rounds.values()))
    assert allowed_age(name) == timedelta(seconds=2 * seconds + settings.HEARTBEAT_GRACE_SECONDS)
