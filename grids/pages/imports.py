"""What the page of a roster file shows: how far it is, counts that add up, and the rows behind each count."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, Final
from urllib.parse import urlencode

from django.core.paginator import Page, Paginator
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from core import clock
from grids.enums import ImportPhase, ImportState, RosterKind, RowAction, RowOutcome
from grids.models import RosterFile, RosterImport
from grids.pages.changes import shown_changes
from grids.pages.rows import ShownRow, shown_absent, shown_kept, shown_problems, shown_rows
from grids.reports import absent_rows
from grids.rules.imports import last_day_to_undo
from grids.services.staging import STAGED

SHOWN_ROWS: Final = 50
_RELATED: Final = {RosterKind.MEMBERS: ("grid", "member"), RosterKind.GRIDS: ("grid",)}
_OUTCOMES: Final = {"errors": RowOutcome.ERROR, "warnings": RowOutcome.WARNING}


@dataclass(frozen=True, slots=True)
class Tab:
    """One count of the page; its rows are shown when it is chosen."""

    name: str
    label: str | Promise
    count: int
    url: str
    is_chosen: bool


def import_context(roster_import: RosterImport, query: Mapping[str, str]) -> dict[str, Any]:
    """Return what the template ``grids/import.html`` shows."""
    tabs = _tabs(roster_import, query.get("show", ""))
    chosen = next((tab for tab in tabs if tab.is_chosen), None)
    return {
        "roster_import": roster_import,
        "progress": progress_of(roster_import),
        "tabs": tabs,
        "chosen": chosen,
        "page": _page(roster_import, chosen.name, query.get("page", "1")) if chosen else None,
        "has_marked_copy": RosterFile.objects.filter(pk=roster_import.pk, annotated__isnull=False).exists(),
        "undo_until": last_day_to_undo(clock.local_day(roster_import.written_at)) if roster_import.written_at else None,
    }


def progress_of(roster_import: RosterImport) -> dict[str, Any]:
    """Return how far the work is: what is being done, rows done of all rows, and whether it goes on at all."""
    is_running = roster_import.state in ImportState.at_work() or roster_import.phase == ImportPhase.MARKING
    phase = ImportPhase(roster_import.phase).label if roster_import.phase else roster_import.get_state_display()
    return {
        "is_running": is_running,
        "state": roster_import.state,
        "phase": str(phase),
        "done": roster_import.rows_done,
        "total": roster_import.rows_total,
    }


def _tabs(roster_import: RosterImport, chosen: str) -> list[Tab]:
    """Return the counts that are not nought, one of them chosen."""
    counts = [
        ("errors", _("With an error"), roster_import.error_rows),
        ("warnings", _("With a warning"), roster_import.warning_rows),
        (RowAction.CHANGED.value, _("Changed"), roster_import.changed_rows),
        (RowAction.NEW.value, _("New"), roster_import.new_rows),
        (RowAction.SAME.value, _("Unchanged"), roster_import.same_rows),
        ("absent", _("In the system, not in the file"), roster_import.absent_rows),
        ("kept", _("Not undone"), len(roster_import.not_undone)),
    ]
    filled = [entry for entry in counts if entry[2]]
    names = [name for name, _label, _count in filled]
    name = chosen if chosen in names else _first_to_show(names, ImportState(roster_import.state))
    return [Tab(one, label, count, f"?{urlencode({'show': one})}", one == name) for one, label, count in filled]


def _first_to_show(names: list[str], state: ImportState) -> str:
    """Return what is shown unasked: of a file that waits its errors, of another one what came of it."""
    if state in {ImportState.READY, ImportState.CONFIRMED}:
        return next(iter(names), "")
    if state is ImportState.UNDONE and "kept" in names:
        return "kept"
    return next((name for name in names if name not in _OUTCOMES), next(iter(names), ""))


def _page(roster_import: RosterImport, name: str, number: str) -> Page:
    """Return one page of the rows behind a count, as ``ShownRow``; numbers of people are masked."""
    kind = RosterKind(roster_import.kind)
    rows, show = _rows(roster_import, kind, name)
    page = Paginator(rows, SHOWN_ROWS).get_page(number)
    page.object_list = show(list(page.object_list))
    return page


def _rows(
    roster_import: RosterImport, kind: RosterKind, name: str
) -> tuple[Any, Callable[[list[Any]], list[ShownRow]]]:
    if name == "kept":
        return roster_import.not_undone, shown_kept
    if name == "absent":
        return absent_rows(roster_import, on=clock.today()), shown_absent
    staged = STAGED[kind].objects.filter(roster_import=roster_import).select_related(*_RELATED[kind]).order_by("number")
    if name in _OUTCOMES:
        return staged.filter(outcome=_OUTCOMES[name]), shown_problems
    written_on = roster_import.occasion if roster_import.written_at else ""
    show = partial(shown_changes, written_on=written_on) if name == RowAction.CHANGED else shown_rows
    return staged.filter(action=name), show
