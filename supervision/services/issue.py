"""Yellow notices: whoever overran a limit is asked, on a numbered paper, to explain it and to say by when it ends."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Final

from django.db.models.functions import TruncDate
from django.utils.translation import gettext as _

from cases.enums import ClockKind, EventKind, Step
from cases.models import Clock, ClockStep
from cases.services.clocks import ClockStart, start_clocks
from centers.rules import short_name
from core import clock
from core.bulk import among, write_rows
from core.numbering import take_numbers_of
from supervision.enums import NoticeLevel, Trigger
from supervision.models import SupervisionNotice
from supervision.rules import notice_number
from supervision.services.batch import Batch, Words
from supervision.services.claim import DueStep

NOTICE: Final = (
    *("number", "level", "trigger", "case_id", "clock_id", "step_id", "issuer_id", "center_id", "unit_id"),
    *("handler_id", "facts", "issued_at", "reply_due_on"),
)


def issue_yellow_notices(batch: Batch, steps: list[DueStep]) -> None:
    """Issue one yellow notice per step, numbered without gaps per issuing center and year, with a limit to answer.

    It is issued by the center that holds the matter now, which is above the late one if it has climbed.
    """
    numbers = _take_numbers(batch, steps)
    earlier = _earlier_steps(batch, steps)
    reply_clocks = _start_reply_clocks(batch, steps)
    write_rows(
        SupervisionNotice,
        NOTICE,
        [
            (
                *(numbers[step.pk], NoticeLevel.YELLOW.value, _trigger(step).value),
                *(step.case.pk, step.clock.pk, step.pk, step.case.holder_id, step.clock.holder_id, step.clock.unit_id),
                *(step.case.handler_id, _facts(step, earlier[step.clock.pk], batch), batch.now, reply_clock.due_on),
            )
            for step, reply_clock in zip(steps, reply_clocks, strict=True)
        ],
    )
    _tell(batch, steps, numbers=numbers, reply_clocks=reply_clocks)


def _trigger(step: DueStep) -> Trigger:
    return Trigger.S01 if step.clock.kind == ClockKind.SIGN_FOR else Trigger.S02


def _start_reply_clocks(batch: Batch, steps: Sequence[DueStep]) -> list[Clock]:
    today, kind = clock.local_day(batch.now), ClockKind.NOTICE_REPLY
    units = batch.known.units(pk for step in steps if (pk := step.clock.unit_id))
    starts = []
    for step in steps:
        unit = units[pk] if (pk := step.clock.unit_id) else None
        starts.append(ClockStart(step.case, kind, batch.center(step), unit, batch.now, today, subject=str(step.pk)))
    return start_clocks(starts, book=batch.known.book, calendars=batch.known.calendars)


def _take_numbers(batch: Batch, steps: Sequence[DueStep]) -> dict[int, str]:
    """Return a number for each step, of its issuer's series of this year."""
    year = clock.local_day(batch.now).year
    by_issuer: dict[tuple[str, str], list[DueStep]] = defaultdict(list)
    for step in steps:
        issuer = batch.holder(step)
        by_issuer[issuer.code, short_name(issuer.name)].append(step)
    taken = take_numbers_of({f"notice:{code}": len(theirs) for (code, _name), theirs in by_issuer.items()}, year)
    return {
        step.pk: notice_number(name, year, number)
        for (code, name), theirs in by_issuer.items()
        for step, number in zip(theirs, taken[f"notice:{code}"], strict=True)
    }


def _earlier_steps(batch: Batch, steps: Sequence[DueStep]) -> dict[int, list[str]]:
    """Return, by clock, the warnings that had gone out before, as ``step date``."""
    warnings = ClockStep.objects.filter(
        among("clock", [step.clock.pk for step in steps]), step__in=[Step.REMIND, Step.PREWARN]
    )
    gone_out = warnings.filter(cancelled_at=None, failed_at=None, at__lte=batch.now).order_by("at", "pk")
    earlier: dict[int, list[str]] = defaultdict(list)
    for clock_id, step, day in gone_out.values_list("clock", "step", TruncDate("at", tzinfo=clock.SHANGHAI)):
        earlier[clock_id].append(f"{step} {day.isoformat()}")
    return earlier


def _facts(step: DueStep, earlier: list[str], batch: Batch) -> dict[str, object]:
    end = clock.local_day(step.clock.ended_at or batch.now)
    return {
        "received_on": clock.local_day(step.case.received_at).isoformat(),
        "limit": step.clock.kind,
        "due_on": step.clock.due_on.isoformat(),
        "late_days": (end - step.clock.due_on).days,
        "earlier": earlier,
    }


def _tell(batch: Batch, steps: Sequence[DueStep], *, numbers: dict[int, str], reply_clocks: Sequence[Clock]) -> None:
    words = Words(
        "yellow",
        subject=_("%(notice)s: yellow notice on case %(number)s"),
        body=_("%(center)s overran its limit for case %(number)s. An answer is due on %(due)s."),
        reason=_("Your unit must answer the notice, or you supervise the center concerned."),
    )
    for step, reply_clock in zip(steps, reply_clocks, strict=True):
        number, center, due = numbers[step.pk], batch.center(step).name, reply_clock.due_on.isoformat()
        batch.note(step, EventKind.NOTICE_ISSUED, number=number, level=NoticeLevel.YELLOW.value, center=center)
        names = {"notice": number, "number": step.case.number, "center": center, "due": due}
        batch.tell(step, batch.concerned(step), words, names=names)
