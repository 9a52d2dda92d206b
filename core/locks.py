"""Locks that belong to no row. They have a name, Postgres keeps them, and the end of the transaction releases them."""

from django.db import connection


def hold(name: str) -> None:
    """Wait until nobody else holds the lock ``name``, in either way, and hold it alone."""
    _take("pg_advisory_xact_lock", name)


def hold_with_others(name: str) -> None:
    """Wait until nobody holds the lock ``name`` alone, and keep it from being held so; others may do the same."""
    _take("pg_advisory_xact_lock_shared", name)


def try_hold(name: str) -> bool:
    """Hold the lock ``name`` alone, if nobody else holds it; return whether that is so."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 0))", [name])
        return bool(cursor.fetchone()[0])


def _take(function: str, name: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {function}(hashtextextended(%s, 0))", [name])
