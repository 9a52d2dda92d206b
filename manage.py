#!/usr/bin/env python3
"""Django's command line, with the embedded servers around the commands that need them."""

import os
import sys

from embedded import commands

INTERRUPTED = 130  # what a shell says of a command that Ctrl-C has ended


def main() -> None:
    """Run the command named in the arguments."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    try:
        with commands.surroundings(sys.argv):
            from django.core.management import execute_from_command_line  # noqa: PLC0415 -- the environment comes first

            execute_from_command_line(sys.argv)
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)


if __name__ == "__main__":
    main()
