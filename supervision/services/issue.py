"""Yellow notices: whoever overran a limit is asked, on a numbered paper, to explain it and to say by when it ends."""

from collections import defaultdict

from django.utils.translation import gettext as _

from cases.enums import ClockKind, EventKind, Step
from cases.models import Clock, ClockStep
from cases.services.clocks import ClockStart, start_clocks
from centers.models import Center
from centers.rules import short_name
from core import clock
from core.numbering import take_numbers
from supervision.enums import NoticeLevel, Trigger
from supervision.models import SupervisionNotice
from supervision.rules import notice_number
from supervision.services.batch import Batch


def issue_yellow_notices(batch: Batch, steps: list[ClockStep]) -> None:
    """Issue one yellow notice per step, numbered without gaps per issuing center and year, with a limit to answer."""
    numbers = _take_numbers(batch, steps)
    today = clock.local_day(batch.now)
    starts = [
        ClockStart(late.case, ClockKind.NOTICE_REPLY, late.holder, late.unit, batch.now, today, subject=str(step.pk))
        for step in steps
        for late in (step.clock,)
    ]
    reply_clocks = start_clocks(starts, book=batch.book, calendars=batch.calendars)
    earlier = _earlier_steps(batch, steps)
    notices = [
        SupervisionNotice(
            number=numbers[step.pk],
            level=NoticeLevel.YELLOW,
            trigger=Trigger.S01 if step.clock.kind == ClockKind.SIGN_FOR else Trigger.S02,
            case=step.clock.case,
            clock=step.clock,
            step=step,
            issuer=_issuer(step.clock),
            center=step.clock.holder,
            unit=step.clock.unit,
            handler_id=step.clock.case.handler_id,
            facts=_facts(step, earlier[step.clock_id], batch),
            issued_at=batch.now,
            reply_due_on=reply_clock.due_on,
        )
        for step, reply_clock in zip(steps, reply_clocks, strict=True)
    ]
    SupervisionNotice.objects.bulk_create(notices)
    for step, notice in zip(steps, notices, strict=True):
        _tell(batch, step, notice)


def _issuer(late: Clock) -> Center:
    """Return who issues: the center that holds the matter now, which is above the late one if it has climbed."""
    return late.case.holder


def _take_numbers(batch: Batch, steps: list[ClockStep]) -> dict[int, str]:
    """Return a number for each step. Series are taken in the order of their codes, so that no two workers deadlock."""
    year = clock.local_day(batch.now).year
    by_issuer: dict[tuple[str, str], list[ClockStep]] = defaultdict(list)
    for step in steps:
        issuer = _issuer(step.clock)
        by_issuer[issuer.code, short_name(issuer.name)].append(step)
    numbers = {}
    for (code, name), theirs in sorted(by_issuer.items(), key=lambda item: item[0]):
        taken = take_numbers(f"notice:{code}", year, count=len(theirs))
        numbers.update({step.pk: notice_number(name, year, number) for step, number in zip(theirs, taken, strict=True)})
    return numbers


def _earlier_steps(batch: Batch, steps: list[ClockStep]) -> dict[int, list[str]]:
    """Return, by clock, the warnings that had gone out before, as ``step date``."""
    earlier: dict[int, list[str]] = defaultdict(list)
    warnings = ClockStep.objects.filter(
        clock__in=[step.clock_id for step in steps], step__in=[Step.REMIND, Step.PREWARN]
    )
    for warning in warnings.filter(cancelled_at=None, failed_at=None, at__lte=batch.now).order_by("at", "pk"):
        earlier[warning.clock_id].append(f"{warning.step} {clock.local_day(warning.at).isoformat()}")
    return earlier


def _facts(step: ClockStep, earlier: list[str], batch: Batch) -> dict[str, object]:
    late = step.clock
    end = clock.local_day(late.ended_at or batch.now)
    return {
        "received_on": clock.local_day(late.case.received_at).isoformat(),
        "limit": late.kind,
        "due_on": late.due_on.isoformat(),
        "late_days": (end - late.due_on).days,
        "earlier": earlier,
    }


def _tell(batch: Batch, step: ClockStep, notice: SupervisionNotice) -> None:
    late = step.clock
    names = {
        "notice": notice.number,
        "number": late.case.number,
        "center": late.holder.name,
        "due": notice.reply_due_on.isoformat(),
    }
    batch.note(step, EventKind.NOTICE_ISSUED, number=notice.number, level=notice.level, center=late.holder.name)
    handler = {late.case.handler_id} if late.case.handler_id else set()
    batch.tell(
        step,
        handler | batch.leaders(late) | batch.watchers(late),
        subject=_("%(notice)s: yellow notice on case %(number)s") % names,
        body=_("%(center)s overran its limit for case %(number)s. An answer is due on %(due)s.") % names,
        reason=_("Your unit must answer the notice, or you supervise the center concerned."),
    )
