import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from embedded import paths
from embedded.postgres import Postgres
from embedded.valkey import Valkey
from embedded.waiting import until

SHARE = "from embedded.valkey import Valkey; v = Valkey().ensure(); print(v.is_owned, v.answers()); v.stop()"
HOLD = (
    "import time; from embedded.valkey import Valkey; v = Valkey().ensure(); print('up', flush=True); time.sleep(600)"
)


@pytest.fixture
def valkey(state: Path) -> Iterator[Valkey]:
    server = Valkey(durable=False)
    yield server
    server.stop()


@pytest.fixture
def postgres(state: Path) -> Iterator[Postgres]:
    server = Postgres(durable=False)
    yield server
    server.stop()


@pytest.fixture
def other_owner(state: Path) -> Iterator[subprocess.Popen[str]]:
    """Another process that has started Valkey."""
    process = subprocess.Popen([sys.executable, "-c", HOLD], cwd=paths.CHECKOUT, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "up\n"
    yield process
    process.kill()
    process.communicate()


def test_a_second_process_shares_the_server_of_the_first(valkey: Valkey) -> None:
    valkey.ensure()
    shared = subprocess.run(
        [sys.executable, "-c", SHARE], cwd=paths.CHECKOUT, capture_output=True, text=True, check=True
    )
    assert shared.stdout == "False True\n"
    assert valkey.answers()


def test_a_sharing_process_notices_that_the_owner_is_gone(valkey: Valkey, other_owner: subprocess.Popen[str]) -> None:
    valkey.ensure()
    assert not valkey.has_ended()
    other_owner.kill()
    assert until(valkey.has_ended, seconds=5)


def test_the_server_of_a_killed_owner_is_replaced(valkey: Valkey, other_owner: subprocess.Popen[str]) -> None:
    other_owner.kill()
    other_owner.wait()
    assert until(lambda: valkey.ensure().is_owned, seconds=5)
    assert valkey.answers()


def test_a_killed_server_counts_as_ended(valkey: Valkey) -> None:
    valkey.ensure()
    assert valkey.pid is not None
    os.kill(valkey.pid, signal.SIGKILL)
    assert until(valkey.has_ended, seconds=5)


def test_postgres_starts_over_a_process_id_that_a_stranger_now_has(postgres: Postgres, valkey: Valkey) -> None:
    postgres.ensure()
    stranger = valkey.ensure().pid  # of the same account, so PostgreSQL itself takes it for an earlier PostgreSQL
    lines = (postgres.data / "postmaster.pid").read_text().splitlines()
    postgres.stop()
    (postgres.data / "postmaster.pid").write_text("\n".join([str(stranger), *lines[1:]]) + "\n")
    assert postgres.ensure().answers()


def test_postgres_recovers_from_a_kill(postgres: Postgres) -> None:
    postgres.ensure()
    assert postgres.pid is not None
    os.kill(postgres.pid, signal.SIGKILL)
    assert until(postgres.has_ended, seconds=5)
    postgres.stop()
    assert postgres.ensure().answers()


def test_the_data_and_the_socket_are_closed_to_other_accounts(postgres: Postgres) -> None:
    postgres.ensure()
    folders = (postgres.data, paths.socket_dir("postgres"))
    assert [folder.stat().st_mode & 0o777 for folder in folders] == [0o700, 0o700]
