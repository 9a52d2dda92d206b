from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management import BaseCommand, CommandError
from django.utils import translation
from django.utils.translation import gettext as _

from centers.services.load_calendar import load_calendar, years_around
from core import clock
from core.errors import DomainError


class Command(BaseCommand):
    help = "Fill the work calendar; without years, from last year to next year."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("years", metavar="YEAR", nargs="*", type=int)

    def handle(self, *_args: Any, **options: Any) -> None:
        with translation.override(settings.LANGUAGE_CODE):
            self._load(options["years"] or years_around(clock.today()))

    def _load(self, years: list[int] | range) -> None:
        try:
            loaded = load_calendar(years, now=clock.now())
        except DomainError as error:
            raise CommandError(str(error)) from error
        for year in loaded:
            self.stdout.write(
                _("%(year)s: %(source)s; %(added)s days added, %(changed)s changed, %(kept)s left as they were entered")
                % {
                    "year": year.year,
                    "source": year.source.label,
                    "added": year.added,
                    "changed": year.changed,
                    "kept": year.kept,
                }
            )
