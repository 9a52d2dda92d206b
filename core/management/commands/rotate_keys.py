"""Writes what is stored anew under the newest keys, and tells which older ones nothing needs any more."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from core import clock
from core.confirmation import confirm
from core.keys import KEYRINGS, keys_of
from core.rotation import Place, count_by_key, give_up, older_keys, places_of, rewrite


class Command(BaseCommand):
    help = __doc__ or ""

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--ring", choices=[*KEYRINGS], help="only this kind of data")
        parser.add_argument("--batch", type=int, default=1000, help="rows in one transaction (default: 1000)")
        parser.add_argument("--check", action="store_true", help="count, and change nothing")

    def handle(self, *, ring: str | None, batch: int, check: bool, **_options: Any) -> None:
        if batch < 1:
            raise CommandError("--batch is at least 1.")
        connection.ensure_connection()
        confirm(connection.connection, all_are_needed=False)
        rings = [ring] if ring else [*KEYRINGS]
        unreadable = [told for name in rings for told in self._turn(name, batch=batch, check=check)]
        if unreadable:
            raise CommandError("These values no key here opens; they were left as they are:\n" + "\n".join(unreadable))

    def _turn(self, ring: str, *, batch: int, check: bool) -> list[str]:
        """Do one ring, or only count in it, and return the rows that could not be read."""
        places = places_of(ring)
        unreadable = [] if check else [told for place in places for told in self._rewrite(place, batch=batch)]
        newest = next(iter(keys_of(ring)))
        counts = {place: count_by_key(place) for place in places}
        for place, by_key in counts.items():
            for key_id, count in sorted(by_key.items()):
                if check or key_id != newest:
                    self.stdout.write(f"{ring}: {place.label}: {count} under {key_id}")
        needed = {key_id for by_key in counts.values() for key_id in by_key}
        self._tell(ring, newest, needed, check=check)
        return unreadable

    def _rewrite(self, place: Place, *, batch: int) -> list[str]:
        done = rewrite(place, batch=batch)
        if done.count:
            self.stdout.write(f"{place.field.keyring}: {place.label}: {done.count} rewritten")
        return [f"{place.label}, row {pk}" for pk in done.unreadable]

    def _tell(self, ring: str, newest: str, needed: set[str], *, check: bool) -> None:
        unused = older_keys(ring) - needed
        if not check:
            give_up(ring, unused, now=clock.now())
        self.stdout.write(f"{ring}: {newest} is the newest key")
        for key_id in sorted(unused):
            self.stdout.write(f"{ring}: {key_id} is needed by nothing; take it out of {KEYRINGS[ring]}")
        for key_id in sorted(needed - {newest}):
            self.stdout.write(f"{ring}: {key_id} is still needed")
