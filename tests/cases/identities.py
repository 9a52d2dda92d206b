"""The name that must stand nowhere, and a look at all that the database holds."""

from contextlib import contextmanager

from django.conf import settings
from django.db import connection

NAME, MOBILE, ADDRESS = "样本甲", "13800000001", "示例路1号"


@contextmanager
def past_every_wall():
    """Let the block read and write as the owner of the tables, whom no wall binds."""
    with connection.cursor() as cursor:
        cursor.execute("RESET ROLE")
        yield cursor
        cursor.execute(f"SET ROLE {settings.DATABASE_APP_ROLE}")


def everything():
    """Return all that the database holds, as text."""
    with past_every_wall() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        text = ""
        for (table,) in cursor.fetchall():
            cursor.execute(f"SELECT coalesce(string_agg(t::text, ' '), '') FROM {table} t")  # noqa: S608 - tables of ours
            text += cursor.fetchone()[0]
    return text
