"""Ask every endpoint as every kind of user about every kind of row: ``python -m matrix``; prints one line.

The policy is written by hand in ``matrix/policy.py``. What is wrong is told line by line, and the exit code is 1.
"""

import argparse
import importlib
import os
from typing import Any

from benchmarks.common import scratch_database
from faults.__main__ import own_servers
from matrix.part import SETTINGS, be_quiet, end


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m matrix", description=__doc__)
    parser.add_argument("--endpoints", nargs="*", default=[], help="only endpoints that fit one of these patterns")
    parser.add_argument("--kinds", nargs="*", default=[], help="only these kinds of user")
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1, help="side by side (%(default)s)")
    chosen = parser.parse_args()
    os.environ.update(SETTINGS)
    with own_servers(), scratch_database():
        report = _run(chosen)
    end(report)


def _run(chosen: argparse.Namespace) -> Any:
    """Import what needs settings only now that they have something to read."""
    campaign, world = importlib.import_module("matrix.campaign"), importlib.import_module("matrix.world")
    be_quiet()
    part = campaign.Part(tuple(chosen.endpoints), tuple(chosen.kinds))
    return campaign.run(world.build(), part=part, processes=chosen.processes)


if __name__ == "__main__":
    main()
