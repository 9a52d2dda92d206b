import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from embedded import paths
from embedded.processes import children_of
from embedded.supervisor import Supervisor
from embedded.waiting import until

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a child of its parent's death")


@pytest.fixture
def keeper() -> Iterator[subprocess.Popen[str]]:
    """A running ``sleepers``: this process, its supervisor, two shells and a sleep of each."""
    command = [sys.executable, "-m", "tests.embedded.sleepers"]
    process = subprocess.Popen(command, cwd=paths.CHECKOUT, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert sorted(process.stdout.readline() for _ in range(2)) == ["one | started\n", "two | started\n"]
    yield process
    process.kill()
    process.communicate()


def descendants(pid: int) -> list[int]:
    found = [pid]
    for one in found:
        found += children_of(one)
    return found


def is_running(pid: int) -> bool:
    stat = Path(f"/proc/{pid}/stat")
    try:
        return stat.read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def is_all_gone(pids: list[int]) -> bool:
    return until(lambda: not any(map(is_running, pids)), seconds=5)


def test_a_killed_supervisor_leaves_no_process_behind(keeper: subprocess.Popen[str]) -> None:
    pids = descendants(keeper.pid)
    assert len(pids) == 6
    os.kill(pids[1], signal.SIGKILL)
    assert is_all_gone(pids[1:])
    assert keeper.wait(5) == 128 + signal.SIGKILL


def test_a_killed_keeper_leaves_no_process_behind(keeper: subprocess.Popen[str]) -> None:
    pids = descendants(keeper.pid)
    keeper.kill()
    assert is_all_gone(pids)


def test_a_killed_child_ends_the_others_and_their_children(keeper: subprocess.Popen[str]) -> None:
    pids = descendants(keeper.pid)
    os.kill(pids[2], signal.SIGKILL)
    assert is_all_gone(pids[1:])
    assert keeper.wait(5) == 1


def test_an_interrupt_ends_everything_and_counts_as_success(keeper: subprocess.Popen[str]) -> None:
    pids = descendants(keeper.pid)
    keeper.send_signal(signal.SIGINT)
    assert is_all_gone(pids[1:])
    assert keeper.wait(5) == 0


def test_the_exit_code_of_the_first_child_to_end_is_returned(capfd: pytest.CaptureFixture[str]) -> None:
    failing = {"web": ["sh", "-c", "echo broken; exit 3"], "worker": ["sleep", "600"]}
    assert Supervisor(failing).run(lambda: True) == 3
    assert capfd.readouterr().out == "web    | broken\nweb ended with code 3; stopping the rest\n"
