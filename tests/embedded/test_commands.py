import os
from pathlib import Path

import pytest

from embedded import commands, servers


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch, no_urls: None, state: Path) -> list[str]:
    """Nothing started yet; a command that asks for the servers has its database role noted here instead."""
    noted: list[str] = []

    class Noted:
        def __enter__(self) -> None:
            noted.append(os.environ.get("DATABASE_ROLE", "app"))

        def __exit__(self, *_details: object) -> None:
            pass

    monkeypatch.setattr(servers, "running", lambda _needed: Noted())
    monkeypatch.delenv("DATABASE_ROLE", raising=False)
    return noted


@pytest.mark.parametrize(
    "arguments", [["check"], ["healthcheck"], ["makemessages"], ["help"], [], ["--version"], ["migrate", "--help"]]
)
def test_commands_without_data_start_nothing(started: list[str], arguments: list[str]) -> None:
    with commands.surroundings(["manage.py", *arguments]):
        assert os.environ["DATABASE_URL"].startswith("postgresql://maplebridge_app@")
    assert started == []


@pytest.mark.parametrize("command", sorted(commands.OWNER_COMMANDS))
def test_schema_commands_connect_as_the_owner(started: list[str], command: str) -> None:
    with commands.surroundings(["manage.py", command]):
        assert started == ["owner"]


@pytest.mark.parametrize("arguments", [["shell"], ["dbshell"], ["check", "--database", "default"]])
def test_other_commands_connect_as_the_application(started: list[str], arguments: list[str]) -> None:
    with commands.surroundings(["manage.py", *arguments]):
        assert started == ["app"]
