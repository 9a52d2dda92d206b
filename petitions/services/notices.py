"""Notices to the petitioner: an act owes them, somebody serves them, none is left open at the end."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from cases.enums import ClockKind, EventKind
from cases.models import Case
from cases.querysets import HANDLE
from cases.services.clocks import end_clocks, start_clock
from cases.services.events import record
from cases.services.obtain import obtain_case
from core import clock
from core.errors import DomainError
from core.models import User
from petitions.enums import Action, NoticeKind, ServiceMethod
from petitions.models import Notice, Petition
from petitions.rules.notices import FIRST, FIRST_NOTICE, OWED


class NoticeOwed(DomainError):
    """The petitioner has not been told yet."""

    code = "notice_owed"


@dataclass(frozen=True, slots=True)
class NewService:
    """How and when a notice reached the petitioner, and what proves it."""

    served_on: date
    method: ServiceMethod
    proof: str
    attachment_id: int | None = None


def start_first_notice(case: Case, *, now: datetime) -> None:
    """Start the fifteen days in which whoever petitions is told of receipt, route and procedure (art. 23)."""
    start_clock(case, ClockKind(FIRST_NOTICE), now=now, started_on=clock.local_day(case.received_at))


def owe_notice(petition: Petition, action: Action, *, now: datetime) -> Notice:
    """Note that an act owes the petitioner a notice; of whom nothing can be served to, that it is waived."""
    case, kind = petition.case, OWED[action]
    waived_at = now if petition.is_anonymous else None
    limit = case.clocks.open().filter(kind=FIRST_NOTICE).first() if kind in FIRST else None
    notice: Notice = case.notices.create(
        round=case.round, kind=kind, clock=limit, owed_since=now, waived_at=waived_at
    )
    return notice


@transaction.atomic
def serve_notice(case_id: int, *, notice_id: int, new: NewService, actor: User, now: datetime) -> Notice:
    """Record that a notice was served; the first one ends the limit of article 23.

    Raises Notice.DoesNotExist for one that is served, waived or of another matter, DomainError for a day before it was
    owed or in the future.
    """
    case = obtain_case(case_id, actor=actor, permission=HANDLE)
    notice: Notice = case.notices.owed().select_for_update(of=("self",)).get(pk=notice_id)
    write_service(notice, new, actor=actor, now=now)
    return notice


def write_service(notice: Notice, new: NewService, *, actor: User, now: datetime) -> None:
    """Write the record of service of a locked notice, with what proves it."""
    case = notice.case
    if not clock.local_day(notice.owed_since) <= new.served_on <= clock.local_day(now):
        raise DomainError(_("A notice is served between the day it was owed and today."))
    notice.served_on, notice.method, notice.proof = new.served_on, new.method, new.proof
    notice.attachment = case.attachments.kept().get(pk=new.attachment_id) if new.attachment_id else None
    notice.served_by, notice.served_at = actor, now
    notice.save(update_fields=["served_on", "method", "proof", "attachment", "served_by", "served_at"])
    if notice.clock is not None:
        ended_at = min(now, clock.duty_start_of(new.served_on))
        end_clocks(case.clocks.running().filter(pk=notice.clock_id), ended_at=ended_at, now=now)
    record(
        case, EventKind.NOTICE_SERVED, actor=actor, now=now, notice=notice.kind, served_on=new.served_on.isoformat()
    )


def check_notices(case: Case) -> None:
    """Raise NoticeOwed, naming them, while a notice of a case is neither served nor waived."""
    owed = [str(NoticeKind(kind).label) for kind in case.notices.owed().values_list("kind", flat=True)]
    if owed:
        raise NoticeOwed(
            _("The petitioner has not been told yet. Serve first and record it: %(notices)s."), notices="、".join(owed)
        )
