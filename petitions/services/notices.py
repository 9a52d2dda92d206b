"""Notices to the petitioner: an act owes them, somebody serves them, none is left open at the end."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from cases.enums import ClockKind, EventKind
from cases.models import Case, Clock
from cases.querysets import HANDLE
from cases.services.clocks import cancel_clocks, end_clocks, start_clock
from cases.services.events import record
from cases.services.obtain import obtain_case
from core import clock
from core.errors import DomainError
from core.models import User
from petitions.enums import Action, Instance, NoticeKind, ServiceMethod
from petitions.models import Notice, Petition
from petitions.reports.standing import notices_owed
from petitions.rules.instances import COURSES
from petitions.rules.notices import FIRST, FIRST_NOTICE, OPINIONS, OWED, RECEIVERS_NOTICE
from petitions.rules.procedure import TRIAGE_PERMISSION


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
    before = case.clocks.filter(kind=FIRST_NOTICE, round=case.round).count()
    received_on = clock.local_day(case.received_at)
    start_clock(case, ClockKind(FIRST_NOTICE), now=now, started_on=received_on, subject=str(before or ""))


def follow_purpose(petition: Petition, *, is_accusation: bool, now: datetime) -> None:
    """Let the fifteen days run for what is no accusation, and for nothing else, once the purpose was determined."""
    case = petition.case
    running = case.clocks.open().filter(kind=FIRST_NOTICE, round=case.round)
    if is_accusation:
        cancel_clocks(running, now=now)
    elif not petition.is_anonymous and not running and not case.petition_notices.filter(kind__in=FIRST).exists():
        start_first_notice(case, now=now)


def owe_notice(petition: Petition, action: Action, *, now: datetime, of: Instance = Instance.HANDLING) -> Notice:
    """Note that an act, of an instance, owes the petitioner a notice.

    Of whom name or address are unclear the first one cannot be asked for (art. 23): it is waived. A later one is
    served by public announcement.
    """
    case, kind = petition.case, COURSES[of].notice if action is Action.SIGN else OWED[action]
    waived_at = now if petition.is_anonymous and kind in FIRST else None
    limit = _limit_of(case, kind) if kind in FIRST else None
    notice: Notice = case.petition_notices.create(
        round=case.round, kind=kind, clock=limit, owed_since=now, waived_at=waived_at
    )
    return notice


def _limit_of(case: Case, kind: NoticeKind) -> Clock | None:
    """Return within which limit a first notice is owed: of what was referred, the receiver has one of its own."""
    of_receiver = None if kind is NoticeKind.REFERRAL else case.clocks.open().filter(kind=RECEIVERS_NOTICE).first()
    of_sender: Clock | None = case.clocks.open().filter(kind=FIRST_NOTICE).first()
    return of_receiver or of_sender


@transaction.atomic
def serve_referral_notice(case_id: int, *, notice_id: int, new: NewService, actor: User, now: datetime) -> Notice:
    """Record, for whoever sent a petition on, that the petitioner was told where it went (art. 23)."""
    case = obtain_case(case_id, actor=actor, permission=TRIAGE_PERMISSION)
    owed = case.petition_notices.owed().filter(kind=NoticeKind.REFERRAL)
    notice: Notice = owed.select_for_update(of=("self",)).get(pk=notice_id)
    write_service(notice, new=new, actor=actor, now=now)
    return notice


def drop_notices(case: Case, *, since: datetime, now: datetime) -> None:
    """Let nothing be owed any more of what was owed since a moment: what it was to tell does not hold."""
    case.petition_notices.owed().filter(owed_since__gte=since).update(waived_at=now)


@transaction.atomic
def serve_notice(case_id: int, *, notice_id: int, new: NewService, actor: User, now: datetime) -> Notice:
    """Record that a notice was served; the first one ends the limit of article 23.

    Raises Notice.DoesNotExist for one that is served, waived or of another matter, DomainError for the opinion, whose
    service is an act of its own, and for a day before it was owed or in the future.
    """
    case = obtain_case(case_id, actor=actor, permission=HANDLE)
    notice: Notice = case.petition_notices.owed().select_for_update(of=("self",)).get(pk=notice_id)
    if notice.kind in OPINIONS:
        raise DomainError(_("Record the service of the opinion: the petitioner's thirty days run from it."))
    write_service(notice, new=new, actor=actor, now=now)
    return notice


def write_service(notice: Notice, *, new: NewService, actor: User, now: datetime) -> None:
    """Write the record of service of a locked notice, with what proves it."""
    case = notice.case
    if not clock.local_day(notice.owed_since) <= new.served_on <= clock.local_day(now):
        raise DomainError(_("A notice is served between the day it was owed and today."))
    if not new.proof.strip():
        raise DomainError(_("Say what proves the service: a signature, a return receipt, a witness."))
    notice.served_on, notice.method, notice.proof = new.served_on, new.method, new.proof
    notice.attachment = case.attachments.kept().get(pk=new.attachment_id) if new.attachment_id else None
    notice.served_by, notice.served_at = actor, now
    notice.save(update_fields=["served_on", "method", "proof", "attachment", "served_by", "served_at"])
    if notice.clock is not None:
        ended_at = min(now, clock.duty_start_of(new.served_on))
        end_clocks(case.clocks.running().filter(pk=notice.clock.pk), ended_at=ended_at, now=now)
    record(case, EventKind.NOTICE_SERVED, actor=actor, now=now, notice=notice.kind, served_on=new.served_on.isoformat())


def check_notices(case: Case) -> None:
    """Raise NoticeOwed, naming them, while the petitioner was not told something that is owed.

    See ``notices_owed``.
    """
    if owed := notices_owed(case):
        raise NoticeOwed(
            _("The petitioner has not been told yet. Serve first and record it: %(notices)s."), notices="、".join(owed)
        )
