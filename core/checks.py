"""What must hold of the database before the product may serve."""

from collections.abc import Sequence
from typing import Any

from django.core import checks
from django.db import connections


@checks.register(checks.Tags.database)
def check_trigrams(databases: Sequence[str] | None = None, **_kwargs: Any) -> list[checks.CheckMessage]:
    """Refuse a database made with locale C: it drops Chinese characters from its text search without a word."""
    messages: list[checks.CheckMessage] = []
    for alias in databases or []:
        with connections[alias].cursor() as cursor:
            cursor.execute("SELECT '中' ~ '^\\w$'")
            if not cursor.fetchone()[0]:
                messages.append(
                    checks.Error(
                        "The database does not treat Chinese characters as letters.",
                        hint="Create it with the locale C.UTF-8.",
                        id="core.E001",
                    )
                )
    return messages


@checks.register(checks.Tags.database, deploy=True)
def check_separate_roles(databases: Sequence[str] | None = None, **_kwargs: Any) -> list[checks.CheckMessage]:
    """Warn when the role that serves requests owns the tables it is to be kept from changing."""
    messages: list[checks.CheckMessage] = []
    for alias in databases or []:
        with connections[alias].cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public' AND tableowner = current_user")
            if cursor.fetchone()[0]:
                messages.append(
                    checks.Warning(
                        "The application's database role owns tables.",
                        hint="Set DATABASE_OWNER_URL to another role.",
                        id="core.W001",
                    )
                )
    return messages
