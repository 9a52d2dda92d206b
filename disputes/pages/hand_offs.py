from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.urls import reverse

from cases.models import Case
from cases.reports import permissions_on
from cases.reports.holdings import rows_of
from core.models import User
from disputes.enums import Direction, Organ, OrganAnswer, State
from disputes.models import HandOff
from disputes.reports.hand_offs import result_to_tell
from disputes.rules.hand_offs import suggested_end
from disputes.rules.procedure import PERMISSIONS

RECEIVE: Final = "receive_hand_off"
TELL: Final = "tell_organ"
HAND_OUT: Final = "hand_off"
ANSWER: Final = "organ_answer"
WITHDRAW: Final = "withdraw_hand_off"


@dataclass(frozen=True, slots=True)
class HandOffLine:
    """One hand-off on the page: whether something is owed or awaited, for how many days, and how to end it."""

    row: HandOff
    is_owed: bool = False
    waiting_days: int | None = None
    reason: str = ""
    way_out: str = ""


def hand_off_panel(case: Case, *, user: User, today: date) -> dict[str, Any] | None:
    """Return what went between the mediation and organs, both ways; None while nothing did.

    Whoever may end the mediation is led there once an organ took the matter up.
    """
    rows = list(rows_of(case, case.hand_offs.select_related("recorded_by", "told_by", "result", "withdrawn_by")))
    if not rows:
        return None
    return {
        "entrusted": [_entrusted(row) for row in rows if row.direction == Direction.IN],
        "handed_out": [_handed_out(row, case, user, today) for row in rows if row.direction == Direction.OUT],
        "has_result": result_to_tell(case) is not None,
    }


def act_url(case: Case, name: str) -> str:
    """Return where an act of the matter is done."""
    return reverse("admin:cases_case_act", args=[case.pk, name])


def _entrusted(row: HandOff) -> HandOffLine:
    if row.withdrawn_at is not None:
        return HandOffLine(row)
    return HandOffLine(row, is_owed=row.result is None or row.result.is_confirmed is False)


def _handed_out(row: HandOff, case: Case, user: User, today: date) -> HandOffLine:
    if row.withdrawn_at is not None:
        return HandOffLine(row)
    if not row.answer:
        return HandOffLine(row, waiting_days=(today - row.handed_on).days)
    end = suggested_end(State(case.dispute.state), Organ(row.organ), OrganAnswer(row.answer))
    if end is None:
        return HandOffLine(row)
    action, reason = end
    way_out = act_url(case, action.value) if PERMISSIONS[action] in permissions_on(user, case) else ""
    return HandOffLine(row, reason=str(reason.label), way_out=way_out)
