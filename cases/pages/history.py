"""What changed in a case and its parts, as the database recorded it: who changed what and when."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.apps import apps
from django.db import connection
from django.db.models import Field, Model
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from cases.models import Case
from centers.models import Center, Unit
from core import clock
from core.history import RowChange
from core.models import User
from core.statements import fetch

LATEST: Final = 200
NAMED: Final[dict[type[Model], str]] = {Center: "name", Unit: "name", User: "full_name"}
Row = dict[str, Any]
Names = dict[tuple[type[Model], int], str]


@dataclass(frozen=True, slots=True)
class Change:
    """One column that changed. What it said before and after is empty where that is not for a page."""

    label: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """One change of one row of the case: ``who`` is empty where nobody was named."""

    at: datetime
    who: str
    what: str
    changes: list[Change]


def history(case: Case) -> list[HistoryLine]:
    """Return the newest changes of a case and its parts, the newest first. Texts and personal data are not in it."""
    records = list(RowChange.objects.filter(matter_id=case.pk).select_related("actor").order_by("-pk")[:LATEST])
    models = {model._meta.db_table: model for model in apps.get_models()}  # noqa: SLF001 - the documented Meta API
    pairs = [(record, after) for record, after in _with_what_came_after(records) if record.before]
    names = _names(pairs, models)
    return [_line(record, after, models[record.table_name], names) for record, after in pairs]


def _with_what_came_after(records: list[RowChange]) -> Iterator[tuple[RowChange, Row]]:
    """Yield each record, the newest first, with what the row said afterwards: nothing once it was removed."""
    newer = {(table, pk): row for table, ids in _ids_by_table(records).items() for pk, row in _present(table, ids)}
    for record in records:
        key = record.table_name, record.row_id
        yield record, newer.get(key, {})
        newer[key] = record.before or {}


def _ids_by_table(records: Iterable[RowChange]) -> dict[str, set[int]]:
    found: dict[str, set[int]] = {}
    for record in records:
        found.setdefault(record.table_name, set()).add(record.row_id)
    return found


def _present(table: str, ids: Iterable[int]) -> list[tuple[int, Row]]:
    name = connection.ops.quote_name(table)
    rows = fetch(f"SELECT id, to_jsonb(t)::text FROM {name} t WHERE id = ANY(%(ids)s)", {"ids": [*ids]})  # noqa: S608 - a table of ours
    return [(pk, json.loads(row)) for pk, row in rows]


def _changed(before: Row, after: Row) -> list[str]:
    return [column for column, value in before.items() if after.get(column) != value]


def _fields(model: type[Model]) -> dict[str, Field]:
    return {str(field.column): field for field in model._meta.concrete_fields}  # noqa: SLF001 - the documented Meta API


def _names(pairs: list[tuple[RowChange, Row]], models: dict[str, type[Model]]) -> Names:
    """Return how the centers, units and accounts are called that the changes name, one query for each kind."""
    wanted: dict[type[Model], set[int]] = {}
    for record, after in pairs:
        fields, before = _fields(models[record.table_name]), record.before or {}
        for column in _changed(before, after):
            if (related := fields[column].related_model) in NAMED:
                wanted.setdefault(related, set()).update({before[column], after.get(column)} - {None})
    return {
        (model, pk): name
        for model, ids in wanted.items()
        for pk, name in model._base_manager.filter(pk__in=ids).values_list("pk", NAMED[model])  # noqa: SLF001 - names alone
    }


def _line(record: RowChange, after: Row, model: type[Model], names: Names) -> HistoryLine:
    fields, before = _fields(model), record.before or {}
    changes = [
        Change(_label(fields[column]), *(_shown(fields[column], row.get(column), names) for row in (before, after)))
        for column in _changed(before, after)
    ]
    if after and not changes:
        changes = [Change(_("personal data"), "", "")]  # columns of which the record keeps no more than that
    what = str(model._meta.verbose_name)  # noqa: SLF001 - the documented Meta API
    return HistoryLine(record.at, record.actor.full_name if record.actor else "", what, changes)


def _label(field: Field) -> str:
    """Return what people call a column, as far as it was given a name for them."""
    return str(field.verbose_name) if getattr(field, "_verbose_name", None) else _("internal data")


def _shown(field: Field, value: Any, names: Names) -> str:
    """Return a value as it may stand on the page: a code's label, a day, a moment, a name of an office; no text."""
    if value in (None, ""):
        return "—"
    if field.choices:
        return str(dict(field.flatchoices).get(value, value))
    if field.related_model in NAMED:
        return names.get((field.related_model, value), "—")
    kind = field.get_internal_type()
    if kind == "BooleanField":
        return _("yes") if value else _("no")
    if kind == "DateTimeField":
        return date_format(timezone.localtime(field.to_python(value), clock.SHANGHAI), "Y-m-d H:i")
    return date_format(field.to_python(value), "Y-m-d") if kind == "DateField" else ""
