"""What must hold of the database before the product may serve."""

from collections.abc import Sequence
from typing import Any, Final

from django.apps import apps
from django.conf import settings
from django.core import checks
from django.db import connections
from django.db.models import Model

from core.crypto import EncryptedBinaryField, EncryptedTextField
from core.personal import policy_of

ENCRYPTED: Final = (EncryptedTextField, EncryptedBinaryField)


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


@checks.register(checks.Tags.models)
def check_personal_data(**_kwargs: Any) -> list[checks.CheckMessage]:
    """Refuse an encrypted field of which the policy does not say how it looks, and a policy without its field."""
    return [message for model in apps.get_models() for message in policy_faults(model)]


def policy_faults(model: type[Model]) -> list[checks.Error]:
    """Return what is wrong with one model's policy for personal data."""
    fields = {field.name: field for field in model._meta.concrete_fields}  # noqa: SLF001 - the documented Meta API
    encrypted = {name for name, field in fields.items() if isinstance(field, ENCRYPTED)}
    told = set(policy_of(model))
    return [
        checks.Error(
            f"{model.__name__}.{name} holds personal data and the policy does not say how it is masked.",
            hint="Give it an entry in the model's PERSONAL.",
            id="core.E002",
        )
        for name in sorted(encrypted - told)
    ] + [
        checks.Error(f"{model.__name__} has no field {name}, of which its policy speaks.", id="core.E003")
        for name in sorted(told - set(fields))
    ]


@checks.register(checks.Tags.security, deploy=True)
def check_second_factor(**_kwargs: Any) -> list[checks.CheckMessage]:
    """Refuse a place where a password alone lets people in."""
    if settings.SECOND_FACTOR:
        return []
    return [
        checks.Error(
            "Nobody is asked for a second factor.",
            hint="Take DEMO out of the environment, or set SECOND_FACTOR=true.",
            id="core.E004",
        )
    ]


@checks.register(checks.Tags.security, deploy=True)
def check_proxies(**_kwargs: Any) -> list[checks.CheckMessage]:
    """Warn when a proxy is believed about HTTPS and not about addresses: all visitors would be one address."""
    if settings.TRUSTED_PROXIES or settings.SECURE_PROXY_SSL_HEADER is None:
        return []
    return [
        checks.Warning(
            "A proxy stands in front, and every visitor seems to come from it.",
            hint="Set TRUSTED_PROXIES to the number of proxies that add to X-Forwarded-For.",
            id="core.W002",
        )
    ]
