"""``manage.py demo``: the whole product on one machine, from an empty folder to a page that answers."""

import json
import signal
import subprocess
import sys
from argparse import ArgumentParser
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from django.core.management import BaseCommand, CommandError, call_command
from django.db import connection, connections
from django.db.migrations.executor import MigrationExecutor

from embedded import paths, ports, servers
from embedded.locks import try_lock
from embedded.processes import dying_with_parent
from embedded.supervisor import Supervisor

DIVISIONS: Final = paths.CHECKOUT / "centers" / "data" / "divisions_shaoxing.csv"
HEALTH_SECONDS: Final = 10
ROOT_WARNING: Final = "You're running the worker"  # true of root, and no news to who started a demo as root


class Command(BaseCommand):
    help = "Run the product with sample data: web pages, worker and scheduler, until Ctrl-C."
    requires_system_checks: tuple[str, ...] = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        ports.add_port_argument(parser)

    def handle(self, *_args: Any, **options: Any) -> None:
        port: int = options["port"]
        lock = try_lock(paths.state_dir() / "demo.lock")
        if lock is None:
            raise CommandError(
                f"a demo already runs on {paths.state_dir()}; stop it first", returncode=ports.USAGE_ERROR
            )
        with lock:
            try:
                self._prepare()
                code = supervisor(port).run(self._announcement(port))
            except KeyboardInterrupt:
                code = 0
        if code:
            sys.exit(code)

    def _prepare(self) -> None:
        """Bring database and static files up to date; each step is quick when there is nothing to do."""
        if _has_unapplied_migrations():
            self._say("Applying migrations")
            _migrate()
        self._say("Loading divisions, calendar and sample data")
        call_command("load_divisions", str(DIVISIONS), stdout=self.stdout)
        call_command("load_calendar", stdout=self.stdout)
        call_command("load_rules", stdout=self.stdout)
        call_command("seed_demo", stdout=self.stdout)
        self._say("Collecting static files")
        call_command("collectstatic", interactive=False, verbosity=0)
        connections.close_all()
        self._say("Starting web, worker and beat")

    def _announcement(self, port: int) -> Callable[[], bool]:
        def announce() -> bool:
            if not ports.answers_http(port):
                return False
            self._say(f"Ready: http://{ports.HOST}:{port}/", *_logins(paths.logins_file()))
            return True

        return announce

    def _say(self, *lines: str) -> None:
        self.stdout.write("\n".join(lines))
        self.stdout.flush()


def _has_unapplied_migrations() -> bool:
    executor = MigrationExecutor(connection)
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def _migrate() -> None:
    """Migrate in a child, which connects as the owner; this process stays the application."""
    command = [sys.executable, str(paths.CHECKOUT / "manage.py"), "migrate", "--verbosity", "0"]
    done = subprocess.run(command, check=False, preexec_fn=dying_with_parent(signal.SIGTERM))  # noqa: S603 -- our own
    if done.returncode:
        raise CommandError("the migrations failed")


def supervisor(port: int) -> Supervisor:
    """Return what runs the product: worker and beat are started again, the end of anything else ends everything."""
    restarted = ["worker", "beat", "health"]
    return Supervisor(children(port), restarted=restarted, adviser="health", watched=servers.held())


def children(port: int) -> dict[str, list[str]]:
    """Return the commands of the product's processes; ``health`` tells the supervisor how worker and beat are."""
    python = [sys.executable, "-W", f"ignore:{ROOT_WARNING}", "-m"]
    web = ["gunicorn", "config.wsgi:application", f"--bind={ports.HOST}:{port}"]
    web += ["--worker-class=gthread", "--workers=2", "--threads=4", "--preload", "--graceful-timeout=3"]
    web += ["--no-control-socket", "--log-level=warning"]
    celery = ["celery", "-A", "config", "--quiet"]
    worker = ["worker", "--concurrency=2", "--loglevel=warning"]
    beat = ["beat", "--pidfile=", "--loglevel=warning"]
    health = [sys.executable, str(paths.CHECKOUT / "manage.py"), "healthcheck"]
    health += ["--only=worker,beat", "--json", f"--every={HEALTH_SECONDS}"]
    return {"web": python + web, "worker": python + celery + worker, "beat": python + celery + beat, "health": health}


def _logins(file: Path) -> list[str]:
    if not file.exists():
        return []
    return [f"login: {one['role']} {one['username']} {one['password']}" for one in json.loads(file.read_text())]
