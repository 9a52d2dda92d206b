"""Joint mediation: the units asked, on the page of the matter, and what a unit was asked, on a page of its own."""

from collections.abc import Iterable
from typing import Any

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.decorators import display

from cases.admin import CaseAdmin, Panel
from cases.enums import Category, Procedure
from cases.models import Case
from cases.querysets import HANDLE
from cases.reports.holdings import rows_of
from core import clock
from core.admin import Act, ActsOnPageAdmin
from disputes.enums import JointAnswer
from disputes.forms.joint import AgreeToJoinForm, AskUnitForm, DeclineToJoinForm, ReleaseUnitForm
from disputes.models import JointUnit
from disputes.services.joint import agree_to_join, ask_unit, decline_to_join, is_joinable, release_unit


def _ask(case: Case, user: Any, data: dict[str, Any]) -> str:
    told = {"purpose": data["purpose"], "consented_on": data["consented_on"]}
    asked = ask_unit(case.pk, unit_id=data["unit"].pk, **told, actor=user, now=clock.now())
    return _("%(unit)s is asked to take part.") % {"unit": asked.unit.name}


def _release(case: Case, user: Any, data: dict[str, Any]) -> str:
    told = {"row_id": data["joint_unit"].pk, "ground": data["ground"]}
    gone = release_unit(case.pk, **told, actor=user, now=clock.now())
    return _("%(unit)s no longer takes part.") % {"unit": gone.unit.name}


def _may_ask(case: Case) -> bool:
    return not case.is_sealed and is_joinable(case)


def _has_asked(case: Case) -> bool:
    return case.closed_at is None and case.joint_units.standing(round_number=case.round).exists()


def joint_acts() -> Iterable[Act]:
    """Return the acts that bring other units into a mediation."""
    yield Act(
        "ask_unit",
        gettext_lazy("Ask a unit to take part"),
        HANDLE,
        AskUnitForm,
        _may_ask,
        _ask,
        gettext_lazy("The unit learns the number of the matter, its category and what it is asked for, nothing else."),
        is_secondary=True,
    )
    yield Act(
        "release_unit",
        gettext_lazy("Release a unit"),
        HANDLE,
        ReleaseUnitForm,
        _has_asked,
        _release,
        gettext_lazy(
            "The unit's mediators are taken out of the sessions that have not begun, and the unit is told so."
        ),
        is_secondary=True,
    )


def joint_panel(_request: HttpRequest, case: Case) -> dict[str, Any] | None:
    """Return the units that were asked to take part and their answers; None where none was."""
    rows = list(rows_of(case, case.joint_units.select_related("unit__center")).order_by("asked_at", "pk"))
    return {"rows": rows} if rows else None


def _agree(row: JointUnit, user: Any, _data: dict[str, Any]) -> str:
    agree_to_join(row.pk, actor=user, now=clock.now())
    return _("Your unit takes part. Planned sessions stand on this page.")


def _decline(row: JointUnit, user: Any, data: dict[str, Any]) -> str:
    decline_to_join(row.pk, ground=data["ground"], actor=user, now=clock.now())
    return _("Your unit does not take part.")


def _waits(row: JointUnit) -> bool:
    is_open = not row.answer and row.released_at is None and row.round == row.case.round
    return is_open and is_joinable(row.case)


@admin.register(JointUnit)
class JointUnitAdmin(ActsOnPageAdmin):
    """What the units of the reader were asked: no more of the matter than they need."""

    list_display = ("number", "asking_center", "unit", "asked_at", "standing")
    list_display_links = ("number",)
    list_select_related = ("case__holder", "unit")
    search_fields = ("case__number",)
    search_help_text = gettext_lazy("Number of the matter")
    fields = readonly_fields = (
        *("number", "asking_center", "category", "unit", "what_for", "consent", "asked_at"),
        *("answer_text", "ground", "answered_at", "planned_sessions"),
    )

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return request.user.has_perm(HANDLE)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm(HANDLE)

    @admin.display(description=gettext_lazy("case number"), ordering="case__number")
    def number(self, row: JointUnit) -> str:
        return row.case.number

    @admin.display(description=gettext_lazy("center that asks"))
    def asking_center(self, row: JointUnit) -> str:
        return row.case.holder.name

    @admin.display(description=gettext_lazy("category"))
    def category(self, row: JointUnit) -> str:
        return _unless_released(row, Category(row.case.category).label)

    @admin.display(description=gettext_lazy("what the unit is asked for"))
    def what_for(self, row: JointUnit) -> str:
        return _unless_released(row, row.purpose)

    @admin.display(description=gettext_lazy("parties consented to it on"))
    def consent(self, row: JointUnit) -> str:
        return _unless_released(row, row.consented_on)

    @display(
        description=gettext_lazy("answer"),
        label={"waiting": "warning", "agreed": "success", "declined": "", "released": ""},
    )
    def standing(self, row: JointUnit) -> tuple[str, str]:
        if row.released_at is not None:
            return "released", _("Released")
        return (row.answer, str(JointAnswer(row.answer).label)) if row.answer else ("waiting", _("Not answered yet"))

    @admin.display(description=gettext_lazy("answer"))
    def answer_text(self, row: JointUnit) -> str:
        return self.standing(row)[1]

    @admin.display(description=gettext_lazy("planned sessions"))
    def planned_sessions(self, row: JointUnit) -> str:
        """Return when and where the matter's sessions are, as long as the unit takes part in the mediation."""
        if not is_taking_part(row):
            return "—"
        planned = row.case.sessions.planned().filter(round=row.round)
        lines = [f"{one.starts_at.astimezone(clock.SHANGHAI):%Y-%m-%d %H:%M} {one.place}" for one in planned]
        return "；".join(lines) or "—"

    def acts(self) -> Iterable[Act]:
        yield Act(
            "agree",
            gettext_lazy("Take part"),
            HANDLE,
            AgreeToJoinForm,
            _waits,
            _agree,
            waits=lambda row, _u: _waits(row),
        )
        yield Act("decline", gettext_lazy("Do not take part"), HANDLE, DeclineToJoinForm, _waits, _decline)

    def rights_on(self, request: HttpRequest, row: JointUnit) -> frozenset[str]:
        return frozenset({HANDLE})


def _unless_released(row: JointUnit, text: object) -> str:
    """Return what a unit reads of a matter, nothing of it once it was released: it has no part in it any more."""
    return "—" if row.released_at is not None else str(text)


def is_taking_part(row: JointUnit) -> bool:
    """Return whether the unit takes part in a mediation that goes on."""
    return row.answer == JointAnswer.AGREED and row.released_at is None and is_joinable(row.case)


CaseAdmin.procedure_acts[Procedure.DISPUTE].append(joint_acts)
CaseAdmin.panels.append(Panel("disputes/joint_panel.html", joint_panel))
