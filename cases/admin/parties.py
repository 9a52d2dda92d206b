from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.enums import Procedure, Stage
from cases.forms.parties import AddPartyForm
from cases.models import Case
from cases.querysets import HANDLE
from cases.services.add_party import add_party
from core import clock
from core.admin import Act


def _add(case: Case, user: Any, data: dict[str, Any]) -> str:
    add_party(case.pk, new=data["party"], actor=user, now=clock.now())
    return _("The party is added.")


def party_acts() -> Iterable[Act]:
    """Return the act by which somebody becomes a party after registration."""
    yield Act(
        "add_party",
        gettext_lazy("Add a party"),
        HANDLE,
        AddPartyForm,
        lambda case: case.procedure == Procedure.DISPUTE and case.stage in {Stage.TRIAGED, Stage.HANDLING},
        _add,
        gettext_lazy("Where every party has to agree, this one is asked as well."),
        is_secondary=True,
    )
