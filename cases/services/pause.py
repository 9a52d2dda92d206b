"""Times that do not count: a limit stops for a listed reason, and goes on with as many days left as it had."""

from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction
from django.db.models import F, Value
from django.db.models.functions import Least
from django.utils.translation import gettext_lazy as _

from cases.enums import ClockKind, ClockState, EventKind, PauseReason, Stage
from cases.models import Case, Clock, ClockStep, Pause
from cases.querysets import HANDLE
from cases.rules.pauses import PAUSED_BESIDE, PAUSED_BY, fitting_reasons
from cases.services.clocks import end_clocks, open_clocks, refresh_due, start_clock
from cases.services.events import record
from cases.services.move import replan_clocks
from cases.services.obtain import obtain_case
from core import clock
from core.errors import DomainError, IllegalTransition
from core.models import User

WATCH = "cases.supervise_case"
NO_GROUND = _(
    "The law stops a limit only for a hearing in a re-review (Regulations on Petition Work, art. 36), for a medical "
    "appraisal (Regulations on Medical Disputes, art. 38) and for an appraisal in a court-entrusted mediation (Rules "
    "on Online Mediation of the People's Courts, art. 26). No limit that runs here can be paused for this reason."
)


@transaction.atomic
def start_pause(case_id: int, *, reason: PauseReason, ground: str, actor: User, now: datetime) -> list[Pause]:
    """Stop the limits of a case that ``reason`` stops, and start the limit of the pause itself.

    The days after today do not count until the pause ends. Steps that have not fired are cancelled. Raises
    DomainError for a reason that stops no limit of the case, for limits that have passed, and while a pause is open.
    """
    case = obtain_case(case_id, actor=actor, permission=HANDLE)
    rows = _to_pause(case, reason, now=now)
    before = case.clocks.filter(kind=ClockKind.PAUSE).count()
    longest = start_clock(case, ClockKind.PAUSE, now=now, subject=str(before + 1))
    pauses = Pause.objects.bulk_create(
        Pause(
            clock=row,
            reason=reason,
            ground=ground,
            started_on=longest.started_on,
            until_on=longest.due_on,
            started_by=actor,
            started_at=now,
        )
        for row in rows
    )
    Clock.objects.filter(pk__in=[row.pk for row in rows]).update(state=ClockState.PAUSED)
    ClockStep.objects.waiting().filter(clock__in=rows).update(cancelled_at=now)
    refresh_due([case.pk])
    for row in rows:
        started_on = longest.started_on.isoformat()
        record(
            case,
            EventKind.CLOCK_PAUSED,
            actor=actor,
            now=now,
            clock=row.kind,
            started_on=started_on,
            pause=reason.value,
        )
    return pauses


def _to_pause(case: Case, reason: PauseReason, *, now: datetime) -> list[Clock]:
    if case.stage not in {Stage.TRIAGED, Stage.HANDLING}:
        raise IllegalTransition(_("Only the limits of a matter in handling can be paused."))
    rows = open_clocks(case)
    if any(row.state == ClockState.PAUSED for row in rows):
        raise DomainError(_("The limits are paused already. End that pause first."))
    if reason not in fitting_reasons([row.kind for row in rows]):
        raise DomainError(NO_GROUND)
    in_time = [row for row in rows if row.due_at > now]
    stopped = [row for row in in_time if row.kind in PAUSED_BY[reason]]
    if not stopped:
        raise DomainError(_("The limit has passed. Only a limit that has not ended yet can be paused."))
    return stopped + [row for row in in_time if row.kind in PAUSED_BESIDE[reason]]


@transaction.atomic
def end_pause(case_id: int, *, actor: User, now: datetime) -> Case:
    """Let the paused limits of a case go on from tomorrow; for its handler, and for whoever watches its limits.

    A pause that should have ended by itself before ends on its own last day. Raises IllegalTransition where none is.
    """
    mine = Case.objects.obtainable_by(actor, HANDLE).filter(pk=case_id).exists()
    case = obtain_case(case_id, actor=actor, permission=HANDLE if mine else WATCH)
    rows = open_clocks(case)
    paused = [row for row in rows if row.state == ClockState.PAUSED]
    longest = next((row for row in rows if row.kind == ClockKind.PAUSE), None)
    if not paused or longest is None:
        raise IllegalTransition(_("No limit of this matter is paused."))
    ClockStep.objects.waiting().filter(clock=longest).update(cancelled_at=now)
    at = min(now, longest.due_at)
    resume_clocks(paused, ended_on=min(clock.local_day(now), longest.due_on), at=at, actor=actor, now=now)
    return case


@transaction.atomic
def end_longest_pause(clock_id: int, *, at: datetime, actor: User, now: datetime) -> None:
    """Let the limits go on whose pause has lasted as long as it may; ``clock_id`` is the limit of that pause.

    ``at`` is the moment when that was so, which a sweep that was behind finds later. The case is locked by the caller.
    """
    longest = Clock.objects.select_related("case").get(pk=clock_id)
    paused = list(longest.case.clocks.paused().select_related("holder"))
    resume_clocks(paused, ended_on=longest.due_on, at=at, actor=actor, now=now)


def resume_clocks(rows: Sequence[Clock], *, ended_on: date, at: datetime, actor: User, now: datetime) -> None:
    """Let paused clocks of one locked case run again as of ``at``; the days up to ``ended_on`` do not count.

    Their last days move, the steps that have not fired get their new moments, and with the last of a case's pauses
    the limit of the pause ends too.
    """
    if not rows:
        return
    open_ones = Pause.objects.filter(clock__in=rows, ended_at=None)
    open_ones.update(ended_on=Least(F("until_on"), Value(ended_on)), ended_at=at, ended_by=actor)
    for row in rows:
        row.state = ClockState.RUNNING
    Clock.objects.bulk_update(rows, ["state"])
    replan_clocks(rows, today=ended_on, now=at)
    case = rows[0].case
    for row in rows:
        due_on = row.due_on.isoformat()
        record(case, EventKind.CLOCK_RESUMED, actor=actor, now=now, at=at, clock=row.kind, due_on=due_on)
    if not Pause.objects.filter(clock__case=case, ended_at=None).exists():
        longest = case.clocks.running().filter(kind=ClockKind.PAUSE)
        ClockStep.objects.waiting().filter(clock__in=longest, at__gt=at).update(cancelled_at=now)
        longest.update(state=ClockState.MET, ended_at=at)


def finish_clocks(rows: Sequence[Clock], *, ended_at: datetime, actor: User, now: datetime) -> None:
    """End clocks of one locked case, whether they run or are paused: a pause ends on the day on which its clock does.

    The limit of the pause itself ends with the last of the case's pauses.
    """
    paused = [row for row in rows if row.state == ClockState.PAUSED]
    resume_clocks(paused, ended_on=clock.local_day(ended_at), at=ended_at, actor=actor, now=now)
    end_clocks([row for row in rows if row.kind != ClockKind.PAUSE], ended_at=ended_at, now=now)
