"""The account that servers run as, and the ties between a process and its parent."""

import ctypes
import os
import pwd
import signal
import stat
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

_LIBC: Final = ctypes.CDLL(None) if sys.platform == "linux" else None
_PR_SET_PDEATHSIG: Final = 1
_PR_SET_CHILD_SUBREAPER: Final = 36


@dataclass(frozen=True)
class Account:
    """An account to run a server as; all None is the one that is running now."""

    uid: int | None = None
    gid: int | None = None
    extra_groups: tuple[int, ...] | None = None


def server_account() -> Account:
    """Return the account for the servers: ``nobody`` when root asks, since PostgreSQL refuses root."""
    if os.geteuid() != 0:
        return Account()
    nobody = pwd.getpwnam("nobody")
    return Account(nobody.pw_uid, nobody.pw_gid, ())


def server_environment() -> dict[str, str]:
    """Return the few variables that a server may see; the secrets are not among them."""
    kept = {name: value for name, value in os.environ.items() if name in {"PATH", "TZ", "LD_LIBRARY_PATH"}}
    return kept | {"LC_ALL": "C.UTF-8"}


def give(folder: Path, account: Account) -> Path:
    """Make ``folder`` a private one (mode 0700) of ``account`` and return it.

    Raises SystemExit when it is there already and belongs to somebody else, which can
    only be a stranger in /tmp.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid not in {os.geteuid(), account.uid}:
        raise SystemExit(f"{folder} belongs to another user; remove it, or set LOCAL_STATE_DIR to another folder")
    folder.chmod(0o700)
    if account.uid is not None and account.gid is not None:
        os.chown(folder, account.uid, account.gid)
    return folder


def open_to(account: Account, folder: Path) -> None:
    """Make ``folder`` one that ``account`` can walk through, whatever the umask."""
    folder.mkdir(parents=True, exist_ok=True)
    if account.uid is not None:
        folder.chmod(0o755)


def dying_with_parent(number: signal.Signals) -> Callable[[], None]:
    """Return what a new child calls so that the kernel sends it ``number`` when its parent is gone.

    It allocates little and imports nothing, as befits code between fork and exec. On
    systems other than Linux it does nothing.
    """
    parent = os.getpid()

    def tie() -> None:
        if _LIBC is None:
            return
        _LIBC.prctl(_PR_SET_PDEATHSIG, int(number))
        if os.getppid() != parent:
            os.kill(os.getpid(), signal.SIGKILL)

    return tie


def adopt_orphans() -> None:
    """Become the parent of every descendant whose own parent dies (Linux)."""
    if _LIBC is not None:
        _LIBC.prctl(_PR_SET_CHILD_SUBREAPER, 1)


def children_of(pid: int) -> list[int]:
    """Return the process ids whose parent is ``pid``; none where there is no /proc."""
    return [int(entry.name) for entry in Path("/proc").glob("[0-9]*") if _parent_of(entry) == pid]


def _parent_of(entry: Path) -> int | None:
    try:
        fields = (entry / "stat").read_text(errors="replace").rpartition(")")[2].split()
    except OSError:  # it ended while being looked at
        return None
    return int(fields[1])
