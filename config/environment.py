"""The one reader of the process environment: typed, and loud when something is missing or malformed."""

import base64
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import parse_qs, unquote, urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured
from psycopg import ProgrammingError
from psycopg.conninfo import conninfo_to_dict

env = environ.Env()

# A database that is away is noticed in seconds, also by a connection that was open when it went.
NETWORK_LIMITS: Final = {
    "connect_timeout": "5",
    "keepalives_idle": "30",
    "keepalives_interval": "10",
    "keepalives_count": "3",
    "tcp_user_timeout": "30000",
}


def text(name: str, default: str | None = None) -> str:
    """Return the variable ``name``; raise ImproperlyConfigured when it is unset and has no default."""
    return str(env.str(name) if default is None else env.str(name, default=default))


def flag(name: str, *, default: bool) -> bool:
    return bool(env.bool(name, default=default))


def whole(name: str, *, default: int) -> int:
    return int(env.int(name, default=default))


def names(name: str, *, default: list[str]) -> list[str]:
    """Return a comma-separated variable as a list."""
    return list(env.list(name, default=default))


def key(name: str) -> bytes:
    """Return a base64 variable as 32 bytes of key."""
    return _key_bytes(name, text(name))


def key_ring(name: str) -> dict[str, bytes]:
    """Return ``id:base64,id:base64`` as keys by id, the first one being the one to encrypt with."""
    ring = {}
    for part in text(name).split(","):
        key_id, _, value = part.strip().partition(":")
        ring[key_id] = _key_bytes(name, value)
    return ring


def database(url: str, *, limits: Mapping[str, int] | None = None) -> dict[str, Any]:
    """Return Django's settings for a ``postgresql://`` URL; a percent-encoded socket folder may stand as host.

    ``limits`` are PostgreSQL's timeouts for each session, in seconds. What the URL says comes before everything here.
    """
    try:
        parts = conninfo_to_dict(url)
    except ProgrammingError as error:
        raise ImproperlyConfigured(f"Not a PostgreSQL URL: {error}") from error
    known = {"dbname": "NAME", "user": "USER", "password": "PASSWORD", "host": "HOST", "port": "PORT"}
    settings = {known[name]: value for name, value in parts.items() if name in known}
    options = {name: value for name, value in parts.items() if name not in known}
    session = " ".join(f"-c {name}={seconds}s" for name, seconds in (limits or {}).items())
    return {
        "ENGINE": "core.database",
        **settings,
        "OPTIONS": {**NETWORK_LIMITS, **({"options": session} if session else {}), **options},
    }


def broker(redis_url: str) -> str:
    """Return the Celery spelling of a Redis URL: it names a unix socket differently from redis-py."""
    parts = urlsplit(redis_url)
    if parts.scheme != "unix":
        return redis_url
    number = parse_qs(parts.query).get("db", ["0"])[0]
    return f"redis+socket://{unquote(parts.path)}?virtual_host={number}"


def _key_bytes(name: str, value: str) -> bytes:
    try:
        raw = base64.b64decode(value, validate=True)
    except ValueError as error:
        raise ImproperlyConfigured(f"{name} is not base64") from error
    if len(raw) != 32:  # noqa: PLR2004 - AES-256 and HMAC-SHA-256 take 32 bytes
        raise ImproperlyConfigured(f"{name} must hold 32 bytes, it holds {len(raw)}")
    return raw
