"""The check of what was reported, by somebody else; the end of the wait for a review; and a round begun anew."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from cases.enums import ClockKind, EventKind, Stage
from cases.models import Case
from cases.services.clocks import cancel_steps, end_clocks
from cases.services.events import record
from cases.services.papers import require_papers
from cases.services.reopen import reopen_case
from cases.services.results import confirm_and_keep_open, confirm_result, return_result
from core.errors import DomainError
from core.models import User
from petitions.enums import Action, State
from petitions.rules.procedure import STAGES
from petitions.services.notices import check_notices
from petitions.services.obtain import move_to, obtain_petition


@transaction.atomic
def confirm_petition(case_id: int, *, remark: str, actor: User, now: datetime) -> Case:
    """Confirm what was reported. Raises NoticeOwed while the petitioner was not told, SeparationOfDuties as results do.

    An opinion stays open to review until its thirty days are over; everything else is closed with the check.
    """
    petition, case, state = obtain_petition(case_id, Action.CONFIRM, actor=actor)
    check_notices(case)
    if state is State.REVIEW_WINDOW:
        window = case.clocks.filter(kind=ClockKind.PET_ASKREVIEW, round=case.round)
        confirm_and_keep_open(case, remark=remark, actor=actor, now=now)
        _keep_running(window, now=now)
    else:
        confirm_result(case, remark=remark, actor=actor, now=now)
    move_to(petition, state)
    return case
