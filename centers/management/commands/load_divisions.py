from argparse import ArgumentParser
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.core.management import BaseCommand, CommandError
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from centers.services.load_divisions import Divisions, LoadedDivisions, load_divisions
from core.errors import InvalidFile

LABELS: Final = {
    "created": gettext_lazy("created"),
    "renamed": gettext_lazy("renamed"),
    "moved": gettext_lazy("moved"),
    "returned": gettext_lazy("back in the file"),
    "missing": gettext_lazy("in the system but not in the file"),
}


class Command(BaseCommand):
    help = "Bring the tree of centers in line with a CSV file of divisions: code,name,level,parent_code."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, *_args: Any, **options: Any) -> None:
        with translation.override(settings.LANGUAGE_CODE):
            self._load(options["file"])

    def _load(self, path: Path) -> None:
        try:
            with path.open("rb") as file:
                loaded = load_divisions(file)
        except OSError as error:
            raise CommandError(
                _("The file %(file)s cannot be read: %(why)s") % {"file": path, "why": error.strerror}
            ) from error
        except InvalidFile as error:
            self._show_problems(error)
            raise CommandError(str(error)) from error
        self._show(path, loaded)

    def _show_problems(self, error: InvalidFile) -> None:
        for line, text in error.problems:
            self.stderr.write(_("Line %(line)s: %(text)s") % {"line": line, "text": text})
        if error.params["more"]:
            self.stderr.write(_("and %(count)s more") % {"count": error.params["more"]})

    def _show(self, path: Path, loaded: LoadedDivisions) -> None:
        self.stdout.write(
            _("%(file)s: %(lines)s divisions, %(unchanged)s unchanged")
            % {"file": path.name, "lines": loaded.lines, "unchanged": loaded.unchanged}
        )
        for name, label in LABELS.items():
            divisions: Divisions = getattr(loaded, name)
            if divisions.count:
                self.stdout.write(f"  {label}: {divisions.count}")
                for named in divisions.names:
                    self.stdout.write(f"    {named}")
