"""What people may say on the page of a case about who has no part in it."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.forms.recusals import AccusedForm, GroundForm, RecuseForm, RecusePersonForm
from cases.models import Case
from cases.querysets import ASSIGN, DECLARE
from cases.services.recuse import Target, declare_interest, name_accused, recuse_center, recuse_person
from core import clock
from core.admin import Act


def _recuse_center(case: Case, user: Any, data: dict[str, Any]) -> str:
    recusal = recuse_center(case.pk, center=data["center"], ground=data["ground"], actor=user, now=clock.now())
    names = {"center": data["center"].name, "holder": recusal.case.holder.name}
    if recusal.case.holder == data["center"]:
        return _("Noted. Nobody above %(center)s is in office, so the matter stays there until somebody is.") % names
    return _("Noted. %(center)s has no part in the matter any more; %(holder)s holds it.") % names


def _recuse_person(case: Case, user: Any, data: dict[str, Any]) -> str:
    recuse_person(case.pk, person=data["person"], ground=data["ground"], actor=user, now=clock.now())
    return _("Noted. %(target)s has no part in the matter any more.") % {"target": data["person"]}


def _declare(case: Case, user: Any, data: dict[str, Any]) -> str:
    declare_interest(case.pk, ground=data["ground"], actor=user, now=clock.now())
    return _("Noted. %(number)s goes on without you, and you no longer see it.") % {"number": case.number}


def _name_accused(case: Case, user: Any, data: dict[str, Any]) -> str:
    accused = Target(data["person"], data["unit"], data["center"], data["name"])
    name_accused(case.pk, accused=accused, actor=user, now=clock.now())
    return _("Noted. Whoever is complained of, serves there or below has no part in the matter and does not see it.")


def _is_open(case: Case) -> bool:
    return case.closed_at is None


def recusal_acts() -> Iterable[Act]:
    """Return the acts by which somebody is kept out of a case."""
    yield Act(
        "accused",
        gettext_lazy("Name the accused"),
        ASSIGN,
        AccusedForm,
        _is_open,
        _name_accused,
        gettext_lazy("They, those who serve there and those below lose sight of the matter at once."),
        is_secondary=True,
    )
    yield Act(
        "recuse",
        gettext_lazy("Center has no part"),
        ASSIGN,
        RecuseForm,
        _is_open,
        _recuse_center,
        gettext_lazy(
            "Those who serve there lose sight of the matter at once. If the center holds it, the matter goes up."
        ),
        is_secondary=True,
    )
    yield from _people_out()


def _people_out() -> Iterable[Act]:
    yield Act(
        "recuse_person",
        gettext_lazy("Person has no part"),
        ASSIGN,
        RecusePersonForm,
        _is_open,
        _recuse_person,
        gettext_lazy("The person loses sight of the matter at once."),
        is_secondary=True,
    )
    yield Act(
        "interest",
        gettext_lazy("Declare an interest of my own"),
        DECLARE,
        GroundForm,
        _is_open,
        _declare,
        gettext_lazy("You lose sight of the matter at once. Only do so if you or people close to you are concerned."),
        is_secondary=True,
    )
