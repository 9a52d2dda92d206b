"""The files an operator copies: systemd takes them, and they name only what there is."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

from core.management.commands.healthcheck import PROCESSES, STALE, WRONG

ROOT = Path(settings.BASE_DIR)
DEPLOY = ROOT / "deploy"
UNITS = sorted(path.name for path in DEPLOY.glob("*.*") if path.suffix in {".service", ".timer"})
HOME = "/opt/maplebridge/app"


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="this machine has no systemd")
def test_systemd_takes_the_units(tmp_path):
    names = [tmp_path / name.replace("@", "@worker") for name in UNITS]
    for name, copy in zip(UNITS, names, strict=True):
        text = (DEPLOY / name).read_text().replace(f"{HOME}/.venv/bin", str(Path(sys.executable).parent))
        copy.write_text(text.replace(HOME, str(ROOT)))
    verify = ["systemd-analyze", "verify", "--man=no", *names]
    done = subprocess.run(verify, capture_output=True, text=True, check=False)
    assert (done.stderr, done.returncode) == ("", 0)


def test_the_example_of_the_settings_names_only_settings_that_are_documented():
    names = re.findall(r"^([A-Z_]+)=", (DEPLOY / "maplebridge.env.example").read_text(), re.MULTILINE)
    documented = re.findall(r"`([A-Z_]+)`", (ROOT / "docs" / "operations.md").read_text())
    assert set(names) - set(documented) == set()


@pytest.mark.parametrize("process", PROCESSES)
def test_there_is_a_unit_for_everything_that_the_check_may_ask_to_restart(process):
    assert f"maplebridge-{process}.service" in UNITS


def test_only_the_exit_code_for_a_restart_is_a_failure_of_the_checks_unit():
    (taken,) = re.findall(
        r"^SuccessExitStatus=(.*)$", (DEPLOY / "maplebridge-health@.service").read_text(), re.MULTILINE
    )
    assert taken.split() == [str(WRONG)]
    assert str(STALE) not in taken.split()


def test_operations_names_every_file_to_copy():
    text = (ROOT / "docs" / "operations.md").read_text()
    assert [path.name for path in DEPLOY.iterdir() if path.name not in text] == []
