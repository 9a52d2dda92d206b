"""Nobody waits for ever: what ends a session, a wait or a statement, and whom it does not touch."""

import os
import re
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest
from django.conf import settings
from psycopg import sql

from config import environment

LIMITS = ("statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout")
ROOT = Path(settings.BASE_DIR)


def connect(**limits):
    """Return a connection as the application's role, as Django would make it from the settings."""
    given = environment.database(os.environ["DATABASE_URL"], limits=limits)
    names = {"NAME": "dbname", "USER": "user", "PASSWORD": "password", "HOST": "host", "PORT": "port"}
    place = {names[name]: value for name, value in given.items() if name in names}
    return psycopg.connect(**place, **given["OPTIONS"], autocommit=True)


def limits_of(connection):
    return {name: connection.execute(f"SHOW {name}").fetchone()[0] for name in LIMITS}


def test_the_applications_sessions_have_the_limits_of_the_settings():
    with connect(**settings.DATABASE_LIMITS) as connection:
        assert limits_of(connection) == {
            "statement_timeout": "2min",
            "lock_timeout": "75s",
            "idle_in_transaction_session_timeout": "1min",
        }


def test_the_owner_who_migrates_has_none():
    assert settings.DATABASE_ROLE == "owner"
    assert "timeout" not in settings.DATABASES["default"]["OPTIONS"].get("options", "")


def test_a_job_waits_for_a_lock_longer_than_a_stopped_process_can_keep_it():
    limits = settings.DATABASE_LIMITS
    assert limits["lock_timeout"] > limits["idle_in_transaction_session_timeout"]


def test_pages_give_up_sooner_than_jobs():
    asked = "import config.wsgi; from django.conf import settings; print(settings.DATABASES['default']['OPTIONS'])"
    environ = {name: value for name, value in os.environ.items() if not name.startswith("DATABASE_")}
    environ |= {"DATABASE_URL": os.environ["DATABASE_URL"]}
    said = subprocess.run(
        [sys.executable, "-c", asked], cwd=ROOT, env=environ, capture_output=True, text=True, check=True
    ).stdout
    assert re.findall(r"(\w+)=(\d+s)", said) == [*zip(LIMITS, ["30s", "10s", "60s"], strict=True)]


def test_what_the_url_says_comes_first():
    url = "postgresql://x@localhost/x?connect_timeout=1&options=-c%20lock_timeout%3D1s"
    options = environment.database(url, limits={"lock_timeout": 9})["OPTIONS"]
    assert (options["connect_timeout"], options["options"]) == ("1", "-c lock_timeout=1s")


def test_a_process_that_stops_in_a_transaction_loses_it_and_what_it_held():
    with connect(idle_in_transaction_session_timeout=1) as stopped, connect(lock_timeout=20) as next_one:
        held = sql.SQL("SELECT pg_advisory_xact_lock(4711)")
        stopped.execute("BEGIN")
        stopped.execute(held)
        next_one.execute(held)
        with pytest.raises(psycopg.Error):
            stopped.execute("SELECT 1")
