import os
import signal
from pathlib import Path

import pytest

from core import clock
from core.models import Heartbeat
from embedded.processes import children_of

pytestmark = pytest.mark.processes

QUICKLY, PATIENTLY = {"HEARTBEAT_GRACE_SECONDS": "15"}, {"HEARTBEAT_GRACE_SECONDS": "60"}


def pid_of(supervisor, name):
    """Return the process that the supervisor runs under a name now, None between two."""
    for pid in children_of(supervisor.pid):
        if f"\0{name}\0".encode() in Path(f"/proc/{pid}/cmdline").read_bytes():
            return pid
    return None


def has_beaten_since(job, moment):
    return Heartbeat.objects.filter(job=job, beat_at__gt=moment).exists()


@pytest.fixture
def lives(eventually):
    """Return a question: does a job get something done from now on?"""

    def ask(job):
        now = clock.now()
        return eventually(lambda: has_beaten_since(job, now))

    return ask


@pytest.fixture
def supervisor(served_house, started, proxy, lives, request):
    """Return the supervisor of a worker and a beat that have begun their work, over a broker behind a port."""
    grace = getattr(request, "param", QUICKLY)
    process = started("-m", "tests.processes.supervised", REDIS_URL=f"redis://127.0.0.1:{proxy.port}/0", **grace)
    assert lives("supervision.sweep_clocks")
    return process


@pytest.mark.parametrize("supervisor", [PATIENTLY], indirect=True, ids=["patiently"])
def test_what_is_killed_is_started_again_and_goes_on(supervisor, lives):
    for name, job in (("worker", "supervision.sweep_clocks"), ("beat", "celery.beat")):
        killed = pid_of(supervisor, name)
        os.kill(killed, signal.SIGKILL)
        assert lives(job)
        assert lives("supervision.sweep_clocks")
        assert pid_of(supervisor, name) != killed
        assert f"{name} ended with code -9; starting it again in 1 s" in supervisor.log.read_text()


def test_what_stands_still_is_found_by_its_heartbeat_and_started_again(supervisor, lives, eventually):
    for name in ("worker", "beat"):
        stopped = pid_of(supervisor, name)
        os.killpg(stopped, signal.SIGSTOP)
        assert eventually(lambda process=name: f"{process} shows no sign of life" in supervisor.log.read_text())
        assert lives("supervision.sweep_clocks")
        assert pid_of(supervisor, name) != stopped


def test_a_worker_that_listens_on_a_dead_connection_goes_on(supervisor, lives, eventually, proxy):
    deaf = pid_of(supervisor, "worker")
    proxy.swallow()
    # One that was waiting for an answer finds out by itself; one that only listens has to be found.
    ways = {"found": "worker shows no sign of life", "by itself": "Connection to broker lost"}
    assert eventually(lambda: any(words in supervisor.log.read_text() for words in ways.values()))
    assert lives("supervision.sweep_clocks")
    assert (pid_of(supervisor, "worker") != deaf) == (ways["found"] in supervisor.log.read_text())
    pids = children_of(supervisor.pid)
    supervisor.send_signal(signal.SIGINT)
    assert supervisor.wait(20) == 0
    assert not any(Path(f"/proc/{pid}").exists() for pid in pids)
