"""A short campaign: real workers, beats, PostgreSQL and Valkey under faults for twenty seconds."""

import os
import re
import subprocess
import sys

import pytest

from embedded import paths
from faults.__main__ import INHERITED

pytestmark = pytest.mark.slow

LINE = re.compile(r"^faults: seed=1 injected=(\d+) steps=(\d+) lost=0 double=0 stuck=0 max_lag_s=", re.MULTILINE)


def test_nothing_is_lost_doubled_or_stuck_under_twenty_seconds_of_faults():
    command = [sys.executable, "-m", "faults", "--seconds", "20", "--seed", "1"]
    environment = {name: value for name, value in os.environ.items() if name not in INHERITED}
    done = subprocess.run(
        command, cwd=paths.CHECKOUT, env=environment, check=False, capture_output=True, text=True, timeout=600
    )
    found = LINE.search(done.stdout)
    assert found, done.stdout + done.stderr
    injected, steps = map(int, found.groups())
    assert (done.returncode, injected >= 50, steps > 500) == (0, True, True)
