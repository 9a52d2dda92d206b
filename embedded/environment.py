"""The environment variables through which Django's settings learn of the embedded servers."""

import base64
import os
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import quote

from embedded import paths
from embedded.locks import wait_for_lock

KEY_BYTES: Final = 32
LOCK_SECONDS: Final = 10


@dataclass(frozen=True)
class Needed:
    """Which of the two servers the user has not brought along."""

    postgres: bool
    valkey: bool

    def __bool__(self) -> bool:
        return self.postgres or self.valkey


def needed() -> Needed:
    """Return which servers are to be embedded: those whose URL is not in the environment."""
    return Needed(postgres=not os.environ.get("DATABASE_URL"), valkey=not os.environ.get("REDIS_URL"))


def defaults() -> dict[str, str]:
    """Return the URLs of the servers that are to be embedded, starting and writing nothing."""
    wanted = needed()
    urls: dict[str, str] = {}
    if wanted.postgres:
        host = quote(str(paths.socket_dir("postgres")), safe="")
        urls["DATABASE_URL"] = f"postgresql://{paths.APP}_app@{host}/{paths.APP}"
        urls["DATABASE_OWNER_URL"] = f"postgresql://{paths.APP}_owner@{host}/{paths.APP}"
    if wanted.valkey:
        urls["REDIS_URL"] = f"unix://{quote(str(paths.valkey_socket()))}?db=0"
    return urls


def load() -> Needed:
    """Put into the environment what is missing there, and return which servers must be up for it.

    With both URLs given nothing but the state folder is set and no secrets are made:
    that is production, which brings its own. Only a demo makes them even then.
    """
    wanted = needed()
    for name, value in defaults().items():
        os.environ[name] = value
    os.environ.setdefault("LOCAL_STATE_DIR", str(paths.state_dir()))
    if wanted or os.environ.get("DEMO"):
        for name, value in stored_secrets(paths.secrets_file()).items():
            if f"{name}_FILE" not in os.environ:
                os.environ.setdefault(name, value)
    return wanted


def stored_secrets(file: Path) -> dict[str, str]:
    """Return the secrets kept in ``file`` (mode 0600), generating those it does not hold yet."""
    lock = wait_for_lock(file.with_suffix(".lock"), seconds=LOCK_SECONDS)
    if lock is None:
        raise SystemExit(f"another process has been writing {file} for {LOCK_SECONDS} s")
    with lock:
        kept = _read(file)
        complete = {name: kept.get(name) or generate() for name, generate in _GENERATORS.items()}
        if complete != kept:
            _write(file, complete)
        return complete


def _key() -> str:
    return base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode()


_GENERATORS: Final[dict[str, Callable[[], str]]] = {
    "SECRET_KEY": lambda: secrets.token_urlsafe(50),
    "PERSONAL_DATA_KEYS": lambda: f"k1:{_key()}",
    "IDENTITY_KEYS": lambda: f"k1:{_key()}",
    "FILE_KEYS": lambda: f"k1:{_key()}",
    "LOOKUP_KEY": _key,
}


def _read(file: Path) -> dict[str, str]:
    if not file.exists():
        return {}
    pairs = (line.partition("=") for line in file.read_text().splitlines())
    return {name: value for name, _, value in pairs if name in _GENERATORS}


def _write(file: Path, values: dict[str, str]) -> None:
    unfinished = file.with_suffix(".unfinished")
    unfinished.unlink(missing_ok=True)
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as handle:
        handle.writelines(f"{name}={value}\n" for name, value in values.items())
        handle.flush()
        os.fsync(handle.fileno())
    unfinished.replace(file)
