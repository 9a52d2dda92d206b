"""Number series without gaps: a number is taken in the transaction that uses it, or not at all."""

from django.db import connection
from django.db.transaction import TransactionManagementError


def take_numbers(scope: str, year: int, *, count: int = 1) -> range:
    """Return the next ``count`` numbers of the series ``scope`` in ``year``.

    One statement adds to the series and locks its row until the transaction ends, so two writers never get the
    same number and a rolled-back one leaves no gap. Raises TransactionManagementError outside a transaction.
    """
    connection.validate_no_broken_transaction()
    if not connection.in_atomic_block:
        raise TransactionManagementError("a number is taken inside the transaction that uses it")
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO core_numberseries (scope, year, last_number) VALUES (%s, %s, %s)"
            " ON CONFLICT (scope, year)"
            " DO UPDATE SET last_number = core_numberseries.last_number + excluded.last_number"
            " RETURNING last_number",
            [scope, year, count],
        )
        last = cursor.fetchone()[0]
    return range(last - count + 1, last + 1)
