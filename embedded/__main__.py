"""Run a command with the environment of ``manage.py``: ``python -m embedded mypy .``; starts no server."""

import os
import sys

from embedded import environment


def main() -> None:
    """Replace this process by the command in the arguments."""
    if len(sys.argv) == 1:
        raise SystemExit("usage: python -m embedded COMMAND [ARGUMENT ...]")
    environment.load()
    os.execvp(sys.argv[1], sys.argv[1:])  # noqa: S606 -- the command is the user's own


if __name__ == "__main__":
    main()
