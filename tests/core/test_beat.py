from datetime import timedelta

import pytest
from celery import current_app
from django.conf import settings
from django.db import OperationalError

from core import clock
from core.beat import KnockingScheduler, write_heartbeat
from core.jobs import BEAT, interval_of
from core.models import Heartbeat

ALL = sorted(entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values())


@pytest.fixture
def beat(monkeypatch):
    """Return a scheduler whose knocks are listed in ``heard`` and whose signs of life in ``lives``."""
    scheduler = KnockingScheduler(current_app._get_current_object())
    scheduler.heard, scheduler.lives = [], []
    scheduler.producer = None
    monkeypatch.setattr(scheduler, "apply_async", lambda entry, **_given: scheduler.heard.append(entry.task))
    monkeypatch.setattr("core.beat.write_heartbeat", lambda: scheduler.lives.append(1))
    return scheduler


def tick_until_idle(beat):
    while not (wait := beat.tick()):
        pass
    if beat._writer is not None:
        beat._writer.join()
    return wait


def pass_time(monkeypatch, *, uptime, wall=None):
    """Let the clocks go on from what they say now, each by its own seconds."""
    reading, now = clock.read(), clock.now()
    passed, wall = timedelta(seconds=uptime), timedelta(seconds=uptime if wall is None else wall)
    later = clock.Reading(reading.wall_at + wall, reading.uptime + passed, reading.boot_id, reading.host)
    monkeypatch.setattr("core.clock.read", lambda: later)
    monkeypatch.setattr("core.clock.uptime", lambda: later.uptime)
    monkeypatch.setattr(current_app._get_current_object(), "now", lambda: now + wall)


def test_beat_knocks_everywhere_when_it_starts_and_then_waits(beat):
    assert 0 < tick_until_idle(beat) <= settings.CELERY_BEAT_MAX_LOOP_INTERVAL
    assert sorted(beat.heard) == ALL
    tick_until_idle(beat)
    assert len(beat.heard) == len(ALL)


@pytest.mark.parametrize("wall", [-86400, -3600, -10, 86400])
def test_a_clock_that_is_set_makes_beat_knock_everywhere_and_never_makes_it_fall_silent(beat, monkeypatch, wall):
    tick_until_idle(beat)
    beat.heard.clear()
    pass_time(monkeypatch, uptime=1, wall=wall)
    tick_until_idle(beat)
    assert sorted(beat.heard) == ALL


def test_beat_shows_its_life_now_and_then(beat, monkeypatch):
    tick_until_idle(beat)
    tick_until_idle(beat)
    assert len(beat.lives) == 1
    pass_time(monkeypatch, uptime=interval_of(BEAT).total_seconds())
    tick_until_idle(beat)
    assert len(beat.lives) == 2


def test_the_heartbeat_of_beat_is_a_row_of_its_own(db, monkeypatch):
    monkeypatch.setattr("core.beat.connections.close_all", lambda: None)
    write_heartbeat()
    assert Heartbeat.objects.get().job == BEAT


def test_a_database_that_is_away_is_news_and_no_end(monkeypatch, caplog):
    def away(*_args, **_given):
        raise OperationalError

    monkeypatch.setattr("core.beat.record_heartbeat", away)
    monkeypatch.setattr("core.beat.connections.close_all", lambda: None)
    write_heartbeat()
    assert "no heartbeat of beat: OperationalError" in caplog.text
