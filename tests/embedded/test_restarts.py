import json
import signal

import pytest

from embedded import restarts
from embedded.restarts import LIMIT, WINDOW_SECONDS, Restarts
from embedded.supervisor import Supervisor

FOR_EVER = ["sleep", "600"]


@pytest.fixture(autouse=True)
def no_pause(monkeypatch):
    monkeypatch.setattr(restarts, "FIRST_PAUSE_SECONDS", 0.001)


def saying(findings):
    """Return a health check that always finds the same."""
    return ["sh", "-c", f"while :; do echo '{json.dumps(findings)}'; sleep 0.1; done"]


def printed(capfd):
    return capfd.readouterr().out


def test_each_restart_waits_twice_as_long_and_the_sixth_in_ten_minutes_is_one_too_many(monkeypatch):
    monkeypatch.setattr(restarts, "FIRST_PAUSE_SECONDS", 1.0)
    ends = Restarts()
    assert [ends.pause_before_next(second) for second in range(LIMIT + 1)] == [1, 2, 4, 8, 16, None]


def test_what_lies_ten_minutes_back_counts_no_longer(monkeypatch):
    monkeypatch.setattr(restarts, "FIRST_PAUSE_SECONDS", 1.0)
    ends = Restarts()
    for _ in range(LIMIT):
        ends.pause_before_next(0)
    assert ends.pause_before_next(WINDOW_SECONDS - 1) is None
    assert ends.pause_before_next(WINDOW_SECONDS) == 1


def test_a_child_that_ends_is_started_again_until_that_helps_no_more(capfd):
    children = {"web": FOR_EVER, "worker": ["sh", "-c", "echo here; exit 4"]}
    assert Supervisor(children, restarted=["worker"], grace_seconds=0.5).run(lambda: True) == 4
    lines = printed(capfd)
    assert lines.count("worker | here") == LIMIT + 1
    assert lines.count("worker ended with code 4; starting it again") == LIMIT
    assert lines.endswith("worker ended 6 times in 10 minutes; stopping the rest\n")


def test_the_end_of_a_child_that_is_not_to_be_started_again_ends_all(capfd):
    children = {"web": ["sh", "-c", "exit 3"], "worker": FOR_EVER}
    assert Supervisor(children, restarted=["worker"], grace_seconds=0.5).run(lambda: True) == 3
    assert "web ended with code 3; stopping the rest" in printed(capfd)


def test_a_child_without_life_is_ended_however_deaf_it_is_and_started_again(capfd):
    deaf = ["sh", "-c", "trap '' TERM; echo here; kill -STOP $$; sleep 600"]
    children = {"worker": deaf, "health": saying({"worker": {"state": "stale", "allowed_seconds": 0.2}})}
    supervisor = Supervisor(children, restarted=["worker"], adviser="health", grace_seconds=0.2)
    assert supervisor.run(lambda: True) == 1
    lines = printed(capfd)
    assert lines.count("worker shows no sign of life; ending it") == LIMIT + 1
    assert lines.count(f"worker ended with code {-signal.SIGKILL}; starting it again") == LIMIT
    assert lines.count("| here") == LIMIT + 1


@pytest.mark.parametrize(
    "findings",
    [
        {"worker": {"state": "stale", "allowed_seconds": 60}},  # it has not had its time yet
        {"worker": {"state": "failing", "allowed_seconds": 0}},
        {"web": {"state": "stale", "allowed_seconds": 0}},
        {},
    ],
)
def test_what_no_restart_helps_is_left_alone(capfd, findings):
    children = {"web": ["sleep", "1"], "worker": FOR_EVER, "health": saying(findings)}
    supervisor = Supervisor(children, restarted=["worker"], adviser="health", grace_seconds=0.5)
    assert supervisor.run(lambda: True) == 1
    assert printed(capfd) == "web ended with code 0; stopping the rest\n"


def test_what_a_health_check_says_besides_is_printed(capfd):
    children = {"web": ["sleep", "0.5"], "health": ["sh", "-c", "echo Traceback; sleep 600"]}
    Supervisor(children, adviser="health", grace_seconds=0.5).run(lambda: True)
    assert "health | Traceback\n" in printed(capfd)
