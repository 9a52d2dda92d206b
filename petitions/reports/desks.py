"""What waits for the people of a petition office: to sign, to tell, to close."""

from datetime import datetime
from typing import Final

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from cases.enums import ClockKind
from cases.models import Clock, Extension
from cases.querysets import ASSIGN, HANDLE, CaseQuerySet
from cases.reports import Desk, desk_within_reach
from centers.enums import Role
from centers.models import Post
from core import clock
from core.models import User
from petitions.enums import Action, NoticeKind, State
from petitions.models import Notice, Referral
from petitions.rules.instances import WINDOWS
from petitions.rules.procedure import PERMISSIONS, SIGN_PERMISSION, TRIAGE_PERMISSION


def _to_sign(cases: CaseQuerySet, user: User, now: datetime) -> CaseQuerySet:
    led = Post.objects.on_duty(on=clock.local_day(now)).filter(user=user.pk, role=Role.UNIT_LEADER)
    asked = Extension.objects.to_decide().filter(clock__case=OuterRef("pk"), clock__kind=ClockKind.PET_HANDLE)
    waits = Q(petition__state__in=TO_SIGN) | Q(Exists(asked))
    return cases.open().filter(waits, unit__in=led.values("unit"))


def _owed(cases: CaseQuerySet, user: User, _now: datetime) -> CaseQuerySet:
    return cases.on_desk_of(user).filter(Exists(Notice.objects.owed().filter(case=OuterRef("pk"))))


def _owed_late(cases: CaseQuerySet, user: User, now: datetime) -> CaseQuerySet:
    late = Notice.objects.late(on=clock.local_day(now))
    return cases.on_desk_of(user).filter(Exists(late.filter(case=OuterRef("pk"))))


def _to_close(cases: CaseQuerySet, _user: User, now: datetime) -> CaseQuerySet:
    running = Clock.objects.running().filter(case=OuterRef("pk"), kind__in=WINDOWS.values(), due_at__gt=now)
    return cases.open().filter(~Exists(running), ~_to_be_done(), petition__state__in=[*WINDOWS, State.FINAL])


def _to_be_done() -> Exists:
    return Exists(Clock.objects.open().filter(case=OuterRef("pk"), kind=ClockKind.PET_EXECUTE))


def _to_give(cases: CaseQuerySet, _user: User, _now: datetime) -> CaseQuerySet:
    return cases.open().filter(petition__state__in=TO_DECIDE, handler=None)


def _to_review(cases: CaseQuerySet, user: User, _now: datetime) -> CaseQuerySet:
    return cases.on_desk_of(user).filter(petition__state__in=TO_DECIDE)


def _to_execute(cases: CaseQuerySet, user: User, now: datetime) -> CaseQuerySet:
    led = Post.objects.on_duty(on=clock.local_day(now)).filter(user=user.pk, role=Role.UNIT_LEADER)
    open_ones = Clock.objects.open().filter(
        case=OuterRef("pk"), kind=ClockKind.PET_EXECUTE, unit__in=led.values("unit")
    )
    return cases.open().filter(Exists(open_ones))


def _to_receive(cases: CaseQuerySet, user: User, now: datetime) -> CaseQuerySet:
    led = Post.objects.on_duty(on=clock.local_day(now)).filter(user=user.pk, role=Role.UNIT_LEADER)
    return cases.open().filter(petition__state=State.REFERRED, unit__in=led.values("unit"))


def _to_refer(cases: CaseQuerySet, _user: User, _now: datetime) -> CaseQuerySet:
    return cases.open().filter(petition__state=State.TRIAGED, handler=None)


def _objected(cases: CaseQuerySet, _user: User, _now: datetime) -> CaseQuerySet:
    return cases.open().filter(~_decided_once(), petition__state=State.OBJECTED)


def _quarrelled(cases: CaseQuerySet, _user: User, _now: datetime) -> CaseQuerySet:
    return cases.open().filter(_decided_once(), petition__state=State.OBJECTED)


def _decided_once() -> Exists:
    earlier = Referral.objects.filter(case=OuterRef("pk"), round=OuterRef("round"))
    return Exists(earlier.exclude(decided_at=None))


def _to_say_where(cases: CaseQuerySet, _user: User, _now: datetime) -> CaseQuerySet:
    return cases.open().filter(Exists(Notice.objects.owed().filter(case=OuterRef("pk"), kind=NoticeKind.REFERRAL)))


TO_SIGN: Final = (State.DRAFTED, State.REVIEW_DRAFTED, State.REREVIEW_DRAFTED)
TO_DECIDE: Final = (State.UNDER_REVIEW, State.UNDER_REREVIEW)


COMPETENCE_PERMISSION: Final = PERMISSIONS[Action.DECIDE_COMPETENCE]
DESKS: Final[tuple[Desk, ...]] = (
    desk_within_reach("petitions_to_sign", _("Opinions to sign, extensions to decide"), SIGN_PERMISSION, _to_sign),
    desk_within_reach("petition_notices_late", _("Notices to petitioners, late"), HANDLE, _owed_late),
    desk_within_reach("petition_notices", _("Notices to petitioners, owed"), HANDLE, _owed),
    desk_within_reach("referrals_to_receive", _("Referrals to sign for"), SIGN_PERMISSION, _to_receive),
    desk_within_reach("petitions_to_refer", _("Petitions to refer"), TRIAGE_PERMISSION, _to_refer),
    desk_within_reach("objections_to_decide", _("Objections to decide"), TRIAGE_PERMISSION, _objected),
    desk_within_reach("competence_to_decide", _("Competence to decide"), COMPETENCE_PERMISSION, _quarrelled),
    desk_within_reach("referrals_to_tell", _("Where petitions went, to tell"), TRIAGE_PERMISSION, _to_say_where),
    desk_within_reach("reviews_to_give", _("Reviews to give to somebody"), ASSIGN, _to_give),
    desk_within_reach("reviews_to_decide", _("Reviews to decide about"), HANDLE, _to_review),
    desk_within_reach("opinions_to_execute", _("Opinions to execute"), SIGN_PERMISSION, _to_execute),
    desk_within_reach(
        "petitions_to_close", _("Days to ask for a review over, to close"), "cases.verify_case", _to_close
    ),
)
