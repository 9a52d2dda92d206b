import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from embedded import paths, ports


@pytest.fixture
def taken_port() -> Iterator[int]:
    with socket.create_server((ports.HOST, 0)) as listener:
        yield listener.getsockname()[1]


def test_a_taken_port_is_refused_in_both_languages_on_one_line(
    taken_port: int, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as refused:
        ports.refuse_if_taken(taken_port)
    message = capsys.readouterr().err
    assert refused.value.code == 2
    assert message.startswith(f"Port {taken_port} is in use")
    assert f"端口 {taken_port} 已被占用" in message
    assert message.count(f"make demo PORT={taken_port + 1}") == 2
    assert message.count("\n") == 1


def test_the_demo_refuses_a_taken_port_before_it_writes_anything(taken_port: int, tmp_path: Path) -> None:
    hidden = {"DATABASE_URL", "REDIS_URL"}
    environment = {name: value for name, value in os.environ.items() if name not in hidden}
    done = subprocess.run(
        [sys.executable, paths.CHECKOUT / "manage.py", "demo", "--port", str(taken_port)],
        env=environment | {"LOCAL_STATE_DIR": str(tmp_path / "state")},
        check=False,
    )
    assert done.returncode == 2
    assert not (tmp_path / "state").exists()


def test_a_port_is_refused_as_long_as_it_is_taken_and_no_longer() -> None:
    with socket.create_server((ports.HOST, 0)) as listener:
        port = listener.getsockname()[1]
        with pytest.raises(SystemExit):
            ports.refuse_if_taken(port)
    assert ports.refuse_if_taken(port) is None


@pytest.mark.parametrize("text", ["0", "65536", "-1", "eighty", "８０００", ""])
def test_what_is_no_port_is_refused(text: str) -> None:
    with pytest.raises(SystemExit) as refused:
        ports.chosen_port([f"--port={text}"])
    assert refused.value.code == 2


def test_the_variable_port_is_the_default(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", "8001")
    assert ports.chosen_port([]) == 8001
    assert ports.chosen_port(["--port", "8002"]) == 8002
