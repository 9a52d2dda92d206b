"""The check of what was reported, by somebody else, and the end of the wait for a review."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from cases.enums import ClockKind, Stage
from cases.models import Case
from cases.services.clocks import cancel_clocks, end_clocks
from cases.services.results import close_confirmed, confirm_and_keep_open, confirm_result, return_result
from core.errors import DomainError
from core.models import User
from petitions.enums import Action, State
from petitions.reports.referrals import assigned_by, checks_for
from petitions.reports.standing import opinion_to_execute
from petitions.rules.instances import COURSES, WINDOWS, instance_at
from petitions.rules.procedure import STAGES
from petitions.services.execute import watch_execution
from petitions.services.notices import check_notices, drop_notices
from petitions.services.obtain import move_to, obtain_petition
from petitions.services.review import follow_decision


@transaction.atomic
def confirm_petition(case_id: int, *, remark: str, actor: User, now: datetime) -> Case:
    """Confirm what was reported. Raises NoticeOwed while the petitioner was not told, SeparationOfDuties as results do.

    An opinion stays open to review until the thirty days since its service are over, and until it was executed; a
    review that was asked for meanwhile begins. Everything else is closed with the check.
    """
    petition, case, state = obtain_petition(case_id, Action.CONFIRM, actor=actor)
    _check_for_assigner(case, actor)
    check_notices(case)
    reported_at = case.results.get(verified_at=None).reported_at
    if state is State.CLOSED or (state is State.FINAL and opinion_to_execute(case) is None):
        confirm_result(case, remark=remark, actor=actor, now=now)
    else:
        confirm_and_keep_open(case, remark=remark, actor=actor, now=now)
    move_to(petition, state)
    end_clocks(case.clocks.open().filter(kind=ClockKind.PET_ASSIGNED), ended_at=reported_at, now=now)
    if state is not State.CLOSED:
        follow_decision(petition, actor=actor, now=now)
    if case.stage == Stage.CLOSED:
        move_to(petition, State.CLOSED)
    else:
        watch_execution(case, actor=actor, now=now)
    return case


def _check_for_assigner(case: Case, actor: User) -> None:
    assigner = assigned_by(case)
    if assigner is not None and not checks_for(case, actor):
        raise DomainError(
            _("%(center)s assigned the petition: somebody who checks results there judges it (art. 22)."),
            center=assigner.name,
        )


@transaction.atomic
def return_petition(case_id: int, *, remark: str, actor: User, now: datetime) -> Case:
    """Send what was reported back for more work, with the reason; what was to be told of it and was not, is not owed.

    A served opinion is replaced by another one, whose own thirty days run from its own service. Raises DomainError once
    a review of it was asked for: a higher organ decides about it.
    """
    petition, case, state = obtain_petition(case_id, Action.RETURN, actor=actor)
    _check_for_assigner(case, actor)
    course = COURSES[instance_at(State(petition.state))]
    if course.next and case.reviews.pending().filter(instance=course.next).exists():
        raise DomainError(
            _("A review of it was asked for (arts. 35 and 36). Verify it: the higher organ decides about it.")
        )
    result = return_result(case, back_at=STAGES[state], remark=remark, actor=actor, now=now)
    drop_notices(case, since=result.reported_at, now=now)
    if course.window:
        cancel_clocks(case.clocks.running().filter(kind=course.window), now=now)
    if state is State.IN_PROCEDURE:
        case.statutory_procedures.filter(pk=case.statutory_procedures.latest("pk").pk).update(ended_on=None)
    move_to(petition, state)
    return case


@transaction.atomic
def close_petition(case_id: int, *, actor: User, now: datetime) -> Case:
    """Close a petition about whose opinion no review was asked for, once it was executed.

    Raises DomainError before the petitioner's days are over, and while what was decided is not done.
    """
    petition, case, state = obtain_petition(case_id, Action.CLOSE, actor=actor)
    window = case.clocks.running().filter(kind__in=WINDOWS.values())
    running = window.filter(due_at__gt=now).first()
    if running is not None:
        raise DomainError(
            _("The petitioner can ask for a review until %(day)s (Regulations on Petition Work, arts. 35 and 36)."),
            day=running.due_on.isoformat(),
        )
    if (open_one := opinion_to_execute(case)) is not None:
        raise DomainError(
            _("Opinion %(number)s is not executed yet (Regulations on Petition Work, art. 32). Record its execution."),
            number=open_one.number,
        )
    end_clocks(window, ended_at=now, now=now)
    close_confirmed(case, actor=actor, now=now)
    move_to(petition, state)
    return case
