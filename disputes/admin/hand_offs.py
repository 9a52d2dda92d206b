"""What goes between a mediation and organs of the state, on the case page."""

from collections.abc import Iterable
from typing import Any, Final

from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.admin import CaseAdmin, Panel
from cases.enums import Procedure
from cases.models import Case
from core import clock
from core.admin import Act, account
from disputes.enums import Organ, OrganAnswer, State, TellingWay
from disputes.forms.hand_offs import (
    HandOffForm,
    OrganAnswerForm,
    ReceiveHandOffForm,
    TellOrganForm,
    WithdrawHandOffForm,
)
from disputes.pages.hand_offs import ANSWER, HAND_OUT, RECEIVE, TELL, WITHDRAW, hand_off_panel
from disputes.reports.hand_offs import result_to_tell
from disputes.rules.hand_offs import may_be_entrusted
from disputes.services.hand_offs import (
    RECORD,
    hand_off,
    receive_hand_off,
    record_answer,
    tell_organ,
    withdraw_hand_off,
)


def _receive(case: Case, user: Any, data: dict[str, Any]) -> str:
    receive_hand_off(case.pk, new=data["new"], actor=user, now=clock.now())
    return _("Recorded. Every party still has to consent, and the organ is told the result.")


def _tell(case: Case, user: Any, data: dict[str, Any]) -> str:
    told = {"told_on": data["told_on"], "how": TellingWay(data["told_how"]), "letter": data["told_letter"]}
    tell_organ(case.pk, hand_off_id=data["hand_off"].pk, **told, actor=user, now=clock.now())
    return _("Recorded.")


def _hand_off(case: Case, user: Any, data: dict[str, Any]) -> str:
    hand_off(case.pk, new=data["new"], actor=user, now=clock.now())
    return _("Recorded. The mediation stands where it stood until the organ answers.")


def _answer(case: Case, user: Any, data: dict[str, Any]) -> str:
    said = {"answer": OrganAnswer(data["answer"]), "answered_on": data["answered_on"], "note": data["note"]}
    record_answer(case.pk, hand_off_id=data["hand_off"].pk, **said, actor=user, now=clock.now())
    return _("Recorded.")


def _withdraw(case: Case, user: Any, data: dict[str, Any]) -> str:
    withdraw_hand_off(case.pk, hand_off_id=data["hand_off"].pk, reason=data["reason"], actor=user, now=clock.now())
    return _("Withdrawn. It stays on record and counts no more.")


def _is_mediation(case: Case) -> bool:
    return case.closed_at is None and getattr(case, "dispute", None) is not None


def _may_be_entrusted(case: Case) -> bool:
    return _is_mediation(case) and any(may_be_entrusted(State(case.dispute.state), organ) for organ in Organ)


def _is_owed(case: Case) -> bool:
    return _is_mediation(case) and case.hand_offs.owed().exists() and result_to_tell(case) is not None


WITHDRAWING: Final = gettext_lazy(
    "For what was recorded by mistake. The source of the matter, its limit and a report that was ticked off as a duty"
    " go back to how they stand without it."
)


def entrusted_acts() -> Iterable[Act]:
    """Return the acts about what an organ of the state entrusted: that it did, and what it was told in the end."""
    yield Act(
        TELL,
        gettext_lazy("Tell the organ the result"),
        RECORD,
        TellOrganForm,
        _is_owed,
        _tell,
        waits=lambda _case, _user: True,
    )
    yield Act(
        RECEIVE,
        gettext_lazy("Entrusted by an organ"),
        RECORD,
        ReceiveHandOffForm,
        _may_be_entrusted,
        _receive,
        gettext_lazy("The matter is closed only after the organ was told the result."),
        is_secondary=True,
    )


def hand_off_acts() -> Iterable[Act]:
    """Return the acts about what was handed to an organ of the state, and the one for what was recorded by mistake."""
    yield Act(
        ANSWER,
        gettext_lazy("Record the answer of an organ"),
        RECORD,
        OrganAnswerForm,
        lambda case: case.hand_offs.open_to_answer().exists(),
        _answer,
    )
    yield Act(
        HAND_OUT,
        gettext_lazy("Hand to another organ"),
        RECORD,
        HandOffForm,
        _is_mediation,
        _hand_off,
        is_secondary=True,
    )
    yield Act(
        WITHDRAW,
        gettext_lazy("Withdraw a hand-off"),
        RECORD,
        WithdrawHandOffForm,
        lambda case: _is_mediation(case) and case.hand_offs.to_withdraw().exists(),
        _withdraw,
        WITHDRAWING,
        is_secondary=True,
    )


def _panel(request: HttpRequest, case: Case) -> dict[str, Any] | None:
    return hand_off_panel(case, user=account(request), today=clock.today())


CaseAdmin.procedure_acts[Procedure.DISPUTE] += [entrusted_acts, hand_off_acts]
CaseAdmin.panels.append(Panel("disputes/hand_off_panel.html", _panel))
