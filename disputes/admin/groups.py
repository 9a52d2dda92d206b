"""Disputes of one cause that are heard together, on the page of each of them."""

from collections.abc import Callable, Iterable
from functools import cache
from typing import Any, Final

from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from cases.admin import CaseAdmin, Panel
from cases.enums import Procedure, Sensitivity
from cases.models import Case
from cases.querysets import HANDLE
from core import clock
from core.admin import Act, ActForm, account
from disputes.enums import State
from disputes.forms.groups import (
    CancelGroupSessionForm,
    EndGroupForm,
    EndRepresentativeForm,
    FormGroupForm,
    JoinGroupForm,
    LeaveGroupForm,
    NameRepresentativesForm,
    PlanGroupSessionForm,
)
from disputes.pages.groups import group_panel
from disputes.reports.groups import Grouped, group_of
from disputes.rules.groups import bar_to_grouping
from disputes.services.gather import cancel_group_session, plan_group_session
from disputes.services.group import end_group, form_group, join_group, leave_group
from disputes.services.represent import end_representative, name_representatives
from disputes.services.safety import flagged_kinds


def _form(case: Case, user: Any, data: dict[str, Any]) -> str:
    others = [one.pk for one in data["others"]]
    form_group(case.pk, others=others, cause=data["cause"], actor=user, now=clock.now())
    return _("The disputes are heard together; each keeps its own file.")


def _join(case: Case, user: Any, data: dict[str, Any]) -> str:
    join_group(case.pk, others=[one.pk for one in data["others"]], actor=user, now=clock.now())
    return _("Heard together from now on. Representatives speak for those who joined once they are named anew.")


def _leave(case: Case, user: Any, data: dict[str, Any]) -> str:
    leave_group(case.pk, reason=data["reason"], actor=user, now=clock.now())
    return _("The dispute is heard alone from now on.")


def _end(case: Case, user: Any, data: dict[str, Any]) -> str:
    end_group(case.pk, reason=data["reason"], actor=user, now=clock.now())
    return _("The group has ended; its disputes go on alone.")


def _name(case: Case, user: Any, data: dict[str, Any]) -> str:
    parties, chosen_on = [one.pk for one in data["parties"]], data["chosen_on"]
    name_representatives(case.pk, party_ids=parties, chosen_on=chosen_on, actor=user, now=clock.now())
    return _("The representatives are recorded.")


def _end_one(case: Case, user: Any, data: dict[str, Any]) -> str:
    row = data["representative"].pk
    end_representative(case.pk, representative_id=row, reason=data["reason"], actor=user, now=clock.now())
    return _("This one represents the others no more; it stays on record.")


def _plan(case: Case, user: Any, data: dict[str, Any]) -> str:
    count = len(plan_group_session(case.pk, new=data["meeting"], actor=user, now=clock.now()))
    text = ngettext("Planned in %(count)s dispute.", "Planned in %(count)s disputes, each with its own session.", count)
    return text % {"count": count}


def _cancel(case: Case, user: Any, data: dict[str, Any]) -> str:
    session, reason = data["session"].pk, data["reason"]
    count = len(cancel_group_session(case.pk, session_id=session, reason=reason, actor=user, now=clock.now()))
    return ngettext("Cancelled in %(count)s dispute.", "Cancelled in %(count)s disputes.", count) % {"count": count}


Look = Callable[[Case, Grouped | None], bool]


def _is_alone(case: Case, grouped: Grouped | None) -> bool:
    dispute = getattr(case, "dispute", None)
    if dispute is None or grouped is not None:
        return False
    is_flagged = bool(flagged_kinds(case))
    return bar_to_grouping(State(dispute.state), Sensitivity(case.sensitivity), is_flagged=is_flagged) is None


def _is_grouped(_case: Case, grouped: Grouped | None) -> bool:
    return grouped is not None


def _is_represented(_case: Case, grouped: Grouped | None) -> bool:
    return grouped is not None and grouped.representatives().exists()


def _meets(case: Case, grouped: Grouped | None) -> bool:
    return grouped is not None and case.sessions.planned().filter(group=grouped.group).exists()


_PLANS = gettext_lazy(
    "A closed session is planned in each dispute of the group, with all its parties. Representatives of other disputes"
    " stand in its record by name."
)
_PARTS = gettext_lazy("What is planned for it together with the others is cancelled.")
ACTS: Final[tuple[tuple[str, str | Promise, type[ActForm], Look, Callable[..., str], str | Promise], ...]] = (
    ("form_group", gettext_lazy("Hear together with others"), FormGroupForm, _is_alone, _form, ""),
    ("plan_group_session", gettext_lazy("Plan a group session"), PlanGroupSessionForm, _is_grouped, _plan, _PLANS),
    ("cancel_group_session", gettext_lazy("Cancel a group session"), CancelGroupSessionForm, _meets, _cancel, ""),
    ("name_representatives", gettext_lazy("Name representatives"), NameRepresentativesForm, _is_grouped, _name, ""),
    (
        "end_representative",
        gettext_lazy("End a representation"),
        EndRepresentativeForm,
        _is_represented,
        _end_one,
        "",
    ),
    ("join_group", gettext_lazy("Add a dispute to the group"), JoinGroupForm, _is_grouped, _join, ""),
    ("leave_group", gettext_lazy("Take out of the group"), LeaveGroupForm, _is_grouped, _leave, _PARTS),
    ("end_group", gettext_lazy("End the group"), EndGroupForm, _is_grouped, _end, ""),
)


def group_acts() -> Iterable[Act]:
    """Return the acts about disputes that are heard together, all for whoever has the matter on the desk.

    What the handler sees of the group opens them: whoever sees no other dispute of it is offered what is offered for
    one alone. It is looked up once for all of them.
    """
    look_up = cache(_group_on_desk)
    for name, label, form_class, look, run, consequence in ACTS:
        yield Act(
            name,
            label,
            HANDLE,
            form_class,
            _opens(look, look_up),
            run,
            consequence,
            is_secondary=True,
        )


def _opens(look: Look, look_up: Callable[[Case], Grouped | None]) -> Callable[[Case], bool]:
    return lambda case: look(case, look_up(case))


def _group_on_desk(case: Case) -> Grouped | None:
    return None if case.handler is None else group_of(case, user=case.handler)


def _panel(request: HttpRequest, case: Case) -> dict[str, Any] | None:
    return group_panel(case, user=account(request))


CaseAdmin.procedure_acts[Procedure.DISPUTE].append(group_acts)
CaseAdmin.panels.append(Panel("disputes/group_panel.html", _panel))
