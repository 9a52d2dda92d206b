"""What each ``manage.py`` command needs around it: environment, database role, servers."""

import contextlib
import os
from collections.abc import Iterator, Sequence
from typing import Final

from embedded import environment, keeper, servers
from embedded.ports import chosen_port, refuse_if_taken

NEEDS_NOTHING: Final = frozenset(
    {
        "check",
        "collectstatic",
        "compilemessages",
        "diffsettings",
        "findstatic",
        "healthcheck",  # it looks at what runs; a server that is down is not to be started by the look
        "help",
        "makemessages",
        "startapp",
        "version",
    }
)
OWNER_COMMANDS: Final = frozenset(
    {"flush", "makemigrations", "migrate", "rotate_keys", "showmigrations", "sqlmigrate", "squashmigrations"}
)


@contextlib.contextmanager
def surroundings(argv: Sequence[str]) -> Iterator[None]:
    """Give the command in ``argv`` what it needs while the block runs.

    Schema commands connect as the owner of the database, and so does the one that
    rewrites what the history holds; all others as the
    application. Servers that another process has up are shared with it.
    """
    command = argv[1] if len(argv) > 1 else "help"
    if command in OWNER_COMMANDS:
        os.environ["DATABASE_ROLE"] = "owner"
    if _needs_nothing(command, argv[2:]):
        environment.load()
        yield
        return
    if command == "demo":
        os.environ.setdefault("DEMO", "true")
        refuse_if_taken(chosen_port(argv[2:]))
        keeper.split()
    with servers.running(environment.load()):
        yield


def _needs_nothing(command: str, arguments: Sequence[str]) -> bool:
    if command.startswith("-") or not {"-h", "--help"}.isdisjoint(arguments):
        return True
    return command in NEEDS_NOTHING and not any(argument.startswith("--database") for argument in arguments)
