"""Wrong keys stop the product: each process compares its keys with the database before it works with it.

Past Django's models and cursors: it is done by the connection itself (``core.database``), while it is being made.
"""

import logging
from collections.abc import Iterable, Mapping
from typing import Any, Final, NamedTuple

import psycopg
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import OperationalError, connection

from core.keys import KEYRINGS, fingerprint, keys_of

LOOKUP: Final = "lookup"
_NAMES: Final = {**KEYRINGS, LOOKUP: "LOOKUP_KEY"}
_READ: Final = "SELECT keyring, key_id, fingerprint, given_up_at IS NOT NULL FROM core_keyfingerprint"
_ADD: Final = (
    "INSERT INTO core_keyfingerprint (keyring, key_id, fingerprint) VALUES (%s, %s, %s) "
    "ON CONFLICT (keyring, key_id) DO NOTHING"
)
_confirmed: Final[set[str]] = set()

logger: Final = logging.getLogger(__name__)


class WrongKeys(ImproperlyConfigured):
    """The keys of this process are not those that the database was written with."""


class KeyId(NamedTuple):
    """A key as people speak of it; the key for look-ups stands alone and has no id."""

    keyring: str
    key_id: str

    def __str__(self) -> str:
        return f"{_NAMES[self.keyring]}: the key {self.key_id}" if self.key_id else _NAMES[self.keyring]


class Known(NamedTuple):
    """What the database knows of a key."""

    fingerprint: str
    is_given_up: bool


def keys_here() -> dict[KeyId, str]:
    """Return the fingerprints of the keys this process was given."""
    rings = {KeyId(ring, key_id): key.fingerprint for ring in KEYRINGS for key_id, key in keys_of(ring).items()}
    return {**rings, KeyId(LOOKUP, ""): fingerprint(settings.LOOKUP_KEY, purpose=LOOKUP)}


def other_keys(known: Mapping[KeyId, Known], here: Mapping[KeyId, str]) -> list[str]:
    """Return what is to be said of keys that have the id of another one."""
    changed = [key for key, mark in here.items() if key in known and known[key].fingerprint != mark]
    return [f"{key} is not the one that this database was written with; put the right one back" for key in changed]


def missing_keys(known: Mapping[KeyId, Known], here: Mapping[KeyId, str]) -> list[str]:
    """Return what is to be said of keys that values still need, and of given-up ones that would be written under."""
    gone = [key for key, what in known.items() if key not in here and not what.is_given_up]
    newest = [KeyId(ring, next(iter(keys_of(ring)))) for ring in KEYRINGS]
    back = [key for key in newest if key in known and known[key].is_given_up]
    return [
        *(f"{key} is missing and values still need it; put it back, then run manage.py rotate_keys" for key in gone),
        *(f"{key} was given up; put a newer one before it, or run manage.py rotate_keys" for key in back),
    ]


def confirm(database: "psycopg.Connection[Any]", *, all_are_needed: bool = True) -> None:
    """Compare the keys with those the database knows, and let it know those that are new to it.

    Raises WrongKeys. A database without tables knows no key.
    """
    here = keys_here()
    try:
        known = _known(database)
    except psycopg.errors.UndefinedTable:
        return
    if new := here.keys() - known.keys():
        with database.cursor() as cursor:
            cursor.executemany(_ADD, [(*key, here[key]) for key in sorted(new)])
        known = _known(database)  # another process may have been first
    _refuse([*other_keys(known, here), *(missing_keys(known, here) if all_are_needed else ())])


def confirm_once(database: Any) -> None:
    """Confirm the keys with the first connection that a process makes; the owner only migrates and reads no value."""
    name = str(database.settings_dict["NAME"])
    if name not in _confirmed and settings.DATABASE_ROLE != "owner":
        confirm(database.connection)
        _confirmed.add(name)


def confirm_at_start() -> None:
    """End the process now if its keys are wrong. A database that is away is asked later, by the first connection."""
    try:
        connection.ensure_connection()
    except OperationalError as error:
        logger.warning("no database yet: %s", type(error.__cause__ or error).__name__)
    finally:
        connection.close()


def _known(database: "psycopg.Connection[Any]") -> dict[KeyId, Known]:
    with database.cursor() as cursor:
        rows = cursor.execute(_READ).fetchall()
    return {KeyId(ring, key_id): Known(mark, is_given_up) for ring, key_id, mark, is_given_up in rows}


def _refuse(faults: Iterable[str]) -> None:
    if told := [*faults]:
        raise WrongKeys("; ".join(told) + ". Nothing was read or written")
