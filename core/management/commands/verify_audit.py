from argparse import ArgumentParser, ArgumentTypeError
from dataclasses import replace
from pathlib import Path
from typing import Any

from django.core.management import BaseCommand, CommandError

from core import clock
from core.chain import START, Fault, Head, Verdict, verify_on_record
from core.errors import InvalidFile
from core.jobs import system_account
from core.trail_file import verify_lines


class Command(BaseCommand):
    help = (
        "Compute the chain over the audit trail anew and name the first row that is wrong (exit code 1). Keep the head"
        " that it tells on paper or another machine: with it a trail that was written anew or cut off is found out."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--head", type=_head, metavar="POSITION:HASH", help="a head that was told earlier")
        parser.add_argument("--file", type=Path, help="verify a copy that export_audit wrote, without the database")
        parser.add_argument(
            "--since", type=_head, default=START, metavar="POSITION:HASH", help="the head that a copy goes on from"
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        if options["file"]:
            verdict = _verify_copy(options["file"], since=options["since"], kept=options["head"])
        else:
            verdict = verify_on_record(actor=system_account(), now=clock.now(), kept=options["head"], whole=True)
        if verdict.fault:
            raise CommandError(str(verdict))
        self.stdout.write(f"{verdict} {verdict.head}")


def _verify_copy(path: Path, *, since: Head, kept: Head | None) -> Verdict:
    try:
        with path.open(encoding="utf-8") as lines:
            verdict = verify_lines(lines, since=since, kept=kept)
    except (OSError, InvalidFile) as error:
        raise CommandError(str(error)) from error
    is_cut = kept is not None and kept.position > verdict.head.position and not verdict.fault
    return replace(verdict, fault=Fault.NO_LINK) if is_cut else verdict


def _head(text: str) -> Head:
    try:
        return Head.read(text)
    except ValueError as error:
        raise ArgumentTypeError("a head is a number, a colon and 64 hexadecimal digits") from error
