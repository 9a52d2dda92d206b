"""Who mediates a matter, on the case page."""

from collections.abc import Iterable
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.admin import CaseAdmin, Panel
from cases.enums import Procedure
from cases.models import Case
from cases.querysets import ASSIGN, HANDLE
from cases.reports.holdings import rows_of
from core import clock
from core.admin import Act
from disputes.enums import ChosenBy, Language, State
from disputes.forms.mediators import LanguagesForm, NameMediatorForm, ObjectForm
from disputes.models import Mediator
from disputes.rules.procedure import NAMES_MEDIATORS
from disputes.services.mediators import name_mediator, note_languages, object_to_mediator


def _name(case: Case, user: Any, data: dict[str, Any]) -> str:
    chosen_by = ChosenBy(data["chosen_by"])
    name_mediator(case.pk, person=data["person"], chosen_by=chosen_by, actor=user, now=clock.now())
    return _("%(person)s mediates the matter.") % {"person": data["person"].full_name}


def _object(case: Case, user: Any, data: dict[str, Any]) -> str:
    told = {"party_id": data["party"].pk, "objection": data["objection"], "successor": data["successor"]}
    object_to_mediator(case.pk, mediator_id=data["mediator"].pk, **told, actor=user, now=clock.now())
    return _("%(person)s mediates the matter.") % {"person": data["successor"].full_name}


def _speak(case: Case, user: Any, data: dict[str, Any]) -> str:
    languages = [Language(one) for one in data["languages"]]
    note_languages(case.pk, languages=languages, actor=user, now=clock.now())
    return _("The languages are noted.")


def _can_be_named(case: Case) -> bool:
    dispute = getattr(case, "dispute", None)
    return dispute is not None and case.handler_id is not None and State(dispute.state) in NAMES_MEDIATORS


def _can_be_replaced(case: Case) -> bool:
    return _can_be_named(case) and rows_of(case, Mediator.objects.filter(case=case)).of_round(case.round).exists()


def mediator_acts() -> Iterable[Act]:
    """Return the acts about who mediates."""
    yield Act(
        "name_mediator",
        gettext_lazy("Name a mediator"),
        HANDLE,
        NameMediatorForm,
        _can_be_named,
        _name,
        is_secondary=True,
    )
    yield Act(
        "object_mediator",
        gettext_lazy("Objection to the mediator"),
        ASSIGN,
        ObjectForm,
        _can_be_replaced,
        _object,
        gettext_lazy("The mediator is replaced at once and has no part in the matter any more."),
        is_secondary=True,
    )

    yield Act(
        "note_languages",
        gettext_lazy("Languages of the parties"),
        HANDLE,
        LanguagesForm,
        _can_be_named,
        _speak,
        is_secondary=True,
    )


def mediators_panel(_request: HttpRequest, case: Case) -> dict[str, Any] | None:
    """Return who mediated the matter in all its rounds and what its parties speak; None while nothing is known."""
    dispute = getattr(case, "dispute", None)
    languages = [str(Language(one).label) for one in dispute.languages] if dispute else []
    rows = list(rows_of(case, Mediator.objects.filter(case=case)).select_related("person", "objector"))
    return {"rows": rows, "languages": languages} if rows or languages else None


CaseAdmin.procedure_acts[Procedure.DISPUTE].append(mediator_acts)
CaseAdmin.panels.append(Panel("disputes/mediators_panel.html", mediators_panel))
