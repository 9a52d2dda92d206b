"""Where the embedded servers keep their files; nothing here writes or starts anything."""

import hashlib
import os
import stat
from pathlib import Path
from typing import Final

APP: Final = "maplebridge"
CHECKOUT: Final = Path(__file__).resolve().parent.parent
SOCKET_PATH_BYTES: Final = 100  # the kernel's limit is 107, with the name of the socket


def state_dir() -> Path:
    """Return the folder of everything that outlives a run: data, secrets, logs.

    ``LOCAL_STATE_DIR`` names it; else it is ``var`` in the checkout. PostgreSQL refuses
    to run as root and so runs as another account, which must be able to walk to its
    files: for root in a checkout closed to others it lies under ``/var/lib``.
    """
    if named := os.environ.get("LOCAL_STATE_DIR"):
        return Path(named).absolute()
    if os.geteuid() == 0 and not is_open_to_others(CHECKOUT):
        return Path("/var/lib") / f"{APP}-{_digest(CHECKOUT)}"
    return CHECKOUT / "var"


def socket_dir(server: str) -> Path:
    """Return the folder of a server's socket: in the state folder, or in /tmp when that path is too long."""
    folder = state_dir() / "run" / server
    if len(os.fsencode(folder / ".s.PGSQL.5432")) <= SOCKET_PATH_BYTES:
        return folder
    return Path("/tmp") / f"{APP}-{_digest(state_dir())}-{server}"  # noqa: S108 -- made 0700, its owner is checked


def valkey_socket() -> Path:
    """Return the path of the broker's socket."""
    return socket_dir("valkey") / "valkey.sock"


def secrets_file() -> Path:
    """Return the file of the generated secrets."""
    return state_dir() / "secrets.env"


def logins_file() -> Path:
    """Return the file in which the demo data leave their logins."""
    return state_dir() / "logins.json"


def log_file(server: str) -> Path:
    """Return the file that a server writes its log to."""
    return state_dir() / "log" / f"{server}.log"


def is_open_to_others(path: Path) -> bool:
    """Say whether any account can walk down to ``path``."""
    return all(step.stat().st_mode & stat.S_IXOTH for step in (path, *path.parents) if step.exists())


def _digest(path: Path) -> str:
    return hashlib.sha256(os.fsencode(path)).hexdigest()[:8]
