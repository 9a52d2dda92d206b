from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from django.urls import reverse
from django.utils.translation import gettext as _

from cases.querysets import HANDLE
from core import clock
from core.links import address_of, page_of
from core.models import User
from disputes.enums import Action, State
from disputes.models import Obligation
from disputes.reports import open_obligations
from disputes.rules.procedure import asked_next
from petitions.rules.procedure import SERVE_NOTICE
from supervision.pages.queue import QueueLine, queue_lines
from supervision.reports import PAGE_SIZE, SUPERVISE, DeskRow, desk_rows

OWED_AT_MOST: Final = 20


@dataclass(frozen=True, slots=True)
class DeskLine:
    """One matter on a handler's desk: its line, where it stands, and the act that it asks for, none while it waits."""

    line: QueueLine
    standing: str
    asked: str
    asked_url: str


@dataclass(frozen=True, slots=True)
class OwedLine:
    """Something that a party of one of the handler's matters has still to do."""

    due_on: date
    is_late: bool
    number: str
    url: str
    what: str
    left: str


def desk_context(user: User, *, now: datetime) -> dict[str, Any] | None:
    """Return a handler's desk, what is due next first; None for whoever has none, or watches over others' desks."""
    if not user.has_perm(HANDLE) or user.has_perm(SUPERVISE):
        return None
    rows = desk_rows(user, now=now)
    lines = queue_lines([row.line for row in rows], now=now)
    return {
        "lines": [_line(row, line) for row, line in zip(rows, lines, strict=True)],
        "owed": _owed(user, today=clock.local_day(now)),
        "all_url": f"{address_of('admin:cases_case_changelist')}?desk=mine" if len(rows) == PAGE_SIZE else "",
    }


def _line(row: DeskRow, line: QueueLine) -> DeskLine:
    state = row.state or row.petition
    label, name = _asked(row)
    url = reverse("admin:cases_case_act", args=[row.line.pk, name]) if name else ""
    return DeskLine(line, str(state.label) if state else "", label, url)


def _asked(row: DeskRow) -> tuple[str, str]:
    """Return the act that where a matter stands asks of its handler, in words and by name; nothing of somebody else's.

    What a petitioner is owed in writing comes before anything else.
    """
    if row.owes_notice:
        return _("Record the service of a notice"), SERVE_NOTICE
    step = row.step if row.state is None else _asked_in_mediation(row, row.state)
    return (str(step.label), step.value) if step else ("", "")


def _asked_in_mediation(row: DeskRow, state: State) -> Action | None:
    return asked_next(state, awaits_consent=row.awaits_consent, session=row.session)


def _owed(user: User, *, today: date) -> Sequence[OwedLine]:
    return [
        OwedLine(
            row.due_on,
            row.due_on < today,
            row.case.number,
            page_of("admin:cases_case_change", row.case_id),
            f"{row.debtor.get_role_display()} {row.debtor.shown_name} · {row.what}",
            _left(row),
        )
        for row in open_obligations(user, at_most=OWED_AT_MOST)
    ]


def _left(row: Obligation) -> str:
    if row.amount is None:
        return ""
    return _("%(amount)s yuan") % {"amount": row.amount - row.performed}  # type: ignore[attr-defined]  # annotated
