"""What hangs on a case, as its pages read it: nothing twice, and no table that holds nothing of the case.

Most cases never get a row in most tables, and a page that shows them all need not ask each.
"""

from collections.abc import Mapping
from functools import cache
from typing import Any, Final, TypeVar

from django.db import connection
from django.db.models import Model, QuerySet

from cases.models import Accused, ArchivedFile, Attachment, Case, Paper, Party, Recusal, Reopening, Result
from core.once import is_kept, once

Rows = TypeVar("Rows", bound=QuerySet[Any])

_WATCHED: Final[list[type[Model]]] = [Accused, ArchivedFile, Attachment, Paper, Recusal, Reopening, Result]


def watch(*models: type[Model]) -> None:
    """Let pages know beforehand whether these tables, whose rows belong to a ``case``, hold anything of it."""
    _WATCHED.extend(models)


def rows_of(case: Case, rows: Rows) -> Rows:
    """Return ``rows``, of a watched table and of ``case`` alone; where a look found none of it before, it asks no more.

    All watched tables are asked by one statement, the first time in a look. An act asks for its rows each time.
    Raises KeyError for a table that is not watched.
    """
    if not is_kept():
        return rows
    held = once(("held", case.pk), lambda: _held(case.pk))
    return rows if held[rows.model] else rows.none()


def parties_of(case: Case) -> list[Party]:
    """Return the parties of a case."""
    return once(("parties", case.pk), lambda: list(case.parties.all()))


def archived_file(case: Case) -> ArchivedFile | None:
    """Return where the file of the present round is archived, None while it is not."""
    of_round = rows_of(case, case.archived_files.filter(round=case.round)).select_related("archived_by")
    return once(("archived", case.pk, case.round), of_round.first)


def waits_to_be_signed_for(case: Case) -> bool:
    """Return whether a case was sent on, and nobody has signed for it yet."""
    return once(("waits to be signed for", case.pk), case.transfers.waiting().exists)


def _held(case_id: int) -> Mapping[type[Model], bool]:
    tables = tuple(_WATCHED)
    with connection.cursor() as cursor:
        cursor.execute(_statement(tables), {"case": case_id})
        found = cursor.fetchone()
    return dict(zip(tables, found, strict=True))


@cache
def _statement(tables: tuple[type[Model], ...]) -> str:
    names = (connection.ops.quote_name(model._meta.db_table) for model in tables)  # noqa: SLF001 - the documented Meta API
    return "SELECT " + ", ".join(f"EXISTS (SELECT FROM {name} WHERE case_id = %(case)s)" for name in names)  # noqa: S608 - names of our own tables
