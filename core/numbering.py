"""Number series without gaps: a number is taken in the transaction that uses it, or not at all."""

from collections.abc import Mapping

from django.db import connection
from django.db.transaction import TransactionManagementError


def take_numbers(scope: str, year: int, *, count: int = 1) -> range:
    """Return the next ``count`` numbers of the series ``scope`` in ``year``.

    As ``take_numbers_of``, for one series.
    """
    return take_numbers_of({scope: count}, year)[scope]


def take_numbers_of(counts: Mapping[str, int], year: int) -> dict[str, range]:
    """Return the next numbers of several series in ``year``: of each ``scope`` as many as it asks for.

    One statement adds to the series and locks their rows until the transaction ends, in the order of their scopes, so
    that no two writers wait for each other: nobody gets the same number, and a rolled-back writer leaves no gap.
    Raises TransactionManagementError outside a transaction.
    """
    connection.validate_no_broken_transaction()
    if not connection.in_atomic_block:
        raise TransactionManagementError("a number is taken inside the transaction that uses it")
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO core_numberseries AS series (scope, year, last_number)"
            " SELECT scope, %s, count FROM unnest(%s::text[], %s::int[]) AS asked (scope, count)"
            " ON CONFLICT (scope, year) DO UPDATE SET last_number = series.last_number + excluded.last_number"
            " RETURNING scope, last_number",
            [year, sorted(counts), [counts[scope] for scope in sorted(counts)]],
        )
        return {scope: range(last - counts[scope] + 1, last + 1) for scope, last in cursor.fetchall()}
