"""The clock fence: once the clocks contradict one another nothing happens by itself, until a person releases it."""

from datetime import datetime
from typing import Final

from django.db import IntegrityError, connection, transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from core.clock import Reading
from core.errors import DomainError
from core.jobs import system_account
from core.jumps import Jump, find_jump
from core.models import ClockMark, FenceAct, FenceEntry, User

FIRST: Final = 1


class FenceOpen(DomainError):
    """The clock fence is not closed, or no longer by the entry that was to be released."""

    code = "fence_open"


def lets_pass(reading: Reading) -> bool:
    """Return whether automatic effects may happen at the moment of ``reading``.

    While the fence is open this leaves a mark of the reading. If the reading contradicts the earlier ones or the
    database's clock, the fence closes instead, for everybody, and stays closed until ``release``.
    """
    last = FenceEntry.objects.first()
    if last is not None and last.act == FenceAct.CLOSED:
        return False
    jump = find_jump(
        reading,
        earlier=_last_of_boot(reading.boot_id),
        newest_at=ClockMark.objects.aggregate(newest=Max("wall_at"))["newest"],
        database_at=database_now(),
    )
    if jump is None:
        _leave_mark(reading)
        return True
    _close(jump, reading, number=last.number + 1 if last else FIRST)
    return False


def release(number: int, *, actor: User, reason: str, now: datetime) -> FenceEntry:
    """Let automatic effects happen again, from the clocks as they stand: the marks of before count no longer.

    Nothing is made up for: what is due by the rows fires at the next run. An actor who may not release raises
    FenceEntry.DoesNotExist; FenceOpen is raised if entry ``number`` is no longer what keeps the fence closed.
    """
    FenceEntry.objects.releasable_by(actor).get(pk=number)
    if not reason.strip():
        raise DomainError(_("Say what was wrong with the clock; without a reason the fence stays closed."))
    try:
        with transaction.atomic():
            ClockMark.objects.all().delete()
            return FenceEntry.objects.create(
                number=number + 1, act=FenceAct.RELEASED, at=now, actor=actor, reason=reason.strip()
            )
    except IntegrityError:  # entries alternate and each number is there once: the database knows who was faster
        raise FenceOpen(_("The fence is open already. Reload the page to see who released it.")) from None


def database_now() -> datetime:
    """Return the moment it is by the database's clock."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        return cursor.fetchone()[0]


def _last_of_boot(boot_id: str) -> Reading | None:
    mark = ClockMark.objects.filter(boot_id=boot_id).first()
    return None if mark is None else Reading(mark.wall_at, mark.uptime, mark.boot_id, mark.host)


def _leave_mark(reading: Reading) -> None:
    """Keep ``reading`` unless a later one of the same boot is there: a process that was paused writes late."""
    if ClockMark.objects.filter(boot_id=reading.boot_id, uptime__lte=reading.uptime).update(
        wall_at=reading.wall_at, uptime=reading.uptime, host=reading.host
    ):
        return
    mark = ClockMark(boot_id=reading.boot_id, host=reading.host, wall_at=reading.wall_at, uptime=reading.uptime)
    ClockMark.objects.bulk_create([mark], ignore_conflicts=True)


def _close(jump: Jump, reading: Reading, *, number: int) -> None:
    """Record the closing, once: of several workers that see the same jump one writes it."""
    try:
        with transaction.atomic():
            FenceEntry.objects.create(
                number=number,
                act=FenceAct.CLOSED,
                at=jump.at,
                actor=system_account(),
                cause=jump.cause,
                off_by=jump.by,
                wall_at=reading.wall_at,
                host=reading.host,
            )
    except IntegrityError:
        if not FenceEntry.objects.filter(pk=number).exists():
            raise
