"""The second person's decision on what a first one has asked for about a matter."""

from datetime import datetime
from typing import Final, TypeVar

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from cases.enums import DecisionState
from cases.models import IdentityReveal, SensitivityChange
from cases.querysets import DECIDE_IDENTITY
from cases.rules.sensitivity import has_lapsed
from cases.services.obtain import obtain_case
from core.errors import IllegalTransition
from core.models import User
from core.separation import require_another

A = TypeVar("A", IdentityReveal, SensitivityChange)
OWN_ASK: Final = _("Whoever asked does not decide. Leave it to somebody else.")
OWN_PROPOSAL: Final = _("Whoever proposed it does not confirm it. Leave it to somebody else.")


def obtain_asked(model: type[A], *, pk: int, own: str | Promise, actor: User, now: datetime) -> A:
    """Return what waits for a decision of ``actor``, on its locked case.

    Raises ``DoesNotExist`` for what the actor does not see, IllegalTransition for what was decided or has lapsed, and
    SeparationOfDuties, in the words ``own``, for what they have asked for themselves.
    """
    rows = model.objects
    case_id = rows.visible_to(actor).values_list("case", flat=True).get(pk=pk)
    case = obtain_case(case_id, actor=actor, permission=DECIDE_IDENTITY)
    asked = rows.select_related("asked_by").get(pk=pk)
    if asked.state != DecisionState.ASKED or has_lapsed(asked.asked_at, now):
        raise IllegalTransition(_("It has been decided already, or has lapsed after a day."))
    require_another(actor, than={asked.asked_by_id}, refusal=own)
    asked.case = case
    return asked


def decide(
    asked: IdentityReveal | SensitivityChange, *, state: DecisionState, remark: str, actor: User, now: datetime
) -> None:
    """Note on ``asked``, without writing it, what ``actor`` has decided."""
    asked.state, asked.remark, asked.decided_by, asked.decided_at = state, remark, actor, now
