"""Failed attempts to get in, and how long one has to wait after them.

An attempt is counted before the password is looked at and forgiven when it was right, so that of a thousand
simultaneous guesses no more are answered than of a thousand in a row.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core.crypto import lookup_hash
from core.door.models import FailedAttempts
from core.errors import DomainError

# Domain: thirty minutes after five failures. By name and address, so that a clerk locks neither the office behind the
# same address nor, from elsewhere, a colleague.
FAILURES_OF_ONE_ADDRESS: Final = 5
LOCK: Final = timedelta(minutes=30)

# From all addresses together a name may fail oftener; then each failure doubles the wait, up to a bearable one:
# somebody who guesses from everywhere must not keep the owner out for good.
FAILURES_OF_ALL_ADDRESSES: Final = 20
FIRST_WAIT: Final = timedelta(seconds=1)
LONGEST_WAIT: Final = timedelta(minutes=5)

FORGOTTEN_AFTER: Final = timedelta(days=1)


class LockedOut(DomainError):
    """Too many attempts have failed; nothing was looked at, and the next attempt may be made at ``until``."""

    code = "locked_out"

    def __init__(self, *, until: datetime) -> None:
        super().__init__(_("Too many attempts have failed. Wait, and then try again."))
        self.until = until


def wait_of_one_address(failures: int) -> timedelta:
    """Return how long a name waits at an address after so many failures in a row.

    >>> wait_of_one_address(4), wait_of_one_address(5)
    (datetime.timedelta(0), datetime.timedelta(seconds=1800))
    """
    return LOCK if failures >= FAILURES_OF_ONE_ADDRESS else timedelta(0)


def wait_of_all_addresses(failures: int) -> timedelta:
    """Return how long a name waits everywhere after so many failures in a row from whatever addresses.

    >>> [wait_of_all_addresses(failures).seconds for failures in (19, 20, 21, 27, 28, 29, 1000)]
    [0, 1, 2, 128, 256, 300, 300]
    """
    if failures < FAILURES_OF_ALL_ADDRESSES:
        return timedelta(0)
    doublings = min(failures - FAILURES_OF_ALL_ADDRESSES, 30)
    return min(FIRST_WAIT * 2**doublings, LONGEST_WAIT)


@transaction.atomic
def count_attempt(kind: str, *, name: str, address: str, now: datetime) -> bool:
    """Count an attempt as failed until it is forgiven, and return whether it locks the name at this address.

    ``kind`` is what is tried, as a password and a code are counted apart. Both counters are locked meanwhile. Raises
    LockedOut, counting nothing, when one has to wait.
    """
    waits = {
        _key(kind, name, address): wait_of_one_address,
        _key(kind, name): wait_of_all_addresses,
    }
    new = [FailedAttempts(key=key, failed_at=now, locked_until=now) for key in waits]
    FailedAttempts.objects.bulk_create(new, ignore_conflicts=True)
    rows = list(FailedAttempts.objects.select_for_update().filter(key__in=waits).order_by("key"))
    _refuse_while_locked(rows, now)
    for row in rows:
        is_old = row.failed_at + LOCK <= now
        row.failures = 1 if is_old else row.failures + 1
        row.failed_at = now
        row.locked_until = now + waits[row.key](row.failures)
    FailedAttempts.objects.bulk_update(rows, ["failures", "failed_at", "locked_until"])
    return any(row.locked_until == now + LOCK for row in rows)


def refuse_while_locked(kind: str, name: str, address: str, *, now: datetime) -> None:
    """Raise LockedOut while the name has to wait at this address; nothing is counted."""
    keys = [_key(kind, name, address), _key(kind, name)]
    if rows := FailedAttempts.objects.filter(key__in=keys):
        _refuse_while_locked(rows, now)


def forgive(kind: str, *, name: str, address: str, now: datetime) -> None:
    """Forget the failures of somebody who got in, and what is older than a day of everybody."""
    FailedAttempts.objects.filter(key__in=[_key(kind, name, address), _key(kind, name)]).delete()
    FailedAttempts.objects.filter(failed_at__lt=now - FORGOTTEN_AFTER).delete()


def _refuse_while_locked(rows: Iterable[FailedAttempts], now: datetime) -> None:
    until = max(row.locked_until for row in rows)
    if until > now:
        raise LockedOut(until=until)


def _key(kind: str, *parts: str) -> str:
    return lookup_hash("\0".join(parts), context=f"attempt.{kind}")
