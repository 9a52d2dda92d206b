"""What a child that watches over the others says of them."""

import json
from typing import IO

from embedded.output import PrefixedOutput


class Advice(PrefixedOutput):
    """The lines of a health check: JSON says how each process is, anything else is for the terminal."""

    def __init__(self, name: str, *, width: int, colour: int, target: IO[str]) -> None:
        super().__init__(name, width=width, colour=colour, target=target)
        self._allowed: dict[str, float] = {}

    def take(self) -> dict[str, float]:
        """Return the processes that were found without life, with the seconds one of them may take to show some."""
        taken, self._allowed = self._allowed, {}
        return taken

    def write(self, line: str) -> None:
        """Keep what the line says of each process, or print a line that says nothing of that kind."""
        if not line.startswith("{"):
            super().write(line)
            return
        findings = json.loads(line)
        self._allowed = {
            name: finding["allowed_seconds"] for name, finding in findings.items() if finding["state"] == "stale"
        }
