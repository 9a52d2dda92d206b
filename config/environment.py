"""The one reader of the process environment: typed, and loud when something is missing or malformed."""

import os
import stat
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qs, unquote, urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured
from psycopg import ProgrammingError
from psycopg.conninfo import conninfo_to_dict

from core.keys import Key, MalformedKeys, parse_key, parse_ring, shared_keys

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


def secret(name: str, default: str | None = None) -> str:
    """Return the variable ``name``, or what stands in the file that ``<name>_FILE`` names and its owner alone may read.

    Raises ImproperlyConfigured when both are given, or neither and there is no default, or the file cannot be trusted.
    """
    given, file = env.str(name, default=""), env.str(f"{name}_FILE", default="")
    if given and file:
        raise ImproperlyConfigured(f"{name} and {name}_FILE are both set; keep one and take the other out")
    if not given and not file and default is not None:
        return default
    if not given and not file:
        raise ImproperlyConfigured(f"{name} is not set; set it, or let {name}_FILE name a file that holds it")
    return str(given) if given else _only_owners(Path(file), name=f"{name}_FILE").strip()


def key(name: str) -> bytes:
    """Return a secret in base64 as 32 bytes of key."""
    with _named(name):
        return parse_key(secret(name), size=32, name="the key")


def key_ring(name: str) -> dict[str, Key]:
    """Return a secret ``id:key,id:key`` as keys by id, the first one being the one to encrypt with."""
    with _named(name):
        return parse_ring(secret(name))


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


def apart(*, lookup: bytes, **rings: Mapping[str, Key]) -> None:
    """Refuse rings that share a key: what each of them protects is to be opened by nobody who holds another one."""
    held = {name: [key.raw for key in ring.values()] for name, ring in rings.items()}
    if told := shared_keys({**held, "LOOKUP_KEY": [lookup]}):
        raise ImproperlyConfigured("; ".join(told))


def refuse_half_a_provider(*, issuer: str, client: str, secret: str, is_demo: bool) -> None:
    """Raise ImproperlyConfigured for a provider of single sign-on that could not be used, or not safely."""
    if not issuer and (client or secret):
        raise ImproperlyConfigured("OIDC_ISSUER is not set; set it, or take OIDC_CLIENT_ID and OIDC_CLIENT_SECRET out")
    if issuer and not (client and secret):
        raise ImproperlyConfigured("OIDC_ISSUER is set; set OIDC_CLIENT_ID and OIDC_CLIENT_SECRET as well")
    parts = urlsplit(issuer)
    allowed = {"https", "http"} if is_demo else {"https"}
    if issuer and (parts.scheme not in allowed or not parts.hostname or parts.query or parts.fragment):
        raise ImproperlyConfigured("OIDC_ISSUER has to be an address that begins with https:// and has no query")


@contextmanager
def _named(name: str) -> Iterator[None]:
    """Say of which variable keys are malformed."""
    try:
        yield
    except MalformedKeys as error:
        raise ImproperlyConfigured(f"{name}: {error}") from error


def _only_owners(path: Path, *, name: str) -> str:
    """Return the text of a file that nobody but its owner may open; the file that was looked at is the one read."""
    try:
        with open(path, encoding="utf-8", opener=_at_once) as file:
            mode = os.fstat(file.fileno()).st_mode
            if not stat.S_ISREG(mode):
                raise ImproperlyConfigured(f"{name}: {path} is not a file")
            if mode & (stat.S_IRWXG | stat.S_IRWXO):
                raise ImproperlyConfigured(f"{name}: others may open {path}; close it with: chmod 600 {path}")
            return file.read()
    except OSError as error:
        raise ImproperlyConfigured(f"{name}: {path} cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise ImproperlyConfigured(f"{name}: {path} is not text") from error


def _at_once(path: str, flags: int) -> int:
    """Open without waiting: at a pipe one would wait for its other end."""
    return os.open(path, flags | os.O_NONBLOCK)
