"""What must hold of the database before the product may serve."""

from collections.abc import Sequence
from typing import Any

from django.core.checks import CheckMessage, Error, Tags, Warning, register
from django.db import connections


@register(Tags.database)
def check_trigrams(databases: Sequence[str] | None = None, **_kwargs: Any) -> list[CheckMessage]:
    """A database made with locale C drops Chinese characters from its text search without a word."""
    messages: list[CheckMessage] = []
    for alias in databases or []:
        with connections[alias].cursor() as cursor:
            cursor.execute("SELECT '中' ~ '^\\w$'")
            if not cursor.fetchone()[0]:
                messages.append(
                    Error(
                        "The database does not treat Chinese characters as letters.",
                        hint="Create it with the locale C.UTF-8.",
                        id="core.E001",
                    )
                )
    return messages


@register(Tags.database, deploy=True)
def check_separate_roles(databases: Sequence[str] | None = None, **_kwargs: Any) -> list[CheckMessage]:
    """The role that serves requests must not own the tables it is kept from changing."""
    messages: list[CheckMessage] = []
    for alias in databases or []:
        with connections[alias].cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public' AND tableowner = current_user")
            if cursor.fetchone()[0]:
                messages.append(
                    Warning(
                        "The application's database role owns tables.",
                        hint="Set DATABASE_OWNER_URL to another role.",
                        id="core.W001",
                    )
                )
    return messages
