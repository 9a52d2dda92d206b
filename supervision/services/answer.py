"""The life of a supervision notice after it was issued: signed for, answered, judged by somebody else, closed out."""

from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cases.enums import ClockKind, EventKind
from cases.models import Case, Clock
from cases.reports import RuleBook
from cases.services.clocks import ClockStart, end_clocks, open_clocks, start_clocks
from cases.services.events import record
from centers.reports import Calendars
from core import clock
from core.models import User
from core.separation import require_another
from supervision.enums import NoticeAction, NoticeState
from supervision.models import SupervisionNotice
from supervision.rules import PERMISSIONS, next_state

LOOK_BACK: Final = timedelta(days=31)  # warnings count back past the day a limit starts on


@transaction.atomic
def sign_for_notice(notice_id: int, *, actor: User, now: datetime) -> SupervisionNotice:
    """Note that the responsible unit has received the notice."""
    notice, state = _obtain(notice_id, NoticeAction.SIGN_FOR, actor=actor)
    notice.state = state
    notice.signed_by, notice.signed_at = actor, now
    notice.save(update_fields=["state", "signed_by", "signed_at"])
    record(notice.case, EventKind.NOTICE_SIGNED_FOR, actor=actor, now=now, number=notice.number)
    return notice


@transaction.atomic
def reply_to_notice(notice_id: int, *, reply: str, actor: User, now: datetime) -> SupervisionNotice:
    """Answer the notice: why it came to this and by when the matter ends. Its own clock ends."""
    notice, state = _obtain(notice_id, NoticeAction.REPLY, actor=actor)
    notice.state = state
    notice.reply, notice.replied_by, notice.replied_at = reply, actor, now
    notice.save(update_fields=["state", "reply", "replied_by", "replied_at"])
    answering = Q(kind=ClockKind.NOTICE_REPLY, key__regex=rf":{notice.step_id}(:\d+)?$")
    end_clocks(open_clocks(notice.case, answering), ended_at=now, now=now)
    record(notice.case, EventKind.NOTICE_REPLIED, actor=actor, now=now, number=notice.number)
    return notice


@transaction.atomic
def close_notice(notice_id: int, *, verdict: str, actor: User, now: datetime) -> SupervisionNotice:
    """Accept the answer and close the notice out. Raises SeparationOfDuties for whoever answered it."""
    notice = _judge(notice_id, NoticeAction.CLOSE, verdict=verdict, actor=actor)
    notice.closed_by, notice.closed_at = actor, now
    notice.save(update_fields=["state", "verdict", "closed_by", "closed_at"])
    record(notice.case, EventKind.NOTICE_CLOSED, actor=actor, now=now, number=notice.number)
    return notice


@transaction.atomic
def return_notice(notice_id: int, *, verdict: str, actor: User, now: datetime) -> SupervisionNotice:
    """Send the answer back with the reason; a new limit to answer starts."""
    notice = _judge(notice_id, NoticeAction.RETURN, verdict=verdict, actor=actor)
    notice.reply_due_on = _start_reply_clock(notice, now=now).due_on
    notice.save(update_fields=["state", "verdict", "reply_due_on"])
    record(notice.case, EventKind.NOTICE_RETURNED, actor=actor, now=now, number=notice.number)
    return notice


def _start_reply_clock(notice: SupervisionNotice, *, now: datetime) -> Clock:
    today = clock.local_day(now)
    before = notice.case.clocks.filter(key__regex=rf":{notice.step_id}(:\d+)?$").count()
    subject = f"{notice.step_id}:{before}"
    start = ClockStart(notice.case, ClockKind.NOTICE_REPLY, notice.center, notice.unit, now, today, subject)
    (started,) = start_clocks([start], book=RuleBook.load(), calendars=Calendars.load(since=today - LOOK_BACK))
    return started


def _judge(notice_id: int, action: NoticeAction, *, verdict: str, actor: User) -> SupervisionNotice:
    notice, state = _obtain(notice_id, action, actor=actor)
    notice.state = state
    refusal = _("Whoever answered the notice cannot judge the answer. Ask a colleague.")
    require_another(actor, than={notice.replied_by_id}, refusal=refusal)
    notice.verdict = verdict
    return notice


def _obtain(notice_id: int, action: NoticeAction, *, actor: User) -> tuple[SupervisionNotice, NoticeState]:
    reachable = SupervisionNotice.objects.visible_to(actor).reachable_by(actor, PERMISSIONS[action])
    case_id = reachable.values_list("case", flat=True).get(pk=notice_id)
    Case.objects.select_for_update().get(pk=case_id)  # the case first, as everywhere: its clocks are about to change
    notice = reachable.select_for_update(of=("self",)).select_related("case").get(pk=notice_id)
    return notice, next_state(NoticeState(notice.state), action)
