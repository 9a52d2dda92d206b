"""The page that is shown where a protected value cannot be read, and what the log says of it: never the value."""

import logging
from collections.abc import Callable
from typing import Any, Final

from django.apps import apps
from django.db import OperationalError, connection, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from core.errors import UnreadableValue

UNREADABLE: Final = 500
PATIENCE: Final = "2s"

logger: Final = logging.getLogger(__name__)


class UnreadableMiddleware:
    """Say in plain words that a value cannot be read, and tell the log in which row it stands."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, UnreadableValue):
            return None
        logger.error("%s: %s of row %s cannot be read", request.path, exception.place, row_of(exception) or "unknown")
        return render(request, "unreadable.html", status=UNREADABLE)


def row_of(error: UnreadableValue) -> Any:
    """Return the primary key of the row in which the value stands; None where that takes too long or is not found.

    It is found by its ciphertext, which no index knows, in the transaction that met it and is rolled back.
    """
    table, _dot, column = error.place.partition(".")
    keys = {model._meta.db_table: model._meta.pk.column for model in apps.get_models()}  # noqa: SLF001 - the documented Meta API
    if not column or table not in keys:
        return None
    key, where, what = map(connection.ops.quote_name, (str(keys[table]), table, column))
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL statement_timeout = '{PATIENCE}'")
            cursor.execute(f"SELECT {key} FROM {where} WHERE {what} = %s LIMIT 1", [error.stored])  # noqa: S608 - names of columns
            return next(iter(cursor.fetchone() or ()), None)
    except OperationalError:
        return None
