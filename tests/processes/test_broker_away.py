"""A broker that is down, or accepts and never answers, costs a request nothing and is noticed."""

import http.client
import socket
from contextlib import closing
from time import monotonic

import pytest
from django.conf import settings
from django.urls import reverse

from core import clock
from core.door.sessions import take_up
from core.jobs import BEAT, JOBS, record_heartbeat

pytestmark = pytest.mark.processes

PAGES = ["index", "cases_case_changelist", "disputes_dispute_register", "core_inboxmessage_changelist"]


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


class Web:
    """A web process, asked as somebody who has signed in."""

    def __init__(self, port, session):
        self.port, self.session = port, session

    def get(self, path):
        """Return the status of a page and the seconds it took."""
        with closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)) as asking:
            began = monotonic()
            asking.request("GET", path, headers={"Cookie": f"{settings.SESSION_COOKIE_NAME}={self.session}"})
            return asking.getresponse().status, monotonic() - began

    def answers(self):
        try:
            return self.get("/admin/login/")[0] in {200, 302}
        except OSError:
            return False


@pytest.fixture
def web(served_house, client, started, eventually):
    """Return a starter of web processes with a given broker."""

    def start(broker):
        client.force_login(served_house.clerk)
        session = client.session
        take_up(session, served_house.clerk, has_factor=True, before=None, now=clock.now())
        session.save()
        port = free_port()
        serving = ["gunicorn", "config.wsgi:application", f"--bind=127.0.0.1:{port}", "--worker-class=gthread"]
        started("-m", *serving, "--threads=2", "--no-control-socket", REDIS_URL=broker)
        asked = Web(port, client.cookies[settings.SESSION_COOKIE_NAME].value)
        assert eventually(asked.answers)
        assert asked.get("/admin/")[0] == 200
        return asked

    return start


@pytest.fixture
def all_run(served_house):
    for name in (*JOBS, BEAT):
        record_heartbeat(name, handled=0, now=clock.now())


def url_of(port):
    return f"redis://127.0.0.1:{port}/0"


def times_of_pages(asked):
    answers = [asked.get(reverse(f"admin:{page}")) for page in PAGES]
    assert {status for status, _seconds in answers} == {200}
    return max(seconds for _status, seconds in answers)


def test_a_page_answers_at_once_while_the_broker_is_dead(web, own_broker, proxy):
    asked = web(url_of(proxy.port))
    own_broker.stop()
    assert times_of_pages(asked) <= 1


def test_a_page_answers_at_once_with_a_broker_that_never_does_and_never_asks_it(web, black_hole):
    asked = web(url_of(black_hole.port))
    assert times_of_pages(asked) <= 1
    assert black_hole.accepted == 0


def test_the_check_says_that_the_broker_is_down_and_when_it_is_back(all_run, own_broker, proxy, healthcheck):
    url = {"REDIS_URL": url_of(proxy.port), "HEARTBEAT_GRACE_SECONDS": "600"}
    assert healthcheck(**url).returncode == 0
    own_broker.stop()
    down = healthcheck(**url)
    assert (down.returncode, "broker    down" in down.stdout, "worker    ok" in down.stdout) == (1, True, True)
    own_broker.ensure()
    assert healthcheck(**url).returncode == 0


def test_the_check_comes_to_an_end_when_neither_broker_nor_database_answers(black_hole, healthcheck):
    database = f"postgresql://x@127.0.0.1:{black_hole.port}/x"
    found = healthcheck("--json", REDIS_URL=url_of(black_hole.port), DATABASE_URL=database)
    assert (found.returncode, found.stdout.count('"down"'), found.stdout.count('"unknown"')) == (1, 2, 5)


def test_the_check_says_so_when_nobody_is_there(healthcheck):
    nobody = free_port()
    found = healthcheck(REDIS_URL=url_of(nobody), DATABASE_URL=f"postgresql://x@127.0.0.1:{nobody}/x")
    assert found.returncode == 1
    assert [line.split()[:2] for line in found.stdout.splitlines()][:2] == [["database", "down"], ["broker", "down"]]


def test_the_check_of_the_worker_alone_asks_for_a_restart(served_house, healthcheck):
    rounds = dict.fromkeys(("SWEEP_SECONDS", "DELIVERY_SECONDS", "ROSTER_SECONDS"), "60")
    record_heartbeat(BEAT, handled=0, now=clock.now())  # at such rounds a knock counts for half a minute
    found = healthcheck("--only=worker", **rounds, HEARTBEAT_GRACE_SECONDS="600")
    assert (found.returncode, found.stdout) == (3, "worker    stale    last sign of life never\n")
