"""Inject faults for a while and count what was lost: ``python -m faults --seconds 60 --seed 1``; prints one line."""

import argparse
import contextlib
import importlib
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from benchmarks.common import scratch_database, servers_up
from embedded import paths

INHERITED: Final = ("DATABASE_URL", "DATABASE_OWNER_URL", "DATABASE_ROLE", "REDIS_URL", "LOCAL_STATE_DIR")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m faults", description=__doc__)
    parser.add_argument("--seconds", type=float, default=60, help="how long faults are injected (%(default)s)")
    parser.add_argument("--seed", type=int, default=1, help="of the chances (%(default)s)")
    chosen = parser.parse_args()
    with own_servers(), logs_kept_unless_it_passes(chosen.seed) as passed, scratch_database() as database:
        campaign = importlib.import_module("faults.campaign")  # after the settings have something to read
        report = campaign.run(database, seconds=chosen.seconds, seed=chosen.seed)
        passed.append(report.has_passed)
    sys.stderr.writelines(f"{problem}\n" for problem in report.problems)
    sys.stdout.write(f"{report.line}\n")
    sys.exit(not report.has_passed)


@contextlib.contextmanager
def own_servers() -> Iterator[None]:
    """Have a PostgreSQL and a Valkey up that nobody else uses, in a folder that is gone afterwards."""
    for name in INHERITED:
        os.environ.pop(name, None)
    with tempfile.TemporaryDirectory(prefix="maplebridge-faults-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o755)
        os.environ["LOCAL_STATE_DIR"] = folder
        with servers_up():
            yield


@contextlib.contextmanager
def logs_kept_unless_it_passes(seed: int) -> Iterator[list[bool]]:
    """Keep the logs of all processes when the block does not note that it has passed."""
    passed: list[bool] = []
    try:
        yield passed
    finally:
        if not any(passed):
            folder = paths.CHECKOUT / "build" / f"faults-{seed}"
            shutil.rmtree(folder, ignore_errors=True)
            shutil.copytree(paths.state_dir() / "log", folder)
            sys.stderr.write(f"The logs are in {folder}\n")


if __name__ == "__main__":
    main()
