"""Real processes of the product on the test's own database, with the broker it names."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from django.db import connection

from embedded import paths
from embedded.valkey import Valkey
from tests.factories import make_house
from tests.processes.proxy import Proxy

DEADLINE_SECONDS = 60
WORKER = ["worker", "--concurrency=2", "--loglevel=warning", "--without-gossip", "--without-mingle"]


@pytest.fixture
def served_house(transactional_db):
    """Return the sample city in rows that other processes see."""
    return make_house()


@pytest.fixture
def surroundings():
    """Return the environment of processes that serve the test's database."""
    server = os.environ["DATABASE_URL"].rsplit("/", 1)[0]
    return os.environ | {
        "DATABASE_URL": f"{server}/{connection.settings_dict['NAME']}",
        "DATABASE_ROLE": "app",
        "SWEEP_SECONDS": "1",
        "DELIVERY_SECONDS": "1",
        "ROSTER_SECONDS": "1",
    }


@pytest.fixture
def started(surroundings, tmp_path):
    """Return a starter of Python processes; whatever still runs at the end is killed with all its children."""
    running: list[subprocess.Popen] = []

    def start(*arguments: str, **changes: str) -> subprocess.Popen:
        log = (tmp_path / f"{len(running)}.log").open("wb")
        command = [sys.executable, *arguments]
        process = subprocess.Popen(
            command, env=surroundings | changes, cwd=paths.CHECKOUT, stdout=log, stderr=log, start_new_session=True
        )
        process.log = Path(log.name)
        running.append(process)
        return process

    yield start
    for process in running:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


@pytest.fixture
def celery(started):
    """Return a starter of Celery processes."""
    return lambda *arguments: started("-m", "celery", "-A", "config", *arguments)


@pytest.fixture
def beat(celery):
    return celery("beat", "--pidfile=", "--loglevel=warning", "--max-interval=1")


@pytest.fixture
def own_broker(monkeypatch):
    """Return a Valkey of the test's own, running, which the test may stop and start again."""
    folder = Path(tempfile.mkdtemp(prefix="maplebridge-broker-"))
    folder.chmod(0o755)
    monkeypatch.setenv("LOCAL_STATE_DIR", str(folder))
    server = Valkey(durable=False).ensure()
    yield server
    server.stop()
    shutil.rmtree(folder)


@pytest.fixture
def proxy(own_broker):
    """Return a port before the broker."""
    between = Proxy(paths.valkey_socket())
    yield between
    between.close()


@pytest.fixture
def black_hole():
    """Return a port that accepts and never answers."""
    hole = Proxy(is_black_hole=True)
    yield hole
    hole.close()


@pytest.fixture
def healthcheck(surroundings):
    """Return the command that looks, run to its end: its exit code and its lines."""

    def look(*arguments: str, **changes: str) -> subprocess.CompletedProcess:
        command = [sys.executable, "manage.py", "healthcheck", *arguments]
        return subprocess.run(
            command,
            env=surroundings | changes,
            cwd=paths.CHECKOUT,
            capture_output=True,
            text=True,
            check=False,
            timeout=DEADLINE_SECONDS,
        )

    return look


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
