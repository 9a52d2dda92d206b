#!/usr/bin/env python3
"""Django's command line, with the embedded servers around the commands that need them."""

import gc
import os
import sys

from django.core.exceptions import ImproperlyConfigured

from embedded import commands

INTERRUPTED = 130  # what a shell says of a command that Ctrl-C has ended


def main() -> None:
    """Run the command named in the arguments."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    try:
        with commands.surroundings(sys.argv):
            _load()
            from django.core.management import execute_from_command_line  # noqa: PLC0415 -- the environment comes first

            execute_from_command_line(sys.argv)
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)
    except ImproperlyConfigured as error:
        sys.exit(f"{error}")  # it says what to do; where it was raised helps nobody


def _load() -> None:
    """Load the product, and keep the search for cycles off what stays anyway: it took a third of a short command."""
    import django  # noqa: PLC0415 -- the environment comes first

    gc.disable()
    django.setup()
    gc.freeze()
    gc.enable()


if __name__ == "__main__":
    main()
