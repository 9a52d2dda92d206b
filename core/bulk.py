"""Many rows of one table at once: written with COPY, found by a list of ids.

Keys, constraints and triggers hold as for any other row, and so does row-level security, for which COPY does not serve:
the rows of such a table travel as one array a column.
"""

import gc
import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from itertools import repeat
from operator import attrgetter
from typing import Any, Final

from django.db import connection
from django.db.models import BooleanField, DateField, F, Field, Func, JSONField, Model, Value

from core.crypto import EncryptedTextField, encryptor

Row = Sequence[Any]
AS_JSON: Final = json.JSONEncoder(ensure_ascii=False).encode


def among(name: str, ids: Iterable[int]) -> Func:
    """Return the condition "``name`` is one of ``ids``" with one parameter for all of them; ``in`` has one for each."""
    return Func(F(name), Value([*ids]), template="%(expressions)s)", arg_joiner=" = ANY(", output_field=BooleanField())


@contextmanager
def without_collector() -> Iterator[None]:
    """Keep Python's search for cycles out of the block, as long as it takes.

    Thousands of rows are made and dropped without a cycle among them, and looking for one is a fifth of the work.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def take_ids(model: type[Model], count: int) -> list[int]:
    """Return ``count`` new primary keys of ``model``, for rows that others will name before they are written."""
    meta = model._meta  # noqa: SLF001 - the documented Meta API
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, %s)) FROM generate_series(1, %s)",
            [connection.ops.quote_name(meta.db_table), meta.pk.column, count],
        )
        return [pk for (pk,) in cursor.fetchall()]


def write_objects(objects: Sequence[Model]) -> None:
    """Write new objects of one model and give them their primary keys, as ``bulk_create`` does."""
    if not objects:
        return
    model = type(objects[0])
    for row, pk in zip(objects, take_ids(model, len(objects)), strict=True):
        row.pk = pk
        row._state.adding = False  # noqa: SLF001 - the documented way to say that a row is stored
    columns = tuple(field.attname for field in model._meta.concrete_fields)  # noqa: SLF001 - the documented Meta API
    write_rows(model, columns, [*map(attrgetter(*columns), objects)])


def write_rows(model: type[Model], columns: tuple[str, ...], rows: Collection[Row]) -> None:
    """Write ``rows``, whose values stand in the order of ``columns`` (``case_id``, ``kind`` …).

    Of the other columns those that may be empty stay empty and those with a default get it. Raises TypeError where
    one has neither, so that no column of a table is forgotten.
    """
    values = [*zip(*rows, strict=True)] or [()] * len(columns)
    write_columns(model, dict(zip(columns, values, strict=True)), count=len(rows))


def write_columns(model: type[Model], columns: Mapping[str, Iterable[Any]], *, count: int) -> None:
    """Write ``count`` rows given column by column, as ``write_rows`` does.

    Values that are made as they are asked for are made while the server stores the rows before them.
    """
    fields, rest = _fields(model, (*columns,))
    if not count:
        return
    given = [_as_text(field, values) for field, values in zip(fields, columns.values(), strict=True)]
    same = [repeat(value, count) for value in rest.values()]
    write = _insert if _is_guarded(model._meta.db_table) else _copy  # noqa: SLF001 - the documented Meta API
    write(model, [*fields, *rest], [*given, *same])


def _copy(model: type[Model], fields: Sequence[Field], values: Sequence[Iterable[Any]]) -> None:
    quote = connection.ops.quote_name
    names = ", ".join(quote(str(field.column)) for field in fields)
    statement = f"COPY {quote(model._meta.db_table)} ({names}) FROM STDIN"  # noqa: SLF001 - the documented Meta API
    with connection.cursor() as cursor, connection.wrap_database_errors, cursor.copy(statement) as copy:
        for row in zip(*values, strict=True):
            copy.write_row(row)


def _insert(model: type[Model], fields: Sequence[Field], values: Sequence[Iterable[Any]]) -> None:
    quote = connection.ops.quote_name
    names = ", ".join(quote(str(field.column)) for field in fields)
    arrays = ", ".join(f"%s::{field.rel_db_type(connection)}[]" for field in fields)
    statement = f"INSERT INTO {quote(model._meta.db_table)} ({names}) SELECT * FROM unnest({arrays})"  # noqa: S608, SLF001 - names of columns; the documented Meta API
    with connection.cursor() as cursor:
        cursor.execute(statement, [[*column] for column in values])


@cache
def _is_guarded(table: str) -> bool:
    """Return whether row-level security stands before ``table``: it is so from the migration on that put it there."""
    quoted = connection.ops.quote_name(table)
    with connection.cursor() as cursor:
        cursor.execute("SELECT relrowsecurity FROM pg_class WHERE oid = %s::regclass", [quoted])
        return bool(cursor.fetchone()[0])


def update_rows(model: type[Model], columns: tuple[str, ...], rows: Collection[Row]) -> None:
    """Give rows that exist new values in one statement; each of ``rows`` is a primary key and then the ``columns``.

    One parameter a column, however many rows: what ``bulk_update`` makes of a thousand takes seconds to be read.
    """
    if not rows:
        return
    meta, quote = model._meta, connection.ops.quote_name  # noqa: SLF001 - the documented Meta API
    by_name = {field.attname: field for field in meta.concrete_fields}
    fields = [by_name[name] for name in (str(meta.pk.attname), *columns)]
    names = [quote(str(field.column)) for field in fields]
    arrays = ", ".join(f"%s::{field.db_type(connection)}[]" for field in fields)
    new = f"unnest({arrays}) AS new ({', '.join(names)})"
    values = ", ".join(f"{name} = new.{name}" for name in names[1:])
    pk = names[0]
    statement = f"UPDATE {quote(meta.db_table)} AS old SET {values} FROM {new} WHERE old.{pk} = new.{pk}"  # noqa: S608 - names of columns
    with connection.cursor() as cursor:
        cursor.execute(statement, [[*held] for held in zip(*rows, strict=True)])


def _as_text(field: Field, values: Iterable[Any]) -> Iterable[Any]:
    """Return the values as COPY takes them: those of JSON as text, and those of which many are equal made text once.

    Personal data are encrypted here, as their field does it.
    """
    if isinstance(field, JSONField):
        return ("[]" if value == [] else AS_JSON(value) for value in values)
    if isinstance(field, EncryptedTextField):
        encrypt = encryptor(field.crypto_context, keyring=field.keyring)
        return (value and encrypt(value) for value in values)
    if isinstance(field, DateField) or field.choices:
        return map(cache(_text), values)
    return values


def _text(value: Any) -> str | None:
    return None if value is None else str(value)


@cache
def _fields(model: type[Model], columns: tuple[str, ...]) -> tuple[list[Field], dict[Field, Any]]:
    """Return the fields of ``columns``, and the others that must not be empty, each with its default."""
    by_name = {field.attname: field for field in model._meta.concrete_fields}  # noqa: SLF001 - the documented Meta API
    fields = [by_name.pop(name) for name in columns]
    rest = {
        field: field.default if field.has_default() else ""
        for field in by_name.values()
        if not (field.null or field.primary_key or field.has_db_default())
    }
    if unclear := [field for field in rest if not _has_one_default(field)]:
        raise TypeError(f"{model.__name__} needs a value for {', '.join(field.attname for field in unclear)}")
    if changing := [field for field in (*fields, *rest) if not _is_for_copy(field)]:
        raise TypeError(f"{model.__name__} is not for COPY: {', '.join(map(str, changing))} changes what it stores")
    return fields, rest


def _is_for_copy(field: Field) -> bool:
    return isinstance(field, EncryptedTextField) or type(field).__module__.startswith("django.")


def _has_one_default(field: Field) -> bool:
    """Return whether every row without a value gets the same one: an empty text counts only where it is allowed."""
    return not callable(field.default) if field.has_default() else field.blank and field.empty_strings_allowed
