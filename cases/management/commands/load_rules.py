from typing import Any

from django.core.management.base import BaseCommand

from cases.services.load_rules import load_default_rules


class Command(BaseCommand):
    help = "Load the default limits; those already there are left as they are."

    def handle(self, *_args: Any, **_options: Any) -> None:
        self.stdout.write(f"clock rules: {load_default_rules()} new")
