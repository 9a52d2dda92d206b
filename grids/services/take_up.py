"""Whose turn a roster file is: one worker at a time, for as long as it shows progress, and three times at most.

What a worker does is bound to its attempt. One that was paused, and finds that another has taken the file up, writes
nothing any more.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import transaction
from django.db.models import Q
from django.utils import translation
from django.utils.translation import gettext as _

from core import clock
from core.errors import DomainError
from grids.enums import ImportPhase, ImportState
from grids.models import TO_WORK_ON, RosterImport

LEASE: Final = timedelta(seconds=60)
ATTEMPTS: Final = 3
# Where a file goes back to when work on it has failed for good.
_AFTER_FAILURE: Final = {
    ImportState.WAITING: ImportState.FAILED,
    ImportState.CONFIRMED: ImportState.READY,
    ImportState.UNDOING: ImportState.WRITTEN,
}


class Overtaken(DomainError):
    """Another worker has taken the file up, or a person has decided otherwise; this attempt writes nothing any more."""

    code = "overtaken"


@dataclass(frozen=True, slots=True)
class Work:
    """A file in a worker's hands: what to do with it, and which attempt this is."""

    import_id: int
    state: ImportState
    phase: str
    attempt: int
    language: str

    def tell(self, phase: ImportPhase, *, done: int = 0, total: int = 0) -> None:
        """Show how far the work is, and keep the file for another while. Raises Overtaken."""
        self._change(phase=phase, rows_done=done, rows_total=total, lease_until=clock.now() + LEASE)

    def end(self, state: ImportState, **fields: Any) -> None:
        """Lay the file down in ``state``. Raises Overtaken."""
        self._change(**{"state": state, "phase": "", "lease_until": None, "attempt": 0, **fields})

    def fail(self, error: DomainError) -> None:
        """Lay the file down because of what is wrong with it, in the words of the error. Raises Overtaken."""
        with translation.override(self.language):
            failure = {"code": error.code, "text": str(error)}
        self.end(_AFTER_FAILURE.get(self.state, self.state), failure=failure)

    def _change(self, **fields: Any) -> None:
        mine = RosterImport.objects.filter(pk=self.import_id, state=self.state, attempt=self.attempt)
        if not mine.update(**fields):
            raise Overtaken(_("This file has been taken up again or decided on in between."))


def take_up(*, now: datetime, import_id: int | None = None) -> Work | None:
    """Take up the oldest file that waits for work and is in nobody's hands, or this one alone; None if none is."""
    while True:
        with transaction.atomic():
            found = _to_work_on(now, import_id).select_for_update(skip_locked=True, of=("self",)).order_by("pk").first()
            if found is None:
                return None
            found.attempt += 1
            found.lease_until = now + LEASE
            found.save(update_fields=["attempt", "lease_until"])
        work = Work(found.pk, ImportState(found.state), found.phase, found.attempt, found.language)
        if found.attempt <= ATTEMPTS:
            return work
        _give_up(work)


def _to_work_on(now: datetime, import_id: int | None) -> Any:
    is_free = Q(lease_until=None) | Q(lease_until__lte=now)
    return RosterImport.objects.filter(TO_WORK_ON, is_free, *([Q(pk=import_id)] if import_id else []))


def _give_up(work: Work) -> None:
    if work.state not in _AFTER_FAILURE:
        work.end(work.state)  # the copy with the errors could not be made; the errors are on the page
        return
    work.fail(
        DomainError(
            _("The work on this file broke off %(count)s times. Upload it again, or ask the administrator."),
            code="broke_off",
            count=ATTEMPTS,
        )
    )
