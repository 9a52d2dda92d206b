"""How often something may happen, counted in the database: a flushed broker lets nobody through.

A limit that cannot be asked is an error of the database and ends the request; nothing is let through unasked.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import connection, models

from core.crypto import lookup_hash

KEPT_FOR: Final = timedelta(days=1)

_TAKE: Final = """
INSERT INTO core_tokenbucket AS bucket (key, tokens, filled_at) VALUES (%(key)s, %(burst)s - 1, %(now)s)
ON CONFLICT (key) DO UPDATE SET
    tokens = least(%(burst)s, bucket.tokens + greatest(0, extract(epoch FROM %(now)s - bucket.filled_at)) / %(every)s)
             - 1,
    filled_at = greatest(bucket.filled_at, %(now)s)
WHERE least(%(burst)s, bucket.tokens + greatest(0, extract(epoch FROM %(now)s - bucket.filled_at)) / %(every)s) >= 1
RETURNING tokens
"""


class TokenBucket(models.Model):
    """How much of one limit is left to one asker. ``key`` is a keyed hash: addresses are not kept."""

    key = models.CharField(max_length=32, primary_key=True)
    tokens = models.FloatField()
    filled_at = models.DateTimeField()

    class Meta:
        default_permissions = ()
        indexes = [models.Index(fields=["filled_at"], name="tokenbucket_by_time")]

    def __str__(self) -> str:
        return f"{self.key}: {self.tokens:.1f}"


@dataclass(frozen=True, slots=True)
class Limit:
    """At most ``burst`` times at once, and once more every ``every``."""

    name: str
    burst: int
    every: timedelta


def take(limit: Limit, *, asker: str, now: datetime) -> bool:
    """Return whether ``asker`` may once more, and count it if so. Of simultaneous askers no two get the last one."""
    values: dict[str, Any] = {
        "key": lookup_hash(asker, context=f"limit.{limit.name}"),
        "burst": limit.burst,
        "every": limit.every.total_seconds(),
        "now": now,
    }
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, values)
        return cursor.fetchone() is not None


def forget_full_buckets(*, now: datetime) -> int:
    """Remove what nobody has asked for in a day, and return how many; every limit is full again by then."""
    return TokenBucket.objects.filter(filled_at__lt=now - KEPT_FOR).delete()[0]
