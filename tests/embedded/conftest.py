import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest


@pytest.fixture
def state(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A state folder of the test's own, in which no server runs yet.

    It is not under tmp_path, which is closed to the account that the servers run as.
    """
    folder = Path(tempfile.mkdtemp(prefix="maplebridge-state-"))
    folder.chmod(0o755)
    monkeypatch.setenv("LOCAL_STATE_DIR", str(folder))
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def no_urls(monkeypatch: pytest.MonkeyPatch) -> None:
    """The environment of a machine that has neither PostgreSQL nor Valkey."""
    servers = ("DATABASE_URL", "DATABASE_OWNER_URL", "REDIS_URL")
    for name in (*servers, "SECRET_KEY", "PERSONAL_DATA_KEYS", "IDENTITY_KEYS", "FILE_KEYS", "LOOKUP_KEY"):
        monkeypatch.delenv(name, raising=False)
