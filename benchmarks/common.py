"""What every benchmark needs: servers, a database of its own, a stopwatch, one way to print figures.

A benchmark is a module here with ``run()``, which returns its ``Figures``, or yields several, a line for each. It finds
Django set up and pointed, as the application's role, at an empty migrated database; ``DATABASE_URL`` names the same one
for processes that it starts.
"""

import contextlib
import os
import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql

from embedded import environment, paths, servers

Figures = dict[str, int | float | str]

URLS = ("DATABASE_URL", "DATABASE_OWNER_URL")
LOOKS_ON = "-c maplebridge.sight=house"  # outside transactions too; pages and jobs say themselves for whom they are


class Stopwatch:
    seconds = 0.0


@contextlib.contextmanager
def timed() -> Iterator[Stopwatch]:
    """Measure the block; ``seconds`` is there when it ends."""
    watch, started = Stopwatch(), time.perf_counter()
    yield watch
    watch.seconds = time.perf_counter() - started


def peak_megabytes() -> int:
    """Return the most memory this process has held so far, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def figures_line(name: str, figures: Figures) -> str:
    """Return ``bench: name key=value …``.

    >>> figures_line("load", {"rows": 665276, "seconds": 12.3456})
    'bench: load rows=665276 seconds=12.3'
    """
    values = (f"{key}={_short(value) if isinstance(value, float) else value}" for key, value in figures.items())
    return " ".join([f"bench: {name}", *values])


def _short(value: float) -> str:
    return f"{value:.0f}" if value >= 100 else f"{value:.3g}"  # noqa: PLR2004 - three digits say enough


@contextlib.contextmanager
def servers_up() -> Iterator[None]:
    """Have PostgreSQL and Valkey up inside the block: those of the environment, otherwise the embedded ones."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    os.environ.setdefault("LOG_LEVEL", "WARNING")
    os.environ.setdefault("DATABASE_STATEMENT_SECONDS", "0")  # a generated city is one long statement a table
    with servers.running(environment.load()):
        yield


@contextlib.contextmanager
def scratch_database() -> Iterator[str]:
    """Make an empty migrated database, point Django and the environment at it, and drop it at the end."""
    kept = {url: os.environ[url] for url in URLS if url in os.environ}
    owner = kept.get("DATABASE_OWNER_URL", kept["DATABASE_URL"])
    name = f"bench_{os.getpid()}_{time.monotonic_ns()}"
    _execute(owner, "CREATE DATABASE {}", name)
    try:
        os.environ.update({url: _renamed(value, name) for url, value in kept.items()})
        _migrate()
        _point_django_at(name)
        yield name
    finally:
        _point_django_at(urlsplit(kept["DATABASE_URL"]).path.removeprefix("/"))
        os.environ.update(kept)
        _execute(owner, "DROP DATABASE {}", name)  # by force it would refuse where the autovacuum is at work


def _migrate() -> None:
    """Migrate in a child, which connects as the owner; this process stays the application."""
    command = [sys.executable, str(paths.CHECKOUT / "manage.py"), "migrate", "--verbosity", "0"]
    subprocess.run(command, check=True)  # noqa: S603 - the product's own command


def _point_django_at(name: str) -> None:
    import django  # noqa: PLC0415 - the environment comes first
    from django.db import connections  # noqa: PLC0415 - the environment comes first

    django.setup()
    connections.close_all()
    database = connections["default"].settings_dict
    database["NAME"] = name
    options = database["OPTIONS"].get("options", "")
    if LOOKS_ON not in options:
        database["OPTIONS"]["options"] = f"{options} {LOOKS_ON}"


def _execute(url: str, statement: str, database: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(sql.SQL(statement).format(sql.Identifier(database)))


def _renamed(url: str, database: str) -> str:
    return urlunsplit(urlsplit(url)._replace(path=f"/{database}"))
