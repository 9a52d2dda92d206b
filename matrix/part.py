"""Ask a part of the matrix in a world that is there already, in the database of the environment; stop at what is wrong.

``python -m matrix.part --world FILE [--build] [--endpoints …] [--kinds …]``: the mutants are put to this.
"""

import argparse
import importlib
import logging
import os
import sys
import warnings
from pathlib import Path
from typing import Any, Final

from benchmarks.common import LOOKS_ON

# Pages name their files as they lie in the checkout.
SETTINGS: Final = {"STATICFILES_BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m matrix.part", description=__doc__)
    parser.add_argument("--world", type=Path, required=True, help="where the numbers of its rows are kept")
    parser.add_argument("--build", action="store_true", help="build the world there first, and ask nothing")
    parser.add_argument("--endpoints", nargs="*", default=[])
    parser.add_argument("--kinds", nargs="*", default=[])
    parser.add_argument("--methods", nargs="*", default=[])
    parser.add_argument("--processes", type=int, default=1)
    parser.add_argument("--all", action="store_true", help="go on after what is wrong")
    chosen = parser.parse_args()
    connect()
    campaign, world = importlib.import_module("matrix.campaign"), importlib.import_module("matrix.world")
    if chosen.build:
        world.build().save(chosen.world)
        return
    part = campaign.Part(
        tuple(chosen.endpoints), tuple(chosen.kinds), tuple(chosen.methods), stops_at_first=not chosen.all
    )
    end(campaign.run(world.World.load(chosen.world), part=part, processes=chosen.processes))


def connect() -> None:
    """Set Django up as the application's role, which looks on as the house between the requests."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    import django  # noqa: PLC0415 - the environment comes first
    from django.db import connections  # noqa: PLC0415 - the environment comes first

    django.setup()
    options = connections["default"].settings_dict["OPTIONS"]
    if LOOKS_ON not in options.get("options", ""):
        options["options"] = f"{options.get('options', '')} {LOOKS_ON}"
    be_quiet()


def be_quiet() -> None:
    """Let refusals, which are what is asked for, go without a log, and files be served as they lie in the checkout."""
    logging.getLogger("django").setLevel(logging.CRITICAL)
    warnings.filterwarnings("ignore", "No directory at")


def end(report: Any) -> None:
    """Tell what is wrong, then the line, and end with 1 unless all is right."""
    sys.stderr.writelines(f"{problem}\n" for problem in report.problems)
    sys.stdout.write(f"{report.line}\n")
    sys.exit(not report.has_passed)


if __name__ == "__main__":
    main()
