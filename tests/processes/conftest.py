"""Real worker and beat processes on the test's own database and broker."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable

import pytest
from django.db import connection

from tests.factories import make_house

DEADLINE_SECONDS = 60
WORKER = ["worker", "--concurrency=2", "--loglevel=warning", "--without-gossip", "--without-mingle"]


@pytest.fixture
def served_house(transactional_db):
    """Return the sample city in rows that other processes see."""
    return make_house()


@pytest.fixture
def celery(tmp_path):
    """Return a starter of Celery processes; whatever still runs at the end is killed with all its children."""
    started: list[subprocess.Popen] = []
    server = os.environ["DATABASE_URL"].rsplit("/", 1)[0]
    environment = os.environ | {
        "DATABASE_URL": f"{server}/{connection.settings_dict['NAME']}",
        "DATABASE_ROLE": "app",
        "SWEEP_SECONDS": "1",
        "DELIVERY_SECONDS": "1",
    }

    def start(*arguments: str) -> subprocess.Popen:
        log = (tmp_path / f"{len(started)}.log").open("wb")
        command = [sys.executable, "-m", "celery", "-A", "config", *arguments]
        process = subprocess.Popen(command, env=environment, stdout=log, stderr=log, start_new_session=True)
        started.append(process)
        return process

    yield start
    for process in started:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


@pytest.fixture
def beat(celery, tmp_path):
    return celery("beat", f"--schedule={tmp_path / 'schedule'}", "--pidfile=", "--loglevel=warning", "--max-interval=1")


@pytest.fixture
def eventually():
    """Return a waiter that asks until the answer is yes or a minute has passed."""
    pause = threading.Event()

    def wait(condition: Callable[[], bool]) -> bool:
        for _ in range(DEADLINE_SECONDS * 10):
            if condition():
                return True
            pause.wait(0.1)
        return False

    return wait
