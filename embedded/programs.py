"""Finding a server's program inside an installed wheel, without importing the wheel."""

import importlib.metadata
import importlib.util
import shutil
import subprocess
from pathlib import Path

from embedded import paths
from embedded.processes import Account, server_account


def runnable(package: str, pattern: str) -> Path:
    """Return a program of ``package`` (found by ``pattern``) that the servers' account can run.

    When that account cannot reach the installed one, as in a virtual environment closed
    to others, the package is copied once per version into the state folder.
    """
    installed = _package_dir(package)
    account = server_account()
    program = _only(installed, pattern)
    if account.uid is None or _runs(program, account):
        return program
    return _only(_copy_of(installed), pattern)


def _package_dir(package: str) -> Path:
    spec = importlib.util.find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise SystemExit(f"{package} is not installed: install requirements.lock, or set DATABASE_URL and REDIS_URL")
    return Path(spec.submodule_search_locations[0])


def _only(folder: Path, pattern: str) -> Path:
    found = sorted(folder.glob(pattern))
    if not found:
        raise SystemExit(f"{folder} holds no {pattern}: the wheel does not support this machine")
    return found[0]


def _runs(program: Path, account: Account) -> bool:
    try:
        done = subprocess.run(  # noqa: S603 -- a program of ours
            [program, "--version"],
            check=False,
            cwd="/",
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            user=account.uid,
            group=account.gid,
            extra_groups=account.extra_groups,
        )
    except PermissionError:
        return False
    return done.returncode == 0


def _copy_of(installed: Path) -> Path:
    """Copy a package, and the libraries its programs find beside it, to where every account can run them."""
    copy = paths.state_dir() / "programs" / f"{installed.name}-{importlib.metadata.version(installed.name)}"
    if not copy.exists():
        unfinished = copy.with_name(f"{copy.name}.unfinished")
        shutil.rmtree(unfinished, ignore_errors=True)
        for source in (installed, installed.with_name(f"{installed.name}.libs")):
            if source.exists():
                shutil.copytree(source, unfinished / source.name, symlinks=True)
        _open_to_all(unfinished)
        unfinished.rename(copy)
    return copy / installed.name


def _open_to_all(folder: Path) -> None:
    """Let every account read what is in ``folder``, whatever the umask made of it."""
    folder.parent.chmod(0o755)
    for path in (folder, *folder.rglob("*")):
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or path.stat().st_mode & 0o100 else 0o644)
