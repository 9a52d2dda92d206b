"""The port of the demo: which one, and whether it is free."""

import argparse
import contextlib
import errno
import http.client
import os
import socket
import sys
from collections.abc import Sequence
from typing import Final

HOST: Final = "127.0.0.1"
DEFAULT_PORT: Final = 8000
LAST_PORT: Final = 65_535
USAGE_ERROR: Final = 2


def port_number(text: str) -> int:
    """Return the port written in ``text``; raise ArgumentTypeError when it is none."""
    if not text.isascii() or not text.isdigit() or not 0 < int(text) <= LAST_PORT:
        message = f"{text!r} is not a port (1-{LAST_PORT})"
        raise argparse.ArgumentTypeError(message)
    return int(text)


def add_port_argument(parser: argparse.ArgumentParser) -> None:
    """Add ``--port``, whose default is the variable PORT, then 8000."""
    default = os.environ.get("PORT") or str(DEFAULT_PORT)
    parser.add_argument("--port", type=port_number, default=default, help="port of the web pages (%(default)s)")


def chosen_port(arguments: Sequence[str]) -> int:
    """Return the port that the arguments of a command name."""
    parser = argparse.ArgumentParser(add_help=False)
    add_port_argument(parser)
    port: int = parser.parse_known_args(arguments)[0].port
    return port


def refuse_if_taken(port: int) -> None:
    """Leave with one line on standard error and exit code 2 when ``port`` cannot be listened on."""
    error = _listening_error(port)
    if error is None:
        return
    other = port + 1 if port < LAST_PORT else DEFAULT_PORT
    is_taken = error.errno == errno.EADDRINUSE
    english, chinese = ("is in use", "已被占用") if is_taken else (f"cannot be used ({error.strerror})", "无法使用")
    sys.stderr.write(
        f"Port {port} {english}; choose another with: make demo PORT={other}"
        f" / 端口 {port} {chinese}，请换一个端口：make demo PORT={other}\n"
    )
    raise SystemExit(USAGE_ERROR)


def answers_http(port: int, *, seconds: float = 2.0) -> bool:
    """Say whether an HTTP server answers on ``port``, with whatever status."""
    connection = http.client.HTTPConnection(HOST, port, timeout=seconds)
    with contextlib.closing(connection):
        try:
            connection.request("GET", "/")
            connection.getresponse()
        except (OSError, http.client.HTTPException):
            return False
    return True


def _listening_error(port: int) -> OSError | None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as error:
            return error
    return None
