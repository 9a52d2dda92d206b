import json
import os
from argparse import ArgumentParser
from collections import deque
from pathlib import Path
from typing import Any

from django.core.management import BaseCommand, CommandError

from core import clock
from core.jobs import system_account
from core.trail_file import trail_lines


class Command(BaseCommand):
    help = (
        "Append to a copy of the audit trail what it does not hold yet, as lines of JSON with their hashes. Keep the"
        " copy on another machine; verify_audit --file verifies it there."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="the copy; a new one holds the whole trail")

    def handle(self, *_args: Any, **options: Any) -> None:
        path: Path = options["file"]
        try:
            path.touch(mode=0o600)
            with path.open("ab") as copy:
                lines = trail_lines(after=_last_position(path), actor=system_account(), now=clock.now())
                count = sum(bool(copy.write(f"{line}\n".encode())) for line in lines)
                copy.flush()
                os.fsync(copy.fileno())
        except (OSError, ValueError, KeyError) as error:
            raise CommandError(f"{path}: {error}") from error
        self.stdout.write(f"{count}")


def _last_position(path: Path) -> int:
    """Return where a copy ends, 0 for an empty one. Raises ValueError for a last line that is cut off."""
    with path.open("rb") as lines:
        last = next(iter(deque(lines, maxlen=1)), b"")
    if last and not last.endswith(b"\n"):
        raise ValueError("its last line is cut off; take it away, the next run writes it anew")
    return int(json.loads(last)["position"]) if last else 0
