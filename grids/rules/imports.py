"""Where a roster file may go from where it stands, and how long it can be undone."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Final

from django.utils.translation import gettext_lazy as _

from core.transitions import follow
from grids.enums import ImportAct, ImportState

UNDO_DAYS: Final = 30

TRANSITIONS: Final[Mapping[tuple[ImportState, ImportAct], ImportState]] = {
    (ImportState.WAITING, ImportAct.DISCARD): ImportState.DISCARDED,
    (ImportState.READY, ImportAct.DISCARD): ImportState.DISCARDED,
    (ImportState.READY, ImportAct.CONFIRM): ImportState.CONFIRMED,
    (ImportState.CONFIRMED, ImportAct.WRITE): ImportState.WRITTEN,
    (ImportState.CONFIRMED, ImportAct.SHOW_AGAIN): ImportState.READY,
    (ImportState.WRITTEN, ImportAct.ASK_UNDO): ImportState.UNDOING,
    (ImportState.UNDOING, ImportAct.UNDO): ImportState.UNDONE,
}


def next_state(state: ImportState, act: ImportAct) -> ImportState:
    """Return the state that ``act`` leads to; raise IllegalTransition if none."""
    refusal = _("“%(action)s” is not open while the file is “%(state)s”. Reload the page to see what is.")
    return follow(TRANSITIONS, state, act, refusal=refusal)


def last_day_to_undo(written_on: date) -> date:
    """Return the last day on which a file written on ``written_on`` can be undone.

    >>> last_day_to_undo(date(2026, 6, 1))
    datetime.date(2026, 7, 1)
    """
    return written_on + timedelta(days=UNDO_DAYS)
