"""Secrets come from the environment or from a file that nobody else may read; otherwise nothing starts."""

import base64
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from config import environment

RING = f"k1:{base64.b64encode(bytes(32)).decode()}"


@pytest.fixture
def file(tmp_path, monkeypatch):
    path = tmp_path / "keys"
    path.touch(mode=0o600)
    path.write_text(f"# of 2026\n{RING}\n")
    monkeypatch.setenv("SAMPLE_KEYS_FILE", str(path))
    return path


def test_keys_are_read_from_a_file(file):
    assert [*environment.key_ring("SAMPLE_KEYS")] == ["k1"]


def test_the_end_of_the_line_is_no_part_of_a_secret(file):
    file.write_text("a secret\n")
    assert environment.secret("SAMPLE_KEYS") == "a secret"


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o610])
def test_a_file_that_others_may_open_is_refused(file, mode):
    file.chmod(mode)
    with pytest.raises(ImproperlyConfigured, match=f"close it with: chmod 600 {file}"):
        environment.key_ring("SAMPLE_KEYS")


def test_a_file_that_is_not_there_a_folder_and_a_pipe_are_refused(file, tmp_path, monkeypatch):
    os.mkfifo(tmp_path / "pipe", 0o600)
    for name, told in (("none", "cannot be read"), (".", "cannot be read"), ("pipe", "is not a file")):
        monkeypatch.setenv("SAMPLE_KEYS_FILE", str(tmp_path / name))
        with pytest.raises(ImproperlyConfigured, match=f"SAMPLE_KEYS_FILE: .*{told}"):
            environment.key_ring("SAMPLE_KEYS")


def test_a_file_that_is_no_text_is_refused(file):
    file.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ImproperlyConfigured, match="is not text"):
        environment.key_ring("SAMPLE_KEYS")


def test_a_secret_that_is_given_twice_or_not_at_all_is_refused(file, monkeypatch):
    monkeypatch.setenv("SAMPLE_KEYS", RING)
    with pytest.raises(ImproperlyConfigured, match="SAMPLE_KEYS and SAMPLE_KEYS_FILE are both set"):
        environment.key_ring("SAMPLE_KEYS")
    monkeypatch.delenv("SAMPLE_KEYS")
    monkeypatch.delenv("SAMPLE_KEYS_FILE")
    with pytest.raises(ImproperlyConfigured, match="SAMPLE_KEYS is not set"):
        environment.key_ring("SAMPLE_KEYS")


def test_what_is_malformed_is_told_with_the_name_of_the_variable(file, monkeypatch):
    file.write_text("k1:c2hvcnQ=")
    with pytest.raises(ImproperlyConfigured, match="SAMPLE_KEYS: key k1 holds 5 bytes instead of 32"):
        environment.key_ring("SAMPLE_KEYS")
    with pytest.raises(ImproperlyConfigured, match="SAMPLE_KEYS: the key is not base64"):
        environment.key("SAMPLE_KEYS")


@pytest.mark.parametrize("name", ["PERSONAL_DATA_KEYS", "IDENTITY_KEYS", "FILE_KEYS", "LOOKUP_KEY", "SECRET_KEY"])
def test_nothing_starts_without_a_key_and_the_words_are_all_that_is_said(name):
    given = {**os.environ, "DATABASE_URL": "postgresql://a@h/x", "REDIS_URL": "redis://r"}
    del given[name]
    given.pop("DEMO", None)
    command = [sys.executable, Path(settings.BASE_DIR) / "manage.py", "check"]
    done = subprocess.run(command, env=given, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (
        1,
        f"{name} is not set; set it, or let {name}_FILE name a file that holds it\n",
    )


@pytest.mark.parametrize("name", ["IDENTITY_KEYS", "FILE_KEYS", "LOOKUP_KEY"])
def test_nothing_starts_when_two_kinds_of_data_share_a_key(name):
    shared = base64.b64encode(b"s" * 32).decode()
    other = {name: shared if name == "LOOKUP_KEY" else f"another:{shared}"}
    given = {**os.environ, "PERSONAL_DATA_KEYS": f"k1:{shared}", **other}
    command = [sys.executable, Path(settings.BASE_DIR) / "manage.py", "check"]
    done = subprocess.run(command, env=given, capture_output=True, text=True, check=False)
    told = f"PERSONAL_DATA_KEYS and {name} hold the same key; make another one with: openssl rand -base64 32\n"
    assert (done.returncode, done.stderr) == (1, told)
