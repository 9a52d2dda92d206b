"""What protects somebody whose safety is at stake, on the case page."""

from collections.abc import Iterable
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.admin import CaseAdmin, Panel
from cases.enums import Procedure
from cases.models import Case
from core import clock
from core.admin import Act
from disputes.enums import SafetyDuty, SafetyKind
from disputes.forms.safety import ClearSafetyForm, FlagSafetyForm, SafetyMeasureForm
from disputes.pages.safety import safety_panel
from disputes.services.safety import clear_safety, flag_safety, flagged_kinds, record_measure


def _flag(case: Case, user: Any, data: dict[str, Any]) -> str:
    flag_safety(case.pk, kind=SafetyKind(data["kind"]), ground=data["ground"], actor=user, now=clock.now())
    return _("Noted. The parties are heard apart from now on; what is owed stands on the page of the matter.")


def _clear(case: Case, user: Any, data: dict[str, Any]) -> str:
    clear_safety(case.pk, flag_id=data["flag"].pk, clearance=data["clearance"], actor=user, now=clock.now())
    return _("The safety flag is cleared; it stays on record.")


def _measure(case: Case, user: Any, data: dict[str, Any]) -> str:
    done = {"done_on": data["done_on"], "note": data["note"]}
    record_measure(case.pk, duty=SafetyDuty(data["duty"]), **done, actor=user, now=clock.now())
    return _("Recorded.")


def _may_be_flagged(case: Case) -> bool:
    is_open = case.closed_at is None and getattr(case, "dispute", None) is not None
    return is_open and len(flagged_kinds(case)) < len(SafetyKind)


def _is_flagged(case: Case) -> bool:
    return case.closed_at is None and bool(flagged_kinds(case))


def safety_acts() -> Iterable[Act]:
    """Return the acts about somebody's safety."""
    yield Act(
        "safety_measure",
        gettext_lazy("Record a measure of protection"),
        "cases.handle_case",
        SafetyMeasureForm,
        _is_flagged,
        _measure,
    )
    yield Act(
        "flag_safety",
        gettext_lazy("Somebody's safety is at stake"),
        "disputes.flag_safety",
        FlagSafetyForm,
        _may_be_flagged,
        _flag,
        gettext_lazy("From then on the parties are heard apart. Only a second person clears it."),
        is_secondary=True,
    )
    yield Act(
        "clear_safety",
        gettext_lazy("Clear a safety flag"),
        "cases.verify_case",
        ClearSafetyForm,
        _is_flagged,
        _clear,
        gettext_lazy("The parties may be brought together again."),
        is_secondary=True,
    )


def _panel(_request: HttpRequest, case: Case) -> dict[str, Any] | None:
    return safety_panel(case)


CaseAdmin.procedure_acts[Procedure.DISPUTE].append(safety_acts)
CaseAdmin.panels.append(Panel("disputes/safety_panel.html", _panel, leads=True))
