"""Rewrites stored values under the newest key of their ring, so that older keys can be given up.

It runs beside everything else: a batch is one transaction that passes over rows others hold and replaces a value only
where it is still the one that was read. What is left to do is told by the values themselves, so it may stop anywhere.
The history of rows holds values too, which the owner of the tables alone may rewrite.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from django.apps import apps
from django.db import connection, transaction

from core.crypto import EncryptedBinaryField, EncryptedTextField, decrypt, encryptor, seal, unseal
from core.errors import UnreadableValue
from core.fingerprints import KeyFingerprint
from core.history import ROTATION, RowChange
from core.keys import keys_of

# A file in memory is large: one at a time.
BINARY_BATCH: Final = 1


@dataclass(frozen=True, slots=True)
class Place:
    """Where values of one column stand: in their table, or in what the history says of it."""

    field: EncryptedTextField | EncryptedBinaryField
    is_history: bool = False

    @property
    def label(self) -> str:
        column = f"{self._model.db_table}.{self.field.column}"
        return f"history of {column}" if self.is_history else column

    @property
    def is_binary(self) -> bool:
        return isinstance(self.field, EncryptedBinaryField)

    @property
    def _model(self) -> Any:
        return self.field.model._meta  # noqa: SLF001 - the documented Meta API

    def sql(self, statement: str) -> str:
        """Return a statement with the names of this place; ``value`` and ``key_id`` are expressions over a row."""
        names = self._in_history() if self.is_history else self._in_table()
        kind, colon = ("bytea", "'\\x3a'::bytea") if self.is_binary else ("text", "':'")
        head = f"substring({names['value']} FROM 1 FOR greatest(position({colon} IN {names['value']}) - 1, 0))"
        return statement.format(**names, type=kind, key_id=f"encode({head}, 'escape')" if self.is_binary else head)

    def _in_table(self) -> dict[str, str]:
        names = (self._model.db_table, self._model.pk.column, self.field.column)
        table, pk, value = map(connection.ops.quote_name, names)
        return {"table": table, "pk": pk, "value": value, "only": "true", "new": f"{value} = new.value"}

    def _in_history(self) -> dict[str, str]:
        column = self.field.column
        return {
            "table": RowChange._meta.db_table,  # noqa: SLF001 - the documented Meta API
            "pk": "id",
            "value": f"(before ->> '{column}')",
            "only": f"table_name = '{self._model.db_table}'",
            "new": f"before = jsonb_set(before, ARRAY['{column}'], to_jsonb(new.value))",
        }


@dataclass(slots=True)
class Rewritten:
    """What was done at one place; ``unreadable`` are the rows whose values no key opens."""

    count: int = 0
    unreadable: list[int] = field(default_factory=list)


def places_of(keyring: str) -> list[Place]:
    """Return where values of a ring stand; no history keeps a file."""
    fields = [
        one
        for model in apps.get_models()
        for one in model._meta.local_concrete_fields  # noqa: SLF001 - the documented Meta API
        if isinstance(one, (EncryptedTextField, EncryptedBinaryField)) and one.keyring == keyring
    ]
    texts = [one for one in fields if isinstance(one, EncryptedTextField)]
    return [*(Place(one) for one in fields), *(Place(one, is_history=True) for one in texts)]


def count_by_key(place: Place) -> Counter[str]:
    """Return how many values of a place each key, by its id, has written."""
    statement = "SELECT {key_id}, count(*) FROM {table} WHERE {only} AND length({value}) > 0 GROUP BY 1"
    with connection.cursor() as cursor:
        cursor.execute(place.sql(statement))
        return Counter(dict(cursor.fetchall()))


def rewrite(place: Place, *, batch: int) -> Rewritten:
    """Rewrite what older keys have written at a place, ``batch`` rows a transaction, and return what was done."""
    done = Rewritten()
    last: int | None = None
    while True:
        with transaction.atomic():
            rows = _old_values(place, after=last, limit=BINARY_BATCH if place.is_binary else batch)
            if not rows:
                return done
            done.count += _replace(place, [*_under_newest_key(place, rows, done.unreadable)])
        last = rows[-1][0]


def give_up(keyring: str, unused: set[str], *, now: datetime) -> None:
    """Note that no value needs the keys ``unused`` any more, and that the newest one is in use."""
    known = KeyFingerprint.objects.filter(keyring=keyring)
    known.filter(key_id=next(iter(keys_of(keyring)))).update(given_up_at=None)
    known.filter(key_id__in=unused, given_up_at=None).update(given_up_at=now)


def older_keys(keyring: str) -> set[str]:
    """Return the ids of the keys that this database knows and that are not the newest, those without a key included."""
    known = KeyFingerprint.objects.filter(keyring=keyring).values_list("key_id", flat=True)
    newest, *older = keys_of(keyring)
    return {*older, *known} - {newest}


def _old_values(place: Place, *, after: int | None, limit: int) -> list[tuple[int, Any]]:
    statement = (
        "SELECT {pk}, {value} FROM {table} WHERE {only} AND (%(after)s::bigint IS NULL OR {pk} > %(after)s) "
        "AND length({value}) > 0 AND {key_id} <> %(newest)s ORDER BY {pk} LIMIT %(limit)s FOR NO KEY UPDATE SKIP LOCKED"
    )
    newest = next(iter(keys_of(place.field.keyring)))
    with connection.cursor() as cursor:
        cursor.execute(place.sql(statement), {"after": after, "newest": newest, "limit": limit})
        return [*cursor.fetchall()]


def _under_newest_key(
    place: Place, rows: list[tuple[int, Any]], unreadable: list[int]
) -> Iterator[tuple[int, Any, Any]]:
    """Yield each row with the value it has and the one it gets; note the rows whose value no key opens."""
    bound = {"context": place.field.crypto_context, "keyring": place.field.keyring}
    encrypt = encryptor(**bound)
    for pk, stored in rows:
        try:
            if place.is_binary:
                yield pk, stored, seal(unseal(bytes(stored), **bound), **bound)
            else:
                yield pk, stored, encrypt(decrypt(stored, **bound))
        except UnreadableValue:
            unreadable.append(pk)


def _replace(place: Place, rows: list[tuple[int, Any, Any]]) -> int:
    """Give rows their new values where they still have the old ones; the history keeps silent about it."""
    statement = (
        "UPDATE {table} AS old SET {new} FROM unnest(%s::bigint[], %s::{type}[], %s::{type}[]) AS new (pk, was, value) "
        "WHERE old.{pk} = new.pk AND {only} AND {value} = new.was"
    )
    if not rows:
        return 0
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('maplebridge.occasion', %s, true)", [ROTATION])
        cursor.execute(place.sql(statement), [[*column] for column in zip(*rows, strict=True)])
        return int(cursor.rowcount)
