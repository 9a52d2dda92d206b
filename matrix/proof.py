"""Break each guard in a copy of the tree and see the matrix find it: ``python -m matrix.proof``; prints one line.

Exit code 1 when a mutant survives, or when what it would break is no longer there.
"""

import contextlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from queue import Queue
from typing import Final

from benchmarks.common import scratch_database
from embedded import paths
from faults.__main__ import own_servers
from matrix.mutants import MUTANTS, Mutant
from matrix.part import SETTINGS

AT_ONCE: Final = 2
LONGEST_SECONDS: Final = 600
LINE: Final = re.compile(r"^matrix: .*wrong=(\d+) .*canary_leaks=(\d+)", re.MULTILINE)
LEFT_OUT: Final = shutil.ignore_patterns(".git", ".venv", "var", "build", "__pycache__", ".*_cache", ".hypothesis")


@dataclass(frozen=True, slots=True)
class Outcome:
    mutant: Mutant
    is_caught: bool
    told: str

    def __str__(self) -> str:
        return f"{'caught  ' if self.is_caught else 'SURVIVED'} {self.mutant.name} ({self.mutant.file}): {self.told}"


def main() -> None:
    os.environ.update(SETTINGS)
    missing = [one.name for one in MUTANTS if (paths.CHECKOUT / one.file).read_text().count(one.old) != 1]
    if missing:
        raise SystemExit("What these would break does not stand in the code once: " + "; ".join(missing))
    with own_servers(), scratch_database(), copies() as folders, tempfile.TemporaryDirectory() as kept:
        world = Path(kept) / "world.json"
        _ask(["-m", "matrix.part", "--build", "--world", str(world)], paths.CHECKOUT).check_returncode()
        with ThreadPoolExecutor(AT_ONCE) as pool:
            outcomes = []
            for outcome in pool.map(lambda one: _try(one, folders, world), MUTANTS):
                outcomes.append(outcome)
                print(outcome, flush=True)  # noqa: T201 - it takes minutes
    caught = sum(outcome.is_caught for outcome in outcomes)
    sys.stdout.write(f"mutants: tried={len(outcomes)} caught={caught}\n")
    sys.exit(caught != len(outcomes))


@contextlib.contextmanager
def copies() -> Iterator["Queue[Path]"]:
    """Have as many copies of the tree as mutants are tried at once."""
    folders: Queue[Path] = Queue()
    with tempfile.TemporaryDirectory(prefix="maplebridge-mutants-") as folder:
        for number in range(AT_ONCE):
            copy = Path(folder) / str(number)
            shutil.copytree(paths.CHECKOUT, copy, ignore=LEFT_OUT)
            folders.put(copy)
        yield folders


def _try(mutant: Mutant, folders: "Queue[Path]", world: Path) -> Outcome:
    folder = folders.get()
    file = folder / mutant.file
    whole = file.read_text()
    try:
        file.write_text(whole.replace(mutant.old, mutant.new))
        done = _ask(_command(mutant, world), folder, role="owner" if mutant.first_wall_alone else "app")
    finally:
        file.write_text(whole)
        folders.put(folder)
    told = (done.stderr.strip() or done.stdout.strip()).splitlines()
    # A mutant that breaks the program is not found by the matrix: only its own line, with something wrong, counts.
    found = LINE.search(done.stdout)
    is_caught = found is not None and any(map(int, found.groups()))
    return Outcome(mutant, is_caught, told[0 if is_caught else -1] if told else "nothing was told")


def _command(mutant: Mutant, world: Path) -> list[str]:
    part = ["--endpoints", mutant.endpoints, "--kinds", mutant.kind]
    if mutant.own_database:
        return ["-m", "matrix", "--processes", "1", *part]
    return ["-m", "matrix.part", "--world", str(world), *part]


def _ask(command: list[str], folder: Path, *, role: str = "app") -> "subprocess.CompletedProcess[str]":
    environment = {**os.environ, "DATABASE_ROLE": role, "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run(  # noqa: S603 - the product's own commands, in a copy of it
        [sys.executable, *command],
        cwd=folder,
        env=environment,
        check=False,
        capture_output=True,
        text=True,
        timeout=LONGEST_SECONDS,
    )


if __name__ == "__main__":
    main()
