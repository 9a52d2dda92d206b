from argparse import ArgumentParser, ArgumentTypeError
from typing import Any

from django.core.management import BaseCommand, CommandError

from core import clock
from core.chain import Head, verify_on_record
from core.jobs import system_account


class Command(BaseCommand):
    help = (
        "Compute the chain over the audit trail anew and name the first row that is wrong (exit code 1). Keep the head"
        " that it tells on paper or another machine: with it a trail that was written anew or cut off is found out."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--head", type=_head, metavar="POSITION:HASH", help="a head that was told earlier")

    def handle(self, *_args: Any, **options: Any) -> None:
        verdict = verify_on_record(actor=system_account(), now=clock.now(), kept=options["head"], whole=True)
        if verdict.fault:
            raise CommandError(str(verdict))
        self.stdout.write(f"{verdict} {verdict.head}")


def _head(text: str) -> Head:
    try:
        return Head.read(text)
    except ValueError as error:
        raise ArgumentTypeError("a head is a number, a colon and 64 hexadecimal digits") from error
