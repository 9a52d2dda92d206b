"""The check of what was reported, by somebody else, and the end of the wait for a review."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from cases.enums import ClockKind
from cases.models import Case
from cases.services.clocks import cancel_clocks, end_clocks
from cases.services.results import close_confirmed, confirm_and_keep_open, confirm_result, return_result
from core.errors import DomainError
from core.models import User
from petitions.enums import Action, State
from petitions.rules.procedure import STAGES
from petitions.services.notices import check_notices, drop_notices
from petitions.services.obtain import move_to, obtain_petition


@transaction.atomic
def confirm_petition(case_id: int, *, remark: str, actor: User, now: datetime) -> Case:
    """Confirm what was reported. Raises NoticeOwed while the petitioner was not told, SeparationOfDuties as results do.

    An opinion stays open to review until the thirty days since its service are over; everything else is closed with
    the check.
    """
    petition, case, state = obtain_petition(case_id, Action.CONFIRM, actor=actor)
    check_notices(case)
    judge = confirm_and_keep_open if state is State.REVIEW_WINDOW else confirm_result
    judge(case, remark=remark, actor=actor, now=now)
    move_to(petition, state)
    return case


@transaction.atomic
def return_petition(case_id: int, *, remark: str, actor: User, now: datetime) -> Case:
    """Send what was reported back for more work, with the reason; what was to be told of it and was not, is not owed.

    A served opinion is replaced by another one, whose own thirty days run from its own service.
    """
    petition, case, state = obtain_petition(case_id, Action.RETURN, actor=actor)
    result = return_result(case, back_at=STAGES[state], remark=remark, actor=actor, now=now)
    drop_notices(case, since=result.reported_at, now=now)
    cancel_clocks(case.clocks.running().filter(kind=ClockKind.PET_ASKREVIEW), now=now)
    if state is State.IN_PROCEDURE:
        case.statutory_procedures.filter(pk=case.statutory_procedures.latest("pk").pk).update(ended_on=None)
    move_to(petition, state)
    return case


@transaction.atomic
def close_petition(case_id: int, *, actor: User, now: datetime) -> Case:
    """Close a petition about whose opinion no review was asked for. Raises DomainError before the days are over."""
    petition, case, state = obtain_petition(case_id, Action.CLOSE, actor=actor)
    window = case.clocks.running().filter(kind=ClockKind.PET_ASKREVIEW)
    running = window.filter(due_at__gt=now).first()
    if running is not None:
        raise DomainError(
            _("The petitioner can ask for a review until %(day)s (Regulations on Petition Work, art. 35)."),
            day=running.due_on.isoformat(),
        )
    end_clocks(window, ended_at=now, now=now)
    close_confirmed(case, actor=actor, now=now)
    move_to(petition, state)
    return case
