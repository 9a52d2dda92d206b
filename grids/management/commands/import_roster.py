from argparse import ArgumentParser
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from core import clock
from core.errors import DomainError
from core.models import User
from grids.enums import ImportState, RosterKind
from grids.models import RosterImport
from grids.pages.rows import problem_lines
from grids.services.carry_out import carry_out
from grids.services.decide_import import confirm_import, discard_import
from grids.services.take_up import Work, take_up
from grids.services.upload_roster import upload_roster

_OUTCOMES: Final = ("ok", "warning", "error", "blank", "new", "changed", "same", "absent")


class Command(BaseCommand):
    help = "Read a roster file as the pages do: the same checks, the same report; --dry-run writes nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--as", dest="username", required=True, help="the account in whose name it is imported")
        parser.add_argument("--kind", choices=RosterKind.values, default=RosterKind.MEMBERS)
        parser.add_argument("--only-good-rows", action="store_true", help="leave the rows with errors aside")
        parser.add_argument("--dry-run", action="store_true", help="tell what would happen and write nothing")

    def handle(self, *_args: Any, **options: Any) -> None:
        with translation.override(settings.LANGUAGE_CODE):
            try:
                self._handle(**options)
            except DomainError as error:
                raise CommandError(str(error)) from None

    def _handle(
        self, *, file: Path, username: str, kind: str, only_good_rows: bool, dry_run: bool, **_rest: Any
    ) -> None:
        actor = _account(username)
        roster_import = self._read(_content(file), file.name, RosterKind(kind), actor)
        if roster_import.state != ImportState.READY:
            raise CommandError(_reason(roster_import))
        self._report(roster_import)
        if dry_run or (roster_import.error_rows and not only_good_rows):
            discard_import(roster_import.pk, actor=actor)
            if not dry_run:
                raise CommandError(_("Nothing was written. Correct the rows above, or leave them aside."))
            self.stdout.write(_("Nothing was written."))
            return
        with transaction.atomic():
            confirm_import(roster_import.pk, only_good_rows=only_good_rows, actor=actor, now=clock.now())
            work = take_up(now=clock.now(), import_id=roster_import.pk)
        self._carry_out(work)
        roster_import.refresh_from_db()
        if roster_import.state != ImportState.WRITTEN:
            raise CommandError(_reason(roster_import))
        self.stdout.write(_("Written."))

    def _read(self, content: bytes, name: str, kind: RosterKind, actor: User) -> RosterImport:
        """Upload and read; no worker can take the file up in between."""
        with transaction.atomic():
            found = upload_roster(
                content, kind=kind, file_name=name, language=settings.LANGUAGE_CODE, actor=actor, now=clock.now()
            )
            work = take_up(now=clock.now(), import_id=found.pk)
        self._carry_out(work)
        found.refresh_from_db()
        return found

    def _carry_out(self, work: Work | None) -> None:
        for _rows in carry_out(work) if work else ():
            pass

    def _report(self, roster_import: RosterImport) -> None:
        for line in problem_lines(roster_import):
            self.stdout.write(line)
        rows = {name: getattr(roster_import, f"{name}_rows") for name in _OUTCOMES}
        self.stdout.write(
            _("%(total)s rows: %(ok)s in order, %(warning)s with a warning, %(error)s with an error, %(blank)s blank")
            % {"total": roster_import.rows, **rows}
        )
        self.stdout.write(
            _("%(new)s new · %(changed)s changed · %(same)s unchanged · %(absent)s in the system, not in the file")
            % rows
        )


def _reason(roster_import: RosterImport) -> str:
    return str((roster_import.failure or {}).get("text", roster_import.get_state_display()))


def _account(username: str) -> User:
    found = User.objects.filter(username=username).first()
    if found is None:
        raise CommandError(_("There is no account “%(name)s”.") % {"name": username})
    return found


def _content(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise CommandError(_("The file cannot be read: %(why)s") % {"why": error.strerror}) from None
