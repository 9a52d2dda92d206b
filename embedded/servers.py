"""Having the servers up while something runs."""

import contextlib
from collections.abc import Iterator

from embedded.environment import Needed
from embedded.server import Server

_held: list[Server] = []


def held() -> tuple[Server, ...]:
    """Return the servers this process has up now, owned or shared, in the order of their start."""
    return tuple(_held)


@contextlib.contextmanager
def running(needed: Needed, *, durable: bool = True) -> Iterator[None]:
    """Have the needed servers up inside the block; stop those this process owns, Valkey first, at its end.

    ``durable=False`` trades the safety of the data for speed, for data nobody keeps.
    """
    with contextlib.ExitStack() as stack:
        for server in _chosen(needed, durable=durable):
            try:
                server.ensure()
            except PermissionError as error:
                raise SystemExit(
                    f"{error.filename} belongs to another user; run as that user, or set LOCAL_STATE_DIR"
                ) from error
            _held.append(server)
            stack.callback(_release, server)
        yield


def _chosen(needed: Needed, *, durable: bool) -> Iterator[Server]:
    if needed.postgres:
        from embedded.postgres import Postgres  # noqa: PLC0415 -- psycopg is not loaded where no server is needed

        yield Postgres(durable=durable)
    if needed.valkey:
        from embedded.valkey import Valkey  # noqa: PLC0415 -- as above

        yield Valkey(durable=durable)


def _release(server: Server) -> None:
    _held.remove(server)
    server.stop()
