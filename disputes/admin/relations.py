"""Related matters, on the case page."""

from collections.abc import Iterable
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.admin import CaseAdmin, Panel
from cases.enums import Procedure
from cases.models import Case
from core import clock
from core.admin import Act, account
from disputes.enums import RelationGround
from disputes.forms.relations import RelateForm, UnrelateForm
from disputes.models import SafetyFlag
from disputes.querysets import RELATE
from disputes.reports.relations import relations_of
from disputes.services.relate import relate_cases, unrelate_cases


def _relate(case: Case, user: Any, data: dict[str, Any]) -> str:
    ground = RelationGround(data["ground"])
    relate_cases(case.pk, number=data["number"], ground=ground, actor=user, now=clock.now())
    return _("The matters are related.")


def _unrelate(case: Case, user: Any, data: dict[str, Any]) -> str:
    told = {"relation_id": data["relation"].pk, "reason": data["reason"]}
    unrelate_cases(case.pk, **told, actor=user, now=clock.now())
    return _("The matters are not related any more; it stays on record.")


def _is_dispute(case: Case) -> bool:
    return getattr(case, "dispute", None) is not None


def _sees_a_relation(case: Case, user: Any) -> bool:
    return relations_of(case, user=user).standing().exists()


def relation_acts() -> Iterable[Act]:
    """Return the acts about related matters; one is ended by whoever sees that there is one."""
    yield Act(
        "relate", gettext_lazy("Relate to another matter"), RELATE, RelateForm, _is_dispute, _relate, is_secondary=True
    )
    yield Act(
        "unrelate",
        gettext_lazy("End a relation to another matter"),
        RELATE,
        UnrelateForm,
        _is_dispute,
        _unrelate,
        is_secondary=True,
        is_for=_sees_a_relation,
    )


def relations_panel(request: HttpRequest, case: Case) -> dict[str, Any] | None:
    """Return the matters that belong to this one, as far as the reader sees them; None where the reader sees none."""
    rows = relations_of(case, user=account(request)).select_related("case", "other")
    lines = [(row, row.far_side(case.pk)) for row in rows]
    flags = SafetyFlag.objects.standing().filter(case__in=[other.pk for _row, other in lines])
    return {"lines": lines, "in_danger": set(flags.values_list("case", flat=True))} if lines else None


CaseAdmin.procedure_acts[Procedure.DISPUTE].append(relation_acts)
CaseAdmin.panels.append(Panel("disputes/relations_panel.html", relations_panel))
