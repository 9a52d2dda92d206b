import json
import sys
from argparse import ArgumentParser, ArgumentTypeError
from collections.abc import Iterable
from threading import Event
from typing import Any, Final

from django.core.management import BaseCommand

from core import clock
from core.health import CHECKS, Finding, look
from core.pulse import State

WRONG: Final = 1
STALE: Final = 3
PROCESSES: Final = ("worker", "beat")


class Command(BaseCommand):
    help = (
        "Say whether the system runs, one line a check. Exit code 0: it does; 3: worker or beat shows no sign of life"
        " and may be helped by a restart; 1: anything else is wrong."
    )
    requires_system_checks: tuple[str, ...] = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--only", type=_names, default=tuple(CHECKS), help="some checks, with commas")
        parser.add_argument("--json", action="store_true", help="one JSON object instead of lines")
        parser.add_argument("--every", type=int, metavar="SECONDS", help="look again and again until ended")

    def handle(self, *_args: Any, **options: Any) -> None:
        write = self._write_json if options["json"] else self._write_lines
        while True:
            findings = look(options["only"], now=clock.now())
            write(findings)
            if options["every"] is None:
                sys.exit(_exit_code(findings))
            Event().wait(options["every"])

    def _write_lines(self, findings: Iterable[Finding]) -> None:
        for finding in findings:
            self.stdout.write(f"{finding.name:<9} {finding.state:<8} {finding.text}")

    def _write_json(self, findings: Iterable[Finding]) -> None:
        self.stdout.write(json.dumps({finding.name: _plain(finding) for finding in findings}))
        self.stdout.flush()


def _names(text: str) -> tuple[str, ...]:
    names = tuple(text.split(","))
    if unknown := set(names) - CHECKS.keys():
        raise ArgumentTypeError(f"no check is called {', '.join(sorted(unknown))}; there are {', '.join(CHECKS)}")
    return names


def _plain(finding: Finding) -> dict[str, Any]:
    plain: dict[str, Any] = {"state": finding.state, "text": finding.text}
    return plain if finding.allowed is None else {**plain, "allowed_seconds": finding.allowed.total_seconds()}


def _exit_code(findings: Iterable[Finding]) -> int:
    wrong = [finding for finding in findings if not finding.is_fine]
    if any(finding.name in PROCESSES and finding.state is State.STALE for finding in wrong):
        return STALE
    return WRONG if wrong else 0
